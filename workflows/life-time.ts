import type { Instant } from '../billing/instant';
import { toInstant } from '../billing/instant';

/**
 * A subscription's own time: the real one, or a test clock's, which stands still and is brought forward
 * to a target, stopping at every instant on the way.
 */
export class LifeTime {
  private clock: Instant | undefined;
  private goal: Instant | undefined;

  constructor(carried: { clock?: Instant; target?: Instant } = {}) {
    this.clock = carried.clock;
    this.goal = carried.target;
  }

  /** Where the test clock stands, if the subscription is on one. */
  get frozenAt(): Instant | undefined {
    return this.clock;
  }

  /** How far it may be brought forward. */
  get target(): Instant | undefined {
    return this.goal;
  }

  /** Hangs the subscription on the clock that it was made on, if any. */
  startAt(clock: Instant | undefined): void {
    this.clock = clock;
    this.goal = clock;
  }

  now(): Instant {
    return this.clock ?? toInstant(new Date());
  }

  /** The target is absolute and only moves forward, so that asking again is safe. */
  mayReach(to: Instant): void {
    if (this.goal === undefined || to > this.goal) this.goal = to;
  }

  /**
   * Whether something at that instant is to be done now. On a test clock time stands still while a
   * payment is under way, and what comes after the payment at the same instant waits for it.
   */
  isDue(at: Instant, paying: boolean): boolean {
    if (this.clock === undefined) return at <= this.now();
    if (paying) return at < this.clock;
    return at <= (this.goal ?? this.clock);
  }

  /** A test clock comes to the instant of what is done next. */
  visit(at: Instant): void {
    if (this.clock !== undefined && at > this.clock) this.clock = at;
  }

  /** Nothing is left to do on the way: a test clock stands at its target. */
  arrive(): void {
    this.clock &&= this.goal;
  }

  hasReached(to: Instant): boolean {
    return this.clock !== undefined && this.clock >= to;
  }

  /** What a new run of the workflow goes on from. */
  carried(): { clock?: Instant; target?: Instant } {
    return {
      ...(this.clock === undefined ? {} : { clock: this.clock }),
      ...(this.goal === undefined ? {} : { target: this.goal }),
    };
  }
}

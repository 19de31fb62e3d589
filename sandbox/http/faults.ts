import type { Chance } from '../chance';

/**
 * What can go wrong with a request.
 * - `drop_before_commit`: the connection breaks and nothing has happened
 * - `drop_after_commit`: the connection breaks and everything has happened
 * - `error_before_commit`, `error_after_commit`: the same with an answer 500
 * - `rate_limit`, `lock_timeout`: 429, nothing has happened
 * - `hang`: there is never an answer, and nothing has happened
 */
export const FAULTS = [
  'drop_before_commit',
  'drop_after_commit',
  'error_before_commit',
  'error_after_commit',
  'rate_limit',
  'lock_timeout',
  'hang',
] as const;

export type Fault = (typeof FAULTS)[number];

/** Which requests a fault is meant for; everything that is left out matches. */
export interface FaultTarget {
  method?: 'GET' | 'POST' | 'DELETE' | undefined;
  /** Beginning of the path, e.g. `/v1/payment_intents`. */
  path?: string | undefined;
}

/** The faults that are to come. */
export class FaultPlan {
  /** Real milliseconds that every request takes, half of them before and half after it is done. */
  latencyMs = 0;
  /** Share of requests that meet each fault, 0 to 1; together no more than 1. */
  rates: Partial<Record<Fault, number | undefined>> = {};
  /** Whether idempotency keys are passed over as if none had been sent: what a client without any would meet. */
  forgetsKeys = false;
  /** How many requests have met each fault since the process began. */
  readonly met: Partial<Record<Fault, number>> = {};
  private planned: { fault: Fault; left: number; target: FaultTarget }[] = [];

  constructor(private readonly chance: Chance) {}

  /** Lets the next matching requests meet a fault. */
  plan(fault: Fault, count: number, target: FaultTarget = {}): void {
    this.planned.push({ fault, left: count, target });
  }

  clear(): void {
    this.latencyMs = 0;
    this.rates = {};
    this.forgetsKeys = false;
    this.planned = [];
  }

  /** The fault that this request meets: a planned one first, else what the dice say. */
  next(method: string, path: string): Fault | null {
    const fault = this.choose(method, path);
    if (fault !== null) this.met[fault] = (this.met[fault] ?? 0) + 1;
    return fault;
  }

  private choose(method: string, path: string): Fault | null {
    const planned = this.planned.find(
      ({ target, left }) =>
        left > 0 &&
        (target.method === undefined || target.method === method) &&
        (target.path === undefined || path.startsWith(target.path)),
    );
    if (planned !== undefined) {
      planned.left -= 1;
      this.planned = this.planned.filter(({ left }) => left > 0);
      return planned.fault;
    }
    return this.thrown();
  }

  private thrown(): Fault | null {
    let throwOf = Object.keys(this.rates).length === 0 ? 1 : this.chance();
    for (const fault of FAULTS) {
      const rate = this.rates[fault] ?? 0;
      if (throwOf < rate) {
        return fault;
      }
      throwOf -= rate;
    }
    return null;
  }
}

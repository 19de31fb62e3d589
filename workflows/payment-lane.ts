import type { Collected } from '../activities/settlement';

/**
 * Calls to Stripe follow one another, so that no invoice is charged by two at once; nothing else waits
 * for them. A call's outcome goes to `settled`, its failure to `failed`, before the next one begins.
 */
export class PaymentLane {
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(
    private readonly settled: (collected: Collected) => void,
    private readonly failed: (error: unknown) => Promise<void>,
  ) {}

  /** How many calls wait or are under way. */
  get length(): number {
    return this.waiting;
  }

  get isBusy(): boolean {
    return this.waiting > 0;
  }

  /** Runs one call after those before it; nothing when it failed. */
  async run(call: () => Promise<Collected | undefined>): Promise<Collected | undefined> {
    this.waiting += 1;
    const turn = this.last.then(async () => {
      try {
        const collected = await call();
        if (collected !== undefined) this.settled(collected);
        return collected;
      } catch (error) {
        await this.failed(error);
        return undefined;
      } finally {
        this.waiting -= 1;
      }
    });
    this.last = turn;
    return turn;
  }
}

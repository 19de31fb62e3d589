import { CancellationScope, sleep } from '@temporalio/workflow';
import type { Instant } from '../billing/instant';

/**
 * One timer that goes on running while its instant stays the same, so that whatever wakes a
 * workflow in between costs no new timer.
 */
export class Alarm {
  private scope: CancellationScope | undefined;
  private at: Instant | undefined;

  /** Whether it is set and has not rung. */
  get isSet(): boolean {
    return this.at !== undefined;
  }

  /** Rings `milliseconds` from now, unless it is set to `at` already. */
  set(at: Instant, milliseconds: number, summary: string): void {
    if (this.at === at) return;
    this.clear();
    const scope = new CancellationScope();
    this.scope = scope;
    this.at = at;
    void this.ring(scope, milliseconds, summary);
  }

  clear(): void {
    this.scope?.cancel();
    this.scope = undefined;
    this.at = undefined;
  }

  private async ring(scope: CancellationScope, milliseconds: number, summary: string) {
    try {
      await scope.run(() => sleep(milliseconds, { summary }));
    } catch {
      return; // It was set anew or cleared.
    }
    if (this.scope === scope) this.at = undefined;
  }
}

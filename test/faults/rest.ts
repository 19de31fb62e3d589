import { setTimeout as sleep } from 'node:timers/promises';
import type { Findings, Truth } from './truth';

/**
 * Waits until the stack has come to rest: mails and events that a crash interrupted are taken up again
 * after 20 to 60 seconds. @returns what still is under way when the patience ends
 */
export async function comeToRest(truth: Truth, patienceMilliseconds: number): Promise<Findings> {
  const deadline = Date.now() + patienceMilliseconds;
  for (;;) {
    const unrest = await truth.unrest();
    if (unrest.length === 0 || Date.now() > deadline) return unrest;
    await sleep(500);
  }
}

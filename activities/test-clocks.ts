import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../billing/instant';
import type { ClockDriver } from './ports/clock-driver';

export const subscriptionsOn = (clocks: ClockDriver, { testClockId }: { testClockId: string }) =>
  clocks.subscriptionsOn(testClockId);

/** Brings one subscription to rest at `to`; the target only moves forward, so that repeats are safe. */
export async function advanceSubscription(
  clocks: ClockDriver,
  { subscriptionId, to }: { subscriptionId: string; to: Instant },
): Promise<void> {
  while (!(await clocks.advance(subscriptionId, to)));
}

/** Mail that has not gone out after this time has gone to the operators' list; it must not hold a clock. */
const mailPatienceMilliseconds = 10_000;

/** Waits for the mails on their way, then sets the clock: "ready" means that nothing is in flight. */
export async function finishAdvance(
  clocks: ClockDriver,
  { testClockId, to }: { testClockId: string; to: Instant },
): Promise<void> {
  const patience = Date.now() + mailPatienceMilliseconds;
  while (Date.now() < patience && (await clocks.mailsInFlight(testClockId)) > 0) await sleep(50);
  await clocks.arrive(testClockId, to);
}

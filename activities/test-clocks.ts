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

/** A mail server that is down must not hold a clock for ever; a mail whose sender died is taken anew by then. */
const mailPatienceMilliseconds = 30_000;

/** Waits for the mails on their way, then sets the clock: "ready" means that nothing is in flight. */
export async function finishAdvance(
  clocks: ClockDriver,
  { testClockId, to }: { testClockId: string; to: Instant },
): Promise<void> {
  const patience = Date.now() + mailPatienceMilliseconds;
  while (Date.now() < patience && (await clocks.mailsInFlight(testClockId)) > 0) await sleep(50);
  await clocks.arrive(testClockId, to);
}

import { clocks } from './activities';
import type { TestClockInput } from './messages';

/** Brings everything on a test clock to its target time, then sets the clock, ready. */
export async function testClock({ testClockId, to }: TestClockInput): Promise<void> {
  const subscriptionIds = await clocks.subscriptionsOn({ testClockId });
  await Promise.all(
    subscriptionIds.map((subscriptionId) => clocks.advanceSubscription({ subscriptionId, to })),
  );
  await clocks.finishAdvance({ testClockId, to });
}

import { DateTime } from 'luxon';
import type { Term } from '../../../billing/calendar';
import type { Instant } from '../../../billing/instant';

/**
 * The opinion of an independent calendar: the instant `n` terms after the anchor. In a repeated hour
 * luxon keeps the anchor's offset where it can; the rule here is the first of the two, so there its
 * earlier possibility is taken.
 */
export function luxonBoundary(
  { anchor, timeZone, term }: { anchor: Instant; timeZone: string; term: Term },
  n: number,
): Instant {
  const moved = DateTime.fromISO(anchor, { zone: timeZone }).plus({
    [`${term.interval}s`]: n * term.intervalCount,
  });
  const first = moved.getPossibleOffsets().toSorted((a, b) => a.toMillis() - b.toMillis())[0];
  return (first ?? moved).toJSDate().toISOString();
}

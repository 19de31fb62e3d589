import type { Period } from './calendar';
import type { Instant } from './instant';

/** Plan data: what becomes of periods that nobody billed in time because everything was down. */
export const CATCH_UP_POLICIES = ['bill_all', 'bill_current', 'hold'] as const;

export type CatchUpPolicy = (typeof CATCH_UP_POLICIES)[number];

/** hold: a draft that an operator decides on. */
export type CatchUpDecision = 'bill' | 'skip' | 'hold';

const MISSED: Record<CatchUpPolicy, CatchUpDecision> = {
  bill_all: 'bill',
  bill_current: 'skip',
  hold: 'hold',
};

/**
 * What to do with a period that comes up at the real instant `now`. One that is over by then was
 * missed in an outage, and its plan's policy decides; whatever is billed is billed at its true
 * boundaries. The period that `now` lies in is always billed. Not for test clocks, which visit every
 * boundary in its time.
 */
export function catchUp(policy: CatchUpPolicy, period: Period, now: Instant): CatchUpDecision {
  return period.end <= now ? MISSED[policy] : 'bill';
}

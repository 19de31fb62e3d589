import { periodOf, stubBefore, trialEnd, type Epoch } from '../billing/calendar';
import { addDays, type Instant } from '../billing/instant';
import type { CreateRequest, Refusal } from '../workflows/messages';
import type { PlanRecord, SubscriptionRecord } from './ports/records';
import { refusal } from './refusal';
import { trialNoticeAt } from './trial';

/** How a subscription begins: its anchor, its first period, and its trial. */
export type FirstCycle = Pick<
  SubscriptionRecord,
  | 'anchorAt'
  | 'epochCycle'
  | 'cycle'
  | 'currentPeriodStart'
  | 'currentPeriodEnd'
  | 'trialEnd'
  | 'trialNoticeAt'
>;

const mostTrialDays = 730;
/** The farthest start that can be agreed. */
const mostDaysAhead = 5 * 366;

/**
 * Lays out the beginning of a subscription. A trial is cycle 0 and what follows is anchored at its
 * end; without one, cycle 1 begins at the start. With an explicit anchor the cycle before it is a
 * stub, the last part of a whole period.
 */
export function firstCycle(input: {
  plan: PlanRecord;
  request: CreateRequest;
  now: Instant;
  /** Each customer has one, unless an operator grants another. */
  hadTrial: boolean;
}): { refused: Refusal } | FirstCycle {
  const { plan, request, now, hadTrial } = input;
  const { timeZone, terms = {} } = request;
  const { startAt, billingCycleAnchor: explicitAnchor } = terms;
  if (startAt !== undefined && !isAhead(startAt, now)) {
    return { refused: refusal('start_at_invalid') };
  }
  const start = startAt ?? now;
  const days = terms.trialDays ?? (hadTrial ? 0 : plan.trialDays);
  if (!Number.isInteger(days) || days < 0 || days > mostTrialDays) {
    return { refused: refusal('trial_invalid') };
  }
  const billedFrom = days > 0 ? trialEnd(start, days, timeZone) : start;
  const term = { interval: plan.interval, intervalCount: plan.intervalCount };
  const epoch: Epoch = { anchor: billedFrom, timeZone, firstCycle: 1, term };
  const stub =
    explicitAnchor === undefined || explicitAnchor === billedFrom
      ? { epoch, period: periodOf(epoch, 1) }
      : stubBefore({ start: billedFrom, anchor: explicitAnchor, timeZone, term, cycle: 1 });
  if ('refusal' in stub) return { refused: refusal(stub.refusal) };
  const anchored = { anchorAt: stub.epoch.anchor, epochCycle: stub.epoch.firstCycle };
  if (days === 0) {
    return {
      ...anchored,
      cycle: 1,
      currentPeriodStart: stub.period.start,
      currentPeriodEnd: stub.period.end,
      trialEnd: null,
      trialNoticeAt: null,
    };
  }
  return {
    ...anchored,
    cycle: 0,
    currentPeriodStart: start,
    currentPeriodEnd: billedFrom,
    trialEnd: billedFrom,
    trialNoticeAt: trialNoticeAt(start, billedFrom, timeZone),
  };
}

const isAhead = (startAt: Instant, now: Instant) =>
  startAt > now && startAt <= addDays(now, mostDaysAhead, 'UTC');

import type { Instant } from '../../billing/instant';
import { SUBSCRIPTION_WORDS } from '../../billing/seed-vocabulary';
import type { SubscriptionView } from '../queries/subscriptions';

type Facts = Pick<SubscriptionView, 'subscription' | 'plan' | 'pausedIn' | 'unsettled'>;

/**
 * Whether what was agreed may be used now: it runs and nothing is owed for it, or it is paused, its
 * plan leaves the paid time, and the cycle that it is in was paid for.
 */
export function hasAccess(facts: Facts): boolean {
  const { status } = facts.subscription;
  return status === 'paused' ? keepsPaidTime(facts) : SUBSCRIPTION_WORDS[status].isActive;
}

/** Until when it may be used, where that end is known and still ahead; else null. */
export function accessUntil(facts: Facts): Instant | null {
  const { status, currentPeriodEnd, cancelAtPeriodEnd } = facts.subscription;
  if (!hasAccess(facts)) return null;
  return status === 'paused' || cancelAtPeriodEnd ? currentPeriodEnd : null;
}

function keepsPaidTime({ subscription, plan, pausedIn, unsettled }: Facts): boolean {
  if (plan.pauseAccess !== 'paid_time' || pausedIn === undefined) return false;
  const billed = pausedIn.outcome !== 'skipped' || pausedIn.billedFrom !== null;
  return billed && !unsettled.some(({ cycle }) => cycle === subscription.cycle);
}

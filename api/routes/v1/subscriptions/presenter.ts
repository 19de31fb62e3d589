import { asMinorUnits } from '../../../presenters/money';
import { nextEvent } from '../../../presenters/next-event';
import type { SubscriptionView } from '../../../queries/subscriptions';

export function presentSubscription(view: SubscriptionView) {
  const { subscription, plan } = view;
  return {
    id: subscription.id,
    user: subscription.userId,
    plan: {
      id: plan.id,
      name: plan.name,
      version: plan.version,
      amount: asMinorUnits(plan.amountMinor),
      currency: plan.currency,
      interval: plan.interval,
      interval_count: plan.intervalCount,
    },
    quantity: subscription.quantity,
    status: subscription.status,
    collection_method: subscription.collectionMethod,
    anchor: subscription.anchorAt,
    time_zone: subscription.timeZone,
    cycle: subscription.cycle,
    current_period_start: subscription.currentPeriodStart,
    current_period_end: subscription.currentPeriodEnd,
    trial_end: subscription.trialEnd,
    cancel_at_period_end: subscription.cancelAtPeriodEnd,
    canceled_at: subscription.canceledAt,
    ended_at: subscription.endedAt,
    pending_change: null,
    next_event: nextEvent(view),
    test_clock: subscription.testClockId,
    managed_by: subscription.managedBy,
    external_id: subscription.externalId,
    metadata: subscription.metadata,
  };
}

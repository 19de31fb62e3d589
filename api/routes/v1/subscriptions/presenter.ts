import { accessUntil } from '../../../presenters/access';
import { presentCoupon } from '../../../presenters/coupon';
import { asMinorUnits } from '../../../presenters/money';
import { nextEvent } from '../../../presenters/next-event';
import { presentPendingChange } from '../../../presenters/pending-change';
import type { SubscriptionView } from '../../../queries/subscriptions';

export function presentSubscription(view: SubscriptionView) {
  const { subscription, plan, coupon } = view;
  const next = nextEvent(view);
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
    start_at: subscription.startsAt,
    trial_end: subscription.trialEnd,
    paused_at: subscription.pausedAt,
    resume_at: subscription.resumeAt,
    cancel_at_period_end: subscription.cancelAtPeriodEnd,
    canceled_at: subscription.canceledAt,
    ended_at: subscription.endedAt,
    access_until: accessUntil(view),
    coupon: coupon === undefined ? null : presentCoupon(coupon),
    pending_change: presentPendingChange(view),
    next_event: next === undefined ? null : { type: next.type, at: next.at },
    test_clock: subscription.testClockId,
    managed_by: subscription.managedBy,
    external_id: subscription.externalId,
    metadata: subscription.metadata,
  };
}

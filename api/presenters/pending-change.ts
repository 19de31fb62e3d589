import { cycleAt, periodOf, type Epoch } from '../../billing/calendar';
import type { Instant } from '../../billing/instant';
import type { SubscriptionView } from '../queries/subscriptions';

/** A change that waits, as v1 shows it; null when none does. */
export function presentPendingChange(view: SubscriptionView) {
  const change = view.subscription.pendingChange;
  if (change === null) return null;
  return {
    plan_id: change.planId,
    quantity: change.quantity,
    when: change.when,
    effective_at: change.when === 'now' ? null : firstBoundaryFrom(view, change.notBefore),
    invoice: change.invoiceId ?? null,
    expires_at: change.expiresAt ?? null,
    reason: change.reason,
  };
}

/** The end of the current period, or of the first one that does not end before `notBefore`. */
function firstBoundaryFrom(
  { subscription, plan }: SubscriptionView,
  notBefore: Instant | undefined,
): Instant {
  const { anchorAt, timeZone, epochCycle, currentPeriodEnd } = subscription;
  if (notBefore === undefined || notBefore <= currentPeriodEnd) return currentPeriodEnd;
  const { interval, intervalCount } = plan;
  const epoch: Epoch = {
    anchor: anchorAt,
    timeZone,
    firstCycle: epochCycle,
    term: { interval, intervalCount },
  };
  const { start, end } = periodOf(epoch, cycleAt(epoch, notBefore));
  return start === notBefore ? start : end;
}

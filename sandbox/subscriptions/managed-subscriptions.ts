import type Stripe from 'stripe';
import { invalidRequest, resourceMissing } from '../errors';
import { emit } from '../events';
import { findSubscription } from '../resources/lookup';
import type { Scope } from '../world';
import { changeSubscription } from './change-subscription';
import { collect, type PaymentOutcome } from './collect-invoice';
import { boundaryAfter, type Recurrence } from './recurrence';
import { newSubscription, type SubscriptionTerms } from './subscription-object';

/** Why a subscription ends, as Stripe says it. */
export type EndReason = 'cancellation_requested' | 'payment_failed' | 'payment_disputed';

const OVER: readonly string[] = ['canceled', 'incomplete_expired'];

/**
 * A subscription begins: active once its first invoice is paid, `incomplete` when that fails, `trialing` on a trial,
 * whose first invoice is one of nothing.
 */
export function startSubscription(
  scope: Scope,
  terms: SubscriptionTerms,
  outcome: PaymentOutcome,
): Stripe.Subscription {
  const fresh = newSubscription(scope, terms);
  scope.store.tables.subscriptions.put(fresh.id, { object: fresh });
  emit(scope, { type: 'customer.subscription.created', data: { object: fresh } });
  const item = itemOf(fresh);
  collect(scope, fresh, item, {
    reason: 'subscription_create',
    amount: fresh.status === 'trialing' ? 0 : terms.amount,
    period: { start: item.current_period_start, end: item.current_period_end },
    outcome,
  });
  return findSubscription(scope, fresh.id, 'path').object;
}

/**
 * Its period ends, whatever the time: the next one begins and is billed, or it ends when that was asked for by then.
 *
 * @throws ApiError 400 when it is over or has never begun
 */
export function renewSubscription(
  scope: Scope,
  id: string,
  outcome: PaymentOutcome,
): Stripe.Subscription {
  const { object: before } = findSubscription(scope, id, 'path');
  if (before.status === 'incomplete' || OVER.includes(before.status)) {
    throw invalidRequest(`Subscription ${id} can't be renewed: its status is ${before.status}.`);
  }
  if (before.cancel_at !== null && before.cancel_at <= itemOf(before).current_period_end) {
    return endSubscription(scope, before, 'cancellation_requested');
  }
  const after = changeSubscription(scope, before, nextPeriod(before));
  const item = itemOf(after);
  collect(scope, after, item, {
    reason: 'subscription_cycle',
    amount: item.price.unit_amount ?? 0,
    period: { start: item.current_period_start, end: item.current_period_end },
    outcome,
  });
  return findSubscription(scope, id, 'path').object;
}

/** Three days before the end of a trial. @throws ApiError 400 when it is on none */
export function announceTrialEnd(scope: Scope, id: string): Stripe.Subscription {
  const { object } = findSubscription(scope, id, 'path');
  if (object.status !== 'trialing') {
    throw invalidRequest(`Subscription ${id} is on no trial: its status is ${object.status}.`);
  }
  emit(scope, { type: 'customer.subscription.trial_will_end', data: { object } });
  return object;
}

/** Ends it at once. @throws ApiError 404, as Stripe does, when it is over already */
export function endSubscription(
  scope: Scope,
  before: Stripe.Subscription,
  reason: EndReason,
): Stripe.Subscription {
  if (OVER.includes(before.status)) {
    throw resourceMissing('subscription', before.id, 'id', true);
  }
  const now = scope.seconds();
  const object: Stripe.Subscription = {
    ...before,
    status: before.status === 'incomplete' ? 'incomplete_expired' : 'canceled',
    canceled_at: before.canceled_at ?? now,
    cancellation_details: detailsOf(before, reason),
    ended_at: now,
  };
  scope.store.tables.subscriptions.put(object.id, { object });
  emit(scope, { type: 'customer.subscription.deleted', data: { object } });
  return object;
}

/** Lets it end with its period, or takes that back. @throws ApiError 400 when it is over */
export function setCancelAtPeriodEnd(
  scope: Scope,
  before: Stripe.Subscription,
  cancel: boolean,
): Stripe.Subscription {
  const end = cancel ? itemOf(before).current_period_end : null;
  return scheduleEnd(scope, before, end, cancel);
}

/**
 * Lets it end at an instant (whole seconds since 1970), or, with null, not at all.
 *
 * @throws ApiError 400 when it is over
 */
export function scheduleEnd(
  scope: Scope,
  before: Stripe.Subscription,
  at: number | null,
  withItsPeriod = false,
): Stripe.Subscription {
  if (OVER.includes(before.status)) {
    throw invalidRequest('A canceled subscription can only update its cancellation_details.');
  }
  return changeSubscription(scope, before, {
    ...before,
    cancel_at_period_end: withItsPeriod,
    cancel_at: at,
    canceled_at: at === null ? null : (before.canceled_at ?? scope.seconds()),
    cancellation_details: detailsOf(before, at === null ? null : 'cancellation_requested'),
  });
}

function nextPeriod(before: Stripe.Subscription): Stripe.Subscription {
  const item = itemOf(before);
  const start = item.current_period_end;
  const end = boundaryAfter(before.billing_cycle_anchor, start, recurrenceOf(item));
  const moved = { ...item, current_period_start: start, current_period_end: end };
  return {
    ...before,
    // A subscription that owes money keeps its status until that is paid.
    status: before.status === 'trialing' ? 'active' : before.status,
    items: { ...before.items, data: [moved] },
  };
}

const INTERVALS = ['day', 'week', 'month', 'year'] as const;

function recurrenceOf({ price }: Stripe.SubscriptionItem): Recurrence {
  const interval = INTERVALS.find((each) => each === price.recurring?.interval);
  if (interval === undefined) throw new Error(`${price.id} has an interval that nobody gave it`);
  return { interval, count: price.recurring?.interval_count ?? 1 };
}

function itemOf(subscription: Stripe.Subscription): Stripe.SubscriptionItem {
  const [item] = subscription.items.data;
  if (item === undefined) throw new Error(`${subscription.id} has no item`);
  return item;
}

function detailsOf(
  { cancellation_details: present }: Stripe.Subscription,
  reason: EndReason | null,
): Stripe.Subscription.CancellationDetails {
  return {
    comment: present?.comment ?? null,
    feedback: present?.feedback ?? null,
    feedback_option: present?.feedback_option ?? null,
    reason,
  };
}

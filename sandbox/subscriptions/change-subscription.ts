import type Stripe from 'stripe';
import { differences } from '../differences';
import { emit } from '../events';
import type { Scope } from '../world';

/** Keeps a subscription as it is now and tells what has changed, if anything has. */
export function changeSubscription(
  scope: Scope,
  before: Stripe.Subscription,
  after: Stripe.Subscription,
): Stripe.Subscription {
  const previous_attributes = differences(before, after);
  if (Object.keys(previous_attributes).length > 0) {
    scope.store.tables.subscriptions.put(after.id, { object: after });
    emit(scope, {
      type: 'customer.subscription.updated',
      data: { object: after, previous_attributes },
    });
  }
  return after;
}

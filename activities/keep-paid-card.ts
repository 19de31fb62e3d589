import type { Instant } from '../billing/instant';
import { isLive } from '../billing/subscription';
import type { SubscriptionState } from '../billing/subscription-state';
import { keepPaymentMethod } from './payment-method-events';
import type { Intent } from './ports/payments';
import type { SubscriptionRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';
import { isFailing } from './recover';
import { touch, type Payments } from './settlement';
import { stateAfter } from './subscription-state';

/**
 * What a customer paid with on the pay page of a subscription that is charged automatically is what it
 * is charged with from then on: Stripe has saved it with the payment, as the page said it would. It
 * becomes the default, and what else is past due is charged with it at once. Run again it changes
 * nothing.
 *
 * @returns the subscription's state, when the payment method was kept
 */
export async function keepPaidCard(
  { store, payments }: Payments,
  { intent, subscriptionId, now }: { intent: Intent; subscriptionId: string; now: Instant },
): Promise<SubscriptionState | undefined> {
  const { status, savesPaymentMethod, paymentMethodId } = intent;
  if (status !== 'succeeded' || !savesPaymentMethod || paymentMethodId === null) return undefined;
  const known = await payments.retrievePaymentMethod(paymentMethodId);
  // Detached since, or of another kind than can be kept.
  if (known === undefined || known.customerId === null) return undefined;
  return store.transaction(async (unit) => {
    const subscription = await unit.lockSubscription(subscriptionId);
    const user = await unit.user(subscription.userId);
    if (user.stripeCustomerId !== known.customerId) return undefined;
    const row = await unit.paymentMethod(paymentMethodId);
    // The customer has removed it since, and Stripe has not heard of it yet.
    if (row !== undefined && row.detachedAt !== null) return undefined;
    await keepPaymentMethod(unit, user.id, known, { chosen: true });
    if (isLive(subscription.status)) await chargeWhatIsPastDue(unit, subscription, now);
    return stateAfter(unit, subscription, await touch(unit, subscription));
  });
}

/** The oldest one; the others follow it, one after the other. */
async function chargeWhatIsPastDue(
  unit: UnitOfWork,
  { id, userId }: SubscriptionRecord,
  now: Instant,
): Promise<void> {
  if (!(await unit.waitingForPaymentMethod(userId)).includes(id)) return;
  const oldest = (await unit.unsettledInvoices(id)).find(isFailing);
  if (oldest !== undefined) await unit.updateInvoice(oldest, { nextAttemptAt: now });
}

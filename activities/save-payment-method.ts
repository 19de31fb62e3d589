import type { CreateRequest, Refusal } from '../workflows/messages';
import { ensureCustomer } from './ensure-customer';
import { admit } from './create-subscription';
import type { PaymentGateway } from './ports/payments';
import type { BillingStore } from './ports/store';

/**
 * Saves the payment method of a request to subscribe at Stripe and in the books, before anything of
 * the subscription exists: a card that can't be saved leaves nothing behind. Stripe's id of the
 * saved one, which differs from a test token such as `pm_card_visa`.
 */
export async function savePaymentMethod(
  deps: { store: BillingStore; payments: PaymentGateway },
  { subscriptionId, request, now }: { subscriptionId: string; request: CreateRequest; now: string },
): Promise<{ refused: Refusal } | { paymentMethodId: string }> {
  const { userId, paymentMethodId } = request;
  if (paymentMethodId === undefined) throw new Error('There is no payment method to save.');
  const admission = await deps.store.transaction((unit) => admit(unit, request, now));
  if ('refused' in admission) return admission;
  const customerId = await ensureCustomer(deps, userId);
  const attached = await deps.payments.attachPaymentMethod({
    customerId,
    paymentMethodId,
    idempotencyKey: `attach/${subscriptionId}/${paymentMethodId}`,
  });
  if (attached.outcome === 'unknown') {
    return { refused: { code: 'payment_method_unknown', message: attached.message } };
  }
  if (attached.outcome === 'declined') {
    const { code, declineCode, message } = attached.decline;
    const reason = declineCode ?? code;
    return { refused: { code: 'payment_method_declined', message, declineCode: reason } };
  }
  const { card } = attached;
  await deps.store.transaction((unit) => unit.savePaymentMethod({ ...card, userId }));
  return { paymentMethodId: card.id };
}

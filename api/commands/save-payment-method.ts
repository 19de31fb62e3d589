import { randomUUID } from 'node:crypto';
import type { AttachOutcome, SavedCard } from '../../activities/ports/payments';
import type { PaymentMethodRecord, UserRecord } from '../../activities/ports/records';
import { createBillingStore } from '../../db/billing-store';
import type { Dependencies } from '../dependencies';
import { Refused } from '../http/refusals';
import { ensureCustomer } from './ensure-customer';
import { tellOfPaymentMethod } from './tell-of-payment-method';

/**
 * Saves a payment method at Stripe, makes it the default, and tells the customer's subscriptions, so
 * that what is past due is charged at once. Safe to repeat with the same key after any failure.
 * @throws Refused `payment_method_declined`, `payment_method_unknown`.
 */
export async function savePaymentMethod(
  dependencies: Dependencies,
  user: UserRecord,
  { paymentMethodId, key = randomUUID() }: { paymentMethodId: string; key?: string | undefined },
): Promise<PaymentMethodRecord> {
  const { database, payments } = dependencies;
  const outcome = await payments.attachPaymentMethod({
    customerId: await ensureCustomer(dependencies, user),
    paymentMethodId,
    idempotencyKey: `attach/${user.id}/${key}`,
  });
  const card = attachedOr(outcome);
  const saved = await createBillingStore(database).transaction(async (unit) => {
    const known = await unit.paymentMethod(card.id);
    // Stripe repeats its answer to a key, though the payment method was removed since.
    if (known !== undefined && known.detachedAt !== null) throw removed();
    await unit.savePaymentMethod({ ...card, userId: user.id });
    await unit.makeDefault(user.id, card.id);
    return unit.paymentMethod(card.id);
  });
  if (saved === undefined) throw new Error(`payment method ${card.id} was saved and is gone`);
  await tellOfPaymentMethod(dependencies, user.id);
  return saved;
}

function attachedOr(outcome: AttachOutcome): SavedCard {
  if (outcome.outcome === 'attached') return outcome.card;
  if (outcome.outcome === 'unknown') {
    throw new Refused({ code: 'payment_method_unknown', message: outcome.message });
  }
  const { message, code, declineCode } = outcome.decline;
  throw new Refused({
    code: 'payment_method_declined',
    message,
    declineCode: declineCode ?? code,
  });
}

const removed = () =>
  new Refused({
    code: 'payment_method_unknown',
    message: 'This payment method was removed and can’t be saved again.',
  });

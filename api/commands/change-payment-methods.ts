import type { PaymentMethodRecord, UserRecord } from '../../activities/ports/records';
import { createBillingStore } from '../../db/billing-store';
import type { Dependencies } from '../dependencies';
import { Problem, notFound } from '../http/problem';
import { tellOfPaymentMethod } from './tell-of-payment-method';

/**
 * Makes a saved payment method the one that is charged; what is past due is charged with it at once.
 * @throws Problem 404 for one that the user doesn't have.
 */
export async function makeDefaultPaymentMethod(
  dependencies: Dependencies,
  user: UserRecord,
  id: string,
): Promise<PaymentMethodRecord> {
  const chosen = await createBillingStore(dependencies.database).transaction(async (unit) => {
    const own = await unit.lockPaymentMethods(user.id);
    if (!own.some((method) => method.id === id)) throw notFound();
    await unit.makeDefault(user.id, id);
    return unit.paymentMethod(id);
  });
  if (chosen === undefined) throw notFound();
  await tellOfPaymentMethod(dependencies, user.id);
  return chosen;
}

/**
 * Takes a payment method from its customer, in the books and at Stripe; the newest other one becomes
 * the default in its place. The books come first, because two requests at once must not both find
 * that another is left. Asked again, it makes sure that Stripe knows.
 * @throws Problem 404 for one that the user never had, 409 `last_payment_method`.
 */
export async function removePaymentMethod(
  dependencies: Dependencies,
  user: UserRecord,
  id: string,
): Promise<void> {
  await createBillingStore(dependencies.database).transaction(async (unit) => {
    const attached = await unit.lockPaymentMethods(user.id);
    const row = await unit.paymentMethod(id);
    if (row === undefined || row.userId !== user.id) throw notFound();
    if (row.detachedAt !== null) return;
    if (attached.length === 1 && (await unit.isChargedAutomatically(user.id))) throw lastOne();
    await unit.detachPaymentMethod(user.id, id);
  });
  await dependencies.payments.detachPaymentMethod(id);
  await tellOfPaymentMethod(dependencies, user.id);
}

const lastOne = () =>
  new Problem(
    409,
    'last_payment_method',
    'A subscription is charged with this payment method, and there is no other one: save another first, or cancel the subscription.',
  );

import type { PaymentGateway } from '../activities/ports/payments';
import type { Database } from '../db/database';

/**
 * Has Stripe forget somebody who was erased here: their cards are detached and the customer is deleted.
 * May be done any number of times, until it is known to be done. It changes nothing for anybody else.
 */
export async function eraseAtStripe(
  {
    database,
    payments,
  }: {
    database: Database;
    payments: Pick<PaymentGateway, 'detachPaymentMethod' | 'deleteCustomer'>;
  },
  userId: string,
): Promise<void> {
  const user = (await database.users.findByPk(userId))?.get({ plain: true });
  if (user === undefined || user.erasedAt === null || user.stripeErasedAt !== null) return;
  const cards = await database.paymentMethods.findAll({ where: { userId } });
  for (const card of cards) await payments.detachPaymentMethod(card.get({ plain: true }).id);
  if (user.stripeCustomerId !== null) await payments.deleteCustomer(user.stripeCustomerId);
  await database.users.update(
    { stripeErasedAt: new Date().toISOString() },
    { where: { id: userId, stripeErasedAt: null } },
  );
}

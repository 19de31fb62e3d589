import { Op } from 'sequelize';
import type { PaymentGateway } from '../activities/ports/payments';
import type { Database } from '../db/database';
import type { Logger } from '../platform/logger';
import { eraseAtStripe } from '../platform/erase-at-stripe';

/** How often it is looked. */
export const erasureMilliseconds = 60_000;

/**
 * Finishes what a crash, or an absence of Stripe's, has cut off: everybody who was erased here is
 * forgotten at Stripe as well. How many were.
 */
export async function finishErasures({
  database,
  payments,
  logger,
}: {
  database: Database;
  payments: Pick<PaymentGateway, 'detachPaymentMethod' | 'deleteCustomer'>;
  logger: Logger;
}): Promise<number> {
  const rows = await database.users.findAll({
    attributes: ['id'],
    where: { erasedAt: { [Op.ne]: null }, stripeErasedAt: null },
    order: [['erasedAt', 'ASC']],
    limit: 100,
  });
  let finished = 0;
  for (const row of rows) {
    const { id } = row.get({ plain: true });
    try {
      await eraseAtStripe({ database, payments }, id);
      finished += 1;
    } catch (error) {
      // The others' turn comes all the same; this one's again in a minute.
      logger.warn({ userId: id, err: error }, 'an erased user is not forgotten at Stripe yet');
    }
  }
  return finished;
}

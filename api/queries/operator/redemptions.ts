import { QueryTypes } from 'sequelize';
import type { Database } from '../../../db/database';

/** How many subscriptions have taken each; those that never began don't count. */
export async function redemptionsOf(
  { sequelize }: Database,
  couponIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (couponIds.length === 0) return new Map();
  const rows = await sequelize.query<{ id: string; taken: number }>(
    `select coupon_id as id, count(distinct subscription_id)::int as taken from discounts
     join subscriptions on subscriptions.id = discounts.subscription_id
     where coupon_id in (:couponIds) and status <> 'incomplete_expired' group by coupon_id`,
    { replacements: { couponIds: [...couponIds] }, type: QueryTypes.SELECT },
  );
  return new Map(rows.map(({ id, taken }) => [id, taken]));
}

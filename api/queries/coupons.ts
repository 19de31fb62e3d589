import { Op, col, fn, where } from 'sequelize';
import type { CouponRecord, DiscountRecord } from '../../activities/ports/records';
import type { Database } from '../../db/database';

/** A coupon on a subscription. */
export interface AppliedCoupon {
  coupon: CouponRecord;
  discount: DiscountRecord;
}

/** The coupon of this code, whatever its case; undefined when it is no longer given out. */
export async function findCoupon(
  { coupons }: Database,
  code: string,
): Promise<CouponRecord | undefined> {
  const row = await coupons.findOne({
    where: {
      [Op.and]: [where(fn('lower', col('code')), fn('lower', code)), { archivedAt: null }],
    },
  });
  return row?.get({ plain: true });
}

/** The coupons that subscriptions have now, by the subscription's id. */
export async function couponsOn(
  database: Database,
  subscriptionIds: readonly string[],
): Promise<ReadonlyMap<string, AppliedCoupon>> {
  if (subscriptionIds.length === 0) return new Map();
  const rows = await database.discounts.findAll({
    where: { subscriptionId: [...subscriptionIds], removedAt: null },
  });
  const applied = await withCoupons(
    database,
    rows.map((row) => row.get({ plain: true })),
  );
  return new Map(applied.map((each) => [each.discount.subscriptionId, each]));
}

/** Discounts by their ids, whether they are still on or were removed. */
export async function discountsById(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, AppliedCoupon>> {
  if (ids.length === 0) return new Map();
  const rows = await database.discounts.findAll({ where: { id: [...new Set(ids)] } });
  const applied = await withCoupons(
    database,
    rows.map((row) => row.get({ plain: true })),
  );
  return new Map(applied.map((each) => [each.discount.id, each]));
}

async function withCoupons(
  { coupons }: Database,
  discounts: DiscountRecord[],
): Promise<AppliedCoupon[]> {
  if (discounts.length === 0) return [];
  const ids = [...new Set(discounts.map(({ couponId }) => couponId))];
  const rows = await coupons.findAll({ where: { id: ids } });
  const byId = new Map(rows.map((row) => row.get({ plain: true })).map((each) => [each.id, each]));
  return discounts.flatMap((discount) => {
    const coupon = byId.get(discount.couponId);
    return coupon === undefined ? [] : [{ coupon, discount }];
  });
}

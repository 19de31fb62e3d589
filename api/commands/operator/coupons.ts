import type { CouponRecord, UserRecord } from '../../../activities/ports/records';
import { couponProblem, type Coupon, type CouponProblem } from '../../../billing/coupon';
import { violatedConstraint, type Database } from '../../../db/database';
import type { Dependencies } from '../../dependencies';
import { Problem, invalidField } from '../../http/problem';
import { anyRow } from '../../queries/operator/any';
import { makeOnce } from '../repeatable';
import { refuseAmount } from './amounts';
import { factsOf, recordAct, type Asked, type Facts } from './audit';

export type NewCoupon = Omit<CouponRecord, 'id' | 'archivedAt' | 'createdAt' | 'updatedAt'>;

/**
 * Gives out a new coupon.
 * @throws Problem 400 for one that can't be reckoned with, 409 `coupon_code_taken`, 422 for a key of
 *   another request.
 */
export async function createCoupon(
  { database }: Dependencies,
  operator: UserRecord,
  fields: NewCoupon,
  { reason, idempotencyKey }: Asked,
): Promise<CouponRecord> {
  refuseUnsound(fields);
  await refuseUnknownPlans(database, fields.planCodes);
  const making = { kind: 'coupon', userId: operator.id, idempotencyKey, wanted: fields };
  return makeOnce({ ...making, table: database.coupons }, async (id) => {
    try {
      await database.transaction(async (transaction) => {
        await database.coupons.create({ ...fields, id }, { transaction });
        await recordAct(
          database,
          transaction,
          { operator, action: 'coupon.create', object: `coupon/${id}`, reason },
          { before: null, after: couponFacts(fields) },
        );
      });
    } catch (error) {
      if (violatedConstraint(error) !== 'coupons_code_key') throw error;
      throw new Problem(409, 'coupon_code_taken', `There is a coupon "${fields.code}".`);
    }
  });
}

/** Gives it out no more; subscriptions that have it keep it. Asked again it answers the same. */
export async function archiveCoupon(
  { database }: Dependencies,
  operator: UserRecord,
  id: string,
  reason: string | undefined,
): Promise<CouponRecord> {
  const before = await anyRow(database.coupons, id);
  if (before.archivedAt !== null) return before;
  const archivedAt = new Date().toISOString();
  await database.transaction(async (transaction) => {
    await database.coupons.update({ archivedAt }, { where: { id }, transaction });
    await recordAct(
      database,
      transaction,
      { operator, action: 'coupon.archive', object: `coupon/${id}`, reason },
      { before: couponFacts(before), after: couponFacts({ ...before, archivedAt }) },
    );
  });
  return anyRow(database.coupons, id);
}

const problems: Readonly<Record<CouponProblem, [field: string, message: string]>> = {
  percentage_out_of_range: ['percent_off', 'A percentage is above 0 and up to 100.'],
  amount_not_positive: ['amount_off', 'An amount is above 0.'],
  months_invalid: ['duration_months', 'A repeating coupon lasts 1 to 120 whole months.'],
};

function refuseUnsound(fields: NewCoupon): void {
  if (fields.amountOffMinor !== null) {
    refuseAmount('amount_off', fields.amountOffMinor, fields.currency ?? '');
  }
  const problem = couponProblem(couponOf(fields));
  if (problem === undefined) return;
  throw invalidField(...problems[problem], problem);
}

function couponOf({ percentOff, amountOffMinor, currency, ...fields }: NewCoupon): Coupon {
  return {
    discount:
      amountOffMinor === null
        ? { kind: 'percent', percentage: percentOff ?? '' }
        : { kind: 'amount', amount: amountOffMinor, currency: currency ?? '' },
    duration:
      fields.duration === 'repeating'
        ? { kind: 'repeating', months: fields.durationMonths ?? 0 }
        : { kind: fields.duration },
  };
}

async function refuseUnknownPlans(
  { plans }: Database,
  codes: readonly string[] | null,
): Promise<void> {
  if (codes === null) return;
  const rows = await plans.findAll({ attributes: ['code'], where: { code: [...codes] } });
  const known = new Set(rows.map((row) => row.get({ plain: true }).code));
  const unknown = codes.find((code) => !known.has(code));
  if (unknown !== undefined) throw invalidField('plan_codes', `There is no plan "${unknown}".`);
}

const couponFacts = (coupon: NewCoupon & { archivedAt?: string | null }): Facts =>
  factsOf(coupon, [
    'code',
    'name',
    'percentOff',
    'amountOffMinor',
    'currency',
    'duration',
    'durationMonths',
    'redeemBy',
    'maxRedemptions',
    'planCodes',
    'archivedAt',
  ]);

import { z } from 'zod';
import type { CouponRecord } from '../../../../../activities/ports/records';
import { archiveCoupon, createCoupon } from '../../../../commands/operator/coupons';
import type { Dependencies } from '../../../../dependencies';
import { byId, id, instant, instantInput, minorUnits, text } from '../../../../http/fields';
import { created, ok, route } from '../../../../http/route';
import { asMinorUnits } from '../../../../presenters/money';
import { listOf, newestFirst, pageQuery } from '../../../../queries/newest-first';
import { anyRow } from '../../../../queries/operator/any';
import { redemptionsOf } from '../../../../queries/operator/redemptions';
import { askedOf, onceUnderKey, reason, reasonOnly } from '../reason';

const tags = ['Admin: prices'];
const base = '/api/v1/admin/coupons';

const duration = z.enum(['once', 'repeating', 'forever']);

const coupon = z
  .object({
    id,
    code: z.string(),
    name: z.string(),
    percent_off: z.string().nullable(),
    amount_off: minorUnits.nullable(),
    currency: z.string().nullable(),
    duration,
    duration_months: z.int().nullable(),
    redeem_by: instant.nullable(),
    max_redemptions: z.int().nullable(),
    redemptions: z.int().describe('How many subscriptions have taken it.'),
    plan_codes: z.array(z.string()).nullable().describe('The only plans that it discounts.'),
    archived_at: instant.nullable(),
    created_at: instant,
  })
  .meta({ id: 'Coupon' });

const createRequest = z.object({
  body: z
    .strictObject({
      code: text(40)
        .regex(/^[\w-]+$/, 'Letters, digits, - and _.')
        .describe('What a customer types, in any case.'),
      name: text(100),
      percent_off: text(20).optional().describe('Plain decimals above 0 and up to 100: "12.5".'),
      amount_off: z.int().optional().describe('In minor units of `currency`.'),
      currency: text(3).optional(),
      duration,
      duration_months: z.int().optional().describe('With repeating.'),
      redeem_by: instantInput.optional().describe('It can be taken before this.'),
      max_redemptions: z.int().min(1).max(1_000_000_000).optional(),
      plan_codes: z.array(text(64)).min(1).max(100).optional(),
      reason,
    })
    .refine((body) => (body.percent_off === undefined) !== (body.amount_off === undefined), {
      path: ['percent_off'],
      message: 'Either a percentage or an amount.',
    })
    .refine((body) => (body.amount_off === undefined) === (body.currency === undefined), {
      path: ['currency'],
      message: 'An amount has a currency, a percentage none.',
    })
    .refine((body) => (body.duration === 'repeating') === (body.duration_months !== undefined), {
      path: ['duration_months'],
      message: 'A repeating coupon has a number of months, others none.',
    }),
});
const oneRequest = z.object({ params: byId });

export const adminCouponRoutes = [
  route({
    method: 'get',
    path: base,
    auth: 'operator',
    summary: 'List coupons, newest first',
    tags,
    request: z.object({ query: pageQuery }),
    responses: { 200: listOf(coupon) },
    async handler({ query }, { database }) {
      const { rows, hasMore } = await newestFirst(database.coupons, {}, query);
      return ok({ data: await presentAll({ database }, rows), has_more: hasMore });
    },
  }),

  route({
    method: 'post',
    path: base,
    auth: 'operator',
    summary: 'Give out a new coupon',
    description: onceUnderKey,
    tags,
    request: createRequest,
    responses: { 201: coupon },
    problems: [409, 422],
    async handler({ body, principal: { user }, http }, dependencies) {
      const fields = {
        code: body.code,
        name: body.name,
        percentOff: body.percent_off ?? null,
        amountOffMinor: body.amount_off === undefined ? null : BigInt(body.amount_off),
        currency: body.currency ?? null,
        duration: body.duration,
        durationMonths: body.duration_months ?? null,
        redeemBy: body.redeem_by ?? null,
        maxRedemptions: body.max_redemptions ?? null,
        planCodes: body.plan_codes ?? null,
      };
      const row = await createCoupon(dependencies, user, fields, askedOf(body, http));
      return created(await present(dependencies, row));
    },
  }),

  route({
    method: 'get',
    path: `${base}/:id`,
    auth: 'operator',
    summary: 'See one coupon',
    tags,
    request: oneRequest,
    responses: { 200: coupon },
    handler: async ({ params }, dependencies) =>
      ok(await present(dependencies, await anyRow(dependencies.database.coupons, params.id))),
  }),

  route({
    method: 'post',
    path: `${base}/:id/archive`,
    auth: 'operator',
    summary: 'Give a coupon out no more',
    description: 'Subscriptions that have it keep it.',
    tags,
    request: oneRequest.extend({ body: reasonOnly }),
    responses: { 200: coupon },
    async handler({ params, body, principal: { user } }, dependencies) {
      const row = await archiveCoupon(dependencies, user, params.id, body.reason);
      return ok(await present(dependencies, row));
    },
  }),
];

async function present(dependencies: Pick<Dependencies, 'database'>, row: CouponRecord) {
  const [presented] = await presentAll(dependencies, [row]);
  if (presented === undefined) throw new Error('one in, one out');
  return presented;
}

async function presentAll({ database }: Pick<Dependencies, 'database'>, rows: CouponRecord[]) {
  const redemptions = await redemptionsOf(
    database,
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    id: row.id,
    code: row.code,
    name: row.name,
    percent_off: row.percentOff,
    amount_off: row.amountOffMinor === null ? null : asMinorUnits(row.amountOffMinor),
    currency: row.currency,
    duration: row.duration,
    duration_months: row.durationMonths,
    redeem_by: row.redeemBy,
    max_redemptions: row.maxRedemptions,
    redemptions: redemptions.get(row.id) ?? 0,
    plan_codes: row.planCodes,
    archived_at: row.archivedAt,
    created_at: row.createdAt,
  }));
}

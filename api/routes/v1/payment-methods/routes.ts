import { z } from 'zod';
import type { PaymentMethodRecord } from '../../../../activities/ports/records';
import { savePaymentMethod } from '../../../commands/save-payment-method';
import { instant, paymentMethodId } from '../../../http/fields';
import { idempotencyKeyOf } from '../../../http/idempotency-key';
import { created, ok, route } from '../../../http/route';
import { listOf, newestFirst, pageQuery } from '../../../queries/newest-first';

const tags = ['v1 payment methods'];

const paymentMethod = z.object({
  id: z.string(),
  type: z.string(),
  brand: z.string().nullable(),
  last4: z.string().nullable(),
  exp_month: z.int().nullable(),
  exp_year: z.int().nullable(),
  is_default: z.boolean(),
  created_at: instant,
});

export const paymentMethodRoutes = [
  route({
    method: 'get',
    path: '/api/v1/payment-methods',
    auth: 'user',
    summary: 'List your payment methods, newest first',
    tags,
    request: z.object({ query: pageQuery.extend({ starting_after: paymentMethodId.optional() }) }),
    responses: { 200: listOf(paymentMethod) },
    async handler({ query, principal: { user } }, { database }) {
      const where = { userId: user.id, detachedAt: null };
      const { rows, hasMore } = await newestFirst(database.paymentMethods, where, query);
      return ok({ data: rows.map(presentPaymentMethod), has_more: hasMore });
    },
  }),

  route({
    method: 'post',
    path: '/api/v1/payment-methods',
    auth: 'user',
    summary: 'Save a payment method and make it the default',
    description: 'An invoice that is past due is charged with it at once.',
    tags,
    request: z.object({ body: z.strictObject({ payment_method_id: paymentMethodId }) }),
    responses: { 201: paymentMethod },
    problems: [402],
    async handler({ body, principal: { user }, http }, dependencies) {
      const saved = await savePaymentMethod(dependencies, user, {
        paymentMethodId: body.payment_method_id,
        key: idempotencyKeyOf(http),
      });
      return created(presentPaymentMethod(saved));
    },
  }),
];

function presentPaymentMethod(row: PaymentMethodRecord) {
  return {
    id: row.id,
    type: row.type,
    brand: row.brand,
    last4: row.last4,
    exp_month: row.expMonth,
    exp_year: row.expYear,
    is_default: row.isDefault,
    created_at: row.createdAt,
  };
}

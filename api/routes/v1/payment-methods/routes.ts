import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { PaymentMethodRecord } from '../../../../activities/ports/records';
import {
  makeDefaultPaymentMethod,
  removePaymentMethod,
} from '../../../commands/change-payment-methods';
import { ensureCustomer } from '../../../commands/ensure-customer';
import { savePaymentMethod } from '../../../commands/save-payment-method';
import { instant, paymentMethodId } from '../../../http/fields';
import { idempotencyKeyOf } from '../../../http/idempotency-key';
import { created, empty, noContent, ok, route } from '../../../http/route';
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

/** An id that can't be one of Stripe's can't be found. */
const byPaymentMethodId = z.object({ params: z.object({ id: paymentMethodId }) });

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

  route({
    method: 'post',
    path: '/api/v1/payment-methods/setup-intent',
    auth: 'user',
    summary: 'Begin to save a payment method in the browser',
    description:
      'The browser confirms the SetupIntent with its client secret; bank and customer may have to authenticate. ' +
      'Save the payment method then. Even if the browser never comes back, it is saved once Stripe says so.',
    tags,
    request: z.object({ body: z.strictObject({}) }),
    responses: { 201: z.object({ client_secret: z.string() }) },
    secret: 'again',
    async handler({ principal: { user }, http }, dependencies) {
      const key = idempotencyKeyOf(http) ?? randomUUID();
      const { clientSecret } = await dependencies.payments.createSetupIntent({
        customerId: await ensureCustomer(dependencies, user),
        userId: user.id,
        idempotencyKey: `setup/${user.id}/${key}`,
      });
      if (clientSecret === null) throw new Error('Stripe gave a SetupIntent without its secret.');
      return created({ client_secret: clientSecret });
    },
  }),

  route({
    method: 'post',
    path: '/api/v1/payment-methods/:id/make-default',
    auth: 'user',
    summary: 'Make a payment method the one that is charged',
    description: 'An invoice that is past due is charged with it at once.',
    tags,
    request: byPaymentMethodId.extend({ body: z.strictObject({}) }),
    responses: { 200: paymentMethod },
    handler: async ({ params, principal: { user } }, dependencies) =>
      ok(presentPaymentMethod(await makeDefaultPaymentMethod(dependencies, user, params.id))),
  }),

  route({
    method: 'delete',
    path: '/api/v1/payment-methods/:id',
    auth: 'user',
    summary: 'Remove a payment method',
    description:
      'The newest other one takes the place of a default. The last one of a subscription that is charged automatically stays.',
    tags,
    request: byPaymentMethodId,
    responses: { 204: empty },
    problems: [409],
    async handler({ params, principal: { user } }, dependencies) {
      await removePaymentMethod(dependencies, user, params.id);
      return noContent();
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

import type Stripe from 'stripe';
import { z } from 'zod';
import { invalidRequest } from '../errors';
import { listPage, within } from '../http/pagination';
import { created, expand, integer, metadata, page, text } from '../http/parameters';
import { ok, route, type Route } from '../http/routes';
import { mergeMetadata } from '../metadata';
import { refundCharge } from '../payments/refund';
import type { Scope } from '../world';
import { findCharge, findPaymentIntent, findRefund, idOf } from './lookup';

function chargeToRefund(
  scope: Scope,
  params: { charge?: string | undefined; payment_intent?: string | undefined },
): Stripe.Charge {
  if (params.charge !== undefined) {
    return findCharge(scope, params.charge, { param: 'charge' }).object;
  }
  if (params.payment_intent === undefined) {
    throw invalidRequest(
      'One of the following params should be provided for this request: payment_intent or charge.',
      {
        code: 'parameter_missing',
        param: 'payment_intent',
      },
    );
  }
  const { object } = findPaymentIntent(scope, params.payment_intent, { param: 'payment_intent' });
  const charge = scope.store.tables.charges.get(idOf(object.latest_charge) ?? '')?.object;
  if (charge?.status !== 'succeeded') {
    throw invalidRequest(
      `This PaymentIntent (${object.id}) does not have a successful charge to refund.`,
      { code: 'payment_intent_unexpected_state', param: 'payment_intent' },
    );
  }
  return charge;
}

export const refundRoutes: Route[] = [
  route('post', '/v1/refunds', {
    schema: z.strictObject({
      expand,
      amount: integer.optional(),
      charge: text.optional(),
      metadata: metadata.optional(),
      payment_intent: text.optional(),
      reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
    }),
    handle: ({ scope, params }) =>
      ok(
        refundCharge(scope, chargeToRefund(scope, params), {
          amount: params.amount ?? null,
          reason: params.reason ?? null,
          metadata: mergeMetadata({}, params.metadata),
        }),
      ),
  }),
  route('get', '/v1/refunds', {
    schema: z.strictObject({
      ...page,
      created,
      charge: text.optional(),
      payment_intent: text.optional(),
    }),
    handle: ({ scope, params }) =>
      ok(
        listPage(
          scope.store.tables.refunds,
          { url: '/v1/refunds', what: 'refund', page: params },
          ({ object }) => {
            const matches =
              (params.charge === undefined || object.charge === params.charge) &&
              (params.payment_intent === undefined ||
                object.payment_intent === params.payment_intent);
            return matches && within(object.created, params.created) ? object : null;
          },
        ),
      ),
  }),
  route('get', '/v1/refunds/:id', {
    schema: z.strictObject({ expand }),
    handle: ({ scope, ids }) => ok(findRefund(scope, ids.id, 'path').object),
  }),
];

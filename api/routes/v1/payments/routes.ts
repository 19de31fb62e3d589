import { z } from 'zod';
import type { StripePaymentRecord } from '../../../../activities/ports/records';
import { id, instant, minorUnits } from '../../../http/fields';
import { ok, route } from '../../../http/route';
import { asMinorUnits } from '../../../presenters/money';
import { listOf, pageQuery } from '../../../queries/newest-first';
import { paymentsPage, type PaymentView } from '../../../queries/payments';

const payment = z.object({
  id,
  invoice: id
    .nullable()
    .describe('Null for a subscription that Stripe runs: see `stripe_invoice`.'),
  stripe_invoice: z.string().nullable(),
  subscription: id.nullable(),
  amount: minorUnits,
  currency: z.string(),
  status: z.enum([
    'pending',
    'processing',
    'requires_action',
    'succeeded',
    'failed',
    'canceled',
    'refunded',
  ]),
  decline_code: z.string().nullable(),
  message: z.string().nullable(),
  payment_method: z.string().nullable(),
  payment_intent: z.string().nullable(),
  at: instant,
});

export const paymentRoutes = [
  route({
    method: 'get',
    path: '/api/v1/payments',
    auth: 'user',
    summary: 'List what was paid and what failed, newest first',
    tags: ['v1 payments'],
    request: z.object({ query: pageQuery }),
    responses: { 200: listOf(payment) },
    async handler({ query, principal: { user } }, { database }) {
      const { rows, hasMore } = await paymentsPage(database, user.id, query);
      return ok({ data: rows.map(presentPayment), has_more: hasMore });
    },
  }),
];

function presentPayment(view: PaymentView) {
  if ('mirrored' in view) return presentMirrored(view.mirrored);
  const { attempt, invoice } = view;
  return {
    id: attempt.id,
    invoice: invoice.id,
    stripe_invoice: null,
    subscription: invoice.subscriptionId,
    amount: asMinorUnits(attempt.amountMinor),
    currency: attempt.currency,
    status: attempt.status,
    decline_code: attempt.declineCode ?? attempt.errorCode,
    message: attempt.message,
    payment_method: attempt.paymentMethodId,
    payment_intent: attempt.stripePaymentIntentId,
    at: attempt.attemptedAt,
  };
}

const presentMirrored = (mirrored: StripePaymentRecord) => ({
  id: mirrored.id,
  invoice: null,
  stripe_invoice: mirrored.stripeInvoiceId,
  subscription: mirrored.subscriptionId,
  amount: asMinorUnits(mirrored.amountMinor),
  currency: mirrored.currency,
  status: mirrored.status,
  decline_code: null,
  message: null,
  payment_method: null,
  payment_intent: mirrored.stripePaymentIntentId,
  at: mirrored.paidAt ?? mirrored.createdAt,
});

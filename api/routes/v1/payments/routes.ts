import { z } from 'zod';
import { id, instant, minorUnits } from '../../../http/fields';
import { ok, route } from '../../../http/route';
import { asMinorUnits } from '../../../presenters/money';
import { listOf, pageQuery } from '../../../queries/newest-first';
import { paymentsPage, type PaymentView } from '../../../queries/payments';

const payment = z.object({
  id,
  invoice: id,
  subscription: id.nullable(),
  amount: minorUnits,
  currency: z.string(),
  status: z.enum(['pending', 'processing', 'requires_action', 'succeeded', 'failed', 'canceled']),
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

function presentPayment({ attempt, invoice }: PaymentView) {
  return {
    id: attempt.id,
    invoice: invoice.id,
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

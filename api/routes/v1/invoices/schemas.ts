import { z } from 'zod';
import { byId, id, instant, minorUnits } from '../../../http/fields';
import { listOf, pageQuery } from '../../../queries/newest-first';

const status = z.enum(['draft', 'open', 'paid', 'void', 'uncollectible']);

export const invoice = z.object({
  id,
  number: z.string().nullable(),
  subscription: id.nullable(),
  cycle: z.int().nullable(),
  status,
  currency: z.string(),
  subtotal: minorUnits,
  discount: minorUnits,
  tax: minorUnits,
  total: minorUnits,
  credit_applied: minorUnits,
  amount_due: minorUnits,
  amount_paid: minorUnits,
  amount_refunded: minorUnits,
  period_start: instant,
  period_end: instant,
  issued_at: instant,
  due_at: instant,
  paid_at: instant.nullable(),
  lines: z.array(
    z.object({
      description: z.string(),
      amount: minorUnits,
      quantity: z.int(),
      proration: z.boolean(),
      period_start: instant,
      period_end: instant,
    }),
  ),
  attempts: z.array(
    z.object({
      id,
      status: z.enum([
        'pending',
        'processing',
        'requires_action',
        'succeeded',
        'failed',
        'canceled',
      ]),
      decline_code: z.string().nullable(),
      at: instant,
    }),
  ),
  next_attempt_at: instant.nullable(),
  hosted_url: z.url().nullable(),
});

export const invoiceList = listOf(invoice);
export const clientSecret = z.object({ client_secret: z.string() });

export const listRequest = z.object({
  query: pageQuery.extend({ subscription: id.optional(), status: status.optional() }),
});
export const oneRequest = z.object({ params: byId });
export const payRequest = oneRequest.extend({ body: z.strictObject({}) });

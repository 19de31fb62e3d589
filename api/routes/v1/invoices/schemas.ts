import { z } from 'zod';
import { byId, id, instant, minorUnits } from '../../../http/fields';
import { appliedCoupon } from '../../../presenters/coupon';
import { lineAmounts } from '../../../presenters/quotes';
import { listOf, pageQuery } from '../../../queries/newest-first';

const status = z.enum(['draft', 'open', 'paid', 'void', 'uncollectible']);

export const invoice = z
  .object({
    id,
    number: z.string().nullable(),
    subscription: id.nullable(),
    cycle: z.int().nullable(),
    reason: z
      .enum(['cycle', 'change', 'cancel', 'resume', 'manual'])
      .describe('What it was made for: a period, a change of plan, the rest after a pause …'),
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
    amount_credited: minorUnits.describe('What credit notes took off what was due.'),
    coupon: appliedCoupon.nullable().describe('Whose discount it has.'),
    taxes: z.array(
      z.object({
        name: z.string(),
        percentage: z.string(),
        inclusive: z.boolean(),
        amount: minorUnits,
      }),
    ),
    period_start: instant,
    period_end: instant,
    issued_at: instant,
    due_at: instant,
    paid_at: instant.nullable(),
    lines: z.array(lineAmounts),
    credit_notes: z.array(
      z.object({
        id,
        number: z.string(),
        total: minorUnits,
        tax: minorUnits,
        reason: z.string(),
        to_balance: minorUnits,
        to_invoice: minorUnits.describe('Taken off what was still due.'),
        to_card: minorUnits,
        issued_at: instant,
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
  })
  .meta({ id: 'Invoice' });

export const invoiceList = listOf(invoice);
export const clientSecret = z.object({ client_secret: z.string() });

export const listRequest = z.object({
  query: pageQuery.extend({ subscription: id.optional(), status: status.optional() }),
});
export const oneRequest = z.object({ params: byId });
export const payRequest = oneRequest.extend({ body: z.strictObject({}) });

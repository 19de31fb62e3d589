import { z } from 'zod';
import { id, instant, minorUnits, text } from '../../../../http/fields';
import { listOf, pageQuery } from '../../../../queries/newest-first';
import {
  invoice as customersInvoice,
  listRequest as ownListRequest,
  oneRequest,
} from '../../invoices/schemas';
import { reason, reasonOnly } from '../reason';

export { oneRequest } from '../../invoices/schemas';

/** As customers see it, and what only operators do. */
export const invoice = customersInvoice
  .extend({
    user: id,
    paid_out_of_band: z.boolean().describe('Marked as paid another way than through Stripe.'),
    held: z.boolean().describe('A draft that waits for an operator’s decision, after an outage.'),
  })
  .meta({ id: 'AdminInvoice' });
export const invoiceList = listOf(invoice);

export const listRequest = z.object({
  query: ownListRequest.shape.query.extend({
    user_id: id.optional(),
    held: z.enum(['true', 'false']).optional(),
  }),
});

export const creditNote = z
  .object({
    id,
    number: z.string(),
    invoice: id,
    reason: z.string(),
    memo: z.string().nullable(),
    currency: z.string(),
    net: minorUnits,
    tax: minorUnits,
    total: minorUnits.describe('What the customer gets back, tax included.'),
    to_invoice: minorUnits.describe('Taken off what was still due.'),
    to_card: minorUnits,
    to_balance: minorUnits,
    lines: z.array(z.object({ invoice_line: id, net: minorUnits, tax: minorUnits })),
    refunds: z.array(
      z.object({
        id,
        amount: minorUnits,
        status: z.enum(['pending', 'succeeded', 'failed']),
        external_id: z.string().nullable().describe('Stripe’s.'),
      }),
    ),
    issued_at: instant,
  })
  .meta({ id: 'CreditNote' });
export const creditNoteList = listOf(creditNote);
export const creditNotesRequest = oneRequest.extend({ query: pageQuery });

export const actRequest = oneRequest.extend({ body: reasonOnly });

const amount = z
  .int()
  .min(1)
  .optional()
  .describe('In minor units, tax included; by default all that is left.');
const memo = text(500).optional().describe('For the customer, on the credit note.');

export const creditRequest = oneRequest.extend({
  body: z.strictObject({
    amount,
    to: z
      .enum(['card', 'balance'])
      .describe(
        'Where it goes beyond what is still due: back to the card as far as that has paid, or to the balance.',
      ),
    memo,
    reason,
  }),
});
export const refundRequest = oneRequest.extend({ body: z.strictObject({ amount, memo, reason }) });

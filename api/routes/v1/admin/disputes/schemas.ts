import { z } from 'zod';
import { id, instant, minorUnits, text } from '../../../../http/fields';
import { listOf, pageQuery } from '../../../../queries/newest-first';
import { reason, reasonOnly } from '../reason';

/** Stripe's id of a dispute. */
const disputeId = text(255).regex(/^\w+$/, 'Not a dispute: du_… is expected.');

export const dispute = z
  .object({
    id: z.string(),
    status: z
      .string()
      .describe(
        'In Stripe’s words: needs_response, under_review, won, lost, warning_… for inquiries.',
      ),
    reason: z.string(),
    amount: minorUnits.describe('What is disputed.'),
    withdrawn: minorUnits.describe('What of it the bank has taken from us at the moment.'),
    currency: z.string(),
    evidence_due_by: instant.nullable().describe('Until when it can be answered.'),
    invoice: id.nullable(),
    invoice_number: z.string().nullable(),
    subscription: id.nullable(),
    user: id.nullable(),
    charge: z.string().describe('Stripe’s.'),
    opened_at: instant,
    closed_at: instant.nullable(),
  })
  .meta({ id: 'Dispute' });
export const disputeList = listOf(dispute);

export const listRequest = z.object({
  query: pageQuery.extend({
    starting_after: disputeId.optional(),
    status: z.enum(['open', 'closed']).optional(),
    user_id: id.optional(),
    invoice: id.optional(),
  }),
});
export const oneRequest = z.object({ params: z.object({ id: disputeId }) });

/** As long as Stripe takes it. */
const words = text(20_000).optional();

/** The written kinds of evidence, by Stripe's names. */
const evidence = z
  .strictObject({
    access_activity_log: words,
    billing_address: words,
    cancellation_policy_disclosure: words,
    cancellation_rebuttal: words,
    customer_email_address: words,
    customer_name: words,
    customer_purchase_ip: words,
    duplicate_charge_explanation: words,
    duplicate_charge_id: words,
    product_description: words,
    refund_policy_disclosure: words,
    refund_refusal_explanation: words,
    service_date: words,
    uncategorized_text: words,
  })
  .transform((given) =>
    Object.fromEntries(
      Object.entries(given).flatMap(([name, said]) => (said === undefined ? [] : [[name, said]])),
    ),
  )
  .refine((given) => Object.keys(given).length > 0, 'Some evidence is needed.');

export const evidenceRequest = oneRequest.extend({
  body: z.strictObject({
    evidence,
    submit: z
      .boolean()
      .default(true)
      .describe('False keeps it as a draft; what is submitted can’t be added to.'),
    reason,
  }),
});
export const closeRequest = oneRequest.extend({ body: reasonOnly });

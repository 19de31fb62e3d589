import { z } from 'zod';
import { byId, id, instant, text } from '../../../../http/fields';
import { listOf, pageQuery } from '../../../../queries/newest-first';
import { reasonOnly } from '../reason';

export const run = z
  .object({
    id,
    from: instant.describe('What Stripe made from then on was compared …'),
    to: instant.describe('… and before then.'),
    started_at: instant,
    finished_at: instant.nullable().describe('Null while it is under way.'),
    compared: z.int().describe('How many things were looked at.'),
    healed: z.int().describe('What had differed and does not any more.'),
    flagged: z.int().describe('What differed at its end.'),
  })
  .meta({ id: 'Reconciliation' });

const status = z.enum(['open', 'healed', 'resolved']);

export const discrepancy = z
  .object({
    id,
    kind: z
      .enum([
        'payment_not_booked',
        'payment_differs',
        'payment_unknown_at_stripe',
        'payment_of_unknown_origin',
        'refund_not_booked',
        'refund_differs',
        'refund_unknown_at_stripe',
        'dispute_not_booked',
      ])
      .describe('Those that end in `not_booked` are mended by themselves, as a rule.'),
    stripe_object: z.string().describe('pi_…, re_… or du_…'),
    invoice: id.nullable(),
    subscription: id.nullable(),
    details: z
      .record(z.string(), z.unknown())
      .describe('Both sides as they were last seen; amounts as text, in minor units.'),
    status: status.describe(
      '`healed`: the books agree again. `resolved`: an operator knows why they don’t.',
    ),
    found_at: instant,
    seen_at: instant.describe('When it was last looked at.'),
    closed_at: instant.nullable(),
  })
  .meta({ id: 'Discrepancy' });
export const discrepancyList = listOf(discrepancy);

export const overview = z.object({
  runs: z.array(run).describe('The last ten, newest first.'),
  open: z.int().describe('How many things differ.'),
  discrepancies: z
    .array(discrepancy)
    .describe('Those that differ, found last first; a hundred at most.'),
});

export const startRequest = z.object({ body: reasonOnly });
export const listRequest = z.object({ query: pageQuery.extend({ status: status.optional() }) });
export const resolveRequest = z.object({
  params: byId,
  body: z.strictObject({ reason: text(500).describe('Why: it is kept in the audit log.') }),
});

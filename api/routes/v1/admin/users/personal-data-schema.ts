import { z } from 'zod';
import { id, instant, minorUnits } from '../../../../http/fields';
import { invoice } from '../../invoices/schemas';
import { subscription } from '../../subscriptions/schemas';
import { user } from './schemas';

const anything = z.record(z.string(), z.unknown());

/** Everything that is held of a person, as they may take it elsewhere. No secret is in it (I12). */
export const personalData = z.object({
  exported_at: instant,
  profile: user.extend({
    first_name: z.string(),
    last_name: z.string(),
    updated_at: instant,
  }),
  sessions: z.array(
    z.object({ begun_at: instant, expires_at: instant, ended_at: instant.nullable() }),
  ),
  subscriptions: z.array(
    subscription.extend({
      cancel_reason: z.string().nullable(),
      events: z.array(
        z.object({ at: instant, type: z.string(), text: z.string(), data: anything }),
      ),
    }),
  ),
  invoices: z.array(invoice.omit({ hosted_url: true })),
  invoice_items: z.array(
    z.object({
      id,
      subscription: id,
      description: z.string(),
      quantity: z.int(),
      amount: minorUnits,
      currency: z.string(),
      invoice: id.nullable(),
      created_at: instant,
    }),
  ),
  payments: z.array(
    z.object({
      id,
      invoice: id.nullable(),
      subscription: id.nullable(),
      amount: minorUnits,
      currency: z.string(),
      status: z.string(),
      payment_method: z.string().nullable(),
      payment_intent: z.string().nullable(),
      at: instant,
    }),
  ),
  refunds: z.array(
    z.object({
      id,
      invoice: id.nullable(),
      amount: minorUnits,
      currency: z.string(),
      status: z.string(),
      created_at: instant,
    }),
  ),
  disputes: z.array(
    z.object({
      id: z.string(),
      invoice: id.nullable(),
      amount: minorUnits,
      currency: z.string(),
      reason: z.string(),
      status: z.string(),
      opened_at: instant,
    }),
  ),
  balance: z.array(
    z.object({
      amount: minorUnits,
      currency: z.string(),
      kind: z.string(),
      invoice: id.nullable(),
      created_at: instant,
    }),
  ),
  payment_methods: z.array(
    z.object({
      id: z.string(),
      type: z.string(),
      brand: z.string().nullable(),
      last4: z.string().nullable(),
      exp_month: z.int().nullable(),
      exp_year: z.int().nullable(),
      is_default: z.boolean(),
      removed_at: instant.nullable(),
      created_at: instant,
    }),
  ),
  emails: z.array(
    z.object({
      id,
      kind: z.string(),
      status: z.string(),
      message_id: z.string(),
      created_at: instant,
      sent_at: instant.nullable(),
    }),
  ),
  words: z
    .array(z.object({ at: instant, data: anything }))
    .describe('What was written with a request: reasons, notes, metadata.'),
  acts: z
    .array(z.object({ at: instant, action: z.string(), reason: z.string().nullable() }))
    .describe('What operators did to the account.'),
});

import { z } from 'zod';
import { isCurrency } from '../../billing/currency';

/**
 * The facts that each kind of email needs, as they lie in an outbox row's jsonb: snake_case, plain JSON,
 * and nothing personal (names and addresses are read from the database when the mail is rendered).
 * Unknown keys are stripped on parsing, so parse before storing.
 */

/** An amount in minor units as a decimal string, for JSON has no bigint: "999" is 9.99 in USD, 999 in JPY. */
const minorUnits = z.string().regex(/^-?\d{1,30}$/, 'an integer count of minor units, as a string');
const currency = z.string().toLowerCase().refine(isCurrency, 'a currency that Stripe presents');
const instant = z.iso.datetime({ offset: true });
const words = z.string();

const card = z.object({ brand: words, last4: z.string().regex(/^\d{4}$/) });

/** The page of an invoice of Stripe Billing's, as Stripe itself named it: on its host, or on the seller's own. */
const stripePage = z.url({ protocol: /^https?$/ });

/** What happens to the subscription when nobody has paid by then: the plan's dunning policy. */
const consequence = z.object({
  final_action_at: instant.optional(),
  final_action: z.enum(['cancel', 'unpaid', 'leave_past_due']).optional(),
});

const invoice = z.object({
  invoice_id: words,
  invoice_number: words,
  plan_name: words,
  currency,
  amount_due: minorUnits,
  total: minorUnits,
  issued_at: instant,
  due_at: instant.optional(),
  period_start: instant,
  period_end: instant,
  lines: z.array(z.object({ description: words, amount: minorUnits })),
  /** Where an invoice of Stripe Billing's is seen and paid; the portal knows only ours. */
  hosted_url: stripePage.optional(),
  card: card.optional(),
  paid_at: instant.optional(),
});

const subscription = z.object({
  subscription_id: words,
  plan_name: words,
  amount: minorUnits,
  currency,
  interval: z.enum(['day', 'week', 'month', 'year']),
  interval_count: z.int().positive(),
  current_period_end: instant.optional(),
  access_until: instant.optional(),
  trial_end: instant.optional(),
  next_charge_at: instant.optional(),
});

const digestInvoice = invoice
  .pick({
    invoice_id: true,
    invoice_number: true,
    total: true,
    amount_due: true,
    period_start: true,
    period_end: true,
    due_at: true,
  })
  .extend({ status: z.enum(['paid', 'processing', 'open', 'failed']) });

/** What the link's token is made of when the mail is rendered, so that no stored row holds it. */
const secretLink = z.object({ token_id: z.uuid(), expires_at: instant });

/** One schema per kind of email; the kinds are its keys. */
export const emailDataSchemas = {
  welcome: z.object({}),
  verify_email: secretLink,
  reset_password: secretLink,
  password_changed: z.object({ changed_at: instant }),

  subscription_confirmed: subscription,
  /** Without a card the mail asks for one, unless the subscription is paid by invoice. */
  trial_ending: subscription.extend({
    trial_end: instant,
    card: card.optional(),
    paid_by_invoice: z.boolean().optional(),
  }),
  plan_changed: subscription.extend({
    previous_plan_name: words,
    takes_effect: z.enum(['now', 'period_end']),
    effective_at: instant,
    /** Charged at once for the change; negative: credited to the balance. */
    charged_now: minorUnits.optional(),
  }),
  /** An operator moves the subscription to another version of its plan. */
  plan_price_change: subscription.extend({ previous_amount: minorUnits, effective_at: instant }),
  subscription_paused: subscription.extend({ resume_at: instant.optional() }),
  subscription_resumed: subscription,
  cancellation_scheduled: subscription.extend({ access_until: instant }),
  subscription_reactivated: subscription,
  subscription_canceled: subscription.extend({
    canceled_at: instant,
    reason: z.enum(['requested', 'period_ended', 'not_paid']).optional(),
    /** What the unused paid time gave back to the customer's balance. */
    credited: minorUnits.optional(),
  }),

  /** The card that a subscription is charged by, in the last month in which that works. */
  card_expiring: z.object({
    subscription_id: words,
    plan_name: words,
    card,
    exp_month: z.int().min(1).max(12),
    exp_year: z.int().min(2000).max(9999),
    next_charge_at: instant.optional(),
  }),

  invoice_issued: invoice,
  payment_reminder: invoice.extend(consequence.shape),
  invoice_overdue: invoice.extend(consequence.shape),
  receipt: invoice,
  payment_failed: invoice.extend(consequence.shape).extend({
    /** Stripe's decline or error code, or "no_payment_method". */
    reason_code: words,
    next_attempt_at: instant.optional(),
  }),
  authentication_required: invoice.extend(consequence.shape),
  /** After an outage: one mail for the several invoices that it held back. */
  billing_digest: z.object({
    subscription_id: words,
    plan_name: words,
    currency,
    total: minorUnits,
    amount_due: minorUnits,
    invoices: z.array(digestInvoice),
  }),
  refund_issued: z.object({
    invoice_id: words,
    invoice_number: words,
    credit_note_number: words.optional(),
    currency,
    amount: minorUnits,
    /** Parts of `amount`: sent back to the card, and put on the customer's balance. */
    to_card: minorUnits.optional(),
    to_balance: minorUnits.optional(),
    /** What of it the balance had been given before, and gives back now. */
    from_balance: minorUnits.optional(),
    /** It had been sent to the card, came back, and is on the balance instead. */
    returned: z.boolean().optional(),
    card: card.optional(),
    refunded_at: instant,
  }),
} as const;

/** What an email announces; also the outbox row's `kind`. */
export type EmailKind = keyof typeof emailDataSchemas;

/** The data of one kind, as stored and as given to `renderEmail`. */
export type EmailData<K extends EmailKind> = z.infer<(typeof emailDataSchemas)[K]>;

/** Every kind, in the order in which they are declared. */
export const emailKinds = Object.keys(emailDataSchemas).filter(isEmailKind);

/** Tells whether a stored string names a kind that can be rendered. */
export function isEmailKind(value: string): value is EmailKind {
  return Object.hasOwn(emailDataSchemas, value);
}

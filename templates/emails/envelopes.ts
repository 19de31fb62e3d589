import { cardName, type Formats } from './formats';
import type { EmailData, EmailKind } from './schemas';

/** What an inbox shows of a mail before it is opened. */
export interface Envelope {
  subject: string;
  /** The line beside the subject; it adds to the subject and doesn't repeat it. */
  preheader: string;
}

type Envelopes = { [K in EmailKind]: (data: EmailData<K>, formats: Formats) => Envelope };

const envelopes: Envelopes = {
  welcome: () => ({
    subject: 'Welcome to Everbill',
    preheader: 'Your account is ready. Choose a plan whenever you like.',
  }),
  verify_email: (data, { at }) => ({
    subject: 'Confirm your email address',
    preheader: `The link works until ${at(data.expires_at)}.`,
  }),
  reset_password: (data, { at }) => ({
    subject: 'Reset your password',
    preheader: `The link works once, until ${at(data.expires_at)}.`,
  }),
  password_changed: () => ({
    subject: 'Your password was changed',
    preheader: 'You have been signed out everywhere. Was this not you? Reset it now.',
  }),

  subscription_confirmed: (data, { at, day, money }) => ({
    subject: `You are subscribed to ${data.plan_name}`,
    preheader:
      data.trial_end === undefined
        ? `${money(data.amount, data.currency)}${data.next_charge_at === undefined ? '' : `, next billed on ${day(data.next_charge_at)}`}.`
        : `Your free trial runs until ${at(data.trial_end)}.`,
  }),
  trial_ending: (data, { day, money }) => ({
    subject: `Your ${data.plan_name} trial ends on ${day(data.trial_end)}`,
    preheader: `After that it is ${money(data.amount, data.currency)}.`,
  }),
  plan_changed: (data, { day, money }) => ({
    subject:
      data.takes_effect === 'now'
        ? `Your plan is now ${data.plan_name}`
        : `Your plan changes to ${data.plan_name} on ${day(data.effective_at)}`,
    preheader: `From ${data.previous_plan_name}. The new price is ${money(data.amount, data.currency)}.`,
  }),
  plan_price_change: (data, { day, money }) => ({
    subject: `The price of ${data.plan_name} changes on ${day(data.effective_at)}`,
    preheader: `From ${money(data.previous_amount, data.currency)} to ${money(data.amount, data.currency)}.`,
  }),
  subscription_paused: (data, { day }) => ({
    subject: `Your ${data.plan_name} subscription is paused`,
    preheader:
      data.resume_at === undefined
        ? 'Nothing is billed until you resume it.'
        : `It resumes on ${day(data.resume_at)}.`,
  }),
  subscription_resumed: (data, { day }) => ({
    subject: `Your ${data.plan_name} subscription has resumed`,
    preheader:
      data.next_charge_at === undefined
        ? 'Welcome back.'
        : `Welcome back. The next billing date is ${day(data.next_charge_at)}.`,
  }),
  cancellation_scheduled: (data, { day }) => ({
    subject: `Your ${data.plan_name} subscription will end on ${day(data.access_until)}`,
    preheader: 'Nothing more will be charged for it. You can keep it until then.',
  }),
  subscription_reactivated: (data, { day }) => ({
    subject: `Your ${data.plan_name} subscription continues`,
    preheader:
      data.next_charge_at === undefined
        ? 'The cancellation is withdrawn.'
        : `The cancellation is withdrawn. The next billing date is ${day(data.next_charge_at)}.`,
  }),
  subscription_canceled: (data, { at }) => ({
    subject: `Your ${data.plan_name} subscription has ended`,
    preheader: `It ended on ${at(data.canceled_at)}.`,
  }),

  card_expiring: (data, { month }) => ({
    subject: `Your ${cardName(data.card)} expires at the end of ${month(data.exp_year, data.exp_month)}`,
    preheader: `Your ${data.plan_name} subscription is charged to it. Please save a new card.`,
  }),

  invoice_issued: (data, { day, money }) => ({
    subject:
      data.due_at === undefined
        ? `Invoice ${data.invoice_number} is available`
        : `Invoice ${data.invoice_number} is available, due ${day(data.due_at)}`,
    preheader: `${money(data.amount_due, data.currency)} for ${data.plan_name}.`,
  }),
  payment_reminder: (data, { day, money }) => ({
    subject:
      data.due_at === undefined
        ? `Reminder: invoice ${data.invoice_number} is unpaid`
        : `Reminder: invoice ${data.invoice_number} is due ${day(data.due_at)}`,
    preheader: `${money(data.amount_due, data.currency)} for ${data.plan_name} is still open.`,
  }),
  invoice_overdue: (data, { day, money }) => ({
    subject: `Invoice ${data.invoice_number} is overdue`,
    preheader: `${money(data.amount_due, data.currency)}${data.due_at === undefined ? '' : ` was due on ${day(data.due_at)}`}. Please pay it now.`,
  }),
  receipt: (data, { money }) => ({
    subject: `Receipt for invoice ${data.invoice_number}`,
    preheader: `${money(data.amount_due, data.currency)} for ${data.plan_name}. Thank you.`,
  }),
  payment_failed: (data, { at, money }) => ({
    subject: `Payment failed for invoice ${data.invoice_number}`,
    preheader:
      data.next_attempt_at === undefined
        ? `${money(data.amount_due, data.currency)} for ${data.plan_name} needs your attention.`
        : `We will try ${money(data.amount_due, data.currency)} again on ${at(data.next_attempt_at)}.`,
  }),
  authentication_required: (data, { money }) => ({
    subject: `Confirm your payment of ${money(data.amount_due, data.currency)}`,
    preheader: `Your bank asks you to confirm invoice ${data.invoice_number}.`,
  }),
  billing_digest: (data, { money }) => ({
    subject: `${data.invoices.length} invoices for your ${data.plan_name} subscription`,
    preheader: `${money(data.total, data.currency)} in all, ${money(data.amount_due, data.currency)} still to pay.`,
  }),
  refund_issued: (data, { money }) => ({
    subject: `Refund of ${money(data.amount, data.currency)} for invoice ${data.invoice_number}`,
    preheader: 'Here is where the money goes and when.',
  }),
};

/** Subject and preheader, each one line without control characters, whatever the data hold. */
export function envelopeOf<K extends EmailKind>(
  kind: K,
  data: EmailData<K>,
  formats: Formats,
): Envelope {
  const { subject, preheader } = envelopes[kind](data, formats);
  return { subject: oneLine(subject), preheader: oneLine(preheader) };
}

const longestLine = 180;

/** A line break in a subject would let data write mail headers; direction overrides could disguise it. */
function oneLine(text: string): string {
  const line = text
    .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  const characters = Array.from(line);
  return characters.length <= longestLine
    ? line
    : `${characters.slice(0, longestLine - 1).join('')}…`;
}

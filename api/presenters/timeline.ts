import type { SubscriptionEventRecord } from '../../activities/ports/records';
import { factsOf, type Facts } from './facts';

/**
 * A line of a subscription's story in plain English, with its amounts; its days are those of the
 * subscription's IANA zone.
 */
export function tell(
  { type, data }: Pick<SubscriptionEventRecord, 'type' | 'data'>,
  timeZone = 'UTC',
): string {
  const sentence = sentences[type];
  return sentence === undefined
    ? `${capitalized(type.replaceAll('_', ' '))}.`
    : sentence(factsOf(data, timeZone));
}

/** Whether there is a sentence for events of this type. */
export const isTold = (type: string) => type in sentences;

const sentences: Readonly<Record<string, (facts: Facts) => string>> = {
  created,
  started: () => 'It started, as agreed.',
  activated: () => 'The first payment was made: the subscription is active.',
  expired: (facts) => `It never began: the first payment was not made (${facts.text('reason')}).`,
  trial_ending: (facts) =>
    `The customer was told that the trial ends on ${facts.day('trial_end')}.`,

  invoice_issued: invoiceIssued,
  invoice_paid: (facts) => `Invoice ${facts.text('number')} was paid: ${facts.money('amount')}.`,
  invoice_overdue: (facts) => `${invoiceOver(facts)} is overdue.`,
  invoice_voided: (facts) => `${invoiceOver(facts)} is void: nothing is owed for it.`,
  invoice_written_off: (facts) => `${invoiceOver(facts)} stayed unpaid and was written off.`,
  item_added: (facts) =>
    `${facts.text('description')} for ${facts.money('amount')} goes on the next invoice.`,
  reminder_sent: (facts) => `The customer was reminded of invoice ${facts.text('number')}.`,
  catch_up: (facts) =>
    `After an outage ${facts.text('cycles')} periods were caught up with (${facts.text('policy')}).`,

  payment_failed: (facts) =>
    `Paying ${facts.money('amount')} for invoice ${facts.text('number')} failed (${facts.text('code')}).${nextAttempt(facts)}`,
  payment_processing: () => 'A payment is being processed by the bank.',
  payment_requires_action: () => 'A payment waits for the customer to authenticate it.',
  surplus_received: (facts) =>
    `${facts.money('amount')} arrived that no invoice asked for; it is given back.`,
  recovered: () => 'Nothing is past due any more: the subscription is active again.',
  final_action: (facts) =>
    `Invoice ${facts.text('number')} stayed unpaid to the end of its schedule: ${finalActions[facts.text('action')] ?? 'nothing more happens'}.`,
  credited,
  refunded: (facts) =>
    `${facts.money('amount')} was sent back to the card${ofInvoice(facts)}${byHand(facts)}.`,
  refund_failed: (facts) =>
    `${facts.money('amount')} could not be sent back to the card${ofInvoice(facts)}: it is on the balance instead.`,
  refund_by_bank: (facts) =>
    `${facts.money('amount')}${ofInvoice(facts)} need not be sent back any more: the customer has it from the bank.`,

  dispute_inquiry: (facts) =>
    `The customer’s bank asks about the payment of ${facts.money('amount')}${ofInvoice(facts)} (${facts.text('reason')}).${evidenceDue(facts)}`,
  disputed: (facts) =>
    `The payment of ${facts.money('amount')}${ofInvoice(facts)} is disputed (${facts.text('reason')}): the bank holds the money.${evidenceDue(facts)}`,
  dispute_won: (facts) =>
    `The dispute of ${facts.money('amount')}${ofInvoice(facts)} was won: the money is back.`,
  dispute_lost: (facts) =>
    `The dispute of ${facts.money('amount')}${ofInvoice(facts)} was lost: the bank keeps the money, and the invoice stays paid.`,
  dispute_closed: (facts) =>
    `The bank’s question about ${facts.money('amount')}${ofInvoice(facts)} is closed, and nothing was taken.`,

  plan_changed: planChanged,
  change_scheduled: (facts) =>
    `A change to ${facts.bought('to_plan', 'to_quantity')} was planned for ${facts.day('at')}.`,
  change_waits_for_payment: () =>
    'A change waits for the customer to authenticate its payment; until then nothing is changed.',
  change_dropped: changeDropped,

  paused: (facts) =>
    facts.has('resume_at')
      ? `It was paused until ${facts.day('resume_at')}.`
      : 'It was paused until it is resumed.',
  resumed: (facts) =>
    facts.has('billed_from')
      ? `It was resumed; what is left of the period is billed from ${facts.day('billed_from')}.`
      : 'It was resumed.',
  cycle_skipped: cycleSkipped,

  coupon_applied: (facts) =>
    `The coupon ${facts.text('code')} was applied${facts.has('name') ? `: ${facts.text('name')}` : ''}.`,
  coupon_removed: (facts) => `The coupon${nameOfCoupon(facts)} was taken off.`,

  renewed: (facts) =>
    `A new period began at Stripe: ${facts.day('period_start')} to ${facts.day('period_end')}.`,
  status_changed: (facts) => `At Stripe it went from ${facts.text('from')} to ${facts.text('to')}.`,

  cancellation_scheduled: (facts) => `It was canceled and ends on ${facts.day('at')}.`,
  reactivated: () => 'The cancellation was taken back.',
  ended,
};

const finalActions: Readonly<Record<string, string>> = {
  cancel: 'the subscription was canceled, and what it owes was written off',
  unpaid: 'the subscription is unpaid, and later invoices are only drafted',
  leave_past_due: 'the subscription stays past due, and nothing more is tried by itself',
};

function created(facts: Facts): string {
  const what = facts.bought('plan', 'quantity');
  if (facts.text('status') === 'trialing') return `Trial of ${what} began.`;
  return facts.has('starts_at')
    ? `Subscribed to ${what}, to start on ${facts.day('starts_at')}.`
    : `Subscribed to ${what}.`;
}

/** Why it was charged: every line, and how they become what is due. */
function invoiceIssued(facts: Facts): string {
  const head = `Invoice ${facts.text('number')} over ${facts.money('total')} was issued for ${facts.day('period_start')} to ${facts.day('period_end')}`;
  const parts = partsOf(facts);
  return parts.length === 0 ? `${head}.` : `${head}: ${parts.join('; ')}.`;
}

function partsOf(facts: Facts): string[] {
  const lines = facts.rows('lines');
  if (lines.length === 0) return [];
  const discount = facts.minor('discount') ?? 0n;
  const tax = facts.minor('tax') ?? 0n;
  const balance = facts.minor('credit_applied') ?? 0n;
  const total = facts.minor('total') ?? 0n;
  const subtotal = lines.reduce((sum, line) => sum + (line.minor('amount') ?? 0n), 0n);
  const added = total - (subtotal - discount);
  return [
    ...lines.map((line) => `${line.text('description')} ${line.money('amount')}`),
    ...(discount === 0n ? [] : [`discount ${facts.inMoney(-discount)}`]),
    ...(added === 0n ? [] : [`tax ${facts.inMoney(added)}`]),
    ...(tax === added ? [] : [`tax included ${facts.inMoney(tax - added)}`]),
    ...(balance === 0n
      ? []
      : [
          `${balance > 0n ? 'from the balance' : 'debt on the balance'} ${facts.inMoney(-balance)}`,
        ]),
    ...(facts.minor('amount_due') === total ? [] : [`due ${facts.money('amount_due')}`]),
  ];
}

const invoiceOver = (facts: Facts) => `Invoice ${facts.text('number')}${amountOver(facts)}`;

const amountOver = (facts: Facts) => (facts.has('amount') ? ` over ${facts.money('amount')}` : '');

const ofInvoice = (facts: Facts) =>
  facts.has('invoice_number') ? ` for invoice ${facts.text('invoice_number')}` : '';

const byHand = (facts: Facts) =>
  facts.text('reason') === 'dashboard' ? ' in Stripe’s dashboard' : '';

const evidenceDue = (facts: Facts) =>
  facts.has('evidence_due_by') ? ` Evidence is due by ${facts.day('evidence_due_by')}.` : '';

const nextAttempt = (facts: Facts) =>
  facts.has('next_attempt_at') ? ` It is tried again on ${facts.day('next_attempt_at')}.` : '';

function credited(facts: Facts): string {
  const note = `(credit note ${facts.text('number')})`;
  if (!facts.has('invoice_number')) {
    return `${facts.money('amount')} of unused time went to the balance ${note}.`;
  }
  const ways = [
    ...way(facts, 'to_balance', 'to the balance'),
    ...way(facts, 'to_card', 'back to the card'),
    ...way(facts, 'to_invoice', 'off what is due'),
  ];
  return `${facts.money('amount')} of invoice ${facts.text('invoice_number')} was credited ${note}: ${ways.join(', ')}.`;
}

function way(facts: Facts, key: string, words: string): string[] {
  const amount = facts.minor(key) ?? 0n;
  if (amount === 0n) return [];
  // A refund made in Stripe's dashboard takes back what the balance was given before.
  return amount > 0n
    ? [`${facts.inMoney(amount)} ${words}`]
    : [`${facts.inMoney(-amount)} from the balance again`];
}

function planChanged(facts: Facts): string {
  const from = facts.bought('from_plan', 'from_quantity');
  const change = `Changed from ${from} to ${facts.bought('to_plan', 'to_quantity')}`;
  const charged = facts.minor('charged');
  if (charged === undefined) return `${change}.`;
  if (charged === 0n) return `${change}; nothing was due for it.`;
  return charged > 0n
    ? `${change}: ${facts.money('charged')} for the rest of the period.`
    : `${change}: ${facts.inMoney(-charged)} went to the balance.`;
}

const dropped: Readonly<Record<string, string>> = {
  withdrawn: 'it was taken back',
  declined: 'its payment was declined',
  'not paid': 'it was not paid in time',
  replaced: 'another one took its place',
  ended: 'the subscription ended',
};

function changeDropped(facts: Facts): string {
  const reason = facts.text('reason');
  return `The change that was waiting was dropped: ${dropped[reason] ?? reason}.`;
}

function cycleSkipped(facts: Facts): string {
  const which = facts.has('period_start')
    ? `${facts.day('period_start')} to ${facts.day('period_end')}`
    : `cycle ${facts.text('cycle')}`;
  const why = facts.text('reason') === 'outage' ? 'it passed during an outage' : 'it was paused';
  return `Nothing is billed for ${which}: ${why}.`;
}

const nameOfCoupon = (facts: Facts) => (facts.has('code') ? ` ${facts.text('code')}` : '');

function ended(facts: Facts): string {
  const reason = facts.text('reason');
  if (reason === 'requested') return 'It was canceled and ended at once.';
  if (reason === 'period ended') return 'It ended with its period, as it was canceled.';
  if (reason === 'never started') return 'It was called off before it started.';
  return `It ended (${reason}).`;
}

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

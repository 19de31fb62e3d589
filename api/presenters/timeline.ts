import { formatMoney, isCurrency } from '../../billing/money';
import type { SubscriptionEventRecord } from '../../activities/ports/records';

type Facts = Record<string, unknown>;

/** A line of a subscription's story in plain English, with its amounts. */
export function tell({ type, data }: Pick<SubscriptionEventRecord, 'type' | 'data'>): string {
  const sentence = sentences[type];
  return sentence === undefined ? `${capitalized(type.replaceAll('_', ' '))}.` : sentence(data);
}

const sentences: Readonly<Record<string, (facts: Facts) => string>> = {
  created: ({ plan, status }) =>
    status === 'trialing' ? `Trial of ${words(plan)} began.` : `Subscribed to ${words(plan)}.`,
  activated: () => 'The first payment was made: the subscription is active.',
  invoice_issued: (facts) =>
    `Invoice ${words(facts['number'])} over ${money(facts, 'total')} was issued for ${day(facts['period_start'])} to ${day(facts['period_end'])}.`,
  invoice_paid: (facts) => `Invoice ${words(facts['number'])} was paid: ${money(facts, 'amount')}.`,
  payment_failed: (facts) =>
    `Paying ${money(facts, 'amount')} for invoice ${words(facts['number'])} failed (${words(facts['code'])}).${nextAttempt(facts)}`,
  payment_processing: () => 'A payment is being processed by the bank.',
  payment_requires_action: () => 'A payment waits for the customer to authenticate it.',
  reminder_sent: ({ number }) => `The customer was reminded of invoice ${words(number)}.`,
  invoice_overdue: (facts) =>
    `Invoice ${words(facts['number'])} over ${money(facts, 'amount')} is overdue.`,
  final_action: ({ number, action }) =>
    `Invoice ${words(number)} stayed unpaid; the plan’s final action: ${words(action)}.`,
  recovered: () => 'Nothing is past due any more: the subscription is active again.',
  surplus_received: (facts) =>
    `${money(facts, 'amount')} arrived that no invoice asked for; it is given back.`,
  credited: (facts) =>
    `${money(facts, 'amount')} of unused time went to the balance (credit note ${words(facts['number'])}).`,
  cancellation_scheduled: ({ at }) => `It was canceled and ends on ${day(at)}.`,
  reactivated: () => 'The cancellation was taken back.',
  cycle_skipped: ({ cycle }) => `Cycle ${words(cycle)} was skipped.`,
  ended: ({ reason }) =>
    reason === 'requested' ? 'It was canceled and ended at once.' : `It ended (${words(reason)}).`,
  expired: ({ reason }) => `It never began: the first payment was not made (${words(reason)}).`,
};

/** Text from the books; underscores are for machines. */
function words(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number'
    ? String(value).replaceAll('_', ' ')
    : 'unknown';
}

function money(facts: Facts, key: string): string {
  const { currency, [key]: amount } = facts;
  if (typeof amount !== 'string' || typeof currency !== 'string') return 'an unknown amount';
  if (!/^-?\d+$/.test(amount) || !isCurrency(currency)) return `${amount} ${currency}`;
  return formatMoney(BigInt(amount), currency, 'en-US');
}

const day = (value: unknown) => (typeof value === 'string' ? value.slice(0, 10) : 'an unknown day');

const nextAttempt = ({ next_attempt_at: at }: Facts) =>
  typeof at === 'string' ? ` It is tried again on ${day(at)}.` : '';

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

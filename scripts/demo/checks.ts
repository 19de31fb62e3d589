import type { Invoice, Payment, Plan } from './everbill-client';
import type { Mail } from './inbox';
import { money } from './paper';

/** What the year must have come to, told by the one who planned it. */
export interface Expected {
  plan: Plan;
  /** First instants of the billed periods, in order. */
  periodStarts: string[];
  /** How often the card was declined in all. */
  declines: number;
  /** Minor units given back for the time that was paid and not used. */
  credit: number;
}

/** What the API and the inbox say that it came to. */
export interface Found {
  invoices: Invoice[];
  payments: Payment[];
  credit: number;
  status: string;
  /** Undefined where mail goes to a server that cannot be asked. */
  mails: Mail[] | undefined;
}

export interface Check {
  /** What must be true, in words, with its figures. */
  text: string;
  holds: boolean;
}

/** Adds the year up anew from what was planned, and compares. */
export function checkYear(expected: Expected, found: Found): Check[] {
  const { plan, periodStarts, declines } = expected;
  const { invoices, payments, mails } = found;
  const count = periodStarts.length;
  const due = count * plan.amount;
  const succeeded = payments.filter(({ status }) => status === 'succeeded');
  const failed = payments.filter(({ status }) => status === 'failed');
  const checks = [
    {
      text: `${count} invoices, one for each period, on their days`,
      holds: same(
        invoices.map(({ period_start: start }) => start),
        periodStarts,
      ),
    },
    { text: 'periods without gap or overlap', holds: invoices.every(followsOn) },
    {
      text: 'every invoice paid, exactly and once',
      holds: invoices.every(
        ({ status, total, amount_paid: paid, attempts }) =>
          status === 'paid' &&
          total === plan.amount &&
          paid === total &&
          attempts.filter((attempt) => attempt.status === 'succeeded').length === 1,
      ),
    },
    {
      text: `payments of ${money(due, plan.currency)} in all, as much as the invoices`,
      holds: sum(succeeded) === due && succeeded.length === count,
    },
    { text: `${declines} declined attempts`, holds: failed.length === declines },
    {
      text: `credit of ${money(expected.credit, plan.currency)} for the days paid and not used`,
      holds: found.credit === expected.credit,
    },
    { text: 'the subscription is canceled', holds: found.status === 'canceled' },
  ];
  return mails === undefined ? checks : [...checks, ...checkMails(expected, invoices, mails)];
}

function checkMails({ declines }: Expected, invoices: Invoice[], mails: Mail[]): Check[] {
  const about = (words: string, { number }: Invoice) =>
    mails.filter(({ subject }) => subject === `${words} ${number}`).length;
  return [
    {
      text: 'a receipt for every invoice, and only one',
      holds: invoices.every((invoice) => about('Receipt for invoice', invoice) === 1),
    },
    {
      text: 'a mail about every declined attempt',
      holds:
        mails.filter(({ subject }) => subject.startsWith('Payment failed')).length === declines,
    },
    {
      text: 'no mail twice',
      holds: new Set(mails.map((mail) => mail.message_id)).size === mails.length,
    },
  ];
}

function followsOn(invoice: Invoice, index: number, all: Invoice[]): boolean {
  const before = all[index - 1];
  return before === undefined || before.period_end === invoice.period_start;
}

const sum = (payments: Payment[]) => payments.reduce((total, { amount }) => total + amount, 0);
const same = (a: string[], b: string[]) => JSON.stringify(a) === JSON.stringify(b);

import { randomUUID } from 'node:crypto';
import type { Period } from '../billing/calendar';
import { collectionSchedule } from '../billing/dunning';
import type { Instant } from '../billing/instant';
import { settle } from '../billing/invoice';
import { amountColumns, composeInvoice, lineRows, type ComposedInvoice } from './compose-invoice';
import { about, invoiceFacts } from './email-facts';
import type { DraftLine } from './plan-lines';
import type {
  InvoicedTax,
  InvoiceReason,
  InvoiceRecord,
  PlanRecord,
  SubscriptionRecord,
} from './ports/records';
import type { NewInvoice, UnitOfWork } from './ports/store';

/** What an invoice is made for. */
export interface Occasion {
  subscription: SubscriptionRecord;
  /** Whose price it charges. */
  plan: PlanRecord;
  reason: InvoiceReason;
  occasion: string;
  cycle: number;
  period: Period;
  lines: DraftLine[];
  /** When it really is issued; deadlines count from it. */
  now: Instant;
  /** It stays a draft: while the subscription is unpaid, or held for an operator. */
  draft?: 'unpaid' | 'held';
  /** The catching up after an outage that it belongs to: one mail lists its invoices. */
  digest?: string;
  customerPresent?: boolean;
  /** The taxes of the lines that it reverses, whose rates may be out of use. */
  reversedTaxes?: InvoicedTax[];
}

/**
 * Issues the invoice of one occasion, once (I1): amounts, number, lines, the ledger's entries and the
 * customer's balance, in the caller's transaction. An invoice with nothing due is paid at once; one
 * that is sent is announced by mail, with its due date and reminders counted from `now`.
 */
export async function issueInvoice(unit: UnitOfWork, occasion: Occasion): Promise<InvoiceRecord> {
  const { subscription, plan, reason, period, now, lines } = occasion;
  const key = { subscriptionId: subscription.id, reason, occasion: occasion.occasion };
  const known = await unit.findInvoice(key);
  if (known !== undefined) return known;

  const draft = occasion.draft !== undefined;
  // Taking the number locks the customer, so that no other invoice spends the same balance.
  const number = draft ? null : await unit.takeInvoiceNumber(subscription.userId);
  const composed = await composeInvoice(unit, {
    subscription,
    plan,
    lines,
    at: period.start,
    withItems: reason !== 'change',
    balance: !draft,
  });
  const invoice = await unit.insertInvoice(
    {
      id: randomUUID(),
      userId: subscription.userId,
      ...key,
      cycle: occasion.cycle,
      number,
      collectionMethod: subscription.collectionMethod,
      currency: plan.currency,
      ...amountColumns(composed),
      periodStart: period.start,
      periodEnd: period.end,
      issuedAt: now,
      held: occasion.draft === 'held',
      digest: occasion.digest ?? null,
      customerPresent: occasion.customerPresent ?? false,
      ...(draft ? { status: 'draft', dueAt: now } : standing(composed, subscription, now)),
    },
    lineRows(composed, occasion.reversedTaxes ?? []),
  );
  await unit.putOnInvoice(composed.itemIds, invoice.id);
  if (!draft) await announce(unit, subscription, plan, invoice);
  return invoice;
}

/**
 * Makes a draft final: it gets its number, meets the customer's balance, and its deadlines count from
 * `now` (I9). What it charges stays as it was drafted.
 */
export async function finalizeDraft(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  plan: PlanRecord,
  draft: InvoiceRecord,
  now: Instant,
): Promise<InvoiceRecord> {
  const number = await unit.takeInvoiceNumber(subscription.userId);
  const balance = await unit.balance(subscription.userId, draft.currency);
  const { creditApplied, amountDue } = settle(draft.totalMinor, balance, draft.currency);
  const invoice = await unit.updateInvoice(draft, {
    number,
    creditAppliedMinor: creditApplied,
    amountDueMinor: amountDue,
    issuedAt: now,
    held: false,
    ...standing({ amounts: { amountDue } }, subscription, now),
  });
  await announce(unit, subscription, plan, invoice);
  return invoice;
}

type Standing = Pick<NewInvoice, 'status' | 'dueAt'> & Partial<NewInvoice>;

/** Paid where nothing is due; else open. What is charged is due at once, what is sent has the policy's days. */
function standing(
  { amounts }: { amounts: Pick<ComposedInvoice['amounts'], 'amountDue'> },
  subscription: SubscriptionRecord,
  now: Instant,
): Standing {
  if (amounts.amountDue === 0n) return { status: 'paid', dueAt: now, paidAt: now, closedAt: now };
  if (subscription.collectionMethod === 'charge_automatically') {
    return { status: 'open', dueAt: now, nextAttemptAt: now };
  }
  const { dueAt, reminderAts, finalActionAt } = collectionSchedule(now, subscription.timeZone);
  return {
    status: 'open',
    dueAt,
    nextAttemptAt: now,
    nextReminderAt: reminderAts[0] ?? null,
    finalActionAt,
  };
}

/** Books it, tells the story of it, and mails it where the customer pays it themselves. */
async function announce(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  plan: PlanRecord,
  invoice: InvoiceRecord,
): Promise<void> {
  await postInvoice(unit, invoice);
  const lines = await unit.linesOf(invoice.id);
  await unit.recordEvent(subscription.id, invoice.issuedAt, 'invoice_issued', {
    invoice_id: invoice.id,
    number: invoice.number,
    cycle: invoice.cycle,
    lines: lines.map(({ description, amountMinor }) => ({
      description,
      amount: String(amountMinor),
    })),
    discount: String(invoice.discountMinor),
    tax: String(invoice.taxMinor),
    total: String(invoice.totalMinor),
    credit_applied: String(invoice.creditAppliedMinor),
    amount_due: String(invoice.amountDueMinor),
    currency: invoice.currency,
    period_start: invoice.periodStart,
    period_end: invoice.periodEnd,
  });
  const sent = invoice.status === 'open' && invoice.collectionMethod === 'send_invoice';
  if (!sent || invoice.digest !== null) return;
  await unit.queueEmail({
    kind: 'invoice_issued',
    ...about(subscription, invoice.id, 'issued'),
    data: await invoiceFacts(unit, invoice, plan),
  });
}

/** Books the claim, and what the customer's balance pays of it or has added to it (I13). */
async function postInvoice(unit: UnitOfWork, invoice: InvoiceRecord): Promise<void> {
  const { id, userId, currency, totalMinor, taxMinor, creditAppliedMinor, issuedAt: at } = invoice;
  await unit.postToLedger({
    occasion: `invoice/${id}`,
    kind: 'invoice_issued',
    currency,
    invoiceId: id,
    userId,
    at,
    postings: { receivable: totalMinor, revenue: taxMinor - totalMinor, tax: -taxMinor },
  });
  if (creditAppliedMinor === 0n) return;
  await unit.addToBalance({
    userId,
    currency,
    amountMinor: -creditAppliedMinor,
    kind: 'applied_to_invoice',
    occasion: `invoice/${id}`,
    invoiceId: id,
  });
  await unit.postToLedger({
    occasion: `balance/${id}`,
    kind: 'balance_applied',
    currency,
    invoiceId: id,
    userId,
    at,
    postings: { customer_balance: creditAppliedMinor, receivable: -creditAppliedMinor },
  });
}

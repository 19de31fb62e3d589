import { randomUUID } from 'node:crypto';
import type { Period } from '../billing/calendar';
import { collectionSchedule } from '../billing/dunning';
import type { Instant } from '../billing/instant';
import { computeInvoice, type InvoiceAmounts, type LineInput } from '../billing/invoice';
import { about, invoiceFacts } from './email-facts';
import type { InvoiceReason, InvoiceRecord, PlanRecord, SubscriptionRecord } from './ports/records';
import type { NewInvoice, UnitOfWork } from './ports/store';

interface Line extends LineInput {
  description: string;
  quantity: number;
}

/**
 * Issues the invoice of one occasion, once (I1): amounts, number, lines, the ledger's entries and the
 * customer's balance, in the caller's transaction. An invoice with nothing due is paid at once; one
 * that is sent is announced by mail, with its due date and reminders counted from `now`. While
 * the subscription is `unpaid` it stays a draft.
 */
export async function issueInvoice(
  unit: UnitOfWork,
  occasion: {
    subscription: SubscriptionRecord;
    plan: PlanRecord;
    reason: InvoiceReason;
    occasion: string;
    period: Period;
    now: Instant;
  },
): Promise<InvoiceRecord> {
  const { subscription, plan, reason, period, now } = occasion;
  const key = { subscriptionId: subscription.id, reason, occasion: occasion.occasion };
  const known = await unit.findInvoice(key);
  if (known !== undefined) return known;

  const draft = subscription.status === 'unpaid';
  // Taking the number locks the customer, so that no other invoice spends the same balance.
  const number = draft ? null : await unit.takeInvoiceNumber(subscription.userId);
  const balance = draft ? 0n : await unit.balance(subscription.userId, plan.currency);
  const amounts = computeInvoice({
    currency: plan.currency,
    lines: [planLine(plan, subscription.quantity)],
    balance,
  });
  const settled = !draft && amounts.amountDue === 0n;
  const invoice = await unit.insertInvoice(
    {
      id: randomUUID(),
      userId: subscription.userId,
      ...key,
      cycle: subscription.cycle,
      number,
      collectionMethod: subscription.collectionMethod,
      currency: plan.currency,
      ...amountColumns(amounts),
      periodStart: period.start,
      periodEnd: period.end,
      issuedAt: now,
      ...(draft
        ? { status: 'draft', dueAt: now }
        : settled
          ? { status: 'paid', dueAt: now, paidAt: now }
          : { status: 'open', ...deadlines(subscription, now) }),
    },
    amounts.lines.map((line) => ({
      description: line.description,
      quantity: line.quantity,
      amountMinor: line.amount,
      discountMinor: line.discount,
      taxMinor: line.tax,
      proration: false,
      periodStart: period.start,
      periodEnd: period.end,
    })),
  );
  if (draft) return invoice;
  await postInvoice(unit, invoice);
  await unit.recordEvent(subscription.id, now, 'invoice_issued', {
    invoice_id: invoice.id,
    number: invoice.number,
    cycle: invoice.cycle,
    total: String(invoice.totalMinor),
    amount_due: String(invoice.amountDueMinor),
    currency: invoice.currency,
    period_start: period.start,
    period_end: period.end,
  });
  if (!settled && subscription.collectionMethod === 'send_invoice') {
    await unit.queueEmail({
      kind: 'invoice_issued',
      ...about(subscription, invoice.id, 'issued'),
      data: await invoiceFacts(unit, invoice, plan),
    });
  }
  return invoice;
}

function planLine(plan: PlanRecord, quantity: number): Line {
  const amount = plan.amountMinor * BigInt(quantity);
  return {
    description: quantity === 1 ? plan.name : `${quantity} × ${plan.name}`,
    quantity,
    amount,
  };
}

function amountColumns(amounts: InvoiceAmounts) {
  return {
    subtotalMinor: amounts.subtotal,
    discountMinor: amounts.discount,
    taxMinor: amounts.tax,
    totalMinor: amounts.total,
    creditAppliedMinor: amounts.creditApplied,
    amountDueMinor: amounts.amountDue,
  };
}

/** What is charged is due at once; what is sent gives the customer the policy's days. */
function deadlines(
  subscription: SubscriptionRecord,
  now: Instant,
): Pick<NewInvoice, 'dueAt' | 'nextAttemptAt' | 'nextReminderAt' | 'finalActionAt'> & {
  dueAt: Instant;
} {
  if (subscription.collectionMethod === 'charge_automatically') {
    return { dueAt: now, nextAttemptAt: now };
  }
  const { dueAt, reminderAts, finalActionAt } = collectionSchedule(now, subscription.timeZone);
  return { dueAt, nextAttemptAt: now, nextReminderAt: reminderAts[0] ?? null, finalActionAt };
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

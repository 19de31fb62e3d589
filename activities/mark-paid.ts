import type { Instant } from '../billing/instant';
import { cancelNow } from './commands';
import { activate } from './create-subscription';
import { digestCharged } from './digest';
import { about, cardOf, invoiceFacts } from './email-facts';
import { outstandingOf } from './outstanding';
import { applyChange } from './apply-change';
import { planOf } from './plan-of';
import type { InvoiceRecord, PlanRecord, SubscriptionRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';
import { isFailing, recover } from './recover';
import type { Concerned } from './settlement';

/** Whose account the money is on: Stripe's, or, paid out of band, one at a bank. */
export type PaidThrough = 'stripe' | 'bank';

/**
 * What is still to be paid of an open or uncollectible invoice has come: it is booked, told, and what
 * waited for the payment follows. Paid out of band, its intent at Stripe is the caller's to cancel.
 */
export async function markPaid(
  unit: UnitOfWork,
  { subscription, invoice, attempt, now }: Concerned,
  through: PaidThrough,
): Promise<SubscriptionRecord> {
  const plan = await planOf(unit, subscription);
  const amount = outstandingOf(invoice);
  const paid = await unit.updateInvoice(invoice, {
    status: 'paid',
    paidOutOfBand: through === 'bank',
    amountPaidMinor: amount,
    paidAt: now,
    closedAt: now,
    nextAttemptAt: null,
    nextReminderAt: null,
    finalActionAt: null,
  });
  const claim = invoice.status === 'uncollectible' ? 'write_off' : 'receivable';
  await unit.postToLedger({
    occasion: `payment/${invoice.id}`,
    kind: 'payment_received',
    currency: invoice.currency,
    invoiceId: invoice.id,
    userId: invoice.userId,
    at: now,
    postings: { [through === 'stripe' ? 'cash' : 'bank']: amount, [claim]: -amount },
  });
  await unit.recordEvent(subscription.id, now, 'invoice_paid', {
    invoice_id: invoice.id,
    number: invoice.number,
    amount: String(amount),
    currency: invoice.currency,
    ...(through === 'bank' ? { out_of_band: true } : {}),
  });
  await mailReceipt(unit, { subscription, plan, paid, through });
  const { pendingChange } = subscription;
  if (pendingChange?.invoiceId === invoice.id) {
    const charged = { amount: invoice.totalMinor, currency: invoice.currency };
    return applyChange(unit, subscription, pendingChange, { now, charged });
  }
  if (subscription.status === 'incomplete') {
    const active = await activate(unit, subscription, plan, now);
    // The customer called it off while the charge was under way.
    return active.canceledAt === null ? active : cancelNow(unit, active, { now });
  }
  // The card that paid this one may pay the others.
  if (attempt !== undefined) await takeUpNext(unit, subscription, now);
  return recover(unit, subscription, now);
}

/** Brings the next invoice that failed forward to now: one after another, until a decline. */
async function takeUpNext(
  unit: UnitOfWork,
  { id }: SubscriptionRecord,
  now: Instant,
): Promise<void> {
  const unsettled = await unit.unsettledInvoices(id);
  const next = unsettled.find(isFailing);
  if (next !== undefined) await unit.updateInvoice(next, { nextAttemptAt: now });
}

async function mailReceipt(
  unit: UnitOfWork,
  {
    subscription,
    plan,
    paid,
    through,
  }: {
    subscription: SubscriptionRecord;
    plan: PlanRecord;
    paid: InvoiceRecord;
    through: PaidThrough;
  },
): Promise<void> {
  if (await digestCharged(unit, subscription, plan, paid, 'paid')) return;
  await unit.queueEmail({
    kind: 'receipt',
    ...about(subscription, paid.id, 'paid'),
    data: {
      ...(await invoiceFacts(unit, paid, plan)),
      paid_at: paid.paidAt ?? paid.issuedAt,
      ...(through === 'stripe' ? await cardOf(unit, subscription) : {}),
    },
  });
}

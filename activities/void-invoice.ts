import type { Instant } from '../billing/instant';
import type { InvoiceRecord, SubscriptionRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';
import type { Concerned } from './settlement';

/**
 * Takes a draft or an open invoice back: what was booked of it is reversed, the balance that it used
 * is given back, and its one-off items wait for the next invoice again. Its intent at Stripe is the
 * caller's to cancel.
 */
export async function voidInvoice(
  unit: UnitOfWork,
  { invoice, now }: { invoice: InvoiceRecord; now: Instant },
): Promise<InvoiceRecord> {
  const voided = await unit.updateInvoice(invoice, {
    status: 'void',
    closedAt: now,
    nextAttemptAt: null,
    nextReminderAt: null,
    finalActionAt: null,
    held: false,
  });
  await unit.takeOffInvoice(invoice.id);
  if (invoice.status !== 'draft') await reverse(unit, invoice, now);
  return voided;
}

/** What credit notes took off an open invoice is reversed already. */
async function reverse(unit: UnitOfWork, invoice: InvoiceRecord, now: Instant): Promise<void> {
  const notes = await unit.creditNotes(invoice.id);
  const total = notes.reduce((left, note) => left - note.totalMinor, invoice.totalMinor);
  const tax = notes.reduce((left, note) => left - note.taxMinor, invoice.taxMinor);
  await unit.postToLedger({
    occasion: `void/${invoice.id}`,
    kind: 'invoice_voided',
    currency: invoice.currency,
    invoiceId: invoice.id,
    userId: invoice.userId,
    at: now,
    postings: { receivable: -total, revenue: total - tax, tax },
  });
  if (balanceMoved(invoice) !== 0n) await giveBackBalance(unit, invoice, now);
}

/** What the balance gave to the invoice, when it was made and by what was carried from it since. */
const balanceMoved = ({ creditAppliedMinor, amountCarriedMinor }: InvoiceRecord) =>
  creditAppliedMinor + amountCarriedMinor;

async function giveBackBalance(unit: UnitOfWork, invoice: InvoiceRecord, now: Instant) {
  const { id, userId, currency } = invoice;
  const amount = balanceMoved(invoice);
  const occasion = `void-balance/${id}`;
  await unit.addToBalance({
    userId,
    currency,
    amountMinor: amount,
    kind: 'returned_from_void_invoice',
    occasion,
    invoiceId: id,
  });
  await unit.postToLedger({
    occasion,
    kind: 'balance_returned',
    currency,
    invoiceId: id,
    userId,
    at: now,
    postings: { receivable: amount, customer_balance: -amount },
  });
}

/** The attempt to subscribe is over; there was no access, so nothing is owed. */
export async function voidFirstInvoice(
  unit: UnitOfWork,
  { subscription, invoice, now }: Concerned,
  reason: 'declined' | 'timed_out',
): Promise<SubscriptionRecord> {
  await voidInvoice(unit, { invoice, now });
  await unit.recordEvent(subscription.id, now, 'expired', { reason });
  return unit.updateSubscription(subscription, { status: 'incomplete_expired', endedAt: now });
}

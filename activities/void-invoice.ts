import type { Instant } from '../billing/instant';
import type { InvoiceRecord, SubscriptionRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';
import type { Concerned } from './settlement';

/** The attempt to subscribe is over; there was no access, so nothing is owed. */
export async function voidFirstInvoice(
  unit: UnitOfWork,
  { subscription, invoice, now }: Concerned,
  reason: 'declined' | 'timed_out',
): Promise<SubscriptionRecord> {
  await unit.updateInvoice(invoice, { status: 'void', closedAt: now, nextAttemptAt: null });
  await unit.postToLedger({
    occasion: `void/${invoice.id}`,
    kind: 'invoice_voided',
    currency: invoice.currency,
    invoiceId: invoice.id,
    userId: invoice.userId,
    at: now,
    postings: {
      receivable: -invoice.totalMinor,
      revenue: invoice.totalMinor - invoice.taxMinor,
      tax: invoice.taxMinor,
    },
  });
  if (invoice.creditAppliedMinor !== 0n) await giveBackBalance(unit, invoice, now);
  await unit.recordEvent(subscription.id, now, 'expired', { reason });
  return unit.updateSubscription(subscription, { status: 'incomplete_expired', endedAt: now });
}

async function giveBackBalance(unit: UnitOfWork, invoice: InvoiceRecord, now: Instant) {
  const { id, userId, currency, creditAppliedMinor } = invoice;
  const occasion = `void-balance/${id}`;
  await unit.addToBalance({
    userId,
    currency,
    amountMinor: creditAppliedMinor,
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
    postings: { receivable: creditAppliedMinor, customer_balance: -creditAppliedMinor },
  });
}

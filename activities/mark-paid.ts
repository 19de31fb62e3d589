import { activate } from './create-subscription';
import { about, invoiceFacts } from './email-facts';
import { outstandingOf } from './outstanding';
import { applyChange } from './pending-change';
import { planOf } from './plan-of';
import type { SubscriptionRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';
import { recover } from './recover';
import type { Concerned } from './settlement';

/**
 * An open or uncollectible invoice was paid another way than through Stripe: what is still to be paid
 * is booked on the bank, and what waited for the payment follows. Its intent at Stripe is the caller's to cancel.
 */
export async function markPaidOutOfBand(
  unit: UnitOfWork,
  { subscription, invoice, now }: Pick<Concerned, 'subscription' | 'invoice' | 'now'>,
): Promise<SubscriptionRecord> {
  const amount = outstandingOf(invoice);
  const plan = await planOf(unit, subscription);
  const paid = await unit.updateInvoice(invoice, {
    status: 'paid',
    paidOutOfBand: true,
    amountPaidMinor: invoice.amountPaidMinor + amount,
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
    postings: { bank: amount, [claim]: -amount },
  });
  await unit.recordEvent(subscription.id, now, 'invoice_paid', {
    invoice_id: invoice.id,
    number: invoice.number,
    amount: String(amount),
    currency: invoice.currency,
    out_of_band: true,
  });
  await unit.queueEmail({
    kind: 'receipt',
    ...about(subscription, invoice.id, 'paid'),
    data: { ...(await invoiceFacts(unit, paid, plan)), paid_at: now },
  });
  if (subscription.status === 'incomplete') return activate(unit, subscription, plan, now);
  const change = subscription.pendingChange;
  if (change?.invoiceId !== invoice.id) return recover(unit, subscription, now);
  return applyChange(unit, subscription, change, {
    now,
    charged: { amount: invoice.totalMinor, currency: invoice.currency },
  });
}

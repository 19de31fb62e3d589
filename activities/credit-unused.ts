import { creditNoteFor } from '../billing/credit-note';
import type { Instant } from '../billing/instant';
import type { MinorUnits } from '../billing/money';
import { unusedShare } from '../billing/proration';
import type { PlanRecord, SubscriptionRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';

/**
 * Credits the part of the current period that was paid for and is not used at `now` to the
 * customer's balance, by a credit note on the period's invoice; the amount, zero if there is none.
 */
export async function creditUnused(
  unit: UnitOfWork,
  { subscription, plan, now }: { subscription: SubscriptionRecord; plan: PlanRecord; now: Instant },
): Promise<MinorUnits> {
  const invoice = await unit.findInvoice({
    subscriptionId: subscription.id,
    reason: 'cycle',
    occasion: String(subscription.cycle),
  });
  if (invoice?.status !== 'paid') return 0n;
  const share = unusedShare({
    period: { start: invoice.periodStart, end: invoice.periodEnd },
    at: now,
    granularity: plan.proration,
    timeZone: subscription.timeZone,
  });
  const lines = await unit.linesOf(invoice.id);
  const { net, tax, total } = creditNoteFor(
    lines.map(({ amountMinor, discountMinor }) => ({
      amount: amountMinor,
      discount: discountMinor,
      taxRates: [],
      taxes: [],
    })),
    share,
  );
  if (total <= 0n) return 0n;
  const earlier = await unit.creditNotes(invoice.id);
  const note = await unit.insertCreditNote({
    invoiceId: invoice.id,
    number: `${invoice.number}-CN${earlier.length + 1}`,
    reason: 'cancel',
    occasion: String(subscription.cycle),
    currency: invoice.currency,
    netMinor: net,
    taxMinor: tax,
    totalMinor: total,
    toBalanceMinor: total,
    toInvoiceMinor: 0n,
    issuedAt: now,
  });
  const occasion = `credit-note/${note.id}`;
  const { userId, currency } = invoice;
  await unit.addToBalance({
    userId,
    currency,
    amountMinor: total,
    kind: 'credit_note',
    occasion,
    invoiceId: invoice.id,
  });
  await unit.postToLedger({
    occasion,
    kind: 'credit_note_issued',
    currency,
    invoiceId: invoice.id,
    userId,
    at: now,
    postings: { revenue: net, tax, customer_balance: -total },
  });
  await unit.recordEvent(subscription.id, now, 'credited', {
    invoice_id: invoice.id,
    number: note.number,
    amount: String(total),
    currency,
  });
  return total;
}

import { partialCredit } from '../billing/credit-note';
import type { Instant } from '../billing/instant';
import type { MinorUnits } from '../billing/money';
import type { SubscriptionState } from '../billing/subscription-state';
import { creditLeft, overLines } from './credit-left';
import { issueCreditNote } from './credit-notes';
import type { KnownRefund } from './ports/payments';
import type { InvoiceRecord, RefundRecord, SubscriptionRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';
import { isAnswered, lockRefund, recordRefund } from './refund-outcome';
import { touch, type Payments } from './settlement';
import { stateOf } from './subscription-state';

/** A payment in the books: of an invoice's own intent, or of one whose money was not owed. */
export interface BookedPayment {
  intentId: string;
  invoiceId: string;
}

/**
 * Compares all refunds of a payment at Stripe with ours: what became of those that we asked for, and
 * those that somebody made in Stripe's dashboard. Any number of calls in any order end in the same
 * rows (I7). The subscription's state afterwards, if the payment is of one.
 */
export async function compareRefunds(
  { store, payments }: Payments,
  { intentId, invoiceId, now }: BookedPayment & { now: Instant },
): Promise<SubscriptionState | undefined> {
  const known = await payments.refundsOf(intentId);
  return store.transaction(async (unit) => {
    const id = (await unit.findInvoiceById(invoiceId))?.subscriptionId ?? null;
    if (id === null) return undefined;
    const subscription = await unit.lockSubscription(id);
    let isNews = false;
    for (const refund of known) {
      const invoice = await unit.lockInvoice(invoiceId);
      isNews = (await compare(unit, { intentId, subscription, invoice, now }, refund)) || isNews;
    }
    return stateOf(unit, isNews ? await touch(unit, subscription) : subscription);
  });
}

/** Whose the refunded money is; locked. */
interface Refunded {
  intentId: string;
  subscription: SubscriptionRecord;
  invoice: InvoiceRecord;
  now: Instant;
}

async function compare(
  unit: UnitOfWork,
  refunded: Refunded,
  refund: KnownRefund,
): Promise<boolean> {
  const rows = await unit.refundsOfIntent(refunded.intentId);
  const known =
    rows.find(({ stripeRefundId }) => stripeRefundId === refund.id) ??
    rows.find((each) => isAskedFor(each, refund));
  // No credit note is in another currency than its invoice; the comparison of the books shows it.
  if (known === undefined && refund.currency !== refunded.invoice.currency) return false;
  const row = known ?? (await rowOfDashboard(unit, refunded, rows, refund));
  return recordRefund(unit, await lockRefund(unit, row, refunded.now), refund);
}

/** Whether it is our own call's, whose answer is not written yet; what its metadata say must fit. */
const isAskedFor = (row: RefundRecord, refund: KnownRefund) =>
  row.id === refund.refundId &&
  !isAnswered(row) &&
  row.amountMinor === refund.amountMinor &&
  row.currency === refund.currency;

/**
 * A row for a refund that was made in Stripe's dashboard. Of a surplus, which waits to be given back,
 * it is that giving back or a part of it; anything else is a credit of the invoice.
 */
async function rowOfDashboard(
  unit: UnitOfWork,
  refunded: Refunded,
  rows: readonly RefundRecord[],
  refund: KnownRefund,
): Promise<RefundRecord> {
  const surplus = rows.find(
    (row) => row.reason === 'surplus' && !isAnswered(row) && row.amountMinor >= refund.amountMinor,
  );
  if (surplus === undefined) {
    return hasPaid(refunded)
      ? creditedInDashboard(unit, refunded, refund)
      : takenFromBalance(unit, refunded, refund);
  }
  if (surplus.amountMinor === refund.amountMinor) return surplus;
  await unit.updateRefund(surplus.id, { amountMinor: surplus.amountMinor - refund.amountMinor });
  return uncredited(unit, refunded, refund, 'surplus');
}

/** Whether the payment is the invoice's own; any other money was the customer's all the time. */
const hasPaid = ({ intentId, invoice }: Refunded) =>
  invoice.stripePaymentIntentId === intentId &&
  invoice.status === 'paid' &&
  invoice.amountPaidMinor > 0n &&
  !invoice.paidOutOfBand;

/** A refund that no credit note asks for. */
const uncredited = (
  unit: UnitOfWork,
  { intentId, invoice }: Refunded,
  { id, amountMinor, currency }: KnownRefund,
  reason: 'surplus' | 'dashboard',
): Promise<RefundRecord> =>
  unit.ensureRefund({
    invoiceId: invoice.id,
    userId: invoice.userId,
    stripePaymentIntentId: intentId,
    stripeRefundId: null,
    reason,
    occasion: `dashboard/${id}`,
    status: 'pending',
    amountMinor,
    currency,
  });

/**
 * Its credit note: of as much as is left to credit of the invoice. What goes beyond that was put on
 * the customer's balance before, and is taken from there again, so that nobody has it twice.
 */
async function creditedInDashboard(
  unit: UnitOfWork,
  { intentId, subscription, invoice, now }: Refunded,
  { id, amountMinor }: KnownRefund,
): Promise<RefundRecord> {
  const left = await creditLeft(unit, invoice);
  const total = smaller(amountMinor, left.whole.total);
  const { refund } = await issueCreditNote(unit, {
    subscription,
    invoice,
    lines: total === 0n ? [] : overLines(partialCredit(left.invoice, total), left),
    to: { toCard: amountMinor, toInvoice: 0n, toBalance: total - amountMinor },
    reason: 'dashboard',
    occasion: id,
    intentId,
    now,
  });
  if (refund === undefined) throw new Error(`The credit note of ${id} has no refund.`);
  return refund;
}

/**
 * Money that has paid no invoice, whose refund by us came to nothing and was put on the balance; sent
 * by hand it is taken from there again.
 */
async function takenFromBalance(
  unit: UnitOfWork,
  refunded: Refunded,
  refund: KnownRefund,
): Promise<RefundRecord> {
  const { invoice, now } = refunded;
  const occasion = `dashboard/${refund.id}`;
  const whose = { userId: invoice.userId, currency: refund.currency, invoiceId: invoice.id };
  const amount = refund.amountMinor;
  await unit.addToBalance({ ...whose, occasion, kind: 'refunded', amountMinor: -amount });
  await unit.postToLedger({
    ...whose,
    occasion,
    kind: 'balance_refunded',
    at: now,
    postings: { customer_balance: amount, suspense: -amount },
  });
  return uncredited(unit, refunded, refund, 'dashboard');
}

const smaller = (a: MinorUnits, b: MinorUnits) => (a < b ? a : b);

import type { MinorUnits } from '../billing/money';
import { dun } from './dun';
import { markPaid } from './mark-paid';
import { isSettledWithoutIntent, outstandingOf } from './outstanding';
import { dropChange } from './pending-change';
import type { Decline, Intent } from './ports/payments';
import type { RefundRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';
import { recordOutcome, updateAttempt } from './record-outcome';
import { isAnswered } from './refund-outcome';
import { touch, type Concerned, type Settlement } from './settlement';
import { voidFirstInvoice } from './void-invoice';

/**
 * Writes what Stripe says of an intent into the books: attempt, invoice, ledger, subscription and
 * mails together. Any order and any number of calls end in the same rows (I7): a settled invoice
 * never becomes unsettled, and money that arrives twice is noted to be refunded (I3).
 */
export async function settleIntent(
  unit: UnitOfWork,
  concerned: Concerned,
  intent: Intent,
): Promise<Settlement> {
  const remembered = await rememberIntent(unit, concerned, intent);
  switch (intent.status) {
    case 'succeeded':
      return received(unit, remembered, intent);
    case 'processing':
      return waiting(unit, remembered, intent, 'processing');
    case 'requires_action':
      return waiting(unit, remembered, intent, 'requires_action');
    case 'requires_payment_method':
      return intent.decline === null
        ? waitingForCustomer(unit, remembered)
        : failed(unit, remembered, intent.decline, intent);
    case 'canceled':
      return canceledAtStripe(unit, remembered, intent);
    case 'requires_confirmation':
    case 'requires_capture':
      return waitingForCustomer(unit, remembered);
  }
}

/** An invoice's own intent is written on it when our call has made it. */
async function rememberIntent(
  unit: UnitOfWork,
  concerned: Concerned,
  intent: Intent,
): Promise<Concerned> {
  const { invoice, answered } = concerned;
  const ours = intent.metadata['invoice_id'] === invoice.id;
  // Our own call makes a new one only after the one before it was canceled.
  const replaces = answered === true || invoice.stripePaymentIntentId === null;
  if (!ours || !replaces || invoice.status !== 'open') return concerned;
  if (invoice.stripePaymentIntentId === intent.id) return concerned;
  // What an intent says of itself is not enough: another customer's pays nothing here.
  const { stripeCustomerId } = await unit.user(invoice.userId);
  if (intent.customerId !== stripeCustomerId) return concerned;
  const changes = { stripePaymentIntentId: intent.id };
  return { ...concerned, invoice: await unit.updateInvoice(invoice, changes) };
}

async function received(
  unit: UnitOfWork,
  concerned: Concerned,
  intent: Intent,
): Promise<Settlement> {
  const { subscription, invoice } = concerned;
  await recordOutcome(unit, concerned, intent, { status: 'succeeded' });
  if (
    invoice.status === 'paid' &&
    invoice.stripePaymentIntentId === intent.id &&
    !isSettledWithoutIntent(invoice)
  ) {
    // What was paid too much may have been noted, and not sent back yet.
    return { subscription, ...(await unsentSurplus(unit, concerned, intent)) };
  }
  const claimed =
    (invoice.status === 'open' || invoice.status === 'uncollectible') &&
    outstandingOf(invoice) > 0n;
  // A credit note may have lowered what is to be paid after the intent was made.
  const surplus = intent.amountReceivedMinor - outstandingOf(invoice);
  const fits =
    invoice.stripePaymentIntentId === intent.id &&
    surplus >= 0n &&
    intent.currency === invoice.currency;
  if (!claimed || !fits) {
    const whole = intent.amountReceivedMinor;
    return { subscription, refund: await noteSurplus(unit, concerned, intent, whole) };
  }
  const paid = await markPaid(unit, concerned, 'stripe');
  if (surplus === 0n) return { subscription: paid };
  return { subscription: paid, refund: await noteSurplus(unit, concerned, intent, surplus) };
}

const surplusOf = ({ id }: Intent) => `surplus/${id}`;

async function unsentSurplus(
  unit: UnitOfWork,
  { invoice }: Concerned,
  intent: Intent,
): Promise<Pick<Settlement, 'refund'>> {
  const refunds = await unit.refundsOf(invoice.id);
  const refund = refunds.find(({ occasion }) => occasion === surplusOf(intent));
  return refund === undefined || isAnswered(refund) ? {} : { refund };
}

/** Money without a claim is booked and refunded; `refundSurplus` sends it back. */
async function noteSurplus(
  unit: UnitOfWork,
  { subscription, invoice, now }: Concerned,
  intent: Intent,
  amountMinor: MinorUnits,
): Promise<RefundRecord> {
  const occasion = surplusOf(intent);
  const whose = { invoiceId: invoice.id, userId: invoice.userId };
  const earlier = await unit.refundsOf(invoice.id);
  const known = earlier.some((refund) => refund.occasion === occasion);
  const refund = await unit.ensureRefund({
    ...whose,
    stripePaymentIntentId: intent.id,
    stripeRefundId: null,
    reason: 'surplus',
    occasion,
    status: 'pending',
    amountMinor,
    currency: intent.currency,
  });
  if (!known) {
    await unit.recordEvent(subscription.id, now, 'surplus_received', {
      invoice_id: invoice.id,
      amount: String(amountMinor),
      currency: intent.currency,
    });
  }
  await unit.postToLedger({
    ...whose,
    occasion,
    kind: 'surplus_received',
    currency: intent.currency,
    at: now,
    postings: { cash: amountMinor, suspense: -amountMinor },
  });
  return refund;
}

async function waiting(
  unit: UnitOfWork,
  concerned: Concerned,
  intent: Intent,
  status: 'processing' | 'requires_action',
): Promise<Settlement> {
  const { subscription, invoice, now } = concerned;
  const { isNews, attempt } = await recordOutcome(unit, concerned, intent, { status });
  if (!isNews || invoice.status !== 'open') return { subscription };
  // Who leaves the pay page in the middle of it has not paid: our own schedule goes on.
  const standsStill = status === 'processing' || attempt !== undefined;
  if (standsStill) await unit.updateInvoice(invoice, { nextAttemptAt: null });
  await unit.recordEvent(subscription.id, now, `payment_${status}`, { invoice_id: invoice.id });
  return { subscription: await touch(unit, subscription) };
}

/** An invoice that its customer pays gets another intent in the place of one that was canceled. */
async function canceledAtStripe(
  unit: UnitOfWork,
  concerned: Concerned,
  intent: Intent,
): Promise<Settlement> {
  const { subscription, invoice, attempt, now } = concerned;
  await updateAttempt(unit, concerned, { status: 'canceled', settledAt: now });
  if (attempt !== undefined && invoice.status === 'open') {
    // Somebody took the intent away in the moment of our attempt, which is made again by another.
    await unit.updateInvoice(invoice, { nextAttemptAt: now });
    return { subscription: await touch(unit, subscription) };
  }
  const sent = invoice.status === 'open' && invoice.collectionMethod === 'send_invoice';
  if (!sent || invoice.stripePaymentIntentId !== intent.id) return { subscription };
  await unit.updateInvoice(invoice, { nextAttemptAt: now });
  return { subscription: await touch(unit, subscription) };
}

/** The intent is made and the customer's to pay. */
async function waitingForCustomer(unit: UnitOfWork, concerned: Concerned): Promise<Settlement> {
  return { subscription: await touch(unit, concerned.subscription) };
}

/**
 * A charge that did not go through. On the first invoice it ends the attempt to subscribe; later it
 * sets the dunning schedule going. What a customer tried on their own only is recorded.
 */
export async function failed(
  unit: UnitOfWork,
  concerned: Concerned,
  decline: Decline,
  intent?: Intent,
): Promise<Settlement> {
  const { subscription, invoice } = concerned;
  const { isNews, attempt, wasProcessing } = await recordOutcome(unit, concerned, intent, {
    status: 'failed',
    errorCode: decline.code,
    declineCode: decline.declineCode,
    message: decline.message,
  });
  if (!isNews || invoice.status !== 'open') return { subscription, declined: decline };
  if (subscription.status === 'incomplete') {
    if (attempt === undefined) return { subscription, declined: decline };
    const expired = await voidFirstInvoice(unit, concerned, 'declined');
    return { subscription: expired, declined: decline, cancelIntent: true };
  }
  if (subscription.pendingChange?.invoiceId === invoice.id) {
    // Who pays on the pay page may try another card; what we charged ourselves and failed is over.
    if (attempt === undefined) return { subscription, declined: decline };
    const dropped = await dropChange(unit, subscription, 'declined', concerned.now);
    return { subscription: dropped, declined: decline, cancelIntent: true };
  }
  const charged = invoice.collectionMethod === 'charge_automatically';
  // What a customer tried on their own leaves our schedule as it is, unless it had stood still for it.
  const concernsSchedule = attempt !== undefined || wasProcessing === true;
  if (!charged || !concernsSchedule || decline.code === 'collection_stopped') {
    return { subscription: await touch(unit, subscription), declined: decline };
  }
  const dunned = await dun(unit, { ...concerned, ...(attempt && { attempt }) }, decline);
  return { subscription: dunned, declined: decline };
}

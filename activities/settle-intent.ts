import type { Instant } from '../billing/instant';
import { cancelNow } from './commands';
import { activate } from './create-subscription';
import { planOf } from './cross-boundary';
import { dun } from './dun';
import { about, cardOf, invoiceFacts } from './email-facts';
import type { Decline, Intent } from './ports/payments';
import type { InvoiceRecord, RefundRecord, SubscriptionRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';
import { recordOutcome, updateAttempt } from './record-outcome';
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
  const changes = { stripePaymentIntentId: intent.id };
  return { ...concerned, invoice: await unit.updateInvoice(invoice, changes) };
}

async function received(
  unit: UnitOfWork,
  concerned: Concerned,
  intent: Intent,
): Promise<Settlement> {
  const { subscription, invoice, now } = concerned;
  await recordOutcome(unit, concerned, intent, { status: 'succeeded' });
  if (invoice.status === 'paid' && invoice.stripePaymentIntentId === intent.id) {
    return { subscription };
  }
  const claimed = invoice.status === 'open' || invoice.status === 'uncollectible';
  const fits =
    invoice.stripePaymentIntentId === intent.id &&
    intent.amountReceivedMinor === invoice.amountDueMinor &&
    intent.currency === invoice.currency;
  if (claimed && fits) return { subscription: await markPaid(unit, concerned) };
  await unit.recordEvent(subscription.id, now, 'surplus_received', {
    invoice_id: invoice.id,
    amount: String(intent.amountReceivedMinor),
    currency: intent.currency,
  });
  return { subscription, refund: await noteSurplus(unit, invoice, intent, now) };
}

/** Money without a claim is booked and refunded in full; `refundSurplus` sends it back. */
async function noteSurplus(
  unit: UnitOfWork,
  invoice: InvoiceRecord,
  intent: Intent,
  now: Instant,
): Promise<RefundRecord> {
  const occasion = `surplus/${intent.id}`;
  const refund = await unit.ensureRefund({
    invoiceId: invoice.id,
    userId: invoice.userId,
    stripePaymentIntentId: intent.id,
    stripeRefundId: null,
    reason: 'surplus',
    occasion,
    status: 'pending',
    amountMinor: intent.amountReceivedMinor,
    currency: intent.currency,
  });
  await unit.postToLedger({
    occasion,
    kind: 'surplus_received',
    currency: intent.currency,
    invoiceId: invoice.id,
    userId: invoice.userId,
    at: now,
    postings: { cash: intent.amountReceivedMinor, suspense: -intent.amountReceivedMinor },
  });
  return refund;
}

async function markPaid(unit: UnitOfWork, concerned: Concerned): Promise<SubscriptionRecord> {
  const { subscription, invoice, now } = concerned;
  const plan = await planOf(unit, subscription);
  const paid = await unit.updateInvoice(invoice, {
    status: 'paid',
    amountPaidMinor: invoice.amountDueMinor,
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
    postings: { cash: invoice.amountDueMinor, [claim]: -invoice.amountDueMinor },
  });
  await unit.recordEvent(subscription.id, now, 'invoice_paid', {
    invoice_id: invoice.id,
    number: invoice.number,
    amount: String(invoice.amountDueMinor),
    currency: invoice.currency,
  });
  await unit.queueEmail({
    kind: 'receipt',
    ...about(subscription, invoice.id, 'paid'),
    data: {
      ...(await invoiceFacts(unit, paid, plan)),
      paid_at: now,
      ...(await cardOf(unit, subscription)),
    },
  });
  if (subscription.status === 'incomplete') {
    const active = await activate(unit, subscription, plan, now);
    // The customer called it off while the charge was under way.
    return active.canceledAt === null ? active : cancelNow(unit, active, { now });
  }
  return recover(unit, subscription, now);
}

/** Past due ends when nothing past due is left. */
async function recover(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  now: Instant,
): Promise<SubscriptionRecord> {
  if (subscription.status !== 'past_due' && subscription.status !== 'unpaid') {
    return touch(unit, subscription);
  }
  const unsettled = await unit.unsettledInvoices(subscription.id);
  const pastDue = unsettled.some(
    ({ firstFailedAt, overdueAt }) => firstFailedAt !== null || overdueAt !== null,
  );
  if (pastDue) return touch(unit, subscription);
  await unit.recordEvent(subscription.id, now, 'recovered');
  return unit.updateSubscription(subscription, { status: 'active' });
}

async function waiting(
  unit: UnitOfWork,
  concerned: Concerned,
  intent: Intent,
  status: 'processing' | 'requires_action',
): Promise<Settlement> {
  const { subscription, invoice, now } = concerned;
  const { isNews } = await recordOutcome(unit, concerned, intent, { status });
  if (!isNews || invoice.status !== 'open') return { subscription };
  await unit.updateInvoice(invoice, { nextAttemptAt: null });
  await unit.recordEvent(subscription.id, now, `payment_${status}`, { invoice_id: invoice.id });
  return { subscription: await touch(unit, subscription) };
}

/** An invoice that its customer pays gets another intent in the place of one that was canceled. */
async function canceledAtStripe(
  unit: UnitOfWork,
  concerned: Concerned,
  intent: Intent,
): Promise<Settlement> {
  const { subscription, invoice, now } = concerned;
  await updateAttempt(unit, concerned, { status: 'canceled', settledAt: now });
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
  const charged = invoice.collectionMethod === 'charge_automatically';
  // What a customer tried on their own leaves our schedule as it is, unless it had stood still for it.
  const concernsSchedule = attempt !== undefined || wasProcessing === true;
  if (!charged || !concernsSchedule || decline.code === 'collection_stopped') {
    return { subscription: await touch(unit, subscription), declined: decline };
  }
  const dunned = await dun(unit, { ...concerned, ...(attempt && { attempt }) }, decline);
  return { subscription: dunned, declined: decline };
}

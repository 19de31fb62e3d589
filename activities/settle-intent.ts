import { classifyDecline, planNextAttempt, type DunningPolicy } from '../billing/dunning';
import { addDays, type Instant } from '../billing/instant';
import { isLive } from '../billing/subscription';
import type { EmailData } from '../templates/emails/schemas';
import { cancelNow } from './commands';
import { activate } from './create-subscription';
import { planOf } from './cross-boundary';
import { about, invoiceFacts } from './email-facts';
import type { Decline, Intent } from './ports/payments';
import type {
  InvoiceRecord,
  PaymentAttemptRecord,
  RefundRecord,
  SubscriptionRecord,
} from './ports/records';
import type { UnitOfWork } from './ports/store';

/** What an intent's news is about: rows locked by the caller, subscription first, then invoice. */
export interface Concerned {
  subscription: SubscriptionRecord;
  invoice: InvoiceRecord;
  /** The attempt whose outcome it is; absent when the customer acted on the intent. */
  attempt?: PaymentAttemptRecord;
  /** The intent is the answer to our own call, not an event's. */
  answered?: true;
  /** On the subscription's own time. */
  now: Instant;
}

/** What is left to do at Stripe, once the transaction has committed. */
export interface Settlement {
  subscription: SubscriptionRecord;
  declined?: Decline;
  /** Money that belongs to no open claim, to be given back. */
  refund?: RefundRecord;
  /** The intent's invoice is void: nobody must be able to pay it. */
  cancelIntent?: true;
}

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

/** A new revision for a change that only its invoices show. */
const touch = (unit: UnitOfWork, subscription: SubscriptionRecord) =>
  unit.updateSubscription(subscription, {});

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

/** Plans the next attempt and the final action, and tells the customer which they are. */
async function dun(
  unit: UnitOfWork,
  { subscription, invoice, attempt, now }: Concerned,
  decline: Decline,
): Promise<SubscriptionRecord> {
  const plan = await planOf(unit, subscription);
  const firstFailedAt = invoice.firstFailedAt ?? now;
  const planned = planNextAttempt({
    policy: plan.dunning,
    firstFailedAt,
    attemptsMade: 1 + passedRetries(plan.dunning, firstFailedAt, now, subscription.timeZone),
    declineClass: classifyDecline(decline.code, decline.declineCode),
    timeZone: subscription.timeZone,
  });
  // Who has left is not charged again, but keeps the time to pay that they were given.
  const live = isLive(subscription.status);
  const finalActionAt = live
    ? planned.finalActionAt
    : (invoice.finalActionAt ?? planned.finalActionAt);
  const card = await unit.defaultPaymentMethod(subscription.userId);
  const newCard =
    card !== undefined && attempt !== undefined && card.id !== attempt.paymentMethodId;
  const nextAttemptAt = !live ? undefined : newCard ? now : planned.nextAttemptAt;
  const failing = await unit.updateInvoice(invoice, {
    firstFailedAt,
    nextAttemptAt: nextAttemptAt ?? null,
    finalActionAt,
  });
  await unit.recordEvent(subscription.id, now, 'payment_failed', {
    invoice_id: invoice.id,
    number: invoice.number,
    amount: String(invoice.amountDueMinor),
    currency: invoice.currency,
    code: decline.declineCode ?? decline.code,
    ...(nextAttemptAt === undefined ? {} : { next_attempt_at: nextAttemptAt }),
  });
  const facts = {
    ...(await invoiceFacts(unit, failing, plan)),
    ...(await cardOf(unit, subscription)),
    final_action_at: finalActionAt,
    final_action: plan.dunning.finalAction,
  };
  const addressed = about(subscription, invoice.id, `attempt ${invoice.attemptCount}`);
  if (decline.code === 'authentication_required') {
    await unit.queueEmail({ kind: 'authentication_required', ...addressed, data: facts });
  } else {
    await unit.queueEmail({
      kind: 'payment_failed',
      ...addressed,
      data: {
        ...facts,
        reason_code: decline.declineCode ?? decline.code,
        ...(nextAttemptAt === undefined ? {} : { next_attempt_at: nextAttemptAt }),
      },
    });
  }
  return subscription.status === 'active'
    ? unit.updateSubscription(subscription, { status: 'past_due' })
    : touch(unit, subscription);
}

/** How many of the schedule's days are over: what a new card tried in between moves none of them. */
function passedRetries(
  { retryDays }: DunningPolicy,
  firstFailedAt: Instant,
  now: Instant,
  timeZone: string,
): number {
  return retryDays.filter((day) => addDays(firstFailedAt, day, timeZone) <= now).length;
}

async function cardOf(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
): Promise<Pick<EmailData<'receipt'>, 'card'>> {
  if (subscription.collectionMethod === 'send_invoice') return {};
  const method = await unit.defaultPaymentMethod(subscription.userId);
  if (method === undefined || method.brand === null || method.last4 === null) return {};
  return { card: { brand: method.brand, last4: method.last4 } };
}

/**
 * Writes the outcome on its attempt; for what the customer did, on an attempt made for it. Whether it
 * was news, whether the money had been on its way, and the attempt if it was one of ours.
 */
async function recordOutcome(
  unit: UnitOfWork,
  concerned: Concerned,
  intent: Intent | undefined,
  outcome: Pick<PaymentAttemptRecord, 'status'> & Partial<PaymentAttemptRecord>,
): Promise<{ isNews: boolean; attempt?: PaymentAttemptRecord; wasProcessing?: boolean }> {
  const { invoice, now } = concerned;
  const settledAt =
    outcome.status === 'succeeded' || outcome.status === 'failed' ? { settledAt: now } : {};
  const facts = {
    ...outcome,
    ...settledAt,
    stripePaymentIntentId: intent?.id ?? null,
    stripeChargeId: intent?.chargeId ?? null,
    paymentMethodId: intent?.paymentMethodId ?? concerned.attempt?.paymentMethodId ?? null,
  };
  if (concerned.attempt !== undefined) {
    await updateAttempt(unit, concerned, facts);
    return { isNews: true, attempt: concerned.attempt };
  }
  const attempts = await unit.attempts(invoice.id);
  const open = attempts.find(
    ({ status, stripePaymentIntentId }) =>
      (status === 'requires_action' || status === 'processing') &&
      stripePaymentIntentId === facts.stripePaymentIntentId,
  );
  if (open !== undefined) {
    await unit.updateAttempt(open.id, facts);
    const isNews = open.status !== outcome.status;
    const wasProcessing = open.status === 'processing';
    return open.idempotencyKey.startsWith(byCustomer)
      ? { isNews, wasProcessing }
      : { isNews, wasProcessing, attempt: open };
  }
  const known = attempts.some(
    ({ stripePaymentIntentId, stripeChargeId }) =>
      stripePaymentIntentId === facts.stripePaymentIntentId &&
      stripeChargeId === facts.stripeChargeId,
  );
  if (known) return { isNews: false };
  await unit.insertAttempt({
    settledAt: null,
    errorCode: null,
    declineCode: null,
    message: null,
    ...facts,
    invoiceId: invoice.id,
    number: attempts.length + 1,
    idempotencyKey: `${byCustomer}${facts.stripePaymentIntentId}/${facts.stripeChargeId}`,
    amountMinor: invoice.amountDueMinor,
    currency: invoice.currency,
    attemptedAt: now,
  });
  return { isNews: true };
}

/** Begins the key of an attempt that the customer made on the pay page; no such key is sent to Stripe. */
const byCustomer = 'customer/';

async function updateAttempt(
  unit: UnitOfWork,
  { attempt }: Concerned,
  changes: Partial<PaymentAttemptRecord>,
) {
  if (attempt !== undefined) await unit.updateAttempt(attempt.id, changes);
}

import { z } from 'zod';
import type { Instant } from '../billing/instant';
import type { SubscriptionState } from '../billing/subscription-state';
import { applyDispute } from './dispute-events';
import { compareRefunds, type BookedPayment } from './refund-events';
import { keepPaidCard } from './keep-paid-card';
import { refundSurplus } from './refunds';
import type { Collected, Payments } from './settlement';
import { claimedInvoice, subjectOf, type StoredEvent } from './stripe-event';
import type { Intent } from './ports/payments';
import type { InvoiceRecord } from './ports/records';
import type { PaymentToRead } from '../workflows/messages';
import { settleIntent } from './settle-intent';
import { stateAfter, stateOf } from './subscription-state';

/**
 * Acts on an event of Stripe's that may change something in the books of one subscription: what it is
 * about is read again from Stripe, so that neither the event's age nor its order nor its words matter
 * (I7). The subscription's state afterwards, or nothing when the event concerns no invoice of ours.
 */
export async function applyPaymentEvent(
  deps: Payments,
  { eventId, now }: { eventId: string; now: Instant },
): Promise<Collected | undefined> {
  const event = await deps.store.transaction((unit) => unit.webhookEvent(eventId));
  const subject = event && subjectOf(event);
  if (event === undefined || subject === undefined) return undefined;
  switch (subject.kind) {
    case 'intent':
      return applyIntent(deps, { event, intentId: subject.intentId, now });
    case 'refunds':
      return applyRefunds(deps, { event, intentId: subject.intentId, now });
    case 'dispute':
      return applyDisputeEvent(deps, { event, disputeId: subject.disputeId, now });
    case 'payment_method':
    case 'setup_intent':
    case 'stripe_subscription':
      return undefined;
  }
}

async function applyIntent(
  deps: Payments,
  { event, intentId, now }: { event: StoredEvent; intentId: string; now: Instant },
): Promise<Collected | undefined> {
  const invoice = await deps.store.transaction(
    async (unit) =>
      (await unit.invoiceOfIntent(intentId)) ?? (await unit.findInvoiceById(claimedInvoice(event))),
  );
  if (invoice === undefined || invoice.subscriptionId === null) return undefined;
  const intent = await deps.payments.lookUpIntent(intentId);
  if (intent === undefined) {
    const reason = `Stripe knows no ${intentId}.`;
    await deps.store.transaction((unit) => unit.settleWebhookEvent(event.id, 'ignored', reason));
    return undefined;
  }
  const { subscriptionId } = invoice;
  return settle(deps, { eventId: event.id, now, intent, invoice, subscriptionId });
}

async function applyRefunds(
  deps: Payments,
  { event, intentId, now }: { event: StoredEvent; intentId: string; now: Instant },
): Promise<Collected | undefined> {
  const payment = await bookedPayment(deps, intentId, now);
  if (payment === undefined) return ignore(deps, event, intentId);
  const state = await compareRefunds(deps, { ...payment, now });
  await deps.store.transaction((unit) => unit.settleWebhookEvent(event.id, 'done'));
  return state && { state };
}

async function applyDisputeEvent(
  deps: Payments,
  { event, disputeId, now }: { event: StoredEvent; disputeId: string; now: Instant },
): Promise<Collected | undefined> {
  const dispute = await deps.payments.lookUpDispute(disputeId);
  const { intentId } = dispute ?? { intentId: null };
  const payment = intentId === null ? undefined : await bookedPayment(deps, intentId, now);
  if (dispute === undefined || payment === undefined) return ignore(deps, event, disputeId);
  const state = await applyDispute(deps, { ...payment, now }, dispute);
  await deps.store.transaction((unit) => unit.settleWebhookEvent(event.id, 'done'));
  return state && { state };
}

async function ignore(deps: Payments, { id }: StoredEvent, about: string): Promise<undefined> {
  const reason = `${about} is of no payment of ours.`;
  await deps.store.transaction((unit) => unit.settleWebhookEvent(id, 'ignored', reason));
}

/**
 * The payment that was given back or disputed: in the books before that is, though the event of the
 * payment itself may come later. Undefined when it is none of ours.
 */
async function bookedPayment(
  deps: Payments,
  intentId: string,
  now: Instant,
): Promise<BookedPayment | undefined> {
  const known = await deps.store.transaction(async (unit) => {
    const invoice = await unit.invoiceOfPayment(intentId);
    const attempts = invoice === undefined ? [] : await unit.attempts(invoice.id);
    const isBooked = attempts.some(
      ({ status, stripePaymentIntentId }) =>
        status === 'succeeded' && stripePaymentIntentId === intentId,
    );
    return { invoice, isBooked };
  });
  if (known.invoice !== undefined && known.isBooked) {
    return { intentId, invoiceId: known.invoice.id };
  }
  const intent = await deps.payments.lookUpIntent(intentId);
  if (intent?.status !== 'succeeded') return undefined;
  const claimed = z.uuid().safeParse(intent.metadata['invoice_id']).data;
  const invoice =
    known.invoice ?? (await deps.store.transaction((unit) => unit.findInvoiceById(claimed)));
  if (invoice === undefined || invoice.subscriptionId === null) return undefined;
  const { subscriptionId } = invoice;
  await settle(deps, { now, intent, invoice, subscriptionId });
  return { intentId, invoiceId: invoice.id };
}

/**
 * Reads a payment again, for a webhook may have been lost: the intent of an open invoice or, with
 * `intentId`, another that says it is for the invoice. Before an invoice is given up only money counts;
 * `anyNews` writes down whatever the intent says, whatever became of the invoice.
 */
export async function readPayment(
  deps: Payments,
  {
    subscriptionId,
    invoiceId,
    intentId,
    refunds,
    disputeId,
    now,
    anyNews,
  }: PaymentToRead & { subscriptionId: string; now: Instant; anyNews?: true },
): Promise<Collected> {
  const { invoice, state } = await deps.store.transaction(async (unit) => ({
    state: await stateOf(unit, await unit.lockSubscription(subscriptionId)),
    invoice: await unit.lockInvoice(invoiceId),
  }));
  const wanted = intentId ?? invoice.stripePaymentIntentId;
  if (wanted === null || (invoice.status !== 'open' && anyNews !== true)) return { state };
  const intent = await deps.payments.lookUpIntent(wanted);
  if (intent === undefined) return { state };
  const isItsOwn = intent.id === invoice.stripePaymentIntentId;
  if (intent.status !== 'succeeded' && (anyNews !== true || !isItsOwn)) return { state };
  const settled = await settle(deps, { now, intent, invoice, subscriptionId });
  if (intent.status !== 'succeeded') return settled;
  const payment = { intentId: intent.id, invoiceId, now };
  const refunded = refunds === true ? await compareRefunds(deps, payment) : undefined;
  const disputed =
    disputeId === undefined ? undefined : await readDispute(deps, payment, disputeId);
  const after = disputed ?? refunded;
  return after === undefined ? settled : { ...settled, state: after };
}

async function readDispute(
  deps: Payments,
  payment: BookedPayment & { now: Instant },
  disputeId: string,
): Promise<SubscriptionState | undefined> {
  const dispute = await deps.payments.lookUpDispute(disputeId);
  if (dispute?.intentId !== payment.intentId) return undefined;
  return applyDispute(deps, payment, dispute);
}

async function settle(
  deps: Payments,
  news: {
    eventId?: string;
    now: Instant;
    intent: Intent;
    invoice: InvoiceRecord;
    subscriptionId: string;
  },
): Promise<Collected> {
  const { eventId, now, intent, invoice, subscriptionId } = news;
  const { state, settlement, isVoid } = await deps.store.transaction(async (unit) => {
    const subscription = await unit.lockSubscription(subscriptionId);
    const locked = await unit.lockInvoice(invoice.id);
    const pending = (await unit.attempts(invoice.id)).find(({ status }) => status === 'pending');
    // `collect` is at it and will record what it learns; only money is never left for later.
    if (pending !== undefined && intent.status !== 'succeeded') {
      return { state: await stateOf(unit, subscription), settlement: undefined, isVoid: undefined };
    }
    const concerned = { subscription, invoice: locked, now };
    const settled = await settleIntent(
      unit,
      pending === undefined ? concerned : { ...concerned, attempt: pending },
      intent,
    );
    if (eventId !== undefined) await unit.settleWebhookEvent(eventId, 'done');
    return {
      state: await stateAfter(unit, subscription, settled.subscription),
      settlement: settled,
      isVoid: (await unit.lockInvoice(invoice.id)).status === 'void',
    };
  });
  // A second card on an open pay page must not pay what is void; nor if we died here the last time.
  if (isVoid === true && isOpen(intent)) await deps.payments.cancelIntent(intent.id);
  if (settlement?.refund !== undefined) await refundSurplus(deps, settlement.refund, now);
  const kept = await keepPaidCard(deps, { intent, subscriptionId, now });
  return { state: { ...state, ...kept } };
}

/** Whether somebody may still pay it. */
const isOpen = ({ status }: Intent) =>
  status !== 'succeeded' && status !== 'processing' && status !== 'canceled';

import type { Instant } from '../billing/instant';
import { refundSurplus } from './refunds';
import type { Collected, Payments } from './settlement';
import { claimedInvoice, subjectOf, type StoredEvent } from './stripe-event';
import type { Intent } from './ports/payments';
import type { InvoiceRecord } from './ports/records';
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
    case 'dispute':
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
  const intent = await deps.payments.retrieveIntent(intentId);
  const { subscriptionId } = invoice;
  return settle(deps, { eventId: event.id, now, intent, invoice, subscriptionId });
}

/**
 * Reads the intent of an open invoice again, for a webhook may have been lost. Before an invoice is
 * given up only money counts; `anyNews` writes down whatever the intent says.
 */
export async function readPayment(
  deps: Payments,
  {
    subscriptionId,
    invoiceId,
    now,
    anyNews,
  }: { subscriptionId: string; invoiceId: string; now: Instant; anyNews?: true },
): Promise<Collected> {
  const { invoice, state } = await deps.store.transaction(async (unit) => ({
    state: await stateOf(unit, await unit.lockSubscription(subscriptionId)),
    invoice: await unit.lockInvoice(invoiceId),
  }));
  const payable =
    invoice.status === 'open' || (invoice.status === 'uncollectible' && anyNews === true);
  if (!payable || invoice.stripePaymentIntentId === null) return { state };
  const intent = await deps.payments.retrieveIntent(invoice.stripePaymentIntentId);
  if (intent.status !== 'succeeded' && anyNews !== true) return { state };
  return settle(deps, { now, intent, invoice, subscriptionId });
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
  const { state, settlement } = await deps.store.transaction(async (unit) => {
    const subscription = await unit.lockSubscription(subscriptionId);
    const locked = await unit.lockInvoice(invoice.id);
    const pending = (await unit.attempts(invoice.id)).find(({ status }) => status === 'pending');
    // `collect` is at it and will record what it learns; only money is never left for later.
    if (pending !== undefined && intent.status !== 'succeeded') {
      return { state: await stateOf(unit, subscription), settlement: undefined };
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
    };
  });
  // A second card on an open pay page must not pay what is void.
  if (settlement?.cancelIntent === true) await deps.payments.cancelIntent(intent.id);
  if (settlement?.refund !== undefined) await refundSurplus(deps, settlement.refund, now);
  return { state };
}

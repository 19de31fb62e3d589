import { z } from 'zod';
import type { Instant } from '../billing/instant';
import { refundSurplus } from './refunds';
import type { Collected } from './settlement';
import type { Intent, PaymentGateway } from './ports/payments';
import type { InvoiceRecord, WebhookEventRecord } from './ports/records';
import type { BillingStore, UnitOfWork } from './ports/store';
import { settleIntent } from './settle-intent';
import { stateAfter, stateOf } from './subscription-state';

/** What we write on every intent that we make. */
const ourMetadata = z.object({ metadata: z.object({ invoice_id: z.uuid() }) });

/** The part of an event that says which intent it is about: the intent itself, or one of its charges. */
const aboutAnIntent = z.object({
  data: z.object({
    object: z.union([
      z.object({ object: z.literal('payment_intent'), id: z.string() }),
      z.object({ object: z.string(), payment_intent: z.string() }),
    ]),
  }),
});

/** The intent that an event is about, if it is about one. */
export function intentIdOf(event: Pick<WebhookEventRecord, 'payload'>): string | undefined {
  const result = aboutAnIntent.safeParse(event.payload);
  if (!result.success) return undefined;
  const { object } = result.data.data;
  return 'payment_intent' in object ? object.payment_intent : object.id;
}

/**
 * Acts on an event of Stripe's that may change something: the intent is read again from Stripe, so
 * that neither the event's age nor its order nor its words matter (I7). The subscription's state
 * afterwards, or nothing when the event concerns no invoice of ours.
 */
export async function applyPaymentEvent(
  deps: { store: BillingStore; payments: PaymentGateway },
  { eventId, now }: { eventId: string; now: Instant },
): Promise<Collected | undefined> {
  const subject = await deps.store.transaction((unit) => subjectOf(unit, eventId));
  if (subject === undefined) return undefined;
  const { intentId, invoice, subscriptionId } = subject;
  const intent = await deps.payments.retrieveIntent(intentId);
  return settle(deps, { eventId, now, intent, invoice, subscriptionId });
}

/**
 * Reads the intent of an open invoice again before it is given up: a webhook may have been lost, and
 * nobody who has paid is written off.
 */
export async function readPayment(
  deps: { store: BillingStore; payments: PaymentGateway },
  { subscriptionId, invoiceId, now }: { subscriptionId: string; invoiceId: string; now: Instant },
): Promise<Collected> {
  const { invoice, state } = await deps.store.transaction(async (unit) => ({
    state: await stateOf(unit, await unit.lockSubscription(subscriptionId)),
    invoice: await unit.lockInvoice(invoiceId),
  }));
  if (invoice.status !== 'open' || invoice.stripePaymentIntentId === null) return { state };
  const intent = await deps.payments.retrieveIntent(invoice.stripePaymentIntentId);
  if (intent.status !== 'succeeded') return { state };
  return settle(deps, { now, intent, invoice, subscriptionId });
}

async function settle(
  deps: { store: BillingStore; payments: PaymentGateway },
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

async function subjectOf(
  unit: UnitOfWork,
  eventId: string,
): Promise<{ intentId: string; invoice: InvoiceRecord; subscriptionId: string } | undefined> {
  const event = await unit.webhookEvent(eventId);
  const intentId = event === undefined ? undefined : intentIdOf(event);
  if (intentId === undefined) return undefined;
  const invoice =
    (await unit.invoiceOfIntent(intentId)) ?? (await unit.findInvoiceById(claimOf(event)));
  if (invoice === undefined || invoice.subscriptionId === null) return undefined;
  return { intentId, invoice, subscriptionId: invoice.subscriptionId };
}

/** The invoice that the event's intent says it is for; only ever a reason to refund it. */
function claimOf(event: WebhookEventRecord | undefined): string | undefined {
  const object = z.object({ data: z.object({ object: ourMetadata }) }).safeParse(event?.payload);
  return object.data?.data.object.metadata.invoice_id;
}

import type { SavedCard } from '../ports/payments';
import { touch } from '../settlement';
import { subjectOf } from '../stripe-event';
import type { UnitOfWork } from '../ports/store';
import type { StripeInvoice, StripeSubscription } from '../ports/stripe-billing';
import { mirrorInvoice } from './mirror-invoice';
import { mirrorRow } from './mirror-row';
import { mirroredOf, type About, type Mirrored, type Mirroring } from './mirrored';
import { announceTrialEnd } from './announce-trial-end';

/**
 * Reads a subscription of Stripe's again, with the invoice that an event is about and its latest one,
 * and makes our rows say the same (I7): run for a late, an early or a doubled event, or twice for the
 * same one, it ends in the same rows and mails. What was changed by another while Stripe was
 * read is read again, so that the older of two answers never wins. Nothing, when there is nothing to
 * mirror it by; then the event is kept with the reason.
 */
export async function bringUpToDate(deps: Mirroring, about: About): Promise<Mirrored | undefined> {
  for (;;) {
    const known = await deps.store.transaction((unit) => lookUp(unit, about));
    const found = await readAtStripe(deps, about, known);
    const written = await deps.store.transaction((unit) => write(unit, about, known, found));
    if (written !== 'overtaken') return written.mirrored;
  }
}

/** What the books knew before Stripe was read. */
interface Known {
  /** Of the row, if there is one. */
  revision: number | undefined;
  invoiceId: string | undefined;
  trialEnds: boolean;
}

interface Found {
  subscription: StripeSubscription | undefined;
  invoices: StripeInvoice[];
  /** Read for the notice of a trial's end only. */
  card: SavedCard | undefined;
}

async function lookUp(unit: UnitOfWork, { subscriptionId, eventId }: About): Promise<Known> {
  const row = await unit.findSubscription(subscriptionId);
  const event = eventId === undefined ? undefined : await unit.webhookEvent(eventId);
  const subject = event && subjectOf(event);
  const trialEnds = event?.type === 'customer.subscription.trial_will_end';
  const known = { revision: row?.revision, trialEnds };
  if (subject?.kind === 'stripe_subscription') {
    return { ...known, invoiceId: subject.stripeInvoiceId };
  }
  if (subject?.kind !== 'refunds') return { ...known, invoiceId: undefined };
  const payment = await unit.stripePayment({ stripePaymentIntentId: subject.intentId });
  return { ...known, invoiceId: payment?.stripeInvoiceId };
}

async function readAtStripe(
  { store, stripeBilling, payments }: Mirroring,
  { stripeSubscriptionId }: About,
  { invoiceId, trialEnds }: Known,
): Promise<Found> {
  const subscription = await stripeBilling.subscription(stripeSubscriptionId);
  if (subscription === undefined) return { subscription, invoices: [], card: undefined };
  const { latestInvoiceId, paymentMethodId } = subscription;
  const ids = new Set(invoiceId === undefined ? [] : [invoiceId]);
  if (latestInvoiceId !== null && !(await store.transaction(isSettled(latestInvoiceId)))) {
    ids.add(latestInvoiceId);
  }
  const invoices: StripeInvoice[] = [];
  for (const id of ids) {
    const invoice = await stripeBilling.invoice(id);
    if (invoice?.subscriptionId === stripeSubscriptionId) invoices.push(invoice);
  }
  const method =
    trialEnds && paymentMethodId !== null
      ? await payments.retrievePaymentMethod(paymentMethodId)
      : undefined;
  return { subscription, invoices, card: method?.card };
}

/** What is paid tells nothing new by itself; of anything else an event may have been lost. */
const isSettled = (stripeInvoiceId: string) => async (unit: UnitOfWork) => {
  const payment = await unit.stripePayment({ stripeInvoiceId });
  return payment?.status === 'succeeded' || payment?.status === 'refunded';
};

async function write(
  unit: UnitOfWork,
  about: About,
  { revision, trialEnds }: Known,
  { subscription: found, invoices, card }: Found,
): Promise<'overtaken' | { mirrored: Mirrored | undefined }> {
  const { eventId, now } = about;
  if (found === undefined) {
    const row = await unit.findSubscription(about.subscriptionId);
    await ignore(unit, eventId, `Stripe knows no subscription ${about.stripeSubscriptionId}.`);
    return { mirrored: row && (await mirroredOf(unit, row)) };
  }
  const written = await mirrorRow(unit, about, revision, found);
  if (written === 'overtaken') return written;
  if ('reason' in written) {
    await ignore(unit, eventId, written.reason);
    return { mirrored: undefined };
  }
  const { plan } = written;
  let { row } = written;
  for (const invoice of invoices) {
    // A new revision, so that an older answer about a payment does not win either.
    if (await mirrorInvoice(unit, { row, plan, now }, invoice)) row = await touch(unit, row);
  }
  if (trialEnds) await announceTrialEnd(unit, { row, plan, now }, card);
  if (eventId !== undefined) await unit.settleWebhookEvent(eventId, 'done');
  return { mirrored: await mirroredOf(unit, row) };
}

async function ignore(unit: UnitOfWork, eventId: string | undefined, reason: string) {
  if (eventId !== undefined) await unit.settleWebhookEvent(eventId, 'ignored', reason);
}

import { setTimeout as delay } from 'node:timers/promises';
import Stripe from 'stripe';
import { KeySpent, type Intent } from '../../activities/ports/payments';
import { readAgain } from '../../platform/read-again';
import type { Dependencies } from '../dependencies';
import { outageOf } from '../http/known-failures';
import { isPayable } from '../queries/invoices';
import { hostedInvoice, type HostedInvoice } from '../queries/hosted-invoice';
import { awaitIntent, isConfirmable, secretOf } from './client-secret';

/** How paying an invoice stands, at Stripe and in the books together. */
export type Payment =
  /** The books say all: it is paid, void, or nothing is left to pay. */
  | { state: 'settled' }
  | { state: 'payable'; intent: Intent }
  /** The bank is at it, for days perhaps. */
  | { state: 'processing' }
  /** Stripe has the money, and the books are just learning of it. */
  | { state: 'received' }
  /** Its intent is being made, or our own charge is under way. */
  | { state: 'preparing' }
  | { state: 'unreachable' };

/** A page that looks again by itself need not wait long for an intent that is being made. */
const intentPatienceMilliseconds = 900;

/**
 * Reads from Stripe how paying an invoice stands. What the books have not heard of yet, because its
 * webhook is late or lost, its workflow is told to read again.
 */
export async function paymentOf(
  dependencies: Dependencies,
  hosted: HostedInvoice,
): Promise<Payment> {
  if (!isPayable(hosted.invoice)) return { state: 'settled' };
  try {
    const intent = await awaitIntent(dependencies, hosted.invoice.id, intentPatienceMilliseconds);
    if (intent === undefined) return { state: 'preparing' };
    if (isNews(intent, hosted)) await haveItRead(dependencies, hosted);
    if (isConfirmable(intent)) return { state: 'payable', intent };
    if (intent.status === 'succeeded') return { state: 'received' };
    return { state: intent.status === 'processing' ? 'processing' : 'preparing' };
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError || error instanceof KeySpent)) throw error;
    dependencies.logger.warn({ err: error }, 'payments can’t be reached for the pay page');
    return { state: 'unreachable' };
  }
}

/** Whether the intent tells something that is on no attempt in the books. */
function isNews(intent: Intent, { attempts }: HostedInvoice): boolean {
  const { status, decline } = intent;
  const isKnown = (outcome: string) =>
    attempts.some(
      (attempt) =>
        attempt.status === outcome &&
        attempt.stripePaymentIntentId === intent.id &&
        attempt.stripeChargeId === intent.chargeId,
    );
  if (status === 'succeeded') return true;
  if (status === 'processing') return !isKnown('processing');
  return status === 'requires_payment_method' && decline !== null && !isKnown('failed');
}

/** Where Temporal can't be reached, the webhook or the next look at the page will do. */
async function haveItRead(
  { temporal, logger }: Dependencies,
  { invoice }: HostedInvoice,
): Promise<void> {
  const { id: invoiceId, subscriptionId } = invoice;
  if (subscriptionId === null) return;
  try {
    await readAgain(temporal, { subscriptionId, invoiceId });
  } catch (error) {
    if (outageOf(error) === undefined) throw error;
    logger.warn({ err: error, invoiceId }, 'nobody could be told to read a payment again');
  }
}

/** What a form needs to confirm an intent: its secret, for this browser only (I12). */
export interface BegunPayment {
  intentId: string;
  clientSecret: string;
}

/**
 * Readies an intent for the customer who is about to pay by it: the card of a subscription that is
 * charged automatically is saved with the payment, and no other.
 */
export async function beginPayment(
  dependencies: Dependencies,
  { chargedAutomatically }: HostedInvoice,
  intent: Intent,
): Promise<BegunPayment> {
  if (intent.savesPaymentMethod !== chargedAutomatically) {
    await dependencies.payments.saveOnPayment(intent.id, chargedAutomatically);
  }
  return { intentId: intent.id, clientSecret: await secretOf(dependencies, intent.id) };
}

/** How long somebody who comes back from their bank waits for the books. */
const patienceMilliseconds = 4_000;
const pauseMilliseconds = 100;

/** Has what became of a payment written down, and waits a moment for it. */
export async function settleReturn(dependencies: Dependencies, hosted: HostedInvoice) {
  const { state } = await paymentOf(dependencies, hosted);
  if (state !== 'received' && state !== 'processing') return;
  const deadline = Date.now() + patienceMilliseconds;
  while (Date.now() < deadline) {
    const now = await hostedInvoice(dependencies.database, hosted.invoice.id);
    if (now === undefined || !isPayable(now.invoice)) return;
    if (state === 'processing' && now.attempts.some(({ status }) => status === state)) return;
    await delay(pauseMilliseconds);
  }
}

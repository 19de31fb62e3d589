import { isLive } from '../billing/subscription';
import { findLostIntent, intentOfInvoice } from './invoice-intent';
import { outstandingOf } from './outstanding';
import {
  KeySpent,
  PaymentMethodGone,
  type Decline,
  type Intent,
  type PaymentGateway,
} from './ports/payments';
import type { InvoiceRecord, PaymentAttemptRecord, SubscriptionRecord } from './ports/records';
import type { BillingStore } from './ports/store';
import type { Payments } from './settlement';

/** An attempt that is written down and whose outcome is not. */
export interface ChargeErrand {
  subscription: SubscriptionRecord;
  invoice: InvoiceRecord;
  attempt: PaymentAttemptRecord;
  earlier: PaymentAttemptRecord[];
  /** An earlier run wrote the attempt down; whether it reached Stripe is not known. */
  resumed: boolean;
  /** The customer waits for it. */
  asked: boolean;
}

/** The intent of an invoice that its customer will confirm. */
export async function prepareIntent(
  deps: Payments,
  { invoice }: { invoice: InvoiceRecord },
  customerId: string,
): Promise<Intent> {
  const { payments } = deps;
  const known = await intentOfInvoice(deps, invoice, customerId);
  let last = known && (await unlessStale(payments, invoice, known));
  if (last?.status === 'canceled') {
    // The one in its place may have been made, its id lost with the answer.
    const next = await findLostIntent(deps, invoice, customerId);
    last = next === undefined ? last : await unlessStale(payments, invoice, next);
  }
  while (last === undefined || last.status === 'canceled') {
    const after = last === undefined ? '' : ` after ${last.id}`;
    // Stripe repeats its answer to a key, also when it was canceled since.
    last = await payments.createIntent(
      intentRequest(invoice, customerId, `intent over ${outstandingOf(invoice)}${after}`),
    );
  }
  return last;
}

/** One over more than is left to pay, since a credit note, makes room for another. */
async function unlessStale(
  payments: PaymentGateway,
  invoice: InvoiceRecord,
  intent: Intent,
): Promise<Intent> {
  const movesMoney = ['succeeded', 'processing', 'canceled'].includes(intent.status);
  if (movesMoney || intent.amountMinor === outstandingOf(invoice)) return intent;
  return payments.cancelIntent(intent.id);
}

function intentRequest(invoice: InvoiceRecord, customerId: string, suffix: string) {
  return {
    customerId,
    amountMinor: outstandingOf(invoice),
    currency: invoice.currency,
    description: `Invoice ${invoice.number ?? ''}`,
    metadata: { invoice_id: invoice.id, subscription_id: invoice.subscriptionId ?? '' },
    idempotencyKey: `${invoice.subscriptionId}/${invoice.reason}/${invoice.occasion}/${suffix}`,
  };
}

/** Stripe forgets keys after 24 hours; an older one must not be trusted to be remembered. */
const keyLifeMilliseconds = 23 * 60 * 60 * 1000;

/**
 * Whether the customer who asked for it is long gone, or has thought better of it: a first payment, or a
 * change that waits for its payment, must not be charged out of the blue when Stripe is back.
 */
function isTooLate({ subscription, invoice }: ChargeErrand, ageMilliseconds: number): boolean {
  const { status, pendingChange, testClockId } = subscription;
  const old = ageMilliseconds > keyLifeMilliseconds;
  if (status === 'incomplete') return old;
  if (pendingChange?.invoiceId !== invoice.id) return false;
  const expired =
    testClockId === null &&
    pendingChange.expiresAt !== undefined &&
    pendingChange.expiresAt <= new Date().toISOString();
  return old || expired || pendingChange.withdrawn === true;
}

/** One attempt at Stripe: its outcome, looked up first if it may have been made, or why there was none. */
export async function charge(
  deps: Payments,
  errand: ChargeErrand,
  customerId: string,
): Promise<Intent | Decline> {
  const { invoice, attempt } = errand;
  const age = Date.now() - Date.parse(attempt.createdAt);
  const known = await lookUp(deps, errand, customerId);
  if (known !== undefined && isOutcomeOf(known, errand)) return known;
  if (isTooLate(errand, age)) return tooLate;
  const hasLeft = !isLive(errand.subscription.status) && !errand.asked;
  if (invoice.nextAttemptAt === null || hasLeft) return stopped;
  const idempotencyKey =
    age < keyLifeMilliseconds
      ? attempt.idempotencyKey
      : `${attempt.idempotencyKey}/${new Date().toISOString().slice(0, 10)}`;
  try {
    return await askForMoney(deps.payments, errand, { customerId, known, idempotencyKey });
  } catch (error) {
    if (error instanceof PaymentMethodGone) return gone;
    if (error instanceof KeySpent) await renewKey(deps.store, attempt);
    throw error;
  }
}

/** One intent per invoice: an attempt makes it or confirms it again. */
function askForMoney(
  payments: PaymentGateway,
  { subscription, invoice, attempt }: ChargeErrand,
  call: { customerId: string; known: Intent | undefined; idempotencyKey: string },
): Promise<Intent> {
  const { customerId, known, idempotencyKey } = call;
  const paymentMethodId = attempt.paymentMethodId ?? '';
  const customerPresent = invoice.customerPresent || subscription.status === 'incomplete';
  if (known !== undefined) {
    return payments.confirmIntent({
      intentId: known.id,
      paymentMethodId,
      customerPresent,
      idempotencyKey,
    });
  }
  return payments.createIntent({
    ...intentRequest(invoice, customerId, String(attempt.number)),
    idempotencyKey,
    charge: { paymentMethodId, customerPresent },
  });
}

/** The next try of the same attempt, which looks its outcome up first, gets another key. */
async function renewKey(store: BillingStore, attempt: PaymentAttemptRecord): Promise<void> {
  const [base = '', tries = '1'] = attempt.idempotencyKey.split('~');
  const idempotencyKey = `${base}~${Number(tries) + 1}`;
  await store.transaction((unit) => unit.updateAttempt(attempt.id, { idempotencyKey }));
}

/** The invoice's intent, if it has one, even one whose id was lost with the answer. */
async function lookUp(
  deps: Payments,
  { invoice, earlier, resumed }: ChargeErrand,
  customerId: string,
): Promise<Intent | undefined> {
  const { payments } = deps;
  const latest =
    invoice.stripePaymentIntentId === null
      ? undefined
      : await payments.retrieveIntent(invoice.stripePaymentIntentId);
  const known = latest && (await unlessStale(payments, invoice, latest));
  // One that was canceled, in Stripe's dashboard perhaps, makes room for another.
  if (known !== undefined && known.status !== 'canceled') return known;
  const mayHaveBeenMade = resumed || earlier.length > 0;
  return mayHaveBeenMade ? findLostIntent(deps, invoice, customerId) : undefined;
}

/** Whether the intent already shows what became of this attempt, and not of one before it. */
function isOutcomeOf(intent: Intent, { attempt, earlier, resumed }: ChargeErrand): boolean {
  if (intent.status === 'succeeded' || intent.status === 'processing') return true;
  if (intent.status === 'requires_action')
    return intent.paymentMethodId === attempt.paymentMethodId;
  // What is declined before ours has begun is what the customer tried on their own.
  return (
    resumed &&
    intent.chargeId !== null &&
    !earlier.some(({ stripeChargeId }) => stripeChargeId === intent.chargeId)
  );
}

/** The subscription was canceled after the attempt was written down and before Stripe was reached. */
const stopped: Decline = {
  code: 'collection_stopped',
  declineCode: null,
  message: 'The subscription was canceled, and nothing was charged.',
};

/** It was removed, here while the attempt was under way or at Stripe: there is another to try, or none. */
const gone: Decline = {
  code: 'payment_method_missing',
  declineCode: null,
  message: 'The payment method was removed, and nothing was charged.',
};

/** The customer who wanted to subscribe is long gone: they must not be charged out of the blue. */
const tooLate: Decline = {
  code: 'timed_out',
  declineCode: null,
  message: 'The payment could not be made in time, and nothing was charged.',
};

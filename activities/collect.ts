import type { Instant } from '../billing/instant';
import { isLive } from '../billing/subscription';
import { charge, prepareIntent, type ChargeErrand } from './charge';
import { ensureCustomer } from './ensure-customer';
import { isSettledWithoutIntent, outstandingOf } from './outstanding';
import { intentOfInvoice } from './invoice-intent';
import type { Decline, Intent } from './ports/payments';
import type { InvoiceRecord, PaymentAttemptRecord, SubscriptionRecord } from './ports/records';
import type { BillingStore, UnitOfWork } from './ports/store';
import { refundSurplus, refundUnsent } from './refunds';
import { failed, settleIntent } from './settle-intent';
import { touch, type Collected, type Payments, type Settlement } from './settlement';
import { stateAfter, stateOf } from './subscription-state';

interface Occasion {
  subscriptionId: string;
  invoiceId: string;
  /** On the subscription's own time. */
  now: Instant;
  /** The customer asked for it just now: charge their card even if the invoice was sent. */
  asked?: true;
  /** Its intent must be over what is left to pay, whenever it is to be charged. */
  refresh?: true;
}

/** What one call does at Stripe, decided and written down before the call (I3). */
type Errand = { subscription: SubscriptionRecord; invoice: InvoiceRecord } & (
  | { kind: 'none'; declined?: Decline }
  | { kind: 'close'; intentId: string; declined?: Decline }
  | { kind: 'no_card'; attempt: PaymentAttemptRecord }
  | { kind: 'look_up'; attempt: PaymentAttemptRecord }
  | { kind: 'prepare'; keepsSchedule?: true }
  | ({ kind: 'charge' } & ChargeErrand)
);

/**
 * Collects one open invoice: charges the default payment method, or, where the customer pays by
 * themselves, makes the intent that they will confirm. Attempt row, then Stripe, then outcome, ledger
 * and mails in one transaction. Run again after a crash it finishes the attempt that it finds, asking
 * Stripe first what became of it (I3); what is settled meanwhile it leaves alone.
 */
export async function collect(deps: Payments, occasion: Occasion): Promise<Collected> {
  const errand = await deps.store.transaction((unit) => begin(unit, occasion));
  if (errand.kind === 'close') await deps.payments.cancelIntent(errand.intentId);
  if (errand.kind === 'none' || errand.kind === 'close') {
    await refundUnsent(deps, errand.invoice, occasion.now);
    const { state } = await reread(deps.store, occasion.subscriptionId);
    return { state, ...(errand.declined === undefined ? {} : { declined: errand.declined }) };
  }
  if (errand.kind === 'no_card') return record(deps, occasion, errand.attempt, noCard);
  const customerId = await ensureCustomer(deps, errand.subscription.userId);
  if (errand.kind === 'look_up') {
    const outcome = await calledOff(deps, errand.invoice, customerId);
    return record(deps, occasion, errand.attempt, outcome);
  }
  if (errand.kind === 'prepare') {
    const intent = await prepareIntent(deps, errand, customerId);
    return record(deps, occasion, undefined, intent, errand.keepsSchedule);
  }
  const outcome = await charge(deps, errand, customerId);
  return record(deps, occasion, errand.attempt, outcome);
}

async function begin(unit: UnitOfWork, occasion: Occasion): Promise<Errand> {
  const subscription = await unit.lockSubscription(occasion.subscriptionId);
  const invoice = await unit.lockInvoice(occasion.invoiceId);
  const both = { subscription, invoice };
  const attempts = await unit.attempts(invoice.id);
  const declined = declinedAt(occasion.now, attempts);
  const pending = attempts.find(({ status }) => status === 'pending');
  if (pending !== undefined && invoice.status !== 'open') {
    return { ...both, kind: 'look_up', attempt: pending };
  }
  if (isSettledWithoutIntent(invoice) && invoice.stripePaymentIntentId !== null) {
    return { ...both, kind: 'close', intentId: invoice.stripePaymentIntentId, ...declined };
  }
  const asked = occasion.asked === true;
  const writtenOff = invoice.status === 'uncollectible' && asked;
  if (invoice.status !== 'open' && !writtenOff) return { ...both, kind: 'none', ...declined };
  const earlier = attempts.filter((attempt) => attempt !== pending);
  if (pending !== undefined) {
    const kind = pending.paymentMethodId === null ? 'no_card' : 'charge';
    return { ...both, kind, attempt: pending, earlier, resumed: true, asked };
  }
  if (occasion.refresh === true && invoice.stripePaymentIntentId !== null) {
    return { ...both, kind: 'prepare', keepsSchedule: true };
  }
  if (invoice.nextAttemptAt === null || invoice.nextAttemptAt > occasion.now) {
    return { ...both, kind: 'none', ...declined };
  }
  // Who has left is not charged either: what they owe stays payable by its intent.
  const sent = invoice.collectionMethod === 'send_invoice' || !isLive(subscription.status);
  const byCustomer = sent && !asked;
  const card = await unit.defaultPaymentMethod(subscription.userId);
  if (byCustomer || (card === undefined && subscription.status === 'incomplete')) {
    return { ...both, kind: 'prepare' };
  }
  if (attempts.some(({ status }) => status === 'processing')) {
    return { ...(await standStill(unit, both)), kind: 'none' };
  }
  const number = attempts.length + 1;
  const attempt = await unit.insertAttempt({
    invoiceId: invoice.id,
    number,
    status: 'pending',
    idempotencyKey: [subscription.id, invoice.reason, invoice.occasion, number].join('/'),
    paymentMethodId: card?.id ?? null,
    stripePaymentIntentId: invoice.stripePaymentIntentId,
    stripeChargeId: null,
    amountMinor: outstandingOf(invoice),
    currency: invoice.currency,
    errorCode: null,
    declineCode: null,
    message: null,
    attemptedAt: occasion.now,
    settledAt: null,
  });
  const counted = await unit.updateInvoice(invoice, { attemptCount: invoice.attemptCount + 1 });
  const kind = card === undefined ? 'no_card' : 'charge';
  return { subscription, invoice: counted, kind, attempt, earlier, resumed: false, asked };
}

/** The bank has a payment of it: whether another is wanted is seen when it has said yes or no. */
const standStill = async (
  unit: UnitOfWork,
  { subscription, invoice }: Pick<Errand, 'subscription' | 'invoice'>,
) => ({
  invoice: await unit.updateInvoice(invoice, { nextAttemptAt: null }),
  subscription: await touch(unit, subscription),
});

/** The decline that an earlier run of this very occasion has written, its answer lost. */
function declinedAt(now: Instant, attempts: PaymentAttemptRecord[]): { declined?: Decline } {
  const last = attempts.at(-1);
  if (last?.status !== 'failed' || last.attemptedAt !== now) return {};
  const { errorCode, declineCode, message } = last;
  return { declined: { code: errorCode ?? 'card_declined', declineCode, message: message ?? '' } };
}

/** Writes what Stripe answered, or why it was not asked, and sees to what follows. */
async function record(
  deps: Payments,
  occasion: Occasion,
  attempt: PaymentAttemptRecord | undefined,
  outcome: Intent | Decline,
  keepsSchedule = false,
): Promise<Collected> {
  const answer = { attempt, outcome, keepsSchedule };
  const { settlement, state } = await deps.store.transaction((unit) =>
    write(unit, occasion, answer),
  );
  await followUp(deps, settlement, 'status' in outcome ? outcome : undefined, occasion.now);
  return {
    state,
    ...(settlement.declined === undefined ? {} : { declined: settlement.declined }),
  };
}

/** An answer of Stripe's, or why it was not asked. */
interface Answer {
  attempt: PaymentAttemptRecord | undefined;
  outcome: Intent | Decline;
  keepsSchedule: boolean;
}

async function write(
  unit: UnitOfWork,
  { subscriptionId, invoiceId, now }: Occasion,
  { attempt, outcome, keepsSchedule }: Answer,
): Promise<{ settlement: Settlement; state: Collected['state'] }> {
  const subscription = await unit.lockSubscription(subscriptionId);
  const locked = await unit.lockInvoice(invoiceId);
  const attempts = await unit.attempts(invoiceId);
  const begun = attempts.find(({ id, status }) => id === attempt?.id && status === 'pending');
  // Somebody else has written what became of it: of an answer that is late only money counts.
  const isLate = attempt !== undefined && begun === undefined;
  if (isLate && !('status' in outcome && outcome.status === 'succeeded')) {
    return {
      settlement: { subscription, ...declinedAt(now, attempts) },
      state: await stateOf(unit, subscription),
    };
  }
  const invoice =
    locked.nextAttemptAt === null || keepsSchedule || isLate
      ? locked
      : await unit.updateInvoice(locked, { nextAttemptAt: null });
  const concerned = {
    subscription,
    invoice,
    now: whenAnswered(subscription, now),
    answered: true as const,
    ...(begun === undefined ? {} : { attempt: begun }),
  };
  const settlement =
    'status' in outcome
      ? await settleIntent(unit, concerned, outcome)
      : await failed(unit, concerned, outcome);
  return { settlement, state: await stateAfter(unit, subscription, settlement.subscription) };
}

/** In real time Stripe may have been down for days since the step began; deadlines count from now. */
function whenAnswered({ testClockId }: SubscriptionRecord, began: Instant): Instant {
  const answered = new Date().toISOString();
  return testClockId === null && answered > began ? answered : began;
}

/**
 * What became of an attempt whose invoice was settled or called off before its outcome was known. Of a
 * void invoice the intent is canceled first; money that was quicker is given back.
 */
async function calledOff(
  deps: Payments,
  invoice: InvoiceRecord,
  customerId: string,
): Promise<Intent | Decline> {
  const intent = await intentOfInvoice(deps, invoice, customerId);
  if (intent === undefined) return neverMade;
  if (invoice.status === 'void') return deps.payments.cancelIntent(intent.id);
  const untouched = intent.status === 'requires_payment_method' && intent.decline === null;
  return untouched ? neverMade : intent;
}

const neverMade: Decline = {
  code: 'collection_stopped',
  declineCode: null,
  message: 'The invoice was called off, and nothing was charged.',
};

const noCard: Decline = {
  code: 'no_payment_method',
  declineCode: null,
  message: 'There is no saved payment method to charge.',
};

/** What must still happen at Stripe after the books are written; run again, `begin` finds it undone. */
async function followUp(
  { store, payments }: Payments,
  { refund, cancelIntent }: Settlement,
  intent: Intent | undefined,
  now: Instant,
): Promise<void> {
  if (refund !== undefined) await refundSurplus({ store, payments }, refund, now);
  if (cancelIntent === true && intent !== undefined) await payments.cancelIntent(intent.id);
}

function reread(store: BillingStore, subscriptionId: string): Promise<Collected> {
  return store.transaction(async (unit) => ({
    state: await stateOf(unit, await unit.lockSubscription(subscriptionId)),
  }));
}

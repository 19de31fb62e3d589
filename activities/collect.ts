import type { Instant } from '../billing/instant';
import type { SubscriptionState } from '../billing/subscription-state';
import { KeySpent, type Decline, type Intent, type PaymentGateway } from './ports/payments';
import type {
  InvoiceRecord,
  PaymentAttemptRecord,
  RefundRecord,
  SubscriptionRecord,
} from './ports/records';
import type { BillingStore, UnitOfWork } from './ports/store';
import { failed, settleIntent, voidFirstInvoice, type Settlement } from './settle-intent';
import { stateOf } from './subscription-state';

export interface Collected {
  state: SubscriptionState;
  /** Why the charge did not go through, if it did not. */
  declined?: Decline;
}

interface Payments {
  store: BillingStore;
  payments: PaymentGateway;
}

interface Occasion {
  subscriptionId: string;
  invoiceId: string;
  /** On the subscription's own time. */
  now: Instant;
  /** The customer asked for it just now: charge their card even if the invoice was sent. */
  asked?: true;
}

/** What one call does at Stripe, decided and written down before the call (I3). */
type Errand = { subscription: SubscriptionRecord; invoice: InvoiceRecord } & (
  | { kind: 'none'; declined?: Decline }
  | { kind: 'close'; intentId: string; declined?: Decline }
  | { kind: 'no_card'; attempt: PaymentAttemptRecord }
  | { kind: 'prepare' }
  | {
      kind: 'charge';
      attempt: PaymentAttemptRecord;
      earlier: PaymentAttemptRecord[];
      /** An earlier run wrote the attempt down; whether it reached Stripe is not known. */
      resumed: boolean;
    }
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
    const { state } = await reread(deps.store, occasion.subscriptionId);
    return { state, ...(errand.declined === undefined ? {} : { declined: errand.declined }) };
  }
  if (errand.kind === 'no_card') return record(deps, occasion, errand.attempt, noCard);
  const customerId = await ensureCustomer(deps, errand.subscription.userId);
  if (errand.kind === 'prepare') {
    const intent = await prepareIntent(deps, errand, customerId);
    return record(deps, occasion, undefined, intent);
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
  if (invoice.status === 'void' && invoice.stripePaymentIntentId !== null) {
    return { ...both, kind: 'close', intentId: invoice.stripePaymentIntentId, ...declined };
  }
  if (invoice.status !== 'open') return { ...both, kind: 'none', ...declined };
  const pending = attempts.find(({ status }) => status === 'pending');
  const earlier = attempts.filter((attempt) => attempt !== pending);
  if (pending !== undefined) {
    const kind = pending.paymentMethodId === null ? 'no_card' : 'charge';
    return { ...both, kind, attempt: pending, earlier, resumed: true };
  }
  if (invoice.nextAttemptAt === null || invoice.nextAttemptAt > occasion.now) {
    return { ...both, kind: 'none', ...declined };
  }
  const byCustomer = invoice.collectionMethod === 'send_invoice' && occasion.asked !== true;
  const card = await unit.defaultPaymentMethod(subscription.userId);
  if (byCustomer || (card === undefined && subscription.status === 'incomplete')) {
    return { ...both, kind: 'prepare' };
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
    amountMinor: invoice.amountDueMinor,
    currency: invoice.currency,
    errorCode: null,
    declineCode: null,
    message: null,
    attemptedAt: occasion.now,
    settledAt: null,
  });
  const counted = await unit.updateInvoice(invoice, { attemptCount: invoice.attemptCount + 1 });
  const kind = card === undefined ? 'no_card' : 'charge';
  return { subscription, invoice: counted, kind, attempt, earlier, resumed: false };
}

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
  { subscriptionId, invoiceId, now }: Occasion,
  attempt: PaymentAttemptRecord | undefined,
  outcome: Intent | Decline,
): Promise<Collected> {
  const { settlement, state } = await deps.store.transaction(async (unit) => {
    const subscription = await unit.lockSubscription(subscriptionId);
    const locked = await unit.lockInvoice(invoiceId);
    const invoice =
      locked.nextAttemptAt === null
        ? locked
        : await unit.updateInvoice(locked, { nextAttemptAt: null });
    const concerned = {
      subscription,
      invoice,
      now: whenAnswered(subscription, now),
      answered: true as const,
      ...(attempt === undefined ? {} : { attempt }),
    };
    const settled =
      'status' in outcome
        ? await settleIntent(unit, concerned, outcome)
        : await failed(unit, concerned, outcome);
    return { settlement: settled, state: await stateOf(unit, settled.subscription) };
  });
  await followUp(deps, settlement, 'status' in outcome ? outcome : undefined);
  return {
    state,
    ...(settlement.declined === undefined ? {} : { declined: settlement.declined }),
  };
}

/** In real time Stripe may have been down for days since the step began; deadlines count from now. */
function whenAnswered({ testClockId }: SubscriptionRecord, began: Instant): Instant {
  const answered = new Date().toISOString();
  return testClockId === null && answered > began ? answered : began;
}

const noCard: Decline = {
  code: 'no_payment_method',
  declineCode: null,
  message: 'There is no saved payment method to charge.',
};

/** The subscription was canceled after the attempt was written down and before Stripe was reached. */
const stopped: Decline = {
  code: 'collection_stopped',
  declineCode: null,
  message: 'The subscription was canceled, and nothing was charged.',
};

/** The customer who wanted to subscribe is long gone: they must not be charged out of the blue. */
const tooLate: Decline = {
  code: 'timed_out',
  declineCode: null,
  message: 'The payment could not be made in time, and nothing was charged.',
};

/** What must still happen at Stripe after the books are written; run again, `begin` finds it undone. */
async function followUp(
  { store, payments }: Payments,
  { refund, cancelIntent }: Settlement,
  intent: Intent | undefined,
): Promise<void> {
  if (refund !== undefined) await refundSurplus({ store, payments }, refund);
  if (cancelIntent === true && intent !== undefined) await payments.cancelIntent(intent.id);
}

/** Sends money back that belongs to no open claim; the refund's row came first (I3). */
export async function refundSurplus(
  { store, payments }: Payments,
  refund: RefundRecord,
): Promise<void> {
  if (refund.stripeRefundId !== null) return;
  const { id, status } = await payments.refundIntent({
    intentId: refund.stripePaymentIntentId,
    amountMinor: refund.amountMinor,
    currency: refund.currency,
    idempotencyKey: `refund/${refund.id}`,
  });
  await store.transaction(async (unit) => {
    await unit.updateRefund(refund.id, { stripeRefundId: id, status });
    await unit.postToLedger({
      occasion: `refund/${refund.id}`,
      kind: 'surplus_refunded',
      currency: refund.currency,
      invoiceId: refund.invoiceId,
      userId: refund.userId,
      at: new Date().toISOString(),
      postings: { suspense: refund.amountMinor, cash: -refund.amountMinor },
    });
  });
}

/** Stripe's customer of a user, made the first time it is needed. */
export async function ensureCustomer({ store, payments }: Payments, userId: string) {
  const user = await store.transaction((unit) => unit.user(userId));
  if (user.stripeCustomerId !== null) return user.stripeCustomerId;
  const stripeCustomerId = await payments.createCustomer(user);
  return store.transaction((unit) => unit.keepStripeCustomer(userId, stripeCustomerId));
}

async function prepareIntent(
  { payments }: Payments,
  { invoice }: Errand,
  customerId: string,
): Promise<Intent> {
  const current =
    invoice.stripePaymentIntentId === null
      ? await payments.findIntent({ customerId, invoiceId: invoice.id })
      : await payments.retrieveIntent(invoice.stripePaymentIntentId);
  if (current !== undefined && current.status !== 'canceled') return current;
  const suffix = current === undefined ? 'intent' : `intent after ${current.id}`;
  return payments.createIntent(intentRequest(invoice, customerId, suffix));
}

function intentRequest(invoice: InvoiceRecord, customerId: string, suffix: string) {
  return {
    customerId,
    amountMinor: invoice.amountDueMinor,
    currency: invoice.currency,
    description: `Invoice ${invoice.number ?? ''}`,
    metadata: { invoice_id: invoice.id, subscription_id: invoice.subscriptionId ?? '' },
    idempotencyKey: `${invoice.subscriptionId}/${invoice.reason}/${invoice.occasion}/${suffix}`,
  };
}

/** Stripe forgets keys after 24 hours; an older one must not be trusted to be remembered. */
const keyLifeMilliseconds = 23 * 60 * 60 * 1000;

async function charge(
  deps: Payments,
  errand: Extract<Errand, { kind: 'charge' }>,
  customerId: string,
): Promise<Intent | Decline> {
  const { subscription, invoice, attempt } = errand;
  const age = Date.now() - Date.parse(attempt.createdAt);
  const known = await lookUp(deps.payments, errand, customerId);
  if (known !== undefined && isOutcomeOf(known, errand)) return known;
  if (subscription.status === 'incomplete' && age > keyLifeMilliseconds) return tooLate;
  if (invoice.nextAttemptAt === null) return stopped;
  const idempotencyKey =
    age < keyLifeMilliseconds
      ? attempt.idempotencyKey
      : `${attempt.idempotencyKey}/${new Date().toISOString().slice(0, 10)}`;
  try {
    return await askForMoney(deps.payments, errand, { customerId, known, idempotencyKey });
  } catch (error) {
    if (error instanceof KeySpent) await renewKey(deps.store, attempt);
    throw error;
  }
}

/** One intent per invoice: an attempt makes it or confirms it again. */
function askForMoney(
  payments: PaymentGateway,
  { subscription, invoice, attempt }: Extract<Errand, { kind: 'charge' }>,
  call: { customerId: string; known: Intent | undefined; idempotencyKey: string },
): Promise<Intent> {
  const { customerId, known, idempotencyKey } = call;
  const paymentMethodId = attempt.paymentMethodId ?? '';
  const customerPresent = subscription.status === 'incomplete';
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
  payments: PaymentGateway,
  { invoice, earlier, resumed }: Extract<Errand, { kind: 'charge' }>,
  customerId: string,
): Promise<Intent | undefined> {
  const known =
    invoice.stripePaymentIntentId === null
      ? undefined
      : await payments.retrieveIntent(invoice.stripePaymentIntentId);
  // One that was canceled, in Stripe's dashboard perhaps, makes room for another.
  if (known !== undefined && known.status !== 'canceled') return known;
  const mayHaveBeenMade = resumed || earlier.length > 0;
  return mayHaveBeenMade ? payments.findIntent({ customerId, invoiceId: invoice.id }) : undefined;
}

/** Whether the intent already shows what became of this attempt, and not of one before it. */
function isOutcomeOf(
  intent: Intent,
  { attempt, earlier }: Extract<Errand, { kind: 'charge' }>,
): boolean {
  if (intent.status === 'succeeded' || intent.status === 'processing') return true;
  if (intent.status === 'requires_action')
    return intent.paymentMethodId === attempt.paymentMethodId;
  return (
    intent.chargeId !== null &&
    !earlier.some(({ stripeChargeId }) => stripeChargeId === intent.chargeId)
  );
}

/**
 * Ends a subscription whose first payment was not completed: the intent is canceled first, so that
 * nobody can pay what is about to be void; if Stripe says that it succeeded meanwhile, the
 * subscription is activated instead.
 */
export async function expireIncomplete(
  deps: Payments,
  { subscriptionId, now }: { subscriptionId: string; now: Instant },
): Promise<Collected> {
  const { subscription, invoice } = await deps.store.transaction(async (unit) => {
    const row = await unit.lockSubscription(subscriptionId);
    const [first] = await unit.unsettledInvoices(subscriptionId);
    return { subscription: row, invoice: first };
  });
  if (subscription.status !== 'incomplete' || invoice === undefined) {
    return reread(deps.store, subscriptionId);
  }
  const intent = await intentToCancel(deps, subscription, invoice);
  const canceled = intent === undefined ? undefined : await deps.payments.cancelIntent(intent.id);
  return deps.store.transaction(async (unit) => {
    const concerned = {
      subscription: await unit.lockSubscription(subscriptionId),
      invoice: await unit.lockInvoice(invoice.id),
      now,
      ...(await unfinishedAttempt(unit, invoice)),
    };
    if (concerned.subscription.status !== 'incomplete') {
      return { state: await stateOf(unit, concerned.subscription) };
    }
    const settled =
      canceled === undefined ? concerned : await settleIntent(unit, concerned, canceled);
    const ended =
      canceled?.status === 'succeeded'
        ? settled.subscription
        : await voidFirstInvoice(unit, concerned, 'timed_out');
    return { state: await stateOf(unit, ended) };
  });
}

async function intentToCancel(
  deps: Payments,
  subscription: SubscriptionRecord,
  invoice: InvoiceRecord,
): Promise<Intent | undefined> {
  if (invoice.stripePaymentIntentId !== null) {
    return deps.payments.retrieveIntent(invoice.stripePaymentIntentId);
  }
  const customerId = await ensureCustomer(deps, subscription.userId);
  return deps.payments.findIntent({ customerId, invoiceId: invoice.id });
}

async function unfinishedAttempt(
  unit: UnitOfWork,
  invoice: InvoiceRecord,
): Promise<{ attempt?: PaymentAttemptRecord }> {
  const attempts = await unit.attempts(invoice.id);
  const attempt = attempts.find(({ settledAt }) => settledAt === null);
  return attempt === undefined ? {} : { attempt };
}

function reread(store: BillingStore, subscriptionId: string): Promise<Collected> {
  return store.transaction(async (unit) => ({
    state: await stateOf(unit, await unit.lockSubscription(subscriptionId)),
  }));
}

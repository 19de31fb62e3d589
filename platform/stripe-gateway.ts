import Stripe from 'stripe';
import {
  KeySpent,
  PaymentMethodGone,
  type AttachOutcome,
  type Decline,
  type Intent,
  type IntentRequest,
  type IntentStatus,
  type KnownPaymentMethod,
  type PaymentGateway,
  type SavedCard,
  type SetupIntent,
} from '../activities/ports/payments';
import { fromStripeAmount, toStripeAmount } from '../billing/money';
import { disputesAt } from './stripe-disputes';
import { isFault } from './stripe-errors';
import { refundsAt } from './stripe-refunds';

/** The payment port on the `stripe` package: Stripe itself or the sandbox, by the same code. */
export function createStripeGateway(stripe: Stripe): PaymentGateway {
  return {
    async createCustomer({ id, email, name }) {
      const customer = await withFreshKeyAfterFault(`customer/${id}`, (idempotencyKey) =>
        stripe.customers.create({ email, name, metadata: { user_id: id } }, { idempotencyKey }),
      );
      return customer.id;
    },
    async deleteCustomer(customerId) {
      try {
        await stripe.customers.del(customerId);
      } catch (error) {
        if (!isRefusal(error, 'resource_missing')) throw error;
      }
    },
    attachPaymentMethod: (request) => attach(stripe, request),
    async retrievePaymentMethod(id) {
      try {
        return knownMethodOf(await stripe.paymentMethods.retrieve(id));
      } catch (error) {
        if (isRefusal(error, 'resource_missing')) return undefined;
        throw error;
      }
    },
    detachPaymentMethod: (id) => detach(stripe, id),
    async createSetupIntent({ customerId, userId, idempotencyKey }) {
      const create = (key: string) =>
        stripe.setupIntents.create(
          {
            customer: customerId,
            usage: 'off_session',
            automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
            metadata: { user_id: userId },
          },
          { idempotencyKey: key },
        );
      return setupIntentOf(await withFreshKeyAfterFault(idempotencyKey, create));
    },
    async retrieveSetupIntent(id) {
      return setupIntentOf(await stripe.setupIntents.retrieve(id));
    },
    createIntent: (request) => createIntent(stripe, request),
    async saveOnPayment(intentId, saves) {
      const setup_future_usage = saves ? 'off_session' : '';
      return intentOf(await stripe.paymentIntents.update(intentId, { setup_future_usage }));
    },
    confirmIntent: (request) => confirmIntent(stripe, request),
    async retrieveIntent(intentId) {
      return intentOf(await stripe.paymentIntents.retrieve(intentId));
    },
    async lookUpIntent(intentId) {
      try {
        return intentOf(await stripe.paymentIntents.retrieve(intentId));
      } catch (error) {
        if (isRefusal(error, 'resource_missing')) return undefined;
        throw error;
      }
    },
    async findIntent({ customerId, invoiceId, except = [] }) {
      for await (const intent of stripe.paymentIntents.list({ customer: customerId, limit: 100 })) {
        if (intent.status === 'canceled' || except.includes(intent.id)) continue;
        if (intent.metadata['invoice_id'] === invoiceId) return intentOf(intent);
      }
      return undefined;
    },
    cancelIntent: (intentId) => cancelIntent(stripe, intentId),
    ...refundsAt(stripe),
    ...disputesAt(stripe),
  };
}

async function confirmIntent(
  stripe: Stripe,
  request: Parameters<PaymentGateway['confirmIntent']>[0],
): Promise<Intent> {
  const { intentId, paymentMethodId, customerPresent, idempotencyKey } = request;
  const confirm = (key: string) =>
    declinesAsIntents(() =>
      stripe.paymentIntents.confirm(
        intentId,
        { payment_method: paymentMethodId, off_session: !customerPresent },
        { idempotencyKey: key },
      ),
    );
  try {
    return await confirm(idempotencyKey);
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    const current = await stripe.paymentIntents.retrieve(intentId);
    // The customer was quicker on the pay page: what the intent says now is the outcome.
    if (error.code === 'payment_intent_unexpected_state') return intentOf(current);
    if (error.param === 'payment_method') throw gone(error);
    if (customerPresent || current.setup_future_usage === null) throw error;
    // The pay page had it save the card, which Stripe does for a customer who is there only.
    await stripe.paymentIntents.update(intentId, { setup_future_usage: '' });
    return confirm(`${idempotencyKey}/not saved`);
  }
}

const isRefusal = (error: unknown, code: string) =>
  error instanceof Stripe.errors.StripeInvalidRequestError && error.code === code;

async function attach(
  stripe: Stripe,
  request: { customerId: string; paymentMethodId: string; idempotencyKey: string },
): Promise<AttachOutcome> {
  try {
    const method = await withFreshKeyAfterFault(request.idempotencyKey, (idempotencyKey) =>
      stripe.paymentMethods.attach(
        request.paymentMethodId,
        { customer: request.customerId },
        { idempotencyKey },
      ),
    );
    return { outcome: 'attached', card: cardOf(method) };
  } catch (error) {
    if (error instanceof Stripe.errors.StripeCardError) {
      return { outcome: 'declined', decline: declineOf(error) };
    }
    if (error instanceof Stripe.errors.StripeInvalidRequestError) {
      return { outcome: 'unknown', message: 'There is no such payment method at Stripe.' };
    }
    throw error;
  }
}

/** Stripe knows no such payment method of this customer's: it was removed, in its dashboard perhaps. */
const gone = (cause: Error) =>
  new PaymentMethodGone('The payment method is not the customer’s any more.', { cause });

async function detach(stripe: Stripe, paymentMethodId: string): Promise<void> {
  try {
    await stripe.paymentMethods.detach(paymentMethodId);
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    if (error.code === 'resource_missing') return;
    const { customer } = await stripe.paymentMethods.retrieve(paymentMethodId);
    if (customer !== null) throw error;
  }
}

function createIntent(stripe: Stripe, request: IntentRequest): Promise<Intent> {
  const { customerId, amountMinor, currency, description, metadata, charge } = request;
  const create = (idempotencyKey: string) =>
    stripe.paymentIntents.create(
      {
        customer: customerId,
        amount: toStripeAmount(amountMinor, currency),
        currency,
        description,
        metadata,
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
        ...(charge === undefined
          ? {}
          : {
              confirm: true,
              payment_method: charge.paymentMethodId,
              ...(charge.customerPresent
                ? { setup_future_usage: 'off_session' }
                : { off_session: true }),
            }),
      },
      { idempotencyKey },
    );
  if (charge !== undefined) {
    return declinesAsIntents(() => create(request.idempotencyKey)).catch((error: unknown) => {
      const refused = error instanceof Stripe.errors.StripeInvalidRequestError;
      throw refused && error.param === 'payment_method' ? gone(error) : error;
    });
  }
  // An intent that nobody confirms moves no money, and a second one is never given out.
  return withFreshKeyAfterFault(request.idempotencyKey, create).then((made) =>
    asItIsNow(stripe, made),
  );
}

/** What is repeated for a key tells how it was made, and not what became of it. */
async function asItIsNow(
  stripe: Stripe,
  made: Stripe.Response<Stripe.PaymentIntent>,
): Promise<Intent> {
  const isRepeated = made.lastResponse.headers['idempotent-replayed'] === 'true';
  return intentOf(isRepeated ? await stripe.paymentIntents.retrieve(made.id) : made);
}

/** For calls that move no money: a key whose answer is a fault for 24 hours is replaced at once. */
async function withFreshKeyAfterFault<T>(
  idempotencyKey: string,
  call: (idempotencyKey: string) => Promise<T>,
): Promise<T> {
  try {
    return await call(idempotencyKey);
  } catch (error) {
    if (!isFault(error)) throw error;
    return call(`${idempotencyKey}/${Date.now()}`);
  }
}

/** Stripe answers a decline with an error that holds the intent; to us it is an expected outcome. */
async function declinesAsIntents(call: () => Promise<Stripe.PaymentIntent>): Promise<Intent> {
  try {
    return intentOf(await call());
  } catch (error) {
    if (isFault(error)) throw new KeySpent('Stripe could not answer.', { cause: error });
    if (!(error instanceof Stripe.errors.StripeCardError)) throw error;
    const intent = error.payment_intent;
    if (intent === undefined) throw error;
    const current = intentOf(intent);
    // With authentication_required off-session, the intent's own record of it can lag behind.
    return { ...current, decline: current.decline ?? declineOf(error) };
  }
}

async function cancelIntent(stripe: Stripe, intentId: string): Promise<Intent> {
  try {
    return intentOf(await stripe.paymentIntents.cancel(intentId));
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    // It is canceled already, or the money was quicker.
    return intentOf(await stripe.paymentIntents.retrieve(intentId));
  }
}

export function intentOf(intent: Stripe.PaymentIntent): Intent {
  const error = intent.last_payment_error;
  return {
    id: intent.id,
    status: statusOf(intent),
    amountMinor: fromStripeAmount(intent.amount, intent.currency),
    amountReceivedMinor: fromStripeAmount(intent.amount_received, intent.currency),
    currency: intent.currency,
    customerId: idOf(intent.customer),
    paymentMethodId: idOf(intent.payment_method),
    chargeId: idOf(intent.latest_charge),
    decline:
      error === null
        ? null
        : {
            code: error.code ?? error.type,
            declineCode: error.decline_code ?? null,
            message: error.message ?? 'The payment was declined.',
          },
    savesPaymentMethod: intent.setup_future_usage === 'off_session',
    metadata: intent.metadata,
  };
}

function setupIntentOf(intent: Stripe.SetupIntent): SetupIntent {
  return {
    id: intent.id,
    succeeded: intent.status === 'succeeded',
    customerId: idOf(intent.customer),
    paymentMethodId: idOf(intent.payment_method),
    clientSecret: intent.client_secret,
  };
}

function knownMethodOf(method: Stripe.PaymentMethod): KnownPaymentMethod {
  return {
    card: cardOf(method),
    customerId: idOf(method.customer),
    createdAt: new Date(method.created * 1_000).toISOString(),
  };
}

const statuses: ReadonlySet<string> = new Set<IntentStatus>([
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'requires_capture',
  'processing',
  'succeeded',
  'canceled',
]);

const isStatus = (status: string): status is IntentStatus => statuses.has(status);

/** A status that Stripe may add one day is no reason to guess: the step stops for a person to look. */
function statusOf({ id, status }: Stripe.PaymentIntent): IntentStatus {
  if (isStatus(status)) return status;
  throw new Error(`Payment intent ${id} has the unknown status ${status}.`);
}

/**
 * Whether the same call may succeed later: no answer, a rate limit, a fault at Stripe, or a key that
 * an operator must mend. What remains are requests that Stripe will never take.
 */
export function isTransientStripeError(error: unknown): boolean {
  if (error instanceof KeySpent || asksForBackOff(error)) return true;
  if (!(error instanceof Stripe.errors.StripeError)) return false;
  const { statusCode } = error;
  return (
    error instanceof Stripe.errors.StripeConnectionError ||
    statusCode === undefined ||
    statusCode >= 500 ||
    [401, 403].includes(statusCode)
  );
}

/** Whether Stripe turned the call away because there are too many, or because the same one is still under way. */
export const asksForBackOff = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeRateLimitError ||
  (error instanceof Stripe.errors.StripeError && error.statusCode === 409);

function declineOf(error: InstanceType<typeof Stripe.errors.StripeCardError>): Decline {
  return {
    code: error.code ?? 'card_declined',
    declineCode: error.decline_code ?? null,
    message: error.message,
  };
}

/** A payment method as it is saved: no more of the card than Stripe shows. */
export function cardOf(method: Stripe.PaymentMethod): SavedCard {
  return {
    id: method.id,
    type: method.type,
    brand: method.card?.brand ?? null,
    last4: method.card?.last4 ?? null,
    expMonth: method.card?.exp_month ?? null,
    expYear: method.card?.exp_year ?? null,
  };
}

export const idOf = (reference: string | { id: string } | null) =>
  typeof reference === 'string' ? reference : (reference?.id ?? null);

import Stripe from 'stripe';
import {
  KeySpent,
  type AttachOutcome,
  type Decline,
  type Intent,
  type IntentRequest,
  type IntentStatus,
  type PaymentGateway,
  type SavedCard,
} from '../activities/ports/payments';
import { fromStripeAmount, toStripeAmount } from '../billing/money';

/** The payment port on the `stripe` package: Stripe itself or the sandbox, by the same code. */
export function createStripeGateway(stripe: Stripe): PaymentGateway {
  return {
    async createCustomer({ id, email, name }) {
      const customer = await withFreshKeyAfterFault(`customer/${id}`, (idempotencyKey) =>
        stripe.customers.create({ email, name, metadata: { user_id: id } }, { idempotencyKey }),
      );
      return customer.id;
    },
    attachPaymentMethod: (request) => attach(stripe, request),
    createIntent: (request) => createIntent(stripe, request),
    confirmIntent: (request) => confirmIntent(stripe, request),
    async retrieveIntent(intentId) {
      return intentOf(await stripe.paymentIntents.retrieve(intentId));
    },
    async findIntent({ customerId, invoiceId }) {
      for await (const intent of stripe.paymentIntents.list({ customer: customerId, limit: 100 })) {
        if (intent.status === 'canceled') continue;
        if (intent.metadata['invoice_id'] === invoiceId) return intentOf(intent);
      }
      return undefined;
    },
    cancelIntent: (intentId) => cancelIntent(stripe, intentId),
    async refundIntent({ intentId, refundId, amountMinor, currency }) {
      const refund = await refundOnce(stripe, {
        intentId,
        refundId,
        amount: toStripeAmount(amountMinor, currency),
      });
      return { id: refund.id, status: refundStatus(refund.status) };
    },
  };
}

async function confirmIntent(
  stripe: Stripe,
  request: Parameters<PaymentGateway['confirmIntent']>[0],
): Promise<Intent> {
  const { intentId, paymentMethodId, customerPresent, idempotencyKey } = request;
  try {
    return await declinesAsIntents(() =>
      stripe.paymentIntents.confirm(
        intentId,
        { payment_method: paymentMethodId, off_session: !customerPresent },
        { idempotencyKey },
      ),
    );
  } catch (error) {
    if (!isRefusal(error, 'payment_intent_unexpected_state')) throw error;
    // The customer was quicker on the pay page: what the intent says now is the outcome.
    return intentOf(await stripe.paymentIntents.retrieve(intentId));
  }
}

/**
 * A refund that Stripe has already made, its answer lost, is found by the id that we wrote on it, for
 * however long ago that was: a key alone is forgotten after a day (I3).
 */
async function refundOnce(
  stripe: Stripe,
  { intentId, refundId, amount }: { intentId: string; refundId: string; amount: number },
): Promise<Stripe.Refund> {
  const made = async () => {
    const refunds = stripe.refunds.list({ payment_intent: intentId, limit: 100 });
    for await (const refund of refunds) {
      if (refund.metadata?.['refund_id'] === refundId) return refund;
    }
    return undefined;
  };
  const make = (idempotencyKey: string) =>
    stripe.refunds.create(
      { payment_intent: intentId, amount, metadata: { refund_id: refundId } },
      { idempotencyKey },
    );
  const key = `refund/${refundId}`;
  const known = await made();
  if (known !== undefined) return known;
  try {
    return await make(key);
  } catch (error) {
    if (!isFault(error)) throw error;
    // Stripe repeats that answer for this key for a day, whether it made the refund or not.
    return (await made()) ?? make(`${key}/${Date.now()}`);
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
  if (charge !== undefined) return declinesAsIntents(() => create(request.idempotencyKey));
  // An intent that nobody confirms moves no money, and a second one is never given out.
  return withFreshKeyAfterFault(request.idempotencyKey, create).then(intentOf);
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

const isFault = (error: unknown) =>
  error instanceof Stripe.errors.StripeError && (error.statusCode ?? 0) >= 500;

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

function intentOf(intent: Stripe.PaymentIntent): Intent {
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
    metadata: intent.metadata,
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
  if (error instanceof KeySpent) return true;
  if (!(error instanceof Stripe.errors.StripeError)) return false;
  const { statusCode } = error;
  return (
    error instanceof Stripe.errors.StripeConnectionError ||
    statusCode === undefined ||
    statusCode >= 500 ||
    [401, 403, 409, 429].includes(statusCode)
  );
}

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

const idOf = (reference: string | { id: string } | null) =>
  typeof reference === 'string' ? reference : (reference?.id ?? null);

function refundStatus(status: string | null): 'pending' | 'succeeded' | 'failed' {
  if (status === 'succeeded') return 'succeeded';
  return status === 'failed' || status === 'canceled' ? 'failed' : 'pending';
}

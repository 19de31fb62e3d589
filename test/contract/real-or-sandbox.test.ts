import { randomUUID } from 'node:crypto';
import type { Intent } from '../../activities/ports/payments';
import { createStripe } from '../../platform/stripe';
import { createStripeGateway } from '../../platform/stripe-gateway';
import { startSandbox, type Sandbox } from '../../sandbox/index';

/**
 * What the product takes for granted of Stripe, against the sandbox; and, with STRIPE_TEST_SECRET_KEY set to a test key of
 * one's own, the very same against Stripe itself.
 */
const realKey = process.env['STRIPE_TEST_SECRET_KEY'] || undefined;
if (realKey !== undefined && !/^(sk|rk)_test_/.test(realKey)) {
  throw new Error('STRIPE_TEST_SECRET_KEY must be a test key: these tests charge cards.');
}

/** Stripe itself is farther away. */
jest.setTimeout(120_000);

let sandbox: Sandbox | undefined;
let gateway: ReturnType<typeof createStripeGateway>;
let customerId: string;

beforeAll(async () => {
  if (realKey === undefined) sandbox = await startSandbox();
  gateway = createStripeGateway(
    createStripe({
      STRIPE_SECRET_KEY: realKey ?? 'sk_test_sandbox',
      STRIPE_API_URL: sandbox?.url,
    }),
  );
  const id = randomUUID();
  customerId = await gateway.createCustomer({
    id,
    email: `${id}@everbill.test`,
    name: 'Everbill test',
  });
});
afterAll(async () => sandbox?.close());

/** A card of the customer. */
async function saved(token: string): Promise<string> {
  const attached = await gateway.attachPaymentMethod({
    customerId,
    paymentMethodId: token,
    idempotencyKey: randomUUID(),
  });
  if (attached.outcome !== 'attached') throw new Error(`${token} is ${attached.outcome}`);
  return attached.card.id;
}

interface Order {
  idempotencyKey?: string;
  amountMinor?: bigint;
  invoiceId?: string;
}

function order({ idempotencyKey = randomUUID(), amountMinor = 2_000n, invoiceId = '' }: Order) {
  return {
    customerId,
    amountMinor,
    currency: 'usd',
    description: 'A test of Everbill',
    metadata: { invoice_id: invoiceId || randomUUID() },
    idempotencyKey,
  };
}

const charge = (paymentMethodId: string, more: Order & { customerPresent?: boolean } = {}) =>
  gateway.createIntent({
    ...order(more),
    charge: { paymentMethodId, customerPresent: more.customerPresent ?? false },
  });

const paid = async (more: Order = {}): Promise<Intent> => {
  const intent = await charge(await saved('pm_card_visa'), more);
  expect(intent).toMatchObject({ status: 'succeeded', decline: null });
  return intent;
};

describe(`${realKey === undefined ? 'the sandbox' : 'Stripe itself'}, through the gateway`, () => {
  it('charges a saved card without its holder', async () => {
    const invoiceId = randomUUID();
    const intent = await paid({ invoiceId });
    expect(intent).toMatchObject({
      customerId,
      amountMinor: 2_000n,
      amountReceivedMinor: 2_000n,
      currency: 'usd',
      metadata: { invoice_id: invoiceId },
    });
    expect(await gateway.retrieveIntent(intent.id)).toEqual(intent);
    expect((await gateway.findIntent({ customerId, invoiceId }))?.id).toBe(intent.id);
  });

  it('says why a card declines, and takes another for the same intent', async () => {
    const declined = await charge(await saved('pm_card_chargeCustomerFail'));
    expect(declined).toMatchObject({
      status: 'requires_payment_method',
      amountReceivedMinor: 0n,
      decline: { code: 'card_declined', declineCode: 'generic_decline' },
    });
    const again = await gateway.confirmIntent({
      intentId: declined.id,
      paymentMethodId: await saved('pm_card_visa'),
      customerPresent: false,
      idempotencyKey: randomUUID(),
    });
    expect(again).toMatchObject({ id: declined.id, status: 'succeeded', decline: null });
  });

  it('does not save a card whose bank refuses it', async () => {
    const refused = await gateway.attachPaymentMethod({
      customerId,
      paymentMethodId: 'pm_card_visa_chargeDeclinedInsufficientFunds',
      idempotencyKey: randomUUID(),
    });
    expect(refused).toMatchObject({
      outcome: 'declined',
      decline: { code: 'card_declined', declineCode: 'insufficient_funds' },
    });
  });

  it('wants 3D Secure: with its holder it waits, without it declines', async () => {
    const card = await saved('pm_card_authenticationRequired');
    expect(await charge(card)).toMatchObject({
      status: 'requires_payment_method',
      decline: { code: 'authentication_required' },
    });
    const waiting = await charge(card, { customerPresent: true });
    expect(waiting).toMatchObject({ status: 'requires_action', amountReceivedMinor: 0n });
    expect(await gateway.cancelIntent(waiting.id)).toMatchObject({ status: 'canceled' });
  });

  it('charges once for one idempotency key, and refuses it for another amount', async () => {
    const card = await saved('pm_card_visa');
    const idempotencyKey = randomUUID();
    const invoiceId = randomUUID();
    const first = await charge(card, { idempotencyKey, invoiceId });
    expect(await charge(card, { idempotencyKey, invoiceId })).toEqual(first);
    const other = charge(card, { idempotencyKey, invoiceId, amountMinor: 2_100n });
    await expect(other).rejects.toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
  });

  it('gives money back, in parts, once for each refund, and no more than was paid', async () => {
    const { id: intentId } = await paid();
    const give = (refundId: string, amountMinor: bigint) =>
      gateway.refundIntent({ intentId, refundId, amountMinor, currency: 'usd' });
    const first = randomUUID();
    const part = await give(first, 500n);
    expect(part).toMatchObject({ status: 'succeeded' });
    expect(await give(first, 500n)).toEqual(part);
    expect(await give(randomUUID(), 1_600n)).toMatchObject({ refused: {} });
    expect(await give(randomUUID(), 1_500n)).toMatchObject({ status: 'succeeded' });
    const known = await gateway.refundsOf(intentId);
    expect(known.map(({ amountMinor }) => amountMinor)).toEqual([500n, 1_500n]);
  });

  it('cancels what is not paid, and answers how it stands with what is', async () => {
    const { id } = await gateway.createIntent(order({}));
    expect(await gateway.cancelIntent(id)).toMatchObject({ status: 'canceled' });
    expect(await gateway.cancelIntent(id)).toMatchObject({ status: 'canceled' });
    const intent = await paid();
    expect(await gateway.cancelIntent(intent.id)).toMatchObject({ status: 'succeeded' });
  });
});

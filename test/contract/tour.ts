import type Stripe from 'stripe';
import { startSandbox, type Sandbox } from '../../sandbox/index';
import { createStripe } from '../../platform/stripe';
import { createStripeGateway } from '../../platform/stripe-gateway';
import { clientOf, refusal, until } from '../sandbox/fixture';

/**
 * Goes once through all that the product asks of Stripe and through every endpoint of the sandbox, so that the checks have
 * something to check when they run alone.
 *
 * @param witness where the sandbox writes down what it was asked
 */
export async function tour(witness: string): Promise<void> {
  const sandbox = await startSandbox({ witness });
  try {
    await asTheProduct(sandbox);
    const stripe = clientOf(sandbox);
    await customersAndCards(stripe);
    await payments(stripe);
    await disputes(stripe, sandbox);
    await subscriptions(stripe, sandbox);
    await endpointsAndEvents(stripe);
  } finally {
    await sandbox.close();
  }
}

/** Through the gateway, as the activities do: money taken, declined, authenticated, given back, given up. */
async function asTheProduct(sandbox: Sandbox): Promise<void> {
  const stripe = createStripe({
    STRIPE_SECRET_KEY: 'sk_test_contract',
    STRIPE_API_URL: sandbox.url,
  });
  const gateway = createStripeGateway(stripe);
  const user = { id: 'user-1', email: 'ada@example.com', name: 'Ada' };
  const customerId = await gateway.createCustomer(user);
  const save = async (paymentMethodId: string): Promise<string> => {
    const idempotencyKey = `attach/${paymentMethodId}`;
    const attached = await gateway.attachPaymentMethod({
      customerId,
      paymentMethodId,
      idempotencyKey,
    });
    return attached.outcome === 'attached' ? attached.card.id : '';
  };
  const charge = (paymentMethodId: string, customerPresent = false) =>
    gateway.createIntent({
      customerId,
      amountMinor: 2_000n,
      currency: 'usd',
      description: 'Invoice 1',
      metadata: { invoice_id: paymentMethodId },
      idempotencyKey: `charge/${paymentMethodId}`,
      charge: { paymentMethodId, customerPresent },
    });
  const good = await save('pm_card_visa');
  await save('pm_card_chargeDeclined');
  const paid = await charge(good);
  await charge(await save('pm_card_chargeCustomerFail'));
  await charge(await save('pm_card_authenticationRequired'));
  await charge('pm_card_threeDSecure2Required', true);
  await gateway.findIntent({ customerId, invoiceId: good });
  const refund = { intentId: paid.id, refundId: 'refund-1', amountMinor: 500n, currency: 'usd' };
  await gateway.refundIntent(refund);
  const open = await gateway.createIntent({
    customerId,
    amountMinor: 2_000n,
    currency: 'usd',
    description: 'Invoice 2',
    metadata: { invoice_id: 'invoice-2' },
    idempotencyKey: 'open/1',
  });
  const confirmation = { paymentMethodId: good, customerPresent: false, idempotencyKey: 'again/1' };
  await gateway.confirmIntent({ intentId: open.id, ...confirmation });
  await gateway.cancelIntent(open.id);
  await gateway.retrieveIntent(paid.id);
}

async function customersAndCards(stripe: Stripe): Promise<void> {
  const { id: customer } = await stripe.customers.create({
    email: 'grace@example.com',
    name: 'Grace',
    address: { country: 'US', line1: '1 Harbour St', city: 'Arlington', postal_code: '22201' },
    metadata: { plan: 'pro' },
  });
  const typed = await stripe.paymentMethods.create({
    type: 'card',
    card: { number: '4242424242424242', exp_month: 12, exp_year: 2040, cvc: '123' },
    billing_details: { name: 'Grace' },
  });
  await stripe.paymentMethods.attach(typed.id, { customer });
  await stripe.paymentMethods.update(typed.id, { card: { exp_month: 11, exp_year: 2041 } });
  await stripe.customers.update(customer, {
    invoice_settings: { default_payment_method: typed.id },
  });
  await stripe.customers.retrieve(customer, {
    expand: ['invoice_settings.default_payment_method'],
  });
  await stripe.customers.list({ limit: 3, created: { gte: 0 } });
  await stripe.customers.listPaymentMethods(customer, { type: 'card' });
  await stripe.customers.retrievePaymentMethod(customer, typed.id);
  await stripe.paymentMethods.retrieve(typed.id);
  await stripe.paymentMethods.list({ customer, type: 'card' });
  const setup = await stripe.setupIntents.create({
    customer,
    usage: 'off_session',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  });
  await refusal(
    stripe.setupIntents.confirm(setup.id, { payment_method: 'pm_card_chargeDeclined' }),
  );
  await stripe.setupIntents.confirm(setup.id, { payment_method: 'pm_card_visa' });
  await stripe.setupIntents.retrieve(setup.id);
  await stripe.setupIntents.list({ customer });
  await stripe.setupIntents.cancel((await stripe.setupIntents.create({ customer })).id);
  await stripe.paymentMethods.detach(typed.id);
  await stripe.customers.del(customer);
}

async function payments(stripe: Stripe): Promise<void> {
  const price = { amount: 2_000, currency: 'usd' };
  const { id: customer } = await stripe.customers.create({ email: 'alan@example.com' });
  const open = await stripe.paymentIntents.create({ ...price, customer });
  await stripe.paymentIntents.update(open.id, { amount: 2_500, setup_future_usage: 'off_session' });
  await stripe.paymentIntents.retrieve(open.id, { expand: ['customer'] });
  await refusal(
    stripe.paymentIntents.confirm(open.id, { payment_method: 'pm_card_chargeDeclined' }),
  );
  await stripe.paymentIntents.confirm(open.id, {
    payment_method: 'pm_card_threeDSecure2Required',
    return_url: 'https://shop.example/back',
  });
  await stripe.paymentIntents.cancel(open.id, { cancellation_reason: 'abandoned' });
  const held = await stripe.paymentIntents.create({
    ...price,
    confirm: true,
    capture_method: 'manual',
    payment_method: 'pm_card_visa',
    expand: ['latest_charge'],
  });
  await stripe.paymentIntents.capture(held.id, { amount_to_capture: 1_500 });
  await stripe.paymentIntents.create({
    ...price,
    confirm: true,
    payment_method: 'pm_usBankAccount_success',
  });
  await stripe.paymentIntents.list({ customer, created: { gt: 0 }, limit: 100 });
  const { data } = await stripe.charges.list({ created: { gte: 0 }, expand: ['data.refunds'] });
  await stripe.charges.retrieve(data[0]?.id ?? '');
  const refund = await stripe.refunds.create({ payment_intent: held.id, reason: 'duplicate' });
  await stripe.refunds.retrieve(refund.id, { expand: ['charge', 'payment_intent'] });
  await stripe.refunds.list({ payment_intent: held.id, created: { gte: 0 } });
}

async function disputes(stripe: Stripe, sandbox: Sandbox): Promise<void> {
  const open = async (inquiry: boolean): Promise<string> => {
    const { id } = await stripe.paymentIntents.create({
      amount: 2_000,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_visa',
    });
    return (await sandbox.control.openDispute(id, { inquiry })).id;
  };
  const won = await open(false);
  await stripe.disputes.update(won, { evidence: { uncategorized_text: 'winning_evidence' } });
  await stripe.disputes.close(await open(false));
  await stripe.disputes.retrieve(await open(true), { expand: ['charge'] });
  await stripe.disputes.list({ created: { gte: 0 }, limit: 2 });
}

async function subscriptions(stripe: Stripe, sandbox: Sandbox): Promise<void> {
  const { id: customer } = await stripe.customers.create({ email: 'joan@example.com' });
  const begin = (trialDays: number) =>
    sandbox.control.createSubscription({
      customer,
      price: 'price_pro',
      amount: 2_500,
      trialDays,
      paymentMethod: 'pm_card_visa',
    });
  const { id } = await begin(0);
  await begin(14);
  await sandbox.control.renewSubscription(id, 'fail');
  const expand = ['customer', 'latest_invoice.payments'];
  const { latest_invoice } = await stripe.subscriptions.retrieve(id, { expand });
  const invoice = typeof latest_invoice === 'string' ? latest_invoice : (latest_invoice?.id ?? '');
  await stripe.invoices.retrieve(invoice, { expand: ['payments'] });
  await stripe.invoices.list({ customer, subscription: id });
  await stripe.subscriptions.update(id, { cancel_at_period_end: true });
  await stripe.subscriptions.list({ customer, status: 'all' });
  await stripe.subscriptions.cancel(id);
}

async function endpointsAndEvents(stripe: Stripe): Promise<void> {
  const { id } = await stripe.webhookEndpoints.create({
    url: 'http://127.0.0.1:9/webhooks',
    enabled_events: ['customer.created'],
  });
  await stripe.webhookEndpoints.retrieve(id);
  await stripe.webhookEndpoints.list();
  await stripe.webhookEndpoints.del(id);
  // Asynchronous refunds, debits and disputes come a moment later.
  const types = async () => (await stripe.events.list({ limit: 100 })).data.map(({ type }) => type);
  await until(async () => (await types()).includes('charge.pending'));
  const { data } = await stripe.events.list({ types: ['customer.created'], created: { gt: 0 } });
  await stripe.events.retrieve(data[0]?.id ?? '');
  await stripe.events.list({ starting_after: data.at(-1)?.id ?? '', limit: 100 });
  for await (const _ of stripe.events.list({ limit: 100 }));
}

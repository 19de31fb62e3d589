import type Stripe from 'stripe';
import { startSandbox, type Sandbox } from '../../sandbox/index';
import { clientOf, refusal } from './fixture';

let sandbox: Sandbox;
let stripe: Stripe;
let customer: Stripe.Customer;

beforeAll(async () => {
  sandbox = await startSandbox({ clock: () => Date.UTC(2026, 0, 31) });
  stripe = clientOf(sandbox);
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  customer = await stripe.customers.create({ email: 'ada@example.com' });
});

const begin = (more: Partial<Parameters<Sandbox['control']['createSubscription']>[0]> = {}) =>
  sandbox.control.createSubscription({
    customer: customer.id,
    price: 'price_pro_monthly',
    amount: 2500,
    paymentMethod: 'pm_card_visa',
    ...more,
  });

const latestInvoice = async (subscription: string) => {
  const { latest_invoice } = await stripe.subscriptions.retrieve(subscription, {
    expand: ['latest_invoice.payments.data.payment.payment_intent'],
  });
  if (latest_invoice === null || typeof latest_invoice === 'string') throw new Error('no invoice');
  return latest_invoice;
};

async function eventsOf(subscription: string): Promise<Stripe.Event[]> {
  const { data } = await stripe.events.list({
    limit: 100,
    types: [
      'customer.subscription.created',
      'customer.subscription.updated',
      'customer.subscription.deleted',
      'customer.subscription.trial_will_end',
      'invoice.created',
      'invoice.finalized',
      'invoice.paid',
      'invoice.payment_succeeded',
      'invoice.payment_failed',
    ],
  });
  return data
    .filter(({ data: { object } }) => JSON.stringify(object).includes(subscription))
    .toReversed();
}
const typesOf = async (subscription: string) =>
  (await eventsOf(subscription)).map(({ type }) => type);

const day = (text: string) => Date.parse(`${text}T00:00:00Z`) / 1000;

describe('a subscription that Stripe Billing runs', () => {
  it('is active once its first invoice is paid, its period on the item', async () => {
    const { id } = await begin();
    const subscription = await stripe.subscriptions.retrieve(id);
    expect(subscription).toMatchObject({
      status: 'active',
      customer: customer.id,
      currency: 'usd',
    });
    expect(subscription.items.data).toMatchObject([
      {
        price: { id: 'price_pro_monthly', unit_amount: 2500, recurring: { interval: 'month' } },
        current_period_start: day('2026-01-31'),
        current_period_end: day('2026-02-28'),
      },
    ]);
    expect(await typesOf(id)).toEqual([
      'customer.subscription.created',
      'invoice.created',
      'invoice.finalized',
      'invoice.paid',
      'invoice.payment_succeeded',
      'customer.subscription.updated',
    ]);
  });

  it('names itself and its payment intent in its invoice, the latter only when that is expanded', async () => {
    const { id } = await begin();
    const invoice = await latestInvoice(id);
    expect(invoice).toMatchObject({
      status: 'paid',
      billing_reason: 'subscription_create',
      amount_due: 2500,
      amount_paid: 2500,
      amount_remaining: 0,
      parent: { type: 'subscription_details', subscription_details: { subscription: id } },
      payments: {
        data: [
          {
            status: 'paid',
            amount_paid: 2500,
            payment: { payment_intent: { object: 'payment_intent', status: 'succeeded' } },
          },
        ],
      },
    });
    expect(await stripe.invoices.retrieve(invoice.id)).not.toHaveProperty('payments');
  });

  it('renews from its anchor: 31 January, 28 February, 31 March', async () => {
    const { id } = await begin();
    const ends: number[] = [];
    for (let period = 0; period < 3; period += 1) {
      const { items } = await sandbox.control.renewSubscription(id);
      ends.push(items.data[0]?.current_period_end ?? 0);
    }
    expect(ends).toEqual([day('2026-03-31'), day('2026-04-30'), day('2026-05-31')]);
    const { data } = await stripe.invoices.list({ subscription: id });
    expect(data.map(({ billing_reason }) => billing_reason)).toEqual([
      'subscription_cycle',
      'subscription_cycle',
      'subscription_cycle',
      'subscription_create',
    ]);
    expect(new Set(data.map(({ number }) => number)).size).toBe(4);
  });

  it('is past due after a failed renewal and active again when the same invoice is paid', async () => {
    const { id } = await begin();
    expect(await sandbox.control.renewSubscription(id, 'fail')).toMatchObject({
      status: 'past_due',
    });
    const open = await latestInvoice(id);
    expect(open).toMatchObject({ status: 'open', attempt_count: 1, amount_remaining: 2500 });
    await sandbox.control.payInvoice(open.id);
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'active' });
    const paid = await latestInvoice(id);
    expect(paid).toMatchObject({ id: open.id, status: 'paid', attempt_count: 2 });
    expect(paid.payments?.data).toHaveLength(1);
    expect((await typesOf(id)).slice(6)).toEqual([
      'customer.subscription.updated',
      'invoice.created',
      'invoice.finalized',
      'invoice.payment_failed',
      'customer.subscription.updated',
      'invoice.paid',
      'invoice.payment_succeeded',
      'customer.subscription.updated',
    ]);
  });

  it("fails as the customer's card does, and without a card", async () => {
    const declining = await begin({ paymentMethod: 'pm_card_chargeCustomerFail' });
    expect(declining.status).toBe('incomplete');
    const { paymentMethod: _, ...terms } = { paymentMethod: '', price: 'price_basic', amount: 900 };
    const cardless = await sandbox.control.createSubscription({
      customer: (await stripe.customers.create({})).id,
      ...terms,
    });
    expect(cardless.status).toBe('incomplete');
    expect(await typesOf(cardless.id)).toContain('invoice.payment_failed');
  });

  it('waits for slow money and is active when it has come', async () => {
    sandbox.control.setPending(1);
    const { id } = await begin();
    const waiting = await latestInvoice(id);
    expect(waiting).toMatchObject({ status: 'open' });
    const intent = waiting.payments?.data[0]?.payment.payment_intent;
    if (typeof intent !== 'object') throw new Error('not expanded');
    expect(intent.status).toBe('processing');
    await sandbox.control.settlePayment(intent.id, 'succeed');
    expect(await latestInvoice(id)).toMatchObject({ status: 'paid' });
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'active' });
  });

  it('begins a trial with an invoice of nothing, tells of its end, and then charges', async () => {
    const { id, status, trial_end } = await begin({ trialDays: 14 });
    expect({ status, trial_end }).toEqual({ status: 'trialing', trial_end: day('2026-02-14') });
    expect(await latestInvoice(id)).toMatchObject({ status: 'paid', amount_due: 0 });
    await sandbox.control.announceTrialEnd(id);
    expect(await typesOf(id)).toContain('customer.subscription.trial_will_end');
    const renewed = await sandbox.control.renewSubscription(id);
    expect(renewed.status).toBe('active');
    expect(renewed.items.data[0]?.current_period_end).toBe(day('2026-03-14'));
    expect(await latestInvoice(id)).toMatchObject({ status: 'paid', amount_paid: 2500 });
    await expect(sandbox.control.announceTrialEnd(id)).rejects.toThrow('on no trial');
  });

  it('says what has changed in an update', async () => {
    const { id } = await begin();
    await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    const last = (await eventsOf(id)).at(-1);
    expect(last?.data).toMatchObject({
      object: { cancel_at_period_end: true, cancel_at: day('2026-02-28') },
      previous_attributes: { cancel_at_period_end: false, cancel_at: null },
    });
    expect(Object.keys(last?.data.previous_attributes ?? {})).not.toContain('status');
  });
});

describe('its end', () => {
  it('comes with the period when that was asked for, and can be taken back before', async () => {
    const { id } = await begin();
    await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    const kept = await stripe.subscriptions.update(id, { cancel_at_period_end: false });
    expect(kept).toMatchObject({ cancel_at: null, canceled_at: null });
    await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    expect(await sandbox.control.renewSubscription(id)).toMatchObject({ status: 'canceled' });
    expect((await typesOf(id)).at(-1)).toBe('customer.subscription.deleted');
    expect((await stripe.invoices.list({ subscription: id })).data).toHaveLength(1);
  });

  it('comes at an instant of its own, unless that is taken back', async () => {
    const { id } = await begin();
    const chosen = await stripe.subscriptions.update(id, { cancel_at: day('2026-03-10') });
    expect(chosen).toMatchObject({
      cancel_at: day('2026-03-10'),
      cancel_at_period_end: false,
      cancellation_details: { reason: 'cancellation_requested' },
    });
    expect(await sandbox.control.renewSubscription(id)).toMatchObject({ status: 'active' });
    expect(await stripe.subscriptions.update(id, { cancel_at: '' })).toMatchObject({
      cancel_at: null,
      canceled_at: null,
    });
    const both = { cancel_at: '' as const, cancel_at_period_end: true };
    expect(await refusal(stripe.subscriptions.update(id, both))).toMatchObject({
      code: 'parameters_exclusive',
    });
  });

  it('comes at once by DELETE, once', async () => {
    const { id } = await begin();
    expect(await stripe.subscriptions.cancel(id)).toMatchObject({
      status: 'canceled',
      cancellation_details: { reason: 'cancellation_requested' },
    });
    expect(await refusal(stripe.subscriptions.cancel(id))).toMatchObject({ statusCode: 404 });
    const { data } = await stripe.subscriptions.list({ customer: customer.id });
    expect(data).toEqual([]);
    const all = await stripe.subscriptions.list({ customer: customer.id, status: 'all' });
    expect(all.data.map((each) => each.id)).toEqual([id]);
  });

  it('may come of failed payments', async () => {
    const { id } = await begin();
    await sandbox.control.renewSubscription(id, 'fail');
    expect(await sandbox.control.cancelSubscription(id, 'payment_failed')).toMatchObject({
      status: 'canceled',
      cancellation_details: { reason: 'payment_failed' },
    });
  });

  it('is nothing that an unknown subscription can meet', async () => {
    expect(await refusal(stripe.subscriptions.retrieve('sub_none'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
    expect(await refusal(stripe.invoices.retrieve('in_none'))).toMatchObject({ statusCode: 404 });
  });
});

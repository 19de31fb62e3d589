import type Stripe from 'stripe';
import { startSandbox, type Sandbox } from '../../sandbox/index';
import { clientOf, refusal } from './fixture';

let sandbox: Sandbox;
let stripe: Stripe;

beforeEach(async () => {
  sandbox = await startSandbox();
  stripe = clientOf(sandbox);
});
afterEach(() => sandbox.close());

const order = { amount: 1000, currency: 'usd', payment_method: 'pm_card_visa', confirm: true };

const types = async () =>
  (await stripe.events.list({ limit: 100 })).data.map(({ type }) => type).toReversed();

describe('a payment intent', () => {
  it('takes another card after a decline, and is paid once', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 1000, currency: 'usd' });
    expect(intent.status).toBe('requires_payment_method');
    const confirm = (payment_method: string) =>
      stripe.paymentIntents.confirm(intent.id, { payment_method });
    await refusal(confirm('pm_card_chargeDeclined'));
    expect(await confirm('pm_card_visa')).toMatchObject({
      status: 'succeeded',
      last_payment_error: null,
    });
    const error = await refusal(confirm('pm_card_visa'));
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    expect(error.payment_intent?.status).toBe('succeeded');
    const { data } = await stripe.charges.list({ payment_intent: intent.id });
    expect(data.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
    expect(sandbox.control.books()['usd']).toMatchObject({ charged: 1000, payments: 1 });
  });

  it('cannot be confirmed without a payment method', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 1000, currency: 'usd' });
    const error = await refusal(stripe.paymentIntents.confirm(intent.id));
    expect(error.code).toBe('payment_intent_unexpected_state');
  });

  it('can be changed until it is paid', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 1000, currency: 'usd' });
    const changed = await stripe.paymentIntents.update(intent.id, {
      amount: 1200,
      metadata: { invoice: '7' },
      payment_method: 'pm_card_visa',
    });
    expect(changed).toMatchObject({ amount: 1200, status: 'requires_confirmation' });
    const paid = await stripe.paymentIntents.confirm(intent.id);
    expect(paid.amount_received).toBe(1200);
    const error = await refusal(stripe.paymentIntents.update(intent.id, { amount: 1 }));
    expect(error.code).toBe('payment_intent_unexpected_state');
    await stripe.paymentIntents.update(intent.id, { metadata: { note: 'late' } });
    expect((await stripe.paymentIntents.retrieve(intent.id)).metadata).toEqual({
      invoice: '7',
      note: 'late',
    });
  });

  it('saves no card while it is paid without the holder', async () => {
    const { id: customer } = await stripe.customers.create({});
    const { id: card } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    const intent = await stripe.paymentIntents.create({
      amount: 1000,
      currency: 'usd',
      customer,
      setup_future_usage: 'off_session',
    });
    const confirm = () =>
      stripe.paymentIntents.confirm(intent.id, { payment_method: card, off_session: true });
    expect(await refusal(confirm())).toMatchObject({ statusCode: 400, param: 'off_session' });
    await stripe.paymentIntents.update(intent.id, { setup_future_usage: '' });
    expect(await confirm()).toMatchObject({ status: 'succeeded' });
  });

  it('can be canceled until it is paid, and is then never paid', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 1000, currency: 'usd' });
    const canceled = await stripe.paymentIntents.cancel(intent.id, {
      cancellation_reason: 'abandoned',
    });
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' });
    const confirm = stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
    expect((await refusal(confirm)).code).toBe('payment_intent_unexpected_state');
    const paid = await stripe.paymentIntents.create(order);
    expect((await refusal(stripe.paymentIntents.cancel(paid.id))).code).toBe(
      'payment_intent_unexpected_state',
    );
    expect(await types()).toContain('payment_intent.canceled');
  });

  it('can hold money and take a part of it later', async () => {
    const held = await stripe.paymentIntents.create({ ...order, capture_method: 'manual' });
    expect(held).toMatchObject({
      status: 'requires_capture',
      amount_capturable: 1000,
      amount_received: 0,
    });
    const capture = (amount_to_capture: number) =>
      stripe.paymentIntents.capture(held.id, { amount_to_capture });
    expect((await refusal(capture(1001))).statusCode).toBe(400);
    expect(await capture(600)).toMatchObject({ status: 'succeeded', amount_received: 600 });
    expect((await refusal(capture(1))).code).toBe('payment_intent_unexpected_state');
    expect(sandbox.control.books()['usd']).toMatchObject({ charged: 600 });
    const released = await stripe.paymentIntents.create({ ...order, capture_method: 'manual' });
    expect(await stripe.paymentIntents.cancel(released.id)).toMatchObject({ status: 'canceled' });
    expect(sandbox.control.books()['usd']).toMatchObject({ charged: 600, net: 600 });
  });

  it('can be paid by a browser that knows its client secret, and shows it nothing more', async () => {
    const customer = await stripe.customers.create({});
    const intent = await stripe.paymentIntents.create({
      amount: 1000,
      currency: 'usd',
      customer: customer.id,
      metadata: { secret: 'note' },
    });
    const confirm = async (secret: string, more = '') => {
      const response = await fetch(`${sandbox.url}/v1/payment_intents/${intent.id}/confirm`, {
        method: 'POST',
        headers: { authorization: 'Bearer pk_test_x' },
        body: new URLSearchParams(
          `client_secret=${secret}&payment_method_data[type]=card&payment_method_data[card][number]=4242424242424242&payment_method_data[card][exp_month]=12&payment_method_data[card][exp_year]=34&payment_method_data[card][cvc]=123${more}`,
        ),
      });
      return { status: response.status, text: await response.text() };
    };
    expect((await confirm('wrong')).status).toBe(400);
    expect((await confirm(intent.client_secret ?? '', '&off_session=true')).status).toBe(400);
    const { status, text } = await confirm(intent.client_secret ?? '');
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ id: intent.id, status: 'succeeded' });
    expect(text).not.toContain('note');
    expect(text).not.toContain(customer.id);
  });
});

describe('a setup intent', () => {
  it('saves a card for its customer', async () => {
    const customer = await stripe.customers.create({});
    const intent = await stripe.setupIntents.create({ customer: customer.id });
    expect(intent.status).toBe('requires_payment_method');
    const done = await stripe.setupIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
    expect(done.status).toBe('succeeded');
    const { data } = await stripe.customers.listPaymentMethods(customer.id);
    expect(data.map(({ id }) => id)).toEqual([done.payment_method]);
    expect(await types()).toEqual([
      'customer.created',
      'setup_intent.created',
      'payment_method.attached',
      'setup_intent.succeeded',
    ]);
  });

  it('is refused by a declining card, and may be tried again', async () => {
    const intent = await stripe.setupIntents.create({});
    const confirm = (payment_method: string) =>
      stripe.setupIntents.confirm(intent.id, { payment_method });
    const error = await refusal(confirm('pm_card_chargeDeclined'));
    expect(error).toMatchObject({ statusCode: 402, code: 'card_declined' });
    expect(error.setup_intent).toMatchObject({
      status: 'requires_payment_method',
      last_setup_error: { code: 'card_declined' },
    });
    expect((await confirm('pm_card_visa')).status).toBe('succeeded');
    expect((await refusal(stripe.setupIntents.cancel(intent.id))).code).toBe(
      'setup_intent_unexpected_state',
    );
    expect(await types()).toContain('setup_intent.setup_failed');
  });

  it('ends when 3D Secure fails, and may be canceled', async () => {
    const intent = await stripe.setupIntents.create({
      confirm: true,
      payment_method: 'pm_card_authenticationRequired',
      return_url: 'https://shop.example/',
    });
    expect(intent.next_action?.redirect_to_url?.url).toContain(sandbox.url);
    await sandbox.control.fail3ds(intent.id);
    expect(await stripe.setupIntents.retrieve(intent.id)).toMatchObject({
      status: 'requires_payment_method',
      last_setup_error: { code: 'setup_intent_authentication_failure' },
    });
    expect((await stripe.setupIntents.cancel(intent.id)).status).toBe('canceled');
    expect(await types()).toContain('setup_intent.canceled');
  });
});

describe('refunds', () => {
  it('give back no more than was paid', async () => {
    const intent = await stripe.paymentIntents.create(order);
    const refund = (amount?: number) =>
      stripe.refunds.create({
        payment_intent: intent.id,
        ...(amount === undefined ? {} : { amount }),
      });
    expect((await refusal(refund(0))).code).toBe('parameter_invalid_integer');
    expect((await refusal(refund(-5))).code).toBe('parameter_invalid_integer');
    expect((await refusal(refund(1001))).param).toBe('amount');
    expect(await refund(300)).toMatchObject({ amount: 300, status: 'succeeded' });
    expect((await refusal(refund(701))).param).toBe('amount');
    expect(await refund()).toMatchObject({ amount: 700 });
    expect((await refusal(refund())).code).toBe('charge_already_refunded');
    const { data } = await stripe.charges.list({ payment_intent: intent.id });
    expect(data[0]).toMatchObject({ refunded: true, amount_refunded: 1000 });
    expect(sandbox.control.books()['usd']).toMatchObject({ charged: 1000, refunded: 1000, net: 0 });
    expect((await types()).slice(-4)).toEqual([
      'refund.created',
      'charge.refunded',
      'refund.created',
      'charge.refunded',
    ]);
  });

  it('are refused for what was not paid', async () => {
    const unpaid = await stripe.paymentIntents.create({ amount: 1000, currency: 'usd' });
    expect((await refusal(stripe.refunds.create({ payment_intent: unpaid.id }))).statusCode).toBe(
      400,
    );
    expect((await refusal(stripe.refunds.create({}))).code).toBe('parameter_missing');
    const missing = stripe.refunds.create({ payment_intent: 'pi_none' });
    expect(await refusal(missing)).toMatchObject({ statusCode: 400, code: 'resource_missing' });
  });
});

describe('disputes', () => {
  const open = async (inquiry = false) => {
    const intent = await stripe.paymentIntents.create(order);
    return sandbox.control.openDispute(intent.id, { inquiry });
  };

  it('take the money, and give it back when they are won', async () => {
    const dispute = await open();
    expect(sandbox.control.books()['usd']).toMatchObject({ disputed: 1000, net: 0 });
    const payment_intent = typeof dispute.payment_intent === 'string' ? dispute.payment_intent : '';
    const refund = await refusal(stripe.refunds.create({ payment_intent }));
    expect(refund.code).toBe('charge_disputed');
    const won = await stripe.disputes.update(dispute.id, {
      evidence: { uncategorized_text: 'winning_evidence' },
    });
    expect(won.status).toBe('won');
    expect(sandbox.control.books()['usd']).toMatchObject({ disputed: 0, net: 1000 });
    expect((await types()).slice(-5)).toEqual([
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.updated',
      'charge.dispute.closed',
      'charge.dispute.funds_reinstated',
    ]);
  });

  it('stay lost when they are lost or given up', async () => {
    const given = await stripe.disputes.close((await open()).id);
    const lost = await sandbox.control.closeDispute((await open()).id, 'lost');
    expect([given.status, lost.status]).toEqual(['lost', 'lost']);
    expect((await refusal(stripe.disputes.close(given.id))).statusCode).toBe(400);
    expect(sandbox.control.books()['usd']).toMatchObject({ disputed: 2000, net: 0 });
  });

  it('keep evidence as a draft until it is submitted', async () => {
    const { id } = await open();
    const draft = await stripe.disputes.update(id, {
      evidence: { customer_name: 'Ada' },
      submit: false,
    });
    expect(draft).toMatchObject({ status: 'needs_response', evidence: { customer_name: 'Ada' } });
    const submitted = await stripe.disputes.update(id, { submit: true });
    expect(submitted).toMatchObject({ status: 'under_review' });
    expect(submitted.evidence_details).toMatchObject({ has_evidence: true, submission_count: 1 });
  });

  it('that are only inquiries leave the money, and end with a refund', async () => {
    const inquiry = await open(true);
    expect(sandbox.control.books()['usd']).toMatchObject({ disputed: 0 });
    const charge = typeof inquiry.charge === 'string' ? inquiry.charge : '';
    await stripe.refunds.create({ charge });
    expect((await stripe.disputes.retrieve(inquiry.id)).status).toBe('warning_closed');
  });
});

describe('cards that change', () => {
  it('a good card can go bad', async () => {
    const customer = await stripe.customers.create({});
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    const renew = () =>
      stripe.paymentIntents.create({
        ...order,
        customer: customer.id,
        payment_method: method.id,
        off_session: true,
      });
    expect((await renew()).status).toBe('succeeded');
    await sandbox.control.setOutcome(method.id, 'pm_card_chargeDeclinedInsufficientFunds');
    expect((await refusal(renew())).decline_code).toBe('insufficient_funds');
  });

  it('the bank can renew a card, and says so', async () => {
    const customer = await stripe.customers.create({});
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    await sandbox.control.renewCard(method.id, { exp_year: 2050, last4: '1881' });
    expect((await stripe.paymentMethods.retrieve(method.id)).card).toMatchObject({
      exp_year: 2050,
      last4: '1881',
    });
    expect(await types()).toContain('payment_method.automatically_updated');
  });
});

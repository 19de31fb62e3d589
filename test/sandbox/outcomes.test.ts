import { readFileSync } from 'node:fs';
import type Stripe from 'stripe';
import { startSandbox, type Sandbox } from '../../sandbox/index';
import { INSTRUMENTS } from '../../sandbox/outcomes';
import { clientOf, refusal, until } from './fixture';

let sandbox: Sandbox;
let stripe: Stripe;
let customer: Stripe.Customer;

beforeAll(async () => {
  sandbox = await startSandbox();
  stripe = clientOf(sandbox);
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  customer = await stripe.customers.create({});
});

const attach = (token: string) => stripe.paymentMethods.attach(token, { customer: customer.id });

const charge = (payment_method: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  stripe.paymentIntents.create({
    amount: 2000,
    currency: 'usd',
    customer: customer.id,
    payment_method,
    confirm: true,
    ...more,
  });

const typed = (number: string) =>
  stripe.paymentMethods.create({
    type: 'card',
    card: { number, exp_month: 12, exp_year: 2040, cvc: '123' },
  });

async function eventTypesOf(id: string): Promise<string[]> {
  const { data } = await stripe.events.list({ limit: 100 });
  return data
    .filter(({ data: { object } }) => JSON.stringify(object).includes(id))
    .map(({ type }) => type)
    .toReversed();
}

describe('cards that pay', () => {
  it.each([
    ['pm_card_visa', '4242424242424242', 'visa'],
    ['pm_card_mastercard', '5555555555554444', 'mastercard'],
    ['pm_card_amex', '378282246310005', 'amex'],
    ['pm_card_visa_debit', '4000056655665556', 'visa'],
    ['pm_card_discover', '6011111111111117', 'discover'],
  ])('%s (%s) pays without its holder', async (token, number, brand) => {
    const method = await attach(token);
    const intent = await charge(method.id, { off_session: true, expand: ['latest_charge'] });
    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 2000 });
    expect(intent.latest_charge).toMatchObject({ paid: true, captured: true, amount: 2000 });
    expect((await typed(number)).card).toMatchObject({ brand, last4: number.slice(-4) });
    expect(await eventTypesOf(intent.id)).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
    ]);
  });

  it('makes a new payment method of a token each time', async () => {
    expect((await attach('pm_card_visa')).id).not.toBe((await attach('pm_card_visa')).id);
  });
});

describe('cards that decline', () => {
  const declining: [string, string, string, string][] = [
    ['pm_card_visa_chargeDeclined', '4000000000000002', 'card_declined', 'generic_decline'],
    [
      'pm_card_visa_chargeDeclinedInsufficientFunds',
      '4000000000009995',
      'card_declined',
      'insufficient_funds',
    ],
    ['pm_card_visa_chargeDeclinedLostCard', '4000000000009987', 'card_declined', 'lost_card'],
    ['pm_card_visa_chargeDeclinedStolenCard', '4000000000009979', 'card_declined', 'stolen_card'],
    ['pm_card_chargeDeclinedExpiredCard', '4000000000000069', 'expired_card', 'expired_card'],
    ['pm_card_chargeDeclinedIncorrectCvc', '4000000000000127', 'incorrect_cvc', 'incorrect_cvc'],
    [
      'pm_card_chargeDeclinedProcessingError',
      '4000000000000119',
      'processing_error',
      'processing_error',
    ],
    [
      'pm_card_visa_chargeDeclinedVelocityLimitExceeded',
      '4000000000006975',
      'card_declined',
      'card_velocity_exceeded',
    ],
  ];

  it.each(declining)('%s (%s) declines with %s / %s', async (token, number, code, decline_code) => {
    for (const method of [token, token.replace('visa_', ''), (await typed(number)).id]) {
      const error = await refusal(charge(method));
      expect(error).toMatchObject({ type: 'StripeCardError', statusCode: 402, code, decline_code });
      expect(error.doc_url).toContain(code.replaceAll('_', '-'));
      expect(error.charge).toMatch(/^ch_/);
      expect(error.payment_method?.id).toMatch(/^pm_/);
      const intent = await stripe.paymentIntents.retrieve(error.payment_intent?.id ?? '');
      expect(intent).toMatchObject({
        status: 'requires_payment_method',
        payment_method: null,
        amount_received: 0,
        latest_charge: error.charge,
        last_payment_error: { code, decline_code, charge: error.charge },
      });
    }
  });

  it.each(declining)(
    '%s (%s) is refused when it is attached',
    async (token, number, code, decline_code) => {
      for (const method of [token, (await typed(number)).id]) {
        const error = await refusal(attach(method));
        expect(error).toMatchObject({
          type: 'StripeCardError',
          statusCode: 402,
          code,
          decline_code,
        });
      }
      const { data } = await stripe.customers.listPaymentMethods(customer.id);
      expect(data).toEqual([]);
    },
  );

  it('sends charge.failed and payment_intent.payment_failed for a decline', async () => {
    const error = await refusal(charge('pm_card_chargeDeclined'));
    expect(await eventTypesOf(error.payment_intent?.id ?? '')).toEqual([
      'payment_intent.created',
      'charge.failed',
      'payment_intent.payment_failed',
    ]);
  });

  it.each(['pm_card_chargeCustomerFail', '4000000000000341'])(
    '%s can be saved, and then every charge declines',
    async (card) => {
      const method = await attach(card.startsWith('pm_') ? card : (await typed(card)).id);
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const error = await refusal(charge(method.id, { off_session: true }));
        expect(error).toMatchObject({ code: 'card_declined', decline_code: 'generic_decline' });
      }
    },
  );

  it.each(['pm_card_radarBlock', '4100000000000019'])(
    '%s is blocked by Stripe itself',
    async (card) => {
      const method = await attach(card.startsWith('pm_') ? card : (await typed(card)).id);
      const error = await refusal(charge(method.id));
      const failed = await stripe.charges.retrieve(error.charge ?? '');
      expect(error.code).toBe('card_declined');
      expect(failed.outcome).toMatchObject({
        type: 'blocked',
        network_status: 'not_sent_to_network',
      });
    },
  );

  it('refuses numbers that are mistyped or no test cards', async () => {
    expect(await refusal(typed('4242424242424241'))).toMatchObject({ code: 'incorrect_number' });
    expect(await refusal(typed('4111111111111111'))).toMatchObject({
      decline_code: 'test_mode_live_card',
    });
  });

  it('declines a card whose last month is over', async () => {
    const method = await attach('pm_card_visa');
    await stripe.paymentMethods.update(method.id, { card: { exp_month: 1, exp_year: 2020 } });
    expect(await refusal(charge(method.id))).toMatchObject({ code: 'expired_card' });
  });
});

describe('cards that want to see their holder', () => {
  const secured: [string, string][] = [
    ['pm_card_authenticationRequired', '4000002760003184'],
    ['pm_card_authenticationRequiredOnSetup', '4000002500003155'],
    ['pm_card_authenticationRequiredSetupForOffSession', '4000003800000446'],
    ['pm_card_threeDSecure2Required', '4000000000003220'],
  ];

  it.each(secured)('%s (%s) asks for 3D Secure and pays after it', async (token, number) => {
    for (const method of [token, (await typed(number)).id]) {
      const intent = await charge(method, { return_url: 'https://shop.example/back' });
      expect(intent.status).toBe('requires_action');
      expect(intent.latest_charge).toBeNull();
      expect(intent.next_action?.redirect_to_url?.return_url).toBe('https://shop.example/back');
      await sandbox.control.complete3ds(intent.id);
      expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
        status: 'succeeded',
        next_action: null,
      });
    }
  });

  it.each(secured)('%s (%s) does not pay when 3D Secure fails', async (token) => {
    const intent = await charge(token);
    expect(intent.next_action?.type).toBe('use_stripe_sdk');
    await sandbox.control.fail3ds(intent.id);
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    });
    expect(await eventTypesOf(intent.id)).toEqual([
      'payment_intent.created',
      'payment_intent.requires_action',
      'payment_intent.payment_failed',
    ]);
  });

  const offSession = async (token: string, setUp: boolean) => {
    const method = await attach(token);
    if (setUp) {
      const setup = await stripe.setupIntents.create({
        customer: customer.id,
        payment_method: method.id,
        confirm: true,
      });
      expect(setup.status).toBe('requires_action');
      await sandbox.control.complete3ds(setup.id);
    }
    return charge(method.id, { off_session: true });
  };

  it('4000002760003184 is refused without its holder, even when it was set up', async () => {
    for (const setUp of [false, true]) {
      const error = await refusal(offSession('pm_card_authenticationRequired', setUp));
      expect(error).toMatchObject({ statusCode: 402, code: 'authentication_required' });
      expect(error.payment_intent?.status).toBe('requires_payment_method');
    }
  });

  it('4000002500003155 pays without its holder once it was set up', async () => {
    const token = 'pm_card_authenticationRequiredOnSetup';
    expect(await refusal(offSession(token, false))).toMatchObject({
      code: 'authentication_required',
    });
    expect(await offSession(token, true)).toMatchObject({ status: 'succeeded' });
  });

  it('4000003800000446 counts as set up from the start', async () => {
    const token = 'pm_card_authenticationRequiredSetupForOffSession';
    expect(await offSession(token, false)).toMatchObject({ status: 'succeeded' });
  });

  it('a first payment with setup_future_usage sets the card up as well', async () => {
    const first = await charge('pm_card_authenticationRequiredOnSetup', {
      setup_future_usage: 'off_session',
    });
    await sandbox.control.complete3ds(first.id);
    const { data } = await stripe.customers.listPaymentMethods(customer.id);
    expect(data).toHaveLength(1);
    expect(await charge(data[0]?.id ?? '', { off_session: true })).toMatchObject({
      status: 'succeeded',
    });
  });

  it.each(['pm_card_threeDSecureRequiredChargeDeclined', '4000008400001629'])(
    '%s declines after 3D Secure was passed',
    async (card) => {
      const intent = await charge(card.startsWith('pm_') ? card : (await typed(card)).id);
      expect(intent.status).toBe('requires_action');
      await sandbox.control.complete3ds(intent.id);
      expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
        status: 'requires_payment_method',
        last_payment_error: { code: 'card_declined', decline_code: 'generic_decline' },
      });
    },
  );
});

describe('cards with a sequel', () => {
  it.each([
    ['pm_card_createDispute', '4000000000000259', 'fraudulent', 'needs_response'],
    [
      'pm_card_createDisputeProductNotReceived',
      '4000000000002685',
      'product_not_received',
      'needs_response',
    ],
    ['pm_card_createDisputeInquiry', '4000000000001976', 'fraudulent', 'warning_needs_response'],
  ])('%s (%s) pays, and the payment is disputed', async (token, number, reason, status) => {
    for (const method of [token, (await typed(number)).id]) {
      const intent = await charge(method);
      expect(intent.status).toBe('succeeded');
      const disputes = () => stripe.disputes.list({ payment_intent: intent.id });
      await until(async () => (await disputes()).data.length === 1);
      expect((await disputes()).data[0]).toMatchObject({ reason, status, amount: 2000 });
      expect(await eventTypesOf(intent.id)).toEqual([
        'payment_intent.created',
        'charge.succeeded',
        'payment_intent.succeeded',
        'charge.dispute.created',
        ...(status === 'needs_response' ? ['charge.dispute.funds_withdrawn'] : []),
      ]);
    }
  });

  it.each([
    ['pm_card_pendingRefund', '4000000000007726', 'pending', 'succeeded', 2000],
    ['pm_card_refundFail', '4000000000005126', 'succeeded', 'failed', 0],
  ])(
    'refunds of %s (%s) are %s at first and %s later',
    async (token, number, first, later, given) => {
      sandbox.control.setSettlementDelay(20);
      for (const method of [token, (await typed(number)).id]) {
        const intent = await charge(method);
        const refund = await stripe.refunds.create({ payment_intent: intent.id });
        expect(refund.status).toBe(first);
        await until(async () => (await stripe.refunds.retrieve(refund.id)).status === later);
        const { data } = await stripe.charges.list({ payment_intent: intent.id });
        expect(data.map(({ amount_refunded }) => amount_refunded)).toEqual([given]);
        expect(await eventTypesOf(refund.id)).toEqual([
          'refund.created',
          ...(later === 'failed' ? ['refund.failed'] : ['refund.updated']),
          'charge.refund.updated',
        ]);
      }
    },
  );
});

describe('money that takes days', () => {
  it('a bank debit is processing until it settles', async () => {
    sandbox.control.setSettlementDelay(null);
    const method = await attach('pm_usBankAccount_success');
    const intent = await charge(method.id, { off_session: true });
    expect(intent.status).toBe('processing');
    await sandbox.control.settlePayment(intent.id, 'succeed');
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'succeeded',
      amount_received: 2000,
    });
    expect(await eventTypesOf(intent.id)).toEqual([
      'payment_intent.created',
      'charge.pending',
      'payment_intent.processing',
      'charge.succeeded',
      'payment_intent.succeeded',
    ]);
  });

  it('a bank debit may fail late, by itself', async () => {
    sandbox.control.setSettlementDelay(20);
    const method = await attach('pm_usBankAccount_insufficientFunds');
    const intent = await charge(method.id, { off_session: true });
    expect(intent.status).toBe('processing');
    const read = () => stripe.paymentIntents.retrieve(intent.id);
    await until(async () => (await read()).status === 'requires_payment_method');
    expect((await read()).last_payment_error?.code).toBe('insufficient_funds');
  });

  it.each([
    ['pm_usBankAccount_insufficientFunds', '000222222227', 'insufficient_funds'],
    ['pm_usBankAccount_accountClosed', '000111111113', 'account_closed'],
    ['pm_usBankAccount_debitNotAuthorized', '000333333335', 'debit_not_authorized'],
  ])(
    '%s (%s) fails late with %s, and the intent can be paid otherwise',
    async (token, account, code) => {
      sandbox.control.setSettlementDelay(20);
      const typedAccount = await stripe.paymentMethods.create({
        type: 'us_bank_account',
        us_bank_account: { account_number: account, routing_number: '110000000' },
      });
      for (const method of [token, typedAccount.id]) {
        const intent = await charge(method);
        expect(intent.status).toBe('processing');
        const read = () => stripe.paymentIntents.retrieve(intent.id);
        await until(async () => (await read()).status === 'requires_payment_method');
        expect(await read()).toMatchObject({ amount_received: 0, last_payment_error: { code } });
        expect(await eventTypesOf(intent.id)).toEqual([
          'payment_intent.created',
          'charge.pending',
          'payment_intent.processing',
          'charge.failed',
          'payment_intent.payment_failed',
        ]);
        expect(
          await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' }),
        ).toMatchObject({ status: 'succeeded' });
      }
    },
  );

  it.each(['succeed', 'fail'] as const)(
    'pm_usBankAccount_processing stays processing until it is told to %s',
    async (outcome) => {
      sandbox.control.setSettlementDelay(0);
      const intent = await charge('pm_usBankAccount_processing');
      await sandbox.control.webhooksSettled();
      const read = () => stripe.paymentIntents.retrieve(intent.id);
      expect((await read()).status).toBe('processing');
      const confirm = stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
      expect(await refusal(confirm)).toMatchObject({ code: 'payment_intent_unexpected_state' });
      await sandbox.control.settlePayment(intent.id, outcome);
      expect((await read()).status).toBe(
        outcome === 'succeed' ? 'succeeded' : 'requires_payment_method',
      );
      await expect(sandbox.control.settlePayment(intent.id, outcome)).rejects.toThrow(
        'not processing',
      );
    },
  );
});

describe('the table of outcomes', () => {
  it.each(INSTRUMENTS.map(({ number, names }) => [number, names[0] ?? '']))(
    '%s (%s) is spoken of in these tests',
    (number, name) => {
      const tests = readFileSync(__filename, 'utf8');
      expect(tests).toMatch(new RegExp(`pm_(card_)?(visa_)?${name}'`));
      if (/^\d+$/.test(number)) expect(tests).toContain(`'${number}'`);
    },
  );
});

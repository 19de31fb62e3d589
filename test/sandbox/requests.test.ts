import type StripePackage from 'stripe';
import { startSandbox, type Sandbox } from '../../sandbox/index';
import { clientOf, refusal } from './fixture';

let sandbox: Sandbox;
let stripe: StripePackage;

beforeEach(async () => {
  sandbox = await startSandbox();
  stripe = clientOf(sandbox);
});
afterEach(() => sandbox.close());

interface Raw {
  status: number;
  body: { error?: Record<string, unknown> } & Record<string, unknown>;
}

/** A request as curl sends it. */
async function raw(
  method: string,
  path: string,
  form: string | null = null,
  key: string | null = 'sk_test_x',
): Promise<Raw> {
  const response = await fetch(`${sandbox.url}${path}`, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(form === null ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(form === null ? {} : { body: form }),
  });
  const answer: Raw['body'] = JSON.parse(await response.text());
  return { status: response.status, body: answer };
}

describe('who may ask', () => {
  it('any test key, as a bearer token or as a user name', async () => {
    expect((await raw('GET', '/v1/customers')).status).toBe(200);
    const basic = await fetch(`${sandbox.url}/v1/customers`, {
      headers: { authorization: `Basic ${Buffer.from('sk_test_x:').toString('base64')}` },
    });
    expect(basic.status).toBe(200);
  });

  it.each([null, 'sk_live_real', 'nonsense', 'sk_test_'])('not with the key %s', async (key) => {
    const { status, body } = await raw('GET', '/v1/customers', null, key);
    expect(status).toBe(401);
    expect(body.error).toMatchObject({ type: 'invalid_request_error' });
    expect(JSON.stringify(body)).not.toContain('real');
  });

  it('a publishable key only where a browser may', async () => {
    const { status, body } = await raw('GET', '/v1/customers', null, 'pk_test_x');
    expect(status).toBe(403);
    expect(body.error?.['code']).toBe('secret_key_required');
  });
});

describe('what cannot be asked', () => {
  it.each([
    ['GET', '/v1/payouts'],
    ['POST', '/v1/charges'],
    ['GET', '/v1/payment_intents/pi_1/nothing'],
    ['DELETE', '/v1/payment_intents/pi_1'],
  ])('%s %s is 404 with an error', async (method, path) => {
    const { status, body } = await raw(method, path);
    expect(status).toBe(404);
    expect(body.error).toMatchObject({ type: 'invalid_request_error' });
    expect(body.error?.['message']).toContain(`(${method}: ${path})`);
  });

  it.each([
    ['/v1/customers', 'nmae=x', 'nmae'],
    [
      '/v1/payment_intents',
      'amount=100&currency=usd&automatic_payment_methods[on]=true',
      'automatic_payment_methods[on]',
    ],
    [
      '/v1/payment_intents',
      'amount=100&currency=usd&payment_method_types[]=card',
      'payment_method_types',
    ],
  ])('an unknown parameter of %s is named', async (path, form, param) => {
    const { status, body } = await raw('POST', path, form);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'parameter_unknown', param });
  });

  it.each([
    ['currency=usd', 'parameter_missing', 'amount'],
    ['amount=100', 'parameter_missing', 'currency'],
    ['amount=1.5&currency=usd', 'parameter_invalid_integer', 'amount'],
    ['amount=ten&currency=usd', 'parameter_invalid_integer', 'amount'],
    ['amount=0&currency=usd', 'parameter_invalid_integer', 'amount'],
    ['amount=-100&currency=usd', 'parameter_invalid_integer', 'amount'],
    ['amount=49&currency=usd', 'amount_too_small', 'amount'],
    ['amount=29&currency=gbp', 'amount_too_small', 'amount'],
    ['amount=49&currency=jpy', 'amount_too_small', 'amount'],
    ['amount=100000000&currency=usd', 'amount_too_large', 'amount'],
    ['amount=1005&currency=kwd', 'invalid_charge_amount', 'amount'],
    ['amount=150&currency=isk', 'invalid_charge_amount', 'amount'],
    ['amount=100&currency=USD', undefined, 'currency'],
    ['amount=100&currency=xxx', undefined, 'currency'],
    ['amount=100&currency=usd&customer=cus_none', 'resource_missing', 'customer'],
    ['amount=100&currency=usd&payment_method=pm_none', 'resource_missing', 'payment_method'],
    ['amount=100&currency=usd&off_session=true', undefined, 'off_session'],
    ['amount=100&currency=usd&confirm=maybe', undefined, 'confirm'],
    ['amount=100&currency=usd&capture_method=never', undefined, 'capture_method'],
    ['amount=100&currency=usd&confirm=true&return_url=javascript:1', undefined, 'return_url'],
  ])('a payment intent with %s is refused', async (form, code, param) => {
    const { status, body } = await raw('POST', '/v1/payment_intents', form);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ type: 'invalid_request_error', param });
    expect(body.error?.['code']).toBe(code);
    expect((await stripe.paymentIntents.list()).data).toEqual([]);
    expect((await stripe.events.list()).data).toEqual([]);
  });

  it('an id in the path that names nothing is 404', async () => {
    for (const call of [
      stripe.customers.retrieve('cus_none'),
      stripe.paymentMethods.retrieve('pm_none'),
      stripe.paymentIntents.retrieve('pi_none'),
      stripe.setupIntents.retrieve('seti_none'),
      stripe.charges.retrieve('ch_none'),
      stripe.refunds.retrieve('re_none'),
      stripe.disputes.retrieve('du_none'),
      stripe.events.retrieve('evt_none'),
      stripe.paymentIntents.confirm('pi_none'),
    ]) {
      expect(await refusal(call)).toMatchObject({ statusCode: 404, code: 'resource_missing' });
    }
  });

  it('a body that is too large, nested too deeply or contradictory is refused', async () => {
    expect((await raw('POST', '/v1/customers', `name=${'x'.repeat(2_000_000)}`)).status).toBe(413);
    expect((await raw('POST', '/v1/customers', `metadata${'[a]'.repeat(50)}=1`)).status).toBe(400);
    expect((await raw('POST', '/v1/customers', 'metadata=1&metadata[a]=1')).status).toBe(400);
    expect((await raw('POST', '/v1/customers', 'metadata[__proto__]=1')).status).toBe(200);
  });
});

describe('lists', () => {
  it('go through everything, newest first, in both directions', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 25; index += 1) {
      ids.unshift((await stripe.customers.create({ email: `${index % 2}@example.com` })).id);
    }
    const first = await stripe.customers.list();
    expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 10));
    expect(first.has_more).toBe(true);
    const all: string[] = [];
    await stripe.customers.list({ limit: 7 }).autoPagingEach(({ id }) => {
      all.push(id);
    });
    expect(all).toEqual(ids);
    const before = await stripe.customers.list({ limit: 3, ending_before: ids[10] ?? '' });
    expect(before.data.map(({ id }) => id)).toEqual(ids.slice(7, 10));
    expect(before.has_more).toBe(true);
    const mine = await stripe.customers.list({ email: '1@example.com', limit: 100 });
    expect(mine.data).toHaveLength(12);
  });

  it.each(['limit=0', 'limit=101', 'limit=x', 'starting_after=cus_none', 'colour=red'])(
    'refuse %s',
    async (query) => {
      expect((await raw('GET', `/v1/customers?${query}`)).status).toBe(400);
    },
  );

  it('can be limited by the time of creation', async () => {
    await sandbox.close();
    let now = 1_800_000_000_000;
    sandbox = await startSandbox({ clock: () => now });
    stripe = clientOf(sandbox);
    const ids: string[] = [];
    for (let index = 0; index < 4; index += 1) {
      ids.push((await stripe.customers.create({})).id);
      now += 10_000;
    }
    const within = async (created: StripePackage.RangeQueryParam | number) =>
      (await stripe.customers.list({ created })).data.map(({ id }) => ids.indexOf(id));
    expect(await within({ gte: 1_800_000_010 })).toEqual([3, 2, 1]);
    expect(await within({ gt: 1_800_000_010, lt: 1_800_000_030 })).toEqual([2]);
    expect(await within({ lte: 1_800_000_010 })).toEqual([1, 0]);
    expect(await within(1_800_000_020)).toEqual([2]);
  });

  it('of payments, charges, refunds and disputes can be swept from an instant on', async () => {
    await sandbox.close();
    let now = 1_800_000_000_000;
    sandbox = await startSandbox({ clock: () => now });
    stripe = clientOf(sandbox);
    const pay = async () => {
      const { id } = await stripe.paymentIntents.create({
        amount: 500,
        currency: 'usd',
        payment_method: 'pm_card_visa',
        confirm: true,
      });
      await sandbox.control.openDispute(id, { inquiry: true });
      await stripe.refunds.create({ payment_intent: id, amount: 100 });
    };
    await pay();
    now += 60_000;
    await pay();
    for (const [created, count] of [
      [{ gte: 1_800_000_000 }, 2],
      [{ gt: 1_800_000_000 }, 1],
      [{ gte: 1_800_000_060 }, 1],
      [{ gt: 1_800_000_060 }, 0],
    ] as const) {
      const query = { created, limit: 100 };
      const lists = await Promise.all([
        stripe.paymentIntents.list(query),
        stripe.charges.list(query),
        stripe.refunds.list(query),
        stripe.disputes.list(query),
      ]);
      expect(lists.map(({ data }) => data.length)).toEqual(Array(4).fill(count));
    }
  });

  it('of events can be polled: the new ones, of the wanted types, each once', async () => {
    await sandbox.close();
    let now = 1_800_000_000_000;
    sandbox = await startSandbox({ clock: () => now });
    stripe = clientOf(sandbox);
    const { id: customer } = await stripe.customers.create({});
    const [last] = (await stripe.events.list({ limit: 1 })).data;
    now += 10_000;
    await stripe.customers.update(customer, { name: 'Ada' });
    await stripe.paymentMethods.attach('pm_card_visa', { customer });
    await stripe.customers.update(customer, { name: 'Grace' });
    const types = ['customer.updated', 'payment_method.attached'];
    const typesOf = (page: { data: { type: string }[] }) => page.data.map(({ type }) => type);
    const inOrder = ['customer.updated', 'payment_method.attached', 'customer.updated'];
    expect(typesOf(await stripe.events.list({ types, created: { gt: 1_800_000_000 } }))).toEqual(
      inOrder,
    );
    expect(typesOf(await stripe.events.list({ types: ['payment_method.*'] }))).toEqual([
      'payment_method.attached',
    ]);
    const older = await stripe.events.list({ limit: 2, types });
    expect(older.has_more).toBe(true);
    const rest = { types, starting_after: older.data.at(-1)?.id ?? '' };
    expect(typesOf(await stripe.events.list(rest))).toEqual(['customer.updated']);
    // Forwards from the last one that was seen: the nearest first page, as Stripe has it.
    const next = await stripe.events.list({ ending_before: last?.id ?? '', limit: 1 });
    expect([typesOf(next), next.has_more]).toEqual([['customer.updated'], true]);
    expect(next.data[0]?.data.object).toMatchObject({ name: 'Ada' });
  });
});

describe('expand', () => {
  it('puts objects in the place of their ids, in lists and several levels deep', async () => {
    const customer = await stripe.customers.create({ payment_method: 'pm_card_visa' });
    const [method] = (await stripe.customers.listPaymentMethods(customer.id)).data;
    const intent = await stripe.paymentIntents.create({
      amount: 500,
      currency: 'usd',
      customer: customer.id,
      payment_method: method?.id ?? '',
      confirm: true,
      expand: ['customer', 'latest_charge.payment_intent.payment_method'],
    });
    expect(intent.customer).toMatchObject({ object: 'customer', id: customer.id });
    expect(intent.latest_charge).toMatchObject({
      object: 'charge',
      payment_intent: { id: intent.id, payment_method: { id: method?.id, type: 'card' } },
    });
    await stripe.refunds.create({ payment_intent: intent.id, amount: 100 });
    const list = await stripe.charges.list({ expand: ['data.refunds', 'data.customer'] });
    expect(list.data[0]).toMatchObject({
      customer: { id: customer.id },
      refunds: { object: 'list', data: [{ amount: 100 }] },
    });
  });

  it('refuses what cannot be expanded', async () => {
    const customer = await stripe.customers.create({});
    const error = await refusal(stripe.customers.retrieve(customer.id, { expand: ['email'] }));
    expect(error).toMatchObject({ statusCode: 400, param: 'expand' });
  });
});

describe('customers and their payment methods', () => {
  it('keep and change what they are told', async () => {
    const created = await stripe.customers.create({
      email: 'ada@example.com',
      name: 'Ada',
      address: { city: 'Berlin', country: 'DE' },
      metadata: { user: '7', plan: 'a' },
    });
    const changed = await stripe.customers.update(created.id, {
      name: '',
      metadata: { plan: '', seats: '3' },
    });
    expect(changed).toMatchObject({
      email: 'ada@example.com',
      name: null,
      address: { city: 'Berlin', country: 'DE', line1: null },
      metadata: { user: '7', seats: '3' },
    });
    const [event] = (await stripe.events.list({ type: 'customer.updated' })).data;
    expect(event?.data.previous_attributes).toEqual({
      name: 'Ada',
      metadata: { user: '7', plan: 'a' },
    });
  });

  it('answer for a deleted customer that it is deleted, and take nothing more', async () => {
    const customer = await stripe.customers.create({ payment_method: 'pm_card_visa' });
    const deleted = { id: customer.id, object: 'customer', deleted: true };
    expect(await stripe.customers.del(customer.id)).toMatchObject(deleted);
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject(deleted);
    expect((await stripe.customers.list()).data).toEqual([]);
    expect((await refusal(stripe.customers.update(customer.id, {}))).statusCode).toBe(404);
    const { data } = await stripe.events.list({ types: ['customer.*', 'payment_method.*'] });
    expect(data.map(({ type }) => type)).toEqual([
      'customer.deleted',
      'payment_method.detached',
      'customer.created',
      'payment_method.attached',
    ]);
  });

  it('charge by default only what is attached', async () => {
    const customer = await stripe.customers.create({});
    const other = await stripe.customers.create({ payment_method: 'pm_card_visa' });
    const [method] = (await stripe.customers.listPaymentMethods(other.id)).data;
    const settings = { invoice_settings: { default_payment_method: method?.id ?? '' } };
    expect(await refusal(stripe.customers.update(customer.id, settings))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
    });
    const updated = await stripe.customers.update(other.id, settings);
    expect(updated.invoice_settings.default_payment_method).toBe(method?.id);
    await stripe.paymentMethods.detach(method?.id ?? '');
    const after = await stripe.customers.retrieve(other.id);
    expect(after).toMatchObject({ invoice_settings: { default_payment_method: null } });
  });

  it('never charge a payment method of somebody else, or one that was detached or used up', async () => {
    const ada = await stripe.customers.create({ payment_method: 'pm_card_visa' });
    const bob = await stripe.customers.create({});
    const [method] = (await stripe.customers.listPaymentMethods(ada.id)).data;
    const pay = (payment_method: string, customer?: string) =>
      stripe.paymentIntents.create({
        amount: 500,
        currency: 'usd',
        confirm: true,
        payment_method,
        ...(customer === undefined ? {} : { customer }),
      });
    expect((await refusal(pay(method?.id ?? '', bob.id))).statusCode).toBe(400);
    expect((await refusal(pay(method?.id ?? ''))).statusCode).toBe(400);
    await stripe.paymentMethods.detach(method?.id ?? '');
    expect((await refusal(pay(method?.id ?? '', ada.id))).message).toMatch(/may not be used again/);
    const once = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } });
    await pay(once.id);
    expect((await refusal(pay(once.id))).message).toMatch(/may not be used again/);
    const attach = stripe.paymentMethods.attach(once.id, { customer: ada.id });
    expect((await refusal(attach)).message).toMatch(/may not be used again/);
  });
});

import { setTimeout as delay } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { allRoutes } from '../../api/routes';
import { startApi, type Api, type Reply } from '../support/api';
import { createWorld, quietRuntime, type World } from '../support/world';

let world: World;
let api: Api;
let basic: { id: string };
beforeAll(async () => {
  quietRuntime();
  world = await createWorld();
  api = await startApi(world);
  const { body } = await api.get('/api/v1/plans?limit=100');
  basic = body.data.find(
    ({ name, interval, interval_count: count }: Record<string, unknown>) =>
      name === 'Basic' && interval === 'month' && count === 1,
  );
});
afterAll(async () => {
  await api.close();
  await world.close();
});

const subscribe = (access: string, request: object, headers: Record<string, string> = {}) =>
  api.call('POST', '/api/v1/subscriptions', {
    body: { plan_id: basic.id, ...request },
    token: access,
    headers,
  });

const withCard = { payment_method_id: 'pm_card_visa' };

describe('v1 plans', () => {
  it('are paged', async () => {
    const first = await api.get('/api/v1/plans?limit=5');
    expect([first.body.data.length, first.body.has_more]).toEqual([5, true]);
    const last = first.body.data[4];
    const rest = await api.get(`/api/v1/plans?limit=100&starting_after=${last.id}`);
    expect([rest.body.data.length, rest.body.has_more]).toEqual([7, false]);
    expect((await api.get(`/api/v1/plans/${basic.id}`)).body).toMatchObject({
      amount: 1000,
      currency: 'usd',
      interval: 'month',
      interval_count: 1,
      trial_days: 0,
      version: 1,
    });
  });
});

describe('v1 subscriptions', () => {
  it('have the whole object, know what comes next, and tell their story', async () => {
    const { id, access } = await api.signUp();
    const made = await subscribe(access, {
      ...withCard,
      quantity: 3,
      time_zone: 'Europe/Berlin',
      metadata: { seats: 'three' },
    });
    expect(made.status).toBe(201);
    const { body } = made;
    expect(body).toMatchObject({
      user: id,
      plan: { id: basic.id, amount: 1000 },
      quantity: 3,
      status: 'active',
      collection_method: 'charge_automatically',
      time_zone: 'Europe/Berlin',
      cycle: 1,
      pending_change: null,
      next_event: { type: 'renewal', at: body.current_period_end },
      metadata: { seats: 'three' },
    });
    const one = `/api/v1/subscriptions/${body.id}`;
    expect((await api.get(one, access)).body).toEqual(body);

    const invoices = await api.get(`/api/v1/invoices?subscription=${body.id}&status=paid`, access);
    expect(invoices.body.data).toEqual([
      expect.objectContaining({
        subscription: body.id,
        cycle: 1,
        status: 'paid',
        total: 3000,
        amount_due: 3000,
        amount_paid: 3000,
        lines: [expect.objectContaining({ amount: 3000, quantity: 3, proration: false })],
        attempts: [expect.objectContaining({ status: 'succeeded', decline_code: null })],
      }),
    ]);
    const payments = await api.get('/api/v1/payments', access);
    expect(payments.body.data).toEqual([
      expect.objectContaining({ status: 'succeeded', amount: 3000, subscription: body.id }),
    ]);
    const [invoice] = invoices.body.data;
    const again = await api.post(`/api/v1/invoices/${invoice.id}/pay`, {}, access);
    expect([again.status, again.body.code]).toEqual([409, 'invoice_not_payable']);

    const scheduled = await api.post(`${one}/cancel`, { reason: 'too dear' }, access);
    expect(scheduled.body).toMatchObject({
      cancel_at_period_end: true,
      next_event: { type: 'cancellation' },
    });
    expect((await api.post(`${one}/reactivate`, {}, access)).body.next_event.type).toBe('renewal');
    const ended = await api.post(`${one}/cancel`, { at_period_end: false }, access);
    expect(ended.body).toMatchObject({ status: 'canceled', next_event: null });
    const late = await api.post(`${one}/cancel`, {}, access);
    expect([late.status, late.body.code]).toEqual([409, 'subscription_ended']);

    const story = await api.get(`${one}/timeline?limit=100`, access);
    const lines = story.body.data.map(({ text }: { text: string }) => text).toReversed();
    expect(lines[0]).toBe('Subscribed to 3 × Basic.');
    expect(lines).toContainEqual(expect.stringMatching(/^Invoice \S+ was paid: \$30\.00\.$/));
    expect(lines.at(-1)).toBe('It was canceled and ended at once.');
  });

  it('are made once per Idempotency-Key, whatever is repeated, and for one request only', async () => {
    const { access } = await api.signUp();
    const key = { 'Idempotency-Key': 'order-1' };
    const replies = await Promise.all([1, 2, 3].map(() => subscribe(access, withCard, key)));
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
    expect((await subscribe(access, { ...withCard, quantity: 2 }, key)).status).toBe(422);
    const live = await subscribe(access, withCard, { 'Idempotency-Key': 'order-2' });
    expect([live.status, live.body.code]).toEqual([409, 'live_subscription_exists']);

    const { id } = replies[0]?.body ?? {};
    await api.post(`/api/v1/subscriptions/${id}/cancel`, { at_period_end: false }, access);
    const repeated = await subscribe(access, withCard, key);
    // The answer to a key does not change, whatever has become of it, and though there would be room now.
    expect([repeated.status, repeated.body]).toEqual([201, replies[0]?.body]);
    expect((await subscribe(access, withCard, { 'Idempotency-Key': 'order-2' })).status).toBe(409);
    const stranger = await api.signUp();
    expect((await subscribe(stranger.access, withCard, key)).body.id).not.toBe(id);
  });

  it('declined under a key stay declined under it', async () => {
    const { access } = await api.signUp();
    const key = { 'Idempotency-Key': 'order-3' };
    const card = { payment_method_id: 'pm_card_chargeCustomerFail' };
    for (const reply of [await subscribe(access, card, key), await subscribe(access, card, key)]) {
      expect([reply.status, reply.body.code]).toEqual([402, 'payment_method_declined']);
    }
  });

  it.each([
    ['quantity', { quantity: 0 }],
    ['quantity', { quantity: 1.5 }],
    ['quantity', { quantity: 1e12 }],
    ['time_zone', { time_zone: 'Europe/Nowhere' }],
    ['coupon', { coupon: '' }],
    ['voucher', { voucher: 'HALF' }],
    ['metadata.x', { metadata: { x: 'a\u0000b' } }],
  ])('with a bad %s are refused, and nothing is written', async (field, request) => {
    const { access } = await api.signUp();
    const { status, body } = await subscribe(access, request);
    expect(status).toBe(400);
    expect(body.errors).toEqual([expect.objectContaining({ field })]);
    expect((await api.get('/api/v1/subscriptions', access)).body.data).toEqual([]);
  });
});

describe('test clocks', () => {
  const arrived = async (path: string, token: string): Promise<Reply> => {
    for (let tries = 0; tries < 300; tries += 1) {
      const reply = await api.get(path, token);
      if (reply.body.status === 'ready') return reply;
      await delay(100);
    }
    throw new Error('the clock did not arrive');
  };

  it('bring a subscription through two renewals, and go when nothing lives on them', async () => {
    const { access } = await api.signUp();
    const stranger = await api.signUp();
    const clock = await api.post(
      '/api/v1/test-clocks',
      { frozen_time: '2031-01-31T09:00:00+01:00' },
      access,
    );
    expect([clock.status, clock.body]).toMatchObject([
      201,
      { frozen_time: '2031-01-31T08:00:00.000Z', status: 'ready' },
    ]);
    const path = `/api/v1/test-clocks/${clock.body.id}`;
    const made = await subscribe(access, { ...withCard, test_clock: clock.body.id });
    expect(made.body).toMatchObject({
      test_clock: clock.body.id,
      current_period_end: '2031-02-28T08:00:00.000Z',
    });
    const foreign = await subscribe(stranger.access, { test_clock: clock.body.id });
    expect([foreign.status, foreign.body.code]).toEqual([404, 'test_clock_not_found']);

    const advance = (frozen_time: string, token = access) =>
      api.post(`${path}/advance`, { frozen_time }, token);
    expect((await advance('2031-01-31T08:00:00Z')).status).toBe(400);
    expect((await advance('2041-02-01T08:00:00Z')).status).toBe(400);
    expect((await advance('2031-03-31T08:00:00Z', stranger.access)).status).toBe(404);
    const going = await advance('2031-03-31T08:00:00Z');
    expect([going.status, going.body.status]).toEqual([200, 'advancing']);
    const ready = await arrived(path, access);
    expect(ready.body.frozen_time).toBe('2031-03-31T08:00:00.000Z');

    const invoices = await api.get('/api/v1/invoices', access);
    expect(
      invoices.body.data.map((each: Record<string, unknown>) => [
        each['cycle'],
        each['status'],
        each['period_start'],
      ]),
    ).toEqual([
      [3, 'paid', '2031-03-31T08:00:00.000Z'],
      [2, 'paid', '2031-02-28T08:00:00.000Z'],
      [1, 'paid', '2031-01-31T08:00:00.000Z'],
    ]);
    const [newest, , oldest] = invoices.body.data;
    const page = await api.get(`/api/v1/invoices?limit=1&starting_after=${newest.id}`, access);
    expect([page.body.data.length, page.body.has_more]).toEqual([1, true]);
    const end = await api.get(`/api/v1/invoices?starting_after=${oldest.id}`, access);
    expect(end.body).toEqual({ data: [], has_more: false });
    const theirs = await api.get(`/api/v1/invoices?starting_after=${oldest.id}`, stranger.access);
    expect(theirs.status).toBe(400);
    const payments = await api.get('/api/v1/payments?limit=2', access);
    const more = await api.get(
      `/api/v1/payments?starting_after=${payments.body.data[1].id}`,
      access,
    );
    expect([payments.body.has_more, more.body.data.length]).toEqual([true, 1]);

    const remove = () => api.call('DELETE', path, { token: access });
    expect((await remove()).status).toBe(409);
    await api.post(
      `/api/v1/subscriptions/${made.body.id}/cancel`,
      { at_period_end: false },
      access,
    );
    expect((await remove()).status).toBe(204);
    expect((await api.get(path, access)).status).toBe(404);
  });
});

describe('payment methods', () => {
  it('become the default when saved, and a past due invoice is charged with the new one at once', async () => {
    const { access } = await api.signUp();
    const post = (payment_method_id: string) =>
      api.post('/api/v1/payment-methods', { payment_method_id }, access);
    const saved = await post('pm_card_visa');
    expect([saved.status, saved.body]).toMatchObject([
      201,
      { brand: 'visa', last4: '4242', is_default: true },
    ]);
    const declined = await post('pm_card_visa_chargeDeclined');
    expect([declined.status, declined.body.code]).toEqual([402, 'payment_method_declined']);
    expect((await post('pm_nobody')).status).toBe(400);

    const clock = await api.post(
      '/api/v1/test-clocks',
      { frozen_time: '2031-01-01T00:00:00Z' },
      access,
    );
    const made = await subscribe(access, { ...withCard, test_clock: clock.body.id });
    await post('pm_card_chargeCustomerFail');
    const path = `/api/v1/test-clocks/${clock.body.id}`;
    await api.post(`${path}/advance`, { frozen_time: '2031-02-01T00:00:00Z' }, access);
    const one = `/api/v1/subscriptions/${made.body.id}`;
    const becomes = async (status: string) => {
      for (let tries = 0; tries < 200; tries += 1) {
        if ((await api.get(one, access)).body.status === status) return true;
        await delay(100);
      }
      return false;
    };
    expect(await becomes('past_due')).toBe(true);
    const open = await api.get('/api/v1/invoices?status=open', access);
    const pay = () => api.post(`/api/v1/invoices/${open.body.data[0].id}/pay`, {}, access);
    const failed = await pay();
    expect([failed.status, failed.body.code]).toEqual([402, 'payment_method_declined']);
    await post('pm_card_mastercard');
    expect(await becomes('active')).toBe(true);
    const methods = await api.get('/api/v1/payment-methods', access);
    expect(methods.body.data[0]).toMatchObject({ brand: 'mastercard', is_default: true });
  });
});

it('shows and lets touch one’s own things only', async () => {
  const owner = await api.signUp();
  const stranger = await api.signUp();
  const made = await subscribe(owner.access, {});
  const invoices = await api.get('/api/v1/invoices', owner.access);
  const ids: Record<string, string> = {
    subscriptions: made.body.id,
    invoices: invoices.body.data[0].id,
  };
  const bodies: Record<string, unknown> = { coupon: { coupon: 'HALF' } };
  const concerned = allRoutes(new Registry()).filter(
    ({ paths: [path], auth }) =>
      auth === 'user' && /^\/api\/v1\/(subscriptions|invoices)\/:id/.test(path),
  );
  expect(concerned.length).toBeGreaterThan(14);
  for (const { method, paths } of concerned) {
    const [, kind = '', action = ''] = /v1\/(\w+)\/:id\/?(.*)/.exec(paths[0]) ?? [];
    const path = `/api/v1/${kind}/${ids[kind]}/${action}`;
    const given = ['post', 'put'].includes(method) ? { body: bodies[action] ?? {} } : {};
    const call = (token?: string) =>
      api.call(method.toUpperCase(), path, { ...given, ...(token === undefined ? {} : { token }) });
    expect([method, path, (await call(stranger.access)).status]).toEqual([method, path, 404]);
    expect([method, path, (await call()).status]).toEqual([method, path, 401]);
  }
  for (const path of ['subscriptions', 'invoices', 'payments', 'payment-methods']) {
    expect((await api.get(`/api/v1/${path}`)).status).toBe(401);
    expect((await api.get(`/api/v1/${path}`, stranger.access)).body).toEqual({
      data: [],
      has_more: false,
    });
  }
  expect((await api.get('/api/v1/credit-balance', stranger.access)).body).toEqual({
    data: [],
    transactions: [],
    has_more: false,
  });
});

import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../scripts/stack/ports';
import { startApi, statusesOf, type Api } from '../support/api';
import { createWorld, quietRuntime, type World } from '../support/world';

let world: World;
let api: Api;
let plans: Record<string, string>;
beforeAll(async () => {
  quietRuntime();
  const port = await freePort();
  world = await createWorld({
    webhookUrl: `http://127.0.0.1:${port}/api/billing/stripe/webhook/`,
  });
  api = await startApi(world, port);
  const { body } = await api.get('/api/billing/plans/');
  plans = Object.fromEntries(
    body.map((plan: { name: string; plan_term: string; id: string }) => [
      `${plan.name} ${plan.plan_term}`,
      plan.id,
    ]),
  );
});
afterAll(async () => {
  await api.close();
  await world.close();
});

const path = '/api/billing/subscriptions/';

describe('plans of the first system', () => {
  it('are open to all, in its words, at its prices', async () => {
    const { status, body } = await api.get('/api/billing/plans/');
    expect(status).toBe(200);
    expect(body).toHaveLength(12);
    expect(body[0]).toEqual({
      id: expect.any(String),
      name: 'Basic',
      plan_term: 'monthly',
      description: expect.any(String),
      price: '10.00',
    });
    expect(body.map(({ price }: { price: string }) => price)).toEqual(
      expect.arrayContaining(['27.00', '51.00', '96.00', '384.00']),
    );
  });
});

describe('subscribing with a card', () => {
  it('is active and paid at once, and can be cancelled at once', async () => {
    const { id, access } = await api.signUp();
    const made = await api.post(
      path,
      {
        plan: plans['Basic monthly'],
        payment_method_id: 'pm_card_visa',
        // Not the client's to set.
        user: '00000000-0000-4000-8000-000000000000',
        start_date: '1999-01-01',
        status: 'expired',
      },
      access,
    );
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.any(String),
      user: id,
      plan: plans['Basic monthly'],
      start_date: new Date().toISOString().slice(0, 10),
      status: 'active',
    });
    expect((await api.get(path, access)).body).toEqual([made.body]);
    const invoices = await api.get('/api/billing/invoices/', access);
    expect(invoices.body).toEqual([
      {
        id: expect.any(String),
        user: id,
        subscription: made.body.id,
        amount: '10.00',
        issue_date: made.body.start_date,
        due_date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
        payment_status: 'paid',
      },
    ]);
    const [invoice] = invoices.body;
    expect((await api.get(`/api/billing/invoices/${invoice.id}`, access)).body).toEqual(invoice);
    const paid = await api.get(`/api/billing/invoices/${invoice.id}/payment/`, access);
    expect(paid.status).toBe(400);
    expect(paid.body.detail).toEqual(expect.any(String));

    const one = `${path}${made.body.id}/`;
    const second = await api.post(path, { plan: plans['Pro monthly'] }, access);
    expect(second.status).toBe(400);
    expect(second.body.non_field_errors).toEqual([expect.any(String)]);

    const patch = (body: unknown) => api.call('PATCH', one, { body, token: access });
    expect((await patch({ status: 'expired' })).status).toBe(400);
    expect((await patch({ status: 'active' })).body).toEqual(made.body);
    const cancelled = await patch({ status: 'cancelled' });
    expect([cancelled.status, cancelled.body]).toEqual([
      200,
      { ...made.body, status: 'cancelled' },
    ]);
    expect((await patch({ status: 'cancelled' })).status).toBe(200);
    expect((await api.call('DELETE', one, { token: access })).status).toBe(204);
    expect((await api.get(one, access)).body.status).toBe('cancelled');
  });

  it('declined is 402, and leaves nothing live behind', async () => {
    const { access } = await api.signUp();
    const declined = await api.post(
      path,
      { plan: plans['Basic monthly'], payment_method_id: 'pm_card_visa_chargeDeclined' },
      access,
    );
    expect(declined.status).toBe(402);
    expect(declined.body).toMatchObject({
      code: 'payment_method_declined',
      decline_code: 'generic_decline',
    });
    const later = await api.post(
      path,
      { plan: plans['Basic monthly'], payment_method_id: 'pm_card_chargeCustomerFail' },
      access,
    );
    expect(later.status).toBe(402);
    const listed = await api.get(path, access);
    expect(listed.body.every(({ status }: { status: string }) => status === 'expired')).toBe(true);
    const good = { plan: plans['Basic monthly'], payment_method_id: 'pm_card_visa' };
    expect((await api.post(path, good, access)).status).toBe(201);
  });

  it.each([
    ['an unknown plan', { plan: '7b0ca9f3-5d5f-4ce2-8a3c-6a2f4e1f9a11' }, 'plan'],
    ['a plan that is no id', { plan: 'basic' }, 'plan'],
    ['no plan', {}, 'plan'],
    ['a card that is none', { payment_method_id: '4242' }, 'payment_method_id'],
    ['an unknown card', { payment_method_id: 'pm_unknown' }, 'payment_method_id'],
  ])('with %s is 400 under the field, and nothing is written', async (_name, request, field) => {
    const { access } = await api.signUp();
    const whole =
      'plan' in request || field === 'plan'
        ? request
        : { plan: plans['Basic monthly'], ...request };
    const { status, body } = await api.post(path, whole, access);
    expect([status, body[field]]).toEqual([400, [expect.any(String)]]);
    expect((await api.get(path, access)).body).toEqual([]);
  });

  it('four times at once makes one subscription', async () => {
    const { access } = await api.signUp();
    const request = { plan: plans['Basic monthly'], payment_method_id: 'pm_card_visa' };
    const replies = await Promise.all([1, 2, 3, 4].map(() => api.post(path, request, access)));
    expect(statusesOf(replies)).toEqual([201, 400, 400, 400]);
    expect((await api.get(path, access)).body).toHaveLength(1);
    expect((await api.get('/api/billing/invoices/', access)).body).toHaveLength(1);
  });
});

describe('subscribing without a card', () => {
  it('sends an invoice that is paid with its client secret; the webhook marks it paid', async () => {
    const { access } = await api.signUp();
    const made = await api.post(path, { plan: plans['Pro quarterly'] }, access);
    expect([made.status, made.body.status]).toEqual([201, 'active']);
    const listed = await api.get('/api/billing/invoices/', access);
    const [invoice] = listed.body;
    expect(invoice).toMatchObject({ amount: '54.00', payment_status: 'pending' });
    const days = (Date.parse(invoice.due_date) - Date.parse(invoice.issue_date)) / 86_400_000;
    expect(days).toBe(7);

    const payment = await api.get(`/api/billing/invoices/${invoice.id}/payment/`, access);
    expect(payment.status).toBe(200);
    const secret: string = payment.body.client_secret;
    expect(secret).toMatch(/^pi_\w+_secret_\w+$/);

    const [intent = ''] = secret.split('_secret_');
    const confirmed = await fetch(`${world.sandbox.url}/v1/payment_intents/${intent}/confirm`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${world.sandbox.secretKey}` },
      body: new URLSearchParams({ payment_method: 'pm_card_visa' }),
    });
    expect(confirmed.status).toBe(200);
    const one = `/api/billing/invoices/${invoice.id}/`;
    for (let tries = 0; tries < 150; tries += 1) {
      if ((await api.get(one, access)).body.payment_status === 'paid') break;
      await delay(100);
    }
    expect((await api.get(one, access)).body.payment_status).toBe('paid');
  });
});

it('shows and lets touch one’s own things only', async () => {
  const owner = await api.signUp();
  const stranger = await api.signUp();
  const made = await api.post(path, { plan: plans['Basic monthly'] }, owner.access);
  const listed = await api.get('/api/billing/invoices/', owner.access);
  const subscription = `${path}${made.body.id}/`;
  const invoice = `/api/billing/invoices/${listed.body[0].id}/`;
  const calls: [string, string, unknown?][] = [
    ['GET', subscription],
    ['PATCH', subscription, { status: 'cancelled' }],
    ['PUT', subscription, { status: 'cancelled' }],
    ['DELETE', subscription],
    ['GET', invoice],
    ['GET', `${invoice}payment/`],
  ];
  for (const [method, where, body] of calls) {
    const given = body === undefined ? {} : { body };
    const theirs = await api.call(method, where, { ...given, token: stranger.access });
    expect([method, where, theirs.status]).toEqual([method, where, 404]);
    expect((await api.call(method, where, given)).status).toBe(401);
  }
  expect((await api.get(path, stranger.access)).body).toEqual([]);
  expect((await api.get('/api/billing/invoices/', stranger.access)).body).toEqual([]);
  expect((await api.get(subscription, owner.access)).body.status).toBe('active');
});

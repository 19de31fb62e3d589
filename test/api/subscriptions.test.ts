import { startApi, type Api } from '../support/api';
import { createWorld, quietRuntime, type World } from '../support/world';

let world: World;
let api: Api;
let basic: string;
let yearly: string;
beforeAll(async () => {
  quietRuntime();
  world = await createWorld();
  api = await startApi(world);
  const { access } = await api.signUp();
  const { body } = await api.get('/api/subscriptions/plans/', access);
  basic = body.results[0].id;
  yearly = body.results.find(({ interval }: { interval: string }) => interval === 'year').id;
});
afterAll(async () => {
  await api.close();
  await world.close();
});

const create = (access: string, payment_method_id: string, plan_id = basic) =>
  api.post('/api/subscriptions/create/', { plan_id, payment_method_id }, access);
const status = async (access: string) => (await api.get('/api/subscriptions/status/', access)).body;

describe('plans of the second system', () => {
  it('are the monthly and yearly ones, in a page, for those who are logged in', async () => {
    expect((await api.get('/api/subscriptions/plans/')).status).toBe(401);
    const { access } = await api.signUp();
    const { body } = await api.get('/api/subscriptions/plans/', access);
    expect(body).toMatchObject({ count: 6, next: null, previous: null });
    expect(body.results[0]).toEqual({
      id: expect.any(String),
      name: 'Basic',
      description: expect.any(String),
      stripe_price_id: expect.any(String),
      amount: '10.00',
      currency: 'usd',
      interval: 'month',
      features: expect.arrayContaining(['5 projects']),
    });
    for (const page of ['2', '0', 'x']) {
      const beyond = await api.get(`/api/subscriptions/plans/?page=${page}`, access);
      expect([beyond.status, beyond.body.detail]).toEqual([404, 'Invalid page.']);
    }
  });
});

describe('a life in the second system’s words', () => {
  it('goes from inactive over active to canceled', async () => {
    const { access } = await api.signUp();
    expect(await status(access)).toMatchObject({ status: 'inactive', is_active: false, id: null });
    const nothing = await api.post('/api/subscriptions/cancel/', {}, access);
    expect([nothing.status, nothing.body.error]).toEqual([404, expect.any(String)]);

    const made = await create(access, 'pm_card_visa', yearly);
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      message: 'Subscription created.',
      subscription: {
        id: expect.any(String),
        plan: expect.objectContaining({ id: yearly, interval: 'year', amount: '96.00' }),
        stripe_subscription_id: null,
        status: 'active',
        is_active: true,
        current_period_start: expect.stringMatching(/Z$/),
        current_period_end: expect.stringMatching(/Z$/),
        cancel_at_period_end: false,
        canceled_at: null,
        created_at: expect.any(String),
        updated_at: expect.any(String),
      },
    });
    expect(await status(access)).toEqual(made.body.subscription);
    const profile = await api.get('/api/auth/profile/', access);
    expect(profile.body.subscription_status).toBe('active');
    expect((await create(access, 'pm_card_visa')).status).toBe(400);

    const early = await api.post('/api/subscriptions/reactivate/', undefined, access);
    expect(early.status).toBe(404);
    const scheduled = await api.post('/api/subscriptions/cancel/', {}, access);
    expect(scheduled.body).toMatchObject({
      message: 'Subscription canceled.',
      subscription: { status: 'active', cancel_at_period_end: true },
    });
    const kept = await api.post('/api/subscriptions/reactivate/', {}, access);
    expect([kept.status, kept.body.subscription.cancel_at_period_end]).toEqual([200, false]);
    const ended = await api.post(
      '/api/subscriptions/cancel/',
      { cancel_immediately: true },
      access,
    );
    expect(ended.body.subscription).toMatchObject({ status: 'canceled', is_active: false });
    expect(await status(access)).toEqual(ended.body.subscription);

    const again = await create(access, 'pm_card_visa');
    expect(again.body.subscription).toMatchObject({
      status: 'active',
      cancel_at_period_end: false,
      canceled_at: null,
    });
    // What was left of the paid year has paid for it.
    const credit = await api.get('/api/v1/credit-balance', access);
    expect(credit.body.data).toEqual([{ currency: 'usd', amount: expect.any(Number) }]);
    const payments = await api.get('/api/subscriptions/payments/', access);
    expect(payments.body).toMatchObject({ count: 1, next: null, previous: null });
    expect(payments.body.results[0]).toEqual({
      id: expect.any(String),
      stripe_payment_intent_id: expect.stringMatching(/^pi_/),
      stripe_invoice_id: null,
      amount: '96.00',
      currency: 'usd',
      status: 'succeeded',
      description: expect.any(String),
      created_at: expect.any(String),
    });
  });

  it('declined is 402 with error; no such plan is 404', async () => {
    const { access } = await api.signUp();
    const declined = await create(access, 'pm_card_chargeCustomerFail');
    expect([declined.status, declined.body.error]).toEqual([402, expect.any(String)]);
    expect((await status(access)).status).toBe('incomplete_expired');
    const unknown = await create(access, 'pm_card_visa', '7b0ca9f3-5d5f-4ce2-8a3c-6a2f4e1f9a11');
    expect(unknown.status).toBe(404);
    const missing = await api.post('/api/subscriptions/create/', { plan_id: basic }, access);
    expect(missing.body.payment_method_id).toEqual(['This field is required.']);
  });

  it('waits for the customer when the card wants authentication, and makes room for another try', async () => {
    const { access } = await api.signUp();
    const first = await create(access, 'pm_card_authenticationRequired');
    expect(first.status).toBe(201);
    expect(first.body.subscription).toMatchObject({ status: 'incomplete', is_active: false });
    expect(first.body.client_secret).toMatch(/^pi_\w+_secret_/);
    const second = await create(access, 'pm_card_visa');
    expect([second.status, second.body.subscription.status]).toEqual([201, 'active']);
    const all = await api.get('/api/v1/subscriptions', access);
    expect(all.body.data.map(({ status: each }: { status: string }) => each)).toEqual([
      'active',
      'incomplete_expired',
    ]);
  });
});

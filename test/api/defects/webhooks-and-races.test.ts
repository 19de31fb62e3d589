import { randomUUID } from 'node:crypto';
import { readConfig } from '../../../platform/config';
import { statusesOf, type Reply } from '../../support/api';
import { eventually } from '../../support/customers';
import { dashboardOf } from '../../support/dashboard';
import { begin, openStage, type Life, type Stage } from '../../support/story';
import { newOperator, type Operator } from '../admin/operators';

type Json = Reply['body'];

let stage: Stage;
let operator: Operator;
beforeAll(async () => {
  stage = await openStage({ webhooks: true });
  operator = await newOperator(stage.api, stage.world.database);
});
afterAll(() => stage.close());

const control = () => stage.world.sandbox.control;
const at = '2026-04-01T00:00:00Z';

/** Stripe sends an event, and it is settled. */
async function heard(type: string, object: Record<string, unknown>): Promise<Json> {
  const id = await control().sendEvent({ type, object });
  await control().webhooksSettled();
  return eventually(`${type} is settled`, async () => {
    const { body } = await operator.get(`webhook-events/${id}`);
    return ['done', 'ignored'].includes(body.status) ? body : undefined;
  });
}

/** The intent of a life's first invoice, as events show it. */
async function intentOf(life: Life) {
  const [invoice] = await life.invoices();
  const row = await stage.world.database.invoices.findByPk(invoice.id, { rejectOnEmpty: true });
  const id = row.get({ plain: true }).stripePaymentIntentId ?? '';
  return { id, object: 'payment_intent', metadata: { invoice_id: invoice.id } };
}

const paymentsOf = async ({ customer }: Life): Promise<Json[]> =>
  (await stage.api.get('/api/v1/payments', customer.access)).body.data;

describe('What went wrong with webhooks and races in the systems replaced', () => {
  it('10. An event three times is one payment, a late failure or update revives and undoes nothing, and nothing is dropped unseen', async () => {
    const life = await begin(stage, { at, plan_id: stage.plan('Basic month') });
    const intent = await intentOf(life);
    for (const type of ['succeeded', 'succeeded', 'succeeded', 'payment_failed']) {
      await heard(`payment_intent.${type}`, intent);
    }
    expect(await paymentsOf(life)).toMatchObject([{ status: 'succeeded', amount: 1000 }]);
    expect(await life.invoices()).toMatchObject([{ status: 'paid', amount_paid: 1000 }]);

    await life.post('cancel', { at_period_end: false });
    const late = { object: 'subscription', status: 'revived', metadata: { id: life.id } };
    const event = await heard('customer.subscription.updated', { ...late, id: 'sub_nobody' });
    expect(event).toMatchObject({ status: 'ignored', reason: expect.stringMatching(/\w+/) });
    expect((await life.get()).body.status).toBe('canceled');
  });

  it('11. Metadata alone is not believed, a strange id is no 500, and nothing unsigned is taken', async () => {
    const life = await begin(stage, {
      at,
      plan_id: stage.plan('Basic month'),
      payment_method_id: undefined,
    });
    const [invoice] = await life.invoices();
    const stripe = dashboardOf(stage.world.config);
    const lies = [
      { amount: 50, currency: 'eur' },
      { amount: invoice.amount_due, currency: 'usd' },
    ];
    for (const lie of lies) {
      const { id } = await stripe.paymentIntents.create({
        ...lie,
        payment_method: 'pm_card_visa',
        confirm: true,
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
        metadata: { invoice_id: invoice.id },
      });
      await eventually('the money of no customer of ours is given back', async () => {
        const { data } = await stripe.refunds.list({ payment_intent: id });
        return data.length === 1;
      });
    }
    for (const invoice_id of ['7', 'seven', '']) {
      const object = { id: `pi_${randomUUID()}`, object: 'payment_intent' };
      const event = await heard('payment_intent.succeeded', {
        ...object,
        metadata: { invoice_id },
      });
      expect(event.status).toBe('ignored');
    }
    expect(await life.invoices()).toMatchObject([{ status: 'open', amount_paid: 0 }]);

    for (const path of ['/api/billing/stripe/webhook/', '/api/webhooks/stripe/']) {
      expect((await stage.api.post(path, { id: 'evt_1', type: 'x' })).status).toBe(400);
    }
    const { STRIPE_SECRET_KEY } = stage.world.config;
    const without = { ...process.env, STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET: '' };
    expect(() => readConfig(without)).toThrow(/STRIPE_WEBHOOK_SECRET/);
  });

  it('12. Four creates at once make one subscription, a race to register no 500, and declined tries leave nothing', async () => {
    const { access } = await stage.api.signUp();
    const order = { plan_id: stage.plan('Basic month'), payment_method_id: 'pm_card_visa' };
    const create = (card = {}) =>
      stage.api.post('/api/subscriptions/create/', { ...order, ...card }, access);
    for (const payment_method_id of ['pm_card_chargeDeclined', 'pm_card_chargeDeclined']) {
      expect((await create({ payment_method_id })).status).toBe(402);
    }
    expect(statusesOf(await Promise.all([1, 2, 3, 4].map(() => create())))).toEqual([
      201, 400, 400, 400,
    ]);
    const { body } = await stage.api.get('/api/v1/subscriptions', access);
    const live = body.data.filter(({ ended_at: ended }: Json) => ended === null);
    expect(live.map(({ status }: Json) => status)).toEqual(['active']);
    expect((await stage.api.get('/api/v1/payments', access)).body.data).toHaveLength(1);

    const password = 'correct horse battery';
    const account = { name: 'Twin', email: `${randomUUID()}@everbill.test`, password };
    const twins = await Promise.all(
      [1, 2, 3, 4].map(() => stage.api.post('/api/users/signup/', account)),
    );
    expect(statusesOf(twins)).toEqual([201, 400, 400, 400]);
  });

  it('13. A new subscription knows nothing of the old one’s cancellation', async () => {
    const { access } = await stage.api.signUp();
    const order = { plan_id: stage.plan('Basic month'), payment_method_id: 'pm_card_visa' };
    const post = (path: string, body: object) =>
      stage.api.post(`/api/subscriptions/${path}/`, body, access);
    await post('create', order);
    await post('cancel', { cancel_immediately: false });
    await post('cancel', { cancel_immediately: true });
    const { status, body } = await post('create', order);
    expect(status).toBe(201);
    expect(body.subscription).toMatchObject({
      status: 'active',
      cancel_at_period_end: false,
      canceled_at: null,
    });
  });
});

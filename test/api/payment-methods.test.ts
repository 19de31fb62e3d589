import { dashboardOf } from '../support/dashboard';
import { freePort } from '../../scripts/stack/ports';
import { startApi, statusesOf, type Api, type Customer } from '../support/api';
import {
  advance,
  breakCard,
  clockAt,
  eventually,
  mailsOf,
  planLike,
  subscribe,
} from '../support/customers';
import { createWorld, quietRuntime, type World } from '../support/world';

let world: World;
let api: Api;
beforeAll(async () => {
  quietRuntime();
  const port = await freePort();
  world = await createWorld({ webhookUrl: `http://127.0.0.1:${port}/api/webhooks/stripe/` });
  api = await startApi(world, port);
});
afterEach(() => world.sandbox.control.calm());
afterAll(async () => {
  await api.close();
  await world.close();
});

const path = '/api/v1/payment-methods';
const stripe = () => dashboardOf(world.config);

/** What may be our own doing is left alone for ten seconds. */
const eventPatience = 25_000;

interface Method {
  id: string;
  last4: string;
  is_default: boolean;
}

async function methodsOf({ access }: Customer): Promise<Method[]> {
  return (await api.get(path, access)).body.data;
}
const defaultOf = async (customer: Customer) =>
  (await methodsOf(customer)).filter(({ is_default }) => is_default);

async function save({ access }: Customer, token = 'pm_card_visa'): Promise<Method> {
  const { status, body } = await api.post(path, { payment_method_id: token }, access);
  expect(status).toBe(201);
  return body;
}
const remove = ({ access }: Customer, id: string) =>
  api.call('DELETE', `${path}/${id}`, { token: access });
const makeDefault = ({ access }: Customer, id: string) =>
  api.post(`${path}/${id}/make-default`, {}, access);

/** A customer who is charged $10.00 a month by a card; on a test clock that stands at 1 April. */
async function charged() {
  const customer = await api.signUp();
  const plan = await planLike(world, 'basic_monthly', { amountMinor: 1000n, trialDays: 0 });
  const testClockId = await clockAt(world, '2026-04-01T00:00:00.000Z');
  const { subscriptionId } = await subscribe(world, {
    userId: customer.id,
    planId: plan.id,
    testClockId,
    paymentMethodId: 'pm_card_visa',
  });
  const [card] = await methodsOf(customer);
  if (card === undefined) throw new Error('no card');
  return { customer, subscriptionId, testClockId, card };
}

const attemptsOf = async ({ access }: Customer): Promise<{ status: string }[]> =>
  (await api.get('/api/v1/invoices', access)).body.data[0].attempts;

/** The same, of late in vain. */
async function pastDue() {
  const story = await charged();
  await breakCard(world, story.customer.id);
  await advance(world, story.testClockId, '2026-05-01T00:00:00.000Z');
  expect(await attemptsOf(story.customer)).toMatchObject([{ status: 'failed' }]);
  return story;
}

describe('saving a card in the browser', () => {
  it('begins with a secret for Stripe’s form, and ends with the card saved', async () => {
    const customer = await api.signUp();
    const begun = await api.post(`${path}/setup-intent`, {}, customer.access);
    expect([begun.status, Object.keys(begun.body)]).toEqual([201, ['client_secret']]);
    const secret: string = begun.body.client_secret;
    const [id = ''] = secret.split('_secret_');
    expect(await stripe().setupIntents.retrieve(id)).toMatchObject({ usage: 'off_session' });
    const confirmed = await fetch(`${world.sandbox.url}/v1/setup_intents/${id}/confirm`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${world.sandbox.publishableKey}` },
      body: new URLSearchParams({ client_secret: secret, payment_method: 'pm_card_visa' }),
    });
    expect(confirmed.status).toBe(200);
    // The browser never comes back.
    await eventually(
      'the card is saved and the default',
      async () => {
        const [method] = await methodsOf(customer);
        return method?.is_default === true && method.last4 === '4242';
      },
      eventPatience,
    );
  });

  it('repeated under the same Idempotency-Key begins once', async () => {
    const { access } = await api.signUp();
    const begin = (key: string) =>
      api.call('POST', `${path}/setup-intent`, {
        body: {},
        token: access,
        headers: { 'Idempotency-Key': key },
      });
    const [first, second, other] = [await begin('a'), await begin('a'), await begin('b')];
    expect(second.body).toEqual(first.body);
    expect(other.body).not.toEqual(first.body);
    // Another customer's key is another key.
    const stranger = await api.signUp();
    const theirs = await api.call('POST', `${path}/setup-intent`, {
      body: {},
      token: stranger.access,
      headers: { 'Idempotency-Key': 'a' },
    });
    expect(theirs.body).not.toEqual(first.body);
  });
});

describe('the default payment method', () => {
  it('is the one that was saved last, or the one that is chosen', async () => {
    const customer = await api.signUp();
    const first = await save(customer);
    const second = await save(customer, 'pm_card_mastercard');
    expect(await defaultOf(customer)).toMatchObject([{ id: second.id }]);
    for (const _twice of [1, 2]) {
      const { status, body } = await makeDefault(customer, first.id);
      expect([status, body]).toEqual([200, { ...first, is_default: true }]);
    }
    expect(await defaultOf(customer)).toMatchObject([{ id: first.id }]);
  });

  it('chosen anew is tried at once on what is past due, and a repeated choice is not', async () => {
    const { customer, card } = await pastDue();
    expect((await makeDefault(customer, card.id)).status).toBe(200);
    await eventually('it is paid', async () => {
      return (await attemptsOf(customer)).at(-1)?.status === 'succeeded';
    });
    expect(await attemptsOf(customer)).toHaveLength(2);
  });

  it('that declines, too, is tried once, however often it is sent', async () => {
    const { customer } = await pastDue();
    const call = {
      body: { payment_method_id: 'pm_card_chargeCustomerFail' },
      token: customer.access,
      headers: { 'Idempotency-Key': 'new-card' },
    };
    const saved = await api.call('POST', path, call);
    await eventually('it was tried', async () => {
      const attempts = await attemptsOf(customer);
      return attempts.length === 2 && attempts[1]?.status === 'failed';
    });
    const again = await api.call('POST', path, call);
    expect(again.body).toEqual(saved.body);
    await makeDefault(customer, saved.body.id);
    await eventually(
      'Stripe’s events are settled',
      async () => {
        return (await world.database.webhookEvents.count({ where: { status: 'received' } })) === 0;
      },
      eventPatience,
    );
    expect(await attemptsOf(customer)).toHaveLength(2);
  });
});

describe('removing a payment method', () => {
  it('takes it from the list and from Stripe; the newest other one takes its place', async () => {
    const customer = await api.signUp();
    const [first, second, third] = [
      await save(customer),
      await save(customer, 'pm_card_mastercard'),
      await save(customer, 'pm_card_amex'),
    ];
    for (const _twice of [1, 2]) expect((await remove(customer, third.id)).status).toBe(204);
    expect((await stripe().paymentMethods.retrieve(third.id)).customer).toBeNull();
    expect(await methodsOf(customer)).toMatchObject([
      { id: second.id, is_default: true },
      { id: first.id, is_default: false },
    ]);
    expect((await makeDefault(customer, third.id)).status).toBe(404);
    expect((await remove(customer, first.id)).status).toBe(204);
    // Nobody is charged with it: the last one may go.
    expect((await remove(customer, second.id)).status).toBe(204);
    expect(await methodsOf(customer)).toEqual([]);
  });

  it('is refused for the last one that a subscription is charged with', async () => {
    const { customer, card } = await charged();
    const refused = await remove(customer, card.id);
    expect([refused.status, refused.body.code]).toEqual([409, 'last_payment_method']);
    expect((await stripe().paymentMethods.retrieve(card.id)).customer).not.toBeNull();
    const other = await save(customer, 'pm_card_mastercard');
    expect((await remove(customer, card.id)).status).toBe(204);
    expect((await remove(customer, other.id)).status).toBe(409);
    expect(await defaultOf(customer)).toMatchObject([{ id: other.id }]);
  });

  it('is allowed once the subscription has ended', async () => {
    const { customer, card, subscriptionId } = await charged();
    const cancel = `/api/v1/subscriptions/${subscriptionId}/cancel`;
    expect((await api.post(cancel, { at_period_end: false }, customer.access)).status).toBe(200);
    expect((await remove(customer, card.id)).status).toBe(204);
  });

  it('of both cards at once leaves one', async () => {
    const { customer, card } = await charged();
    const other = await save(customer, 'pm_card_mastercard');
    const replies = await Promise.all([card.id, other.id].map((id) => remove(customer, id)));
    expect(statusesOf(replies)).toEqual([204, 409]);
    expect(await defaultOf(customer)).toHaveLength(1);
  });

  it('that Stripe did not hear of is finished when it is asked again', async () => {
    const customer = await api.signUp();
    const { id } = await save(customer);
    world.sandbox.control.setFaults({ rates: { error_before_commit: 1 } });
    expect((await remove(customer, id)).status).toBe(503);
    world.sandbox.control.calm();
    world.sandbox.control.setFaults({ rates: { error_before_commit: 0 } });
    expect((await stripe().paymentMethods.retrieve(id)).customer).not.toBeNull();
    expect((await remove(customer, id)).status).toBe(204);
    expect((await stripe().paymentMethods.retrieve(id)).customer).toBeNull();
  });

  it('is for good: the request that saved it does not save it again', async () => {
    const customer = await api.signUp();
    const call = {
      body: { payment_method_id: 'pm_card_visa' },
      token: customer.access,
      headers: { 'Idempotency-Key': 'once' },
    };
    const saved = await api.call('POST', path, call);
    await remove(customer, saved.body.id);
    const again = await api.call('POST', path, call);
    expect([again.status, again.body]).toEqual([201, saved.body]);
    expect(await methodsOf(customer)).toEqual([]);
  });
});

describe('what happens at Stripe', () => {
  it('to a saved card is seen here: new dates, removal', async () => {
    const customer = await api.signUp();
    const { id } = await save(customer);
    await world.sandbox.control.renewCard(id, { exp_year: 2043 });
    await eventually('the new year is known', async () => {
      const { body } = await api.get(path, customer.access);
      return body.data[0]?.exp_year === 2043;
    });
    await stripe().paymentMethods.detach(id);
    await eventually('it is gone', async () => (await methodsOf(customer)).length === 0);
  });

  it('a card attached there is charged with what is past due', async () => {
    const { customer } = await pastDue();
    const user = await world.database.users.findByPk(customer.id, { rejectOnEmpty: true });
    for (const { id } of await methodsOf(customer)) {
      await world.database.paymentMethods.update(
        { isDefault: false, detachedAt: new Date().toISOString() },
        { where: { id } },
      );
    }
    const to = user.get({ plain: true }).stripeCustomerId ?? '';
    await stripe().paymentMethods.attach('pm_card_mastercard', { customer: to });
    await eventually(
      'it is paid',
      async () => {
        return (await attemptsOf(customer)).at(-1)?.status === 'succeeded';
      },
      eventPatience,
    );
  });
});

describe('a card that was removed at Stripe, unheard of here', () => {
  it('is charged no more: the customer is asked for another, which is tried at once', async () => {
    const { customer, card, subscriptionId, testClockId } = await charged();
    world.sandbox.control.setWebhooks({ paused: true });
    await stripe().paymentMethods.detach(card.id);
    await advance(world, testClockId, '2026-05-01T00:00:00.000Z');
    expect(await attemptsOf(customer)).toMatchObject([
      { status: 'failed', decline_code: 'payment_method_missing' },
    ]);
    const subscription = `/api/v1/subscriptions/${subscriptionId}`;
    expect((await api.get(subscription, customer.access)).body.status).toBe('past_due');
    expect(await mailsOf(world, subscriptionId)).toContain('payment_failed');
    await save(customer, 'pm_card_mastercard');
    await eventually('it is paid', async () => {
      return (await attemptsOf(customer)).at(-1)?.status === 'succeeded';
    });
  });
});

describe('a payment method is nobody else’s', () => {
  it('and is not found by others, nor by a wrong name', async () => {
    const owner = await api.signUp();
    const { id } = await save(owner);
    const stranger = await api.signUp();
    expect((await remove(stranger, id)).status).toBe(404);
    expect((await makeDefault(stranger, id)).status).toBe(404);
    for (const wrong of ['pm_unknown', 'visa', `${id}x`, '%00', '..', "pm_1'--"]) {
      expect([wrong, (await remove(owner, wrong)).status]).toEqual([wrong, 404]);
      const chosen = await makeDefault(owner, wrong);
      expect([wrong, chosen.status]).toEqual([wrong, 404]);
    }
    expect(await defaultOf(owner)).toMatchObject([{ id }]);
    for (const [method, where] of [
      ['DELETE', `${path}/${id}`],
      ['POST', `${path}/${id}/make-default`],
      ['POST', `${path}/setup-intent`],
    ] as const) {
      expect((await api.call(method, where, { body: {} })).status).toBe(401);
    }
    expect((await api.get(`${path}?starting_after=${id}`, stranger.access)).status).toBe(400);
  });

  it('and takes no fields that it does not have', async () => {
    const customer = await api.signUp();
    const { id } = await save(customer);
    const more = { customer: 'cus_other' };
    expect((await api.post(`${path}/setup-intent`, more, customer.access)).status).toBe(400);
    const chosen = await api.post(`${path}/${id}/make-default`, more, customer.access);
    expect(chosen.status).toBe(400);
  });
});

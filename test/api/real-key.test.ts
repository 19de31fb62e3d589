import { startSandbox, type Sandbox } from '../../sandbox';
import { listenToRequests, type Outgoing } from '../contract/outgoing';
import { startApi, type Api } from '../support/api';
import { createWorld, quietRuntime, type World } from '../support/world';

let elsewhere: Sandbox;
let world: World;
let api: Api;
const toStripe: Outgoing[] = [];
let stop: () => void;

beforeAll(async () => {
  quietRuntime();
  elsewhere = await startSandbox();
  stop = listenToRequests((outgoing) => {
    if (/stripe/.test(outgoing.origin) || outgoing.path.startsWith('/v1/')) toStripe.push(outgoing);
    return true;
  });
  world = await createWorld({
    settings: { STRIPE_SECRET_KEY: 'sk_test_dummy', STRIPE_API_URL: elsewhere.url },
  });
  api = await startApi(world);
});
afterAll(async () => {
  stop();
  await api.close();
  await world.close();
  await elsewhere.close();
});

it('the API and the worker go where the configuration says, with its key, and nowhere else', async () => {
  const { access } = await api.signUp();
  const plans = await api.get('/api/v1/plans?limit=100');
  const plan = plans.body.data.find(({ amount }: { amount: number }) => amount === 1_000);
  const subscription = await api.post(
    '/api/v1/subscriptions',
    { plan_id: plan.id, payment_method_id: 'pm_card_visa' },
    access,
  );
  expect([subscription.status, subscription.body.status]).toEqual([201, 'active']);
  expect(elsewhere.control.books()['usd']).toMatchObject({ charged: 1_000, payments: 1 });
  expect(toStripe.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['/v1/customers', '/v1/payment_intents']),
  );
  for (const { origin, authorization } of toStripe) {
    expect(origin).toBe(elsewhere.url);
    expect(authorization).toBe('Bearer sk_test_dummy');
  }
  // The sandbox that the world has besides was asked nothing.
  expect(world.sandbox.control.books()).toEqual({});
});

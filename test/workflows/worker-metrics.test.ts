import { createStripe } from '../../platform/stripe';
import { createWorkerMetrics } from '../../worker/metrics';
import { createWorld, quietRuntime, type World } from '../support/world';

let world: World;
beforeAll(async () => {
  quietRuntime();
  world = await createWorld();
});
afterAll(() => world.close());

const readings = async (metrics: ReturnType<typeof createWorkerMetrics>) =>
  (await metrics.registry.metrics())
    .split('\n')
    .filter((line) => /^(stripe|emails|disc)/.test(line));

it('tells how Stripe is called, its limit, and what waits', async () => {
  const metrics = createWorkerMetrics(world.database, 25);
  const stripe = createStripe(world.config, (call) => metrics.called(call));
  const customer = await stripe.customers.create({ email: 'a@everbill.test' });
  await stripe.paymentIntents.list({ customer: customer.id });
  await expect(stripe.paymentIntents.retrieve('pi_none')).rejects.toThrow('No such');
  world.sandbox.control.failNextRequests('rate_limit');
  await expect(stripe.paymentIntents.confirm('pi_1')).rejects.toThrow('rate limit');
  world.sandbox.control.failNextRequests('drop_before_commit', 5);
  await expect(stripe.refunds.list()).rejects.toThrow('connection');
  world.sandbox.control.calm();
  metrics.dispatched('signal');
  await world.stopWorker();
  const event = { type: 'x', payload: {} };
  await world.database.webhookEvents.bulkCreate([
    { ...event, id: 'evt_1', status: 'received' },
    { ...event, id: 'evt_2', status: 'failed' },
    { ...event, id: 'evt_3', status: 'done' },
  ]);
  expect(await readings(metrics)).toEqual(
    expect.arrayContaining([
      'stripe_calls_total{method="POST",endpoint="customers",outcome="ok"} 1',
      'stripe_calls_total{method="GET",endpoint="payment_intents",outcome="ok"} 1',
      // The client tries once more by itself.
      'stripe_calls_total{method="GET",endpoint="refunds",outcome="lost"} 2',
      'stripe_calls_total{method="GET",endpoint="payment_intents/:id",outcome="refused"} 1',
      'stripe_calls_total{method="POST",endpoint="payment_intents/:id/confirm",outcome="rate_limited"} 1',
      'stripe_rate_limited_total 1',
      'stripe_rate_limit_per_second 25',
      'stripe_events_dispatched_total{outcome="signal"} 1',
      'stripe_events_waiting{status="received"} 1',
      'stripe_events_waiting{status="failed"} 1',
      'emails_waiting{status="failed"} 0',
      'discrepancies_open{status="open"} 0',
    ]),
  );
});

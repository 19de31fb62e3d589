import { readConfig } from '../../platform/config';
import { createStripe } from '../../platform/stripe';
import { createStripeGateway } from '../../platform/stripe-gateway';
import { listenToRequests, type Outgoing } from './outgoing';

const settings = {
  NODE_ENV: 'test',
  DATABASE_URL: 'postgres://127.0.0.1:9/none',
  TEMPORAL_ADDRESS: '127.0.0.1:9',
  STRIPE_SECRET_KEY: 'sk_test_dummy',
  STRIPE_WEBHOOK_SECRET: 'whsec_0123456789',
  SMTP_URL: 'smtp://127.0.0.1:9',
  JWT_SECRET: 'for tests only: 32 characters or more',
};

it('with a key of its own and no other address, the product goes to Stripe and nowhere else', async () => {
  const stripe = createStripe(readConfig(settings));
  const gateway = createStripeGateway(stripe);
  const seen: Outgoing[] = [];
  const stop = listenToRequests((outgoing) => {
    seen.push(outgoing);
    return false;
  });
  try {
    const user = { id: 'user-1', email: 'ada@example.com', name: 'Ada' };
    const calls = [
      gateway.createCustomer(user),
      gateway.retrieveIntent('pi_1'),
      stripe.events.list({ limit: 1 }),
    ];
    for (const call of calls) {
      await expect(call).rejects.toMatchObject({ type: 'StripeConnectionError' });
    }
  } finally {
    stop();
  }
  expect(new Set(seen.map(({ path }) => path))).toEqual(
    new Set(['/v1/customers', '/v1/payment_intents/pi_1', '/v1/events?limit=1']),
  );
  for (const { origin, authorization } of seen) {
    expect(origin).toBe('https://api.stripe.com');
    expect(authorization).toBe('Bearer sk_test_dummy');
  }
});

it('in production no other address is taken', () => {
  const elsewhere = { ...settings, NODE_ENV: 'production', STRIPE_API_URL: 'http://127.0.0.1:9' };
  expect(() => readConfig(elsewhere)).toThrow('STRIPE_API_URL');
});

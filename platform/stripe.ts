import Stripe from 'stripe';
import type { Config } from './config';

/**
 * Stripe's client: Stripe itself, or the sandbox in its place when `STRIPE_API_URL` is set. The SDK
 * retries lost connections and 5xx with the same idempotency key; 429 is left to our own back-off.
 */
export function createStripe(config: Pick<Config, 'STRIPE_SECRET_KEY' | 'STRIPE_API_URL'>): Stripe {
  const common = {
    timeout: 20_000,
    maxNetworkRetries: 1,
    telemetry: false,
    appInfo: { name: 'everbill' },
  };
  if (config.STRIPE_API_URL === undefined) return new Stripe(config.STRIPE_SECRET_KEY, common);
  const { protocol, hostname, port } = new URL(config.STRIPE_API_URL);
  return new Stripe(config.STRIPE_SECRET_KEY, {
    ...common,
    protocol: protocol === 'https:' ? 'https' : 'http',
    host: hostname,
    ...(port === '' ? {} : { port: Number(port) }),
  });
}

import Stripe from 'stripe';
import type { Config } from './config';

/** One request to Stripe, each try of it. */
export interface StripeCall {
  method: string;
  /** `payment_intents/:id/confirm`: without the version, ids or a query. */
  endpoint: string;
  /** Undefined when no answer came. */
  status: number | undefined;
  seconds: number;
}

/**
 * Stripe's client: Stripe itself, or the sandbox in its place when `STRIPE_API_URL` is set. The SDK
 * retries lost connections and 5xx with the same idempotency key; 429 is left to our own back-off.
 * @param called is told of every request, for the metrics
 */
export function createStripe(
  config: Pick<Config, 'STRIPE_SECRET_KEY' | 'STRIPE_API_URL'>,
  called?: (call: StripeCall) => void,
): Stripe {
  const common = {
    timeout: 20_000,
    maxNetworkRetries: 1,
    telemetry: false,
    appInfo: { name: 'everbill' },
    ...(called === undefined ? {} : { httpClient: measured(called) }),
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

function measured(called: (call: StripeCall) => void): Stripe.HttpClient {
  const client = Stripe.createNodeHttpClient();
  return {
    getClientName: () => client.getClientName(),
    async makeRequest(...request) {
      const [, , path, method] = request;
      const begun = performance.now();
      let status: number | undefined;
      try {
        const response = await client.makeRequest(...request);
        status = response.getStatusCode();
        return response;
      } finally {
        const seconds = (performance.now() - begun) / 1_000;
        called({ method, endpoint: endpointOf(path), status, seconds });
      }
    },
  };
}

/** Every path is /v1/resource/id/action. */
function endpointOf(path: string): string {
  const [, , resource = '', id, ...rest] = (path.split('?')[0] ?? '').split('/');
  return [resource, ...(id === undefined ? [] : [':id']), ...rest].join('/');
}

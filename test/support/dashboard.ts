import Stripe from 'stripe';

/**
 * Stripe as somebody else than the product speaks to it: a person in its dashboard, a browser. What is
 * asked so does not count as a call of the product's.
 */
export function dashboardOf(config: {
  STRIPE_SECRET_KEY: string;
  STRIPE_API_URL?: string | undefined;
}): Stripe {
  const { hostname: host, port } = new URL(config.STRIPE_API_URL ?? '');
  const where = { protocol: 'http', host, port: Number(port) } as const;
  return new Stripe(config.STRIPE_SECRET_KEY, { ...where, telemetry: false });
}

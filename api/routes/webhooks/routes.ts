import { z } from 'zod';
import { nothing, ok, route } from '../../http/route';
import { storeEvent, verifiedEvent } from './stripe-event';

/** Most bytes of an event. */
const eventLimit = 1_000_000;

/**
 * Stripe's events: verified, stored once by their id, and acknowledged only then (I7). What they mean
 * is the worker's business, which the new row wakes. Each of the two Django systems had its own path.
 */
export const webhookRoutes = ['/api/billing/stripe/webhook/', '/api/webhooks/stripe/'].map((path) =>
  route({
    method: 'post',
    path,
    auth: 'open',
    summary: 'Receive an event of Stripe’s',
    description: 'The body is signed by Stripe, in the header `Stripe-Signature`.',
    tags: ['Webhooks'],
    request: nothing,
    responses: { 200: z.object({ received: z.literal(true) }) },
    problems: [400, 413],
    async handler({ http }, { config, database, stripe }) {
      const body = await http.readRaw(eventLimit);
      const signature = http.header('Stripe-Signature');
      const event = verifiedEvent(stripe, config.STRIPE_WEBHOOK_SECRET, body, signature);
      await storeEvent(database, event);
      return ok({ received: true as const });
    },
  }),
);

import { z } from 'zod';
import { instant, text } from '../../../../http/fields';
import { listOf, pageQuery } from '../../../../queries/newest-first';
import { reasonOnly } from '../reason';

const status = z
  .enum(['received', 'done', 'ignored', 'failed'])
  .describe(
    '`received`: it waits for its turn, or for its next try. `failed`: its tries are over, it waits for an operator. `ignored`: it changed nothing, for `reason`.',
  );

export const webhookEvent = z
  .object({
    id: z.string().describe('Stripe’s.'),
    type: z.string(),
    status,
    reason: z.string().nullable().describe('Why it changed nothing.'),
    attempts: z.int().describe('How often it was tried.'),
    next_attempt_at: instant.nullable(),
    last_error: z.string().nullable(),
    received_at: instant,
    settled_at: instant.nullable(),
  })
  .meta({ id: 'WebhookEvent' });
export const webhookEventList = listOf(webhookEvent);

export const wholeWebhookEvent = webhookEvent.extend({
  payload: z.record(z.string(), z.unknown()).describe('As Stripe sent it, secrets left out.'),
});

/** Stripe's id of an event. */
const eventId = z.string().regex(/^\w{1,255}$/);

export const listRequest = z.object({
  query: pageQuery.extend({
    starting_after: eventId.optional().describe('The id of the last one of the page before.'),
    status: status.optional(),
    type: text(255).optional().describe('`payment_intent.succeeded`, or `payment_intent.*`.'),
  }),
});
export const oneRequest = z.object({ params: z.object({ id: eventId }) });
export const replayRequest = oneRequest.extend({ body: reasonOnly });

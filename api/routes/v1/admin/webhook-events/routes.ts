import { replayEvent } from '../../../../commands/operator/replay-event';
import { ok, route } from '../../../../http/route';
import { webhookEvent, webhookEvents } from '../../../../queries/operator/webhook-events';
import { presentWebhookEvent, presentWholeEvent } from './presenter';
import {
  listRequest,
  oneRequest,
  replayRequest,
  webhookEvent as eventSchema,
  webhookEventList,
  wholeWebhookEvent,
} from './schemas';

const tags = ['Admin: Stripe’s events'];
const base = '/api/v1/admin/webhook-events';

export const adminWebhookEventRoutes = [
  route({
    method: 'get',
    path: base,
    auth: 'operator',
    summary: 'List Stripe’s events as they came in, newest first',
    description: 'With `status=failed`: those that wait for an operator.',
    tags,
    request: listRequest,
    responses: { 200: webhookEventList },
    async handler({ query: { status, type, ...page } }, { database }) {
      const { rows, hasMore } = await webhookEvents(database, { status, type }, page);
      return ok({ data: rows.map(presentWebhookEvent), has_more: hasMore });
    },
  }),

  route({
    method: 'get',
    path: `${base}/:id`,
    auth: 'operator',
    summary: 'See one event of Stripe’s',
    tags,
    request: oneRequest,
    responses: { 200: wholeWebhookEvent },
    handler: async ({ params }, { database }) =>
      ok(presentWholeEvent(await webhookEvent(database, params.id))),
  }),

  route({
    method: 'post',
    path: `${base}/:id/replay`,
    auth: 'operator',
    summary: 'Have an event looked at once more',
    description:
      'What it is about is read again from Stripe, so that an event which was applied before changes nothing.',
    tags,
    request: replayRequest,
    responses: { 200: eventSchema },
    async handler({ params: { id }, body: { reason }, principal }, dependencies) {
      const event = await replayEvent(dependencies, principal.user, { id, reason });
      return ok(presentWebhookEvent(event));
    },
  }),
];

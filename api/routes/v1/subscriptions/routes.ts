import type { SubscriptionRecord } from '../../../../activities/ports/records';
import { cancelSubscription, reactivateSubscription } from '../../../commands/change-subscription';
import { subscribe } from '../../../commands/subscribe';
import type { Dependencies } from '../../../dependencies';
import { idempotencyKeyOf } from '../../../http/idempotency-key';
import { created, ok, route } from '../../../http/route';
import { tell } from '../../../presenters/timeline';
import { newestFirst } from '../../../queries/newest-first';
import {
  ownSubscription,
  viewSubscription,
  viewSubscriptions,
} from '../../../queries/subscriptions';
import { timelineOf } from '../../../queries/timeline';
import { presentSubscription } from './presenter';
import {
  bareRequest,
  cancelRequest,
  createRequest,
  listRequest,
  oneRequest,
  subscription,
  subscriptionList,
  timeline,
  timelineRequest,
} from './schemas';

const tags = ['v1 subscriptions'];

export const subscriptionRoutes = [
  route({
    method: 'get',
    path: '/api/v1/subscriptions',
    auth: 'user',
    summary: 'List your subscriptions, newest first',
    tags,
    request: listRequest,
    responses: { 200: subscriptionList },
    async handler({ query: { status, ...page }, principal: { user } }, { database }) {
      const where = { userId: user.id, ...(status === undefined ? {} : { status }) };
      const { rows, hasMore } = await newestFirst(database.subscriptions, where, page);
      const views = await viewSubscriptions(database, rows);
      return ok({ data: views.map(presentSubscription), has_more: hasMore });
    },
  }),

  route({
    method: 'post',
    path: '/api/v1/subscriptions',
    auth: 'user',
    summary: 'Subscribe to a plan',
    description:
      'Answers once the first payment has settled. With an `Idempotency-Key` a repeated request answers the same and never makes a second subscription.',
    tags,
    request: createRequest,
    responses: { 201: subscription },
    problems: [402, 404, 409, 422],
    async handler({ body, principal: { user }, http }, dependencies) {
      const made = await subscribe(dependencies, {
        user,
        planId: body.plan_id,
        quantity: body.quantity,
        paymentMethodId: body.payment_method_id,
        timeZone: body.time_zone,
        testClockId: body.test_clock,
        metadata: body.metadata,
        idempotencyKey: idempotencyKeyOf(http),
      });
      return created(await present(dependencies, made.subscription));
    },
  }),

  route({
    method: 'get',
    path: '/api/v1/subscriptions/:id',
    auth: 'user',
    summary: 'See one subscription',
    tags,
    request: oneRequest,
    responses: { 200: subscription },
    async handler({ params, principal: { user } }, dependencies) {
      const row = await ownSubscription(dependencies.database, user.id, params.id);
      return ok(await present(dependencies, row));
    },
  }),

  route({
    method: 'post',
    path: '/api/v1/subscriptions/:id/cancel',
    auth: 'user',
    summary: 'Cancel a subscription, at its period’s end or at once',
    tags,
    request: cancelRequest,
    responses: { 200: subscription },
    problems: [409],
    async handler({ params, body, principal: { user } }, dependencies) {
      const row = await ownSubscription(dependencies.database, user.id, params.id);
      const { at_period_end: atPeriodEnd, reason } = body;
      const canceled = await cancelSubscription(dependencies, row, { atPeriodEnd, reason });
      return ok(await present(dependencies, canceled));
    },
  }),

  route({
    method: 'post',
    path: '/api/v1/subscriptions/:id/reactivate',
    auth: 'user',
    summary: 'Take a scheduled cancellation back',
    tags,
    request: bareRequest,
    responses: { 200: subscription },
    problems: [409],
    async handler({ params, principal: { user } }, dependencies) {
      const row = await ownSubscription(dependencies.database, user.id, params.id);
      return ok(await present(dependencies, await reactivateSubscription(dependencies, row)));
    },
  }),

  route({
    method: 'get',
    path: '/api/v1/subscriptions/:id/timeline',
    auth: 'user',
    summary: 'Read the story of a subscription, newest first',
    tags,
    request: timelineRequest,
    responses: { 200: timeline },
    async handler({ params, query, principal: { user } }, { database }) {
      const { id } = await ownSubscription(database, user.id, params.id);
      const { rows, hasMore } = await timelineOf(database, id, query);
      const data = rows.map((event) => ({
        id: event.id,
        at: event.at,
        type: event.type,
        text: tell(event),
        data: event.data,
      }));
      return ok({ data, has_more: hasMore });
    },
  }),
];

async function present({ database }: Dependencies, row: SubscriptionRecord) {
  return presentSubscription(await viewSubscription(database, row));
}

import { subscribe } from '../../../commands/subscribe';
import { idempotencyKeyOf } from '../../../http/idempotency-key';
import { created, ok, route } from '../../../http/route';
import { newestFirst } from '../../../queries/newest-first';
import {
  ownSubscription,
  viewSubscription,
  viewSubscriptions,
} from '../../../queries/subscriptions';
import { oneSubscriptionRoutes } from './one-subscription';
import { presentSubscription } from './presenter';
import {
  bareRequest,
  cancelRequest,
  changeRequest,
  couponRequest,
  createRequest,
  listRequest,
  orderOf,
  pauseRequest,
  removeRequest,
  subscription,
  subscriptionList,
} from './schemas';

const tags = ['v1 subscriptions'];
const base = '/api/v1/subscriptions';

export const subscriptionRoutes = [
  route({
    method: 'get',
    path: base,
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
    path: base,
    auth: 'user',
    summary: 'Subscribe to a plan',
    description:
      'Answers once the first payment has settled. With an `Idempotency-Key` a repeated request answers the same and never makes a second subscription.',
    tags,
    request: createRequest,
    responses: { 201: subscription },
    problems: [402, 403, 404, 409, 422],
    async handler({ body, principal: { user }, http }, dependencies) {
      const order = { ...orderOf(body), user, idempotencyKey: idempotencyKeyOf(http) };
      const { subscription: row } = await subscribe(dependencies, order);
      return created(presentSubscription(await viewSubscription(dependencies.database, row)));
    },
  }),

  ...oneSubscriptionRoutes({
    base,
    auth: 'user',
    tags,
    customerPresent: true,
    subscription,
    present: presentSubscription,
    requests: {
      bare: bareRequest,
      cancel: cancelRequest,
      pause: pauseRequest,
      change: changeRequest,
      coupon: couponRequest,
      remove: removeRequest,
    },
    find: ({ database }, user, id) => ownSubscription(database, user.id, id),
    act: async ({ database }, { user, subscriptionId }, does) =>
      does(await ownSubscription(database, user.id, subscriptionId)),
  }),
];

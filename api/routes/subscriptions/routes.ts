import { z } from 'zod';
import type { SubscriptionRecord } from '../../../activities/ports/records';
import { isLive } from '../../../billing/subscription';
import { cancelSubscription, reactivateSubscription } from '../../commands/change-subscription';
import { clientSecretOf } from '../../commands/client-secret';
import { subscribe } from '../../commands/subscribe';
import type { Dependencies } from '../../dependencies';
import { idempotencyKeyOf } from '../../http/idempotency-key';
import { Problem } from '../../http/problem';
import { created, nothing, ok, route } from '../../http/route';
import { numberedPage, offsetOf, pageSize } from '../../queries/numbered-pages';
import { countPayments, paymentsOf } from '../../queries/payments';
import { plansOnOffer } from '../../queries/plans';
import { currentSubscription, viewSubscription } from '../../queries/subscriptions';
import {
  isListed,
  presentNoSubscription,
  presentPayment,
  presentPlan,
  presentSubscription,
} from './presenter';
import {
  cancelRequest,
  changed,
  createRequest,
  made,
  noSubscription,
  pageRequest,
  paymentPage,
  planPage,
  subscription,
} from './schemas';

const tags = ['Subscriptions'];

/** The one subscription of a user, as the second of the two Django systems offered it. */
export const subscriptionRoutes = [
  route({
    method: 'get',
    path: '/api/subscriptions/plans/',
    auth: 'user',
    summary: 'List monthly and yearly plans',
    tags,
    request: pageRequest,
    responses: { 200: planPage },
    problems: [404],
    async handler({ query: { page }, http }, { database }) {
      const plans = (await plansOnOffer(database)).filter(isListed);
      const results = plans.slice(offsetOf(page), offsetOf(page) + pageSize).map(presentPlan);
      return ok(numberedPage(http, { page, count: plans.length, results }));
    },
  }),

  route({
    method: 'post',
    path: '/api/subscriptions/create/',
    auth: 'user',
    summary: 'Subscribe to a plan',
    description: 'With `client_secret` in the answer the card wants its owner to authenticate.',
    tags,
    request: createRequest,
    responses: { 201: made },
    problems: [402, 403, 404],
    async handler({ body, principal: { user }, http }, dependencies) {
      const { subscription: row, invoiceId } = await subscribe(dependencies, {
        user,
        planId: body.plan_id,
        paymentMethodId: body.payment_method_id,
        idempotencyKey: idempotencyKeyOf(http),
      });
      const answer = await answerOf(dependencies, row, 'Subscription created.');
      if (row.status !== 'incomplete' || invoiceId === undefined) return created(answer);
      const secret = await clientSecretOf(dependencies, user.id, invoiceId);
      return created({ ...answer, client_secret: secret });
    },
  }),

  route({
    method: 'get',
    path: '/api/subscriptions/status/',
    auth: 'user',
    summary: 'See your subscription',
    tags,
    request: nothing,
    responses: { 200: z.union([subscription, noSubscription]) },
    async handler({ principal: { user } }, { database }) {
      const row = await currentSubscription(database, user.id);
      if (row === undefined) return ok(presentNoSubscription());
      return ok(presentSubscription(await viewSubscription(database, row)));
    },
  }),

  route({
    method: 'post',
    path: '/api/subscriptions/cancel/',
    auth: 'user',
    summary: 'Cancel your subscription, at its period’s end or at once',
    tags,
    request: cancelRequest,
    responses: { 200: changed },
    problems: [404],
    async handler({ body, principal: { user } }, dependencies) {
      const row = await liveSubscription(dependencies, user.id);
      const atPeriodEnd = !body.cancel_immediately;
      const canceled = await cancelSubscription(dependencies, row, { atPeriodEnd });
      return ok(await answerOf(dependencies, canceled, 'Subscription canceled.'));
    },
  }),

  route({
    method: 'post',
    path: '/api/subscriptions/reactivate/',
    auth: 'user',
    summary: 'Take a scheduled cancellation back',
    tags,
    request: nothing,
    responses: { 200: changed },
    problems: [404],
    async handler({ principal: { user } }, dependencies) {
      const row = await liveSubscription(dependencies, user.id);
      const kept = await reactivateSubscription(dependencies, row);
      return ok(await answerOf(dependencies, kept, 'Subscription reactivated.'));
    },
  }),

  route({
    method: 'get',
    path: '/api/subscriptions/payments/',
    auth: 'user',
    summary: 'List your payments',
    tags,
    request: pageRequest,
    responses: { 200: paymentPage },
    problems: [404],
    async handler({ query: { page }, principal: { user }, http }, { database }) {
      const [count, payments] = await Promise.all([
        countPayments(database, user.id),
        paymentsOf(database, user.id, { limit: pageSize, offset: offsetOf(page) }),
      ]);
      return ok(numberedPage(http, { page, count, results: payments.map(presentPayment) }));
    },
  }),
];

async function answerOf({ database }: Dependencies, row: SubscriptionRecord, message: string) {
  return { message, subscription: presentSubscription(await viewSubscription(database, row)) };
}

async function liveSubscription(
  { database }: Dependencies,
  userId: string,
): Promise<SubscriptionRecord> {
  const row = await currentSubscription(database, userId);
  if (row !== undefined && isLive(row.status)) return row;
  throw new Problem(404, 'subscription_not_found', 'No active subscription found.');
}

import type { z } from 'zod';
import type { SubscriptionRecord } from '../../../../activities/ports/records';
import type { ChangeRequest } from '../../../../workflows/messages';
import {
  changePlan,
  dropPendingChange,
  previewChange,
  upcomingInvoice,
} from '../../../commands/change-plan';
import {
  cancelSubscription,
  pauseSubscription,
  reactivateSubscription,
  resumeSubscription,
} from '../../../commands/change-subscription';
import { applyCoupon, removeCoupon } from '../../../commands/coupons';
import { subscribe } from '../../../commands/subscribe';
import type { Dependencies } from '../../../dependencies';
import { idempotencyKeyOf } from '../../../http/idempotency-key';
import { created, ok, route } from '../../../http/route';
import {
  changePreview,
  presentPreview,
  presentUpcoming,
  upcomingInvoice as upcoming,
} from '../../../presenters/quotes';
import { tell } from '../../../presenters/timeline';
import { bringsInvoice, tellNext } from '../../../presenters/what-is-next';
import { newestFirst } from '../../../queries/newest-first';
import {
  ownSubscription,
  viewSubscription,
  viewSubscriptions,
  type SubscriptionView,
} from '../../../queries/subscriptions';
import { timelineOf } from '../../../queries/timeline';
import { presentSubscription } from './presenter';
import {
  bareRequest,
  cancelRequest,
  changeRequest,
  couponRequest,
  createRequest,
  listRequest,
  oneRequest,
  pauseRequest,
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
        coupon: body.coupon,
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
    description: 'At once, the unused time that was paid goes to your balance.',
    tags,
    request: cancelRequest,
    responses: { 200: subscription },
    problems: [409],
    async handler({ params, body, principal: { user }, http }, dependencies) {
      const row = await ownSubscription(dependencies.database, user.id, params.id);
      const { at_period_end: atPeriodEnd, prorate, reason } = body;
      const cancellation = { atPeriodEnd, prorate, reason };
      const key = idempotencyKeyOf(http);
      const canceled = await cancelSubscription(dependencies, row, cancellation, key);
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
    async handler({ params, principal: { user }, http }, dependencies) {
      const row = await ownSubscription(dependencies.database, user.id, params.id);
      const kept = await reactivateSubscription(dependencies, row, idempotencyKeyOf(http));
      return ok(await present(dependencies, kept));
    },
  }),

  route({
    method: 'post',
    path: '/api/v1/subscriptions/:id/pause',
    auth: 'user',
    summary: 'Pause a subscription',
    description:
      'Invoices stop until it is resumed. The dates stay as they are, and paid time is not made longer.',
    tags,
    request: pauseRequest,
    responses: { 200: subscription },
    problems: [409],
    async handler({ params, body, principal: { user }, http }, dependencies) {
      const row = await ownSubscription(dependencies.database, user.id, params.id);
      const pause = { resumeAt: body.resume_at };
      const paused = await pauseSubscription(dependencies, row, pause, idempotencyKeyOf(http));
      return ok(await present(dependencies, paused));
    },
  }),

  route({
    method: 'post',
    path: '/api/v1/subscriptions/:id/resume',
    auth: 'user',
    summary: 'Resume a paused subscription',
    description: 'What is left of a period that was not billed is billed at once.',
    tags,
    request: bareRequest,
    responses: { 200: subscription },
    problems: [409],
    async handler({ params, principal: { user }, http }, dependencies) {
      const row = await ownSubscription(dependencies.database, user.id, params.id);
      const resumed = await resumeSubscription(dependencies, row, idempotencyKeyOf(http));
      return ok(await present(dependencies, resumed));
    },
  }),

  route({
    method: 'post',
    path: '/api/v1/subscriptions/:id/preview-change',
    auth: 'user',
    summary: 'See what a change of plan or quantity would cost',
    description: 'Nothing is changed.',
    tags,
    request: changeRequest,
    responses: { 200: changePreview },
    problems: [409],
    async handler({ params, body, principal: { user } }, dependencies) {
      const row = await ownSubscription(dependencies.database, user.id, params.id);
      const quote = await previewChange(dependencies, row, changeOf(body));
      return ok(presentPreview(quote));
    },
  }),

  route({
    method: 'post',
    path: '/api/v1/subscriptions/:id/change-plan',
    auth: 'user',
    summary: 'Change the plan, the quantity, or both',
    description:
      'Now: charged at once and in force when paid; a declined card changes nothing. When the card wants authentication, the change waits in `pending_change` with its invoice. At the period’s end: replaceable until then.',
    tags,
    request: changeRequest,
    responses: { 200: subscription },
    problems: [402, 409],
    async handler({ params, body, principal: { user }, http }, dependencies) {
      const row = await ownSubscription(dependencies.database, user.id, params.id);
      const key = idempotencyKeyOf(http);
      const changed = await changePlan(dependencies, row, changeOf(body), key);
      return ok(await present(dependencies, changed));
    },
  }),

  route({
    method: 'delete',
    path: '/api/v1/subscriptions/:id/pending-change',
    auth: 'user',
    summary: 'Take back a change that waits',
    tags,
    request: oneRequest,
    responses: { 200: subscription },
    problems: [409],
    async handler({ params, principal: { user } }, dependencies) {
      const row = await ownSubscription(dependencies.database, user.id, params.id);
      return ok(await present(dependencies, await dropPendingChange(dependencies, row)));
    },
  }),

  route({
    method: 'put',
    path: '/api/v1/subscriptions/:id/coupon',
    auth: 'user',
    summary: 'Put a coupon on a subscription, in the place of the one it has',
    tags,
    request: couponRequest,
    responses: { 200: subscription },
    problems: [409],
    async handler({ params, body, principal: { user } }, dependencies) {
      const row = await ownSubscription(dependencies.database, user.id, params.id);
      return ok(await present(dependencies, await applyCoupon(dependencies, row, body.coupon)));
    },
  }),

  route({
    method: 'delete',
    path: '/api/v1/subscriptions/:id/coupon',
    auth: 'user',
    summary: 'Take the coupon off a subscription',
    tags,
    request: oneRequest,
    responses: { 200: subscription },
    problems: [409],
    async handler({ params, principal: { user } }, dependencies) {
      const row = await ownSubscription(dependencies.database, user.id, params.id);
      return ok(await present(dependencies, await removeCoupon(dependencies, row)));
    },
  }),

  route({
    method: 'get',
    path: '/api/v1/subscriptions/:id/upcoming-invoice',
    auth: 'user',
    summary: 'See the invoice that comes next',
    description: 'As it would be made now. 404 with `no_upcoming_invoice` when none will come.',
    tags,
    request: oneRequest,
    responses: { 200: upcoming },
    async handler({ params, principal: { user } }, dependencies) {
      const row = await ownSubscription(dependencies.database, user.id, params.id);
      return ok(presentUpcoming(await upcomingInvoice(dependencies, row)));
    },
  }),

  route({
    method: 'get',
    path: '/api/v1/subscriptions/:id/timeline',
    auth: 'user',
    summary: 'Read the story of a subscription: what happened, what was charged and why',
    tags,
    request: timelineRequest,
    responses: { 200: timeline },
    async handler({ params, query, principal: { user } }, dependencies) {
      const row = await ownSubscription(dependencies.database, user.id, params.id);
      const { rows, hasMore } = await timelineOf(dependencies.database, row.id, query);
      const data = rows.map((event) => ({
        id: event.id,
        at: event.at,
        type: event.type,
        text: tell(event, row.timeZone),
        data: event.data,
      }));
      const view = await viewSubscription(dependencies.database, row);
      return ok({ data, has_more: hasMore, next: await whatIsNext(dependencies, view) });
    },
  }),
];

async function present({ database }: Dependencies, row: SubscriptionRecord) {
  return presentSubscription(await viewSubscription(database, row));
}

/** A customer's change: they are there and can authenticate. */
function changeOf(body: z.output<typeof changeRequest>['body']): ChangeRequest {
  const { plan_id: planId, quantity, when, proration_date: prorationDate } = body;
  return {
    when,
    ...(planId === undefined ? {} : { planId }),
    ...(quantity === undefined ? {} : { quantity }),
    ...(prorationDate === undefined ? {} : { prorationDate }),
    customerPresent: true,
  };
}

async function whatIsNext({ quotes }: Dependencies, view: SubscriptionView) {
  if (!bringsInvoice(view)) return tellNext(view);
  const quote = await quotes.upcomingInvoice(view.subscription.id);
  return 'refused' in quote ? tellNext(view) : tellNext(view, quote);
}

import type { z } from 'zod';
import type { SubscriptionRecord } from '../../../../../activities/ports/records';
import type { ChangeRequest, OperatorTerms } from '../../../../../workflows/messages';
import {
  changePlan,
  dropPendingChange,
  previewChange,
  upcomingInvoice,
} from '../../../../commands/change-plan';
import {
  cancelSubscription,
  pauseSubscription,
  reactivateSubscription,
  resumeSubscription,
} from '../../../../commands/change-subscription';
import { applyCoupon, removeCoupon } from '../../../../commands/coupons';
import {
  actOnSubscription,
  retrySubscription,
  subscriptionFacts,
} from '../../../../commands/operator/act-on-subscription';
import { audited } from '../../../../commands/operator/audit';
import { subscribe } from '../../../../commands/subscribe';
import type { Dependencies } from '../../../../dependencies';
import { idempotencyKeyOf } from '../../../../http/idempotency-key';
import { created, ok, route } from '../../../../http/route';
import {
  changePreview,
  presentPreview,
  presentUpcoming,
  upcomingInvoice as upcoming,
} from '../../../../presenters/quotes';
import { tell } from '../../../../presenters/timeline';
import { bringsInvoice, tellNext } from '../../../../presenters/what-is-next';
import { newestFirst } from '../../../../queries/newest-first';
import { anyRow } from '../../../../queries/operator/any';
import { subscriptionsWhere } from '../../../../queries/operator/subscriptions';
import {
  viewSubscription,
  viewSubscriptions,
  type SubscriptionView,
} from '../../../../queries/subscriptions';
import { timelineOf } from '../../../../queries/timeline';
import { presentSubscription } from '../../subscriptions/presenter';
import {
  actRequest,
  adminCancelRequest,
  adminChangeRequest,
  adminCouponRequest,
  adminCreateRequest,
  adminPauseRequest,
  listRequest,
  oneRequest,
  previewRequest,
  removeRequest,
  subscription,
  subscriptionList,
  timeline,
  timelineRequest,
} from './schemas';

const tags = ['Admin: subscriptions'];
const base = '/api/v1/admin/subscriptions';

/** Anybody's subscription, as its customer has it at /api/v1/subscriptions and beyond. */
export const adminSubscriptionRoutes = [
  route({
    method: 'get',
    path: base,
    auth: 'operator',
    summary: 'List subscriptions, newest first',
    tags,
    request: listRequest,
    responses: { 200: subscriptionList },
    async handler({ query: { limit, starting_after, ...wanted } }, { database }) {
      const where = subscriptionsWhere(wanted);
      const page = await newestFirst(database.subscriptions, where, { limit, starting_after });
      const views = await viewSubscriptions(database, page.rows);
      return ok({ data: views.map(presentForOperator), has_more: page.hasMore });
    },
  }),

  route({
    method: 'post',
    path: base,
    auth: 'operator',
    summary: 'Subscribe a user to a plan, on terms that only an operator may grant',
    description:
      'Answers once the first payment has settled. With an `Idempotency-Key` a repeated request answers the same and never makes a second subscription.',
    tags,
    request: adminCreateRequest,
    responses: { 201: subscription },
    problems: [402, 404, 409, 422],
    async handler({ body, principal: { user: operator }, http }, dependencies) {
      const { database } = dependencies;
      const user = await anyRow(database.users, body.user_id);
      let made: SubscriptionRecord | undefined;
      await audited(
        database,
        {
          operator,
          action: 'subscription.create',
          object: `user/${user.id}`,
          reason: body.reason,
        },
        async () => (made === undefined ? null : subscriptionFacts(database, made.id)),
        async () => {
          ({ subscription: made } = await subscribe(dependencies, {
            user,
            by: operator,
            planId: body.plan_id,
            quantity: body.quantity,
            paymentMethodId: body.payment_method_id,
            coupon: body.coupon,
            timeZone: body.time_zone,
            testClockId: body.test_clock,
            metadata: body.metadata,
            terms: termsOf(body),
            idempotencyKey: idempotencyKeyOf(http),
          }));
        },
      );
      if (made === undefined) throw new Error('one in, one out');
      return created(await present(dependencies, made));
    },
  }),

  route({
    method: 'get',
    path: `${base}/:id`,
    auth: 'operator',
    summary: 'See one subscription',
    tags,
    request: oneRequest,
    responses: { 200: subscription },
    handler: async ({ params }, dependencies) =>
      ok(await present(dependencies, await anyRow(dependencies.database.subscriptions, params.id))),
  }),

  route({
    method: 'post',
    path: `${base}/:id/cancel`,
    auth: 'operator',
    summary: 'Cancel a subscription, at its period’s end or at once',
    tags,
    request: adminCancelRequest,
    responses: { 200: subscription },
    problems: [409],
    async handler({ params, body, principal, http }, dependencies) {
      const { at_period_end: atPeriodEnd, prorate, reason } = body;
      const act = { operator: principal.user, subscriptionId: params.id, action: 'cancel', reason };
      const row = await actOnSubscription(dependencies, act, (found) =>
        cancelSubscription(
          dependencies,
          found,
          { atPeriodEnd, prorate, reason },
          idempotencyKeyOf(http),
        ),
      );
      return ok(await present(dependencies, row));
    },
  }),

  simpleAct('reactivate', 'Take a scheduled cancellation back', reactivateSubscription),

  route({
    method: 'post',
    path: `${base}/:id/pause`,
    auth: 'operator',
    summary: 'Pause a subscription',
    tags,
    request: adminPauseRequest,
    responses: { 200: subscription },
    problems: [409],
    async handler({ params, body, principal, http }, dependencies) {
      const { reason, resume_at: resumeAt } = body;
      const act = { operator: principal.user, subscriptionId: params.id, action: 'pause', reason };
      const row = await actOnSubscription(dependencies, act, (found) =>
        pauseSubscription(dependencies, found, { resumeAt }, idempotencyKeyOf(http)),
      );
      return ok(await present(dependencies, row));
    },
  }),

  simpleAct('resume', 'Resume a paused subscription', resumeSubscription),

  route({
    method: 'post',
    path: `${base}/:id/preview-change`,
    auth: 'operator',
    summary: 'See what a change of plan or quantity would cost',
    description: 'Nothing is changed.',
    tags,
    request: previewRequest,
    responses: { 200: changePreview },
    problems: [409],
    async handler({ params, body }, dependencies) {
      const row = await anyRow(dependencies.database.subscriptions, params.id);
      return ok(presentPreview(await previewChange(dependencies, row, changeOf(body))));
    },
  }),

  route({
    method: 'post',
    path: `${base}/:id/change-plan`,
    auth: 'operator',
    summary: 'Change the plan, the quantity, or both',
    description:
      'Now: the customer’s card is charged off-session, and the change is in force when that is paid. At the period’s end: replaceable until then.',
    tags,
    request: adminChangeRequest,
    responses: { 200: subscription },
    problems: [402, 409],
    async handler({ params, body, principal, http }, dependencies) {
      const act = {
        operator: principal.user,
        subscriptionId: params.id,
        action: 'change_plan',
        reason: body.reason,
      };
      const row = await actOnSubscription(dependencies, act, (found) =>
        changePlan(dependencies, found, changeOf(body), idempotencyKeyOf(http)),
      );
      return ok(await present(dependencies, row));
    },
  }),

  route({
    method: 'delete',
    path: `${base}/:id/pending-change`,
    auth: 'operator',
    summary: 'Take back a change that waits',
    tags,
    request: removeRequest,
    responses: { 200: subscription },
    problems: [409],
    async handler({ params, query: { reason }, principal }, dependencies) {
      const act = {
        operator: principal.user,
        subscriptionId: params.id,
        action: 'drop_change',
        reason,
      };
      const row = await actOnSubscription(dependencies, act, (found) =>
        dropPendingChange(dependencies, found),
      );
      return ok(await present(dependencies, row));
    },
  }),

  route({
    method: 'put',
    path: `${base}/:id/coupon`,
    auth: 'operator',
    summary: 'Put a coupon on a subscription, in the place of the one it has',
    tags,
    request: adminCouponRequest,
    responses: { 200: subscription },
    problems: [409],
    async handler({ params, body: { coupon, reason }, principal }, dependencies) {
      const act = {
        operator: principal.user,
        subscriptionId: params.id,
        action: 'apply_coupon',
        reason,
      };
      const row = await actOnSubscription(dependencies, act, (found) =>
        applyCoupon(dependencies, found, coupon),
      );
      return ok(await present(dependencies, row));
    },
  }),

  route({
    method: 'delete',
    path: `${base}/:id/coupon`,
    auth: 'operator',
    summary: 'Take the coupon off a subscription',
    tags,
    request: removeRequest,
    responses: { 200: subscription },
    problems: [409],
    async handler({ params, query: { reason }, principal }, dependencies) {
      const act = {
        operator: principal.user,
        subscriptionId: params.id,
        action: 'remove_coupon',
        reason,
      };
      const row = await actOnSubscription(dependencies, act, (found) =>
        removeCoupon(dependencies, found),
      );
      return ok(await present(dependencies, row));
    },
  }),

  simpleAct(
    'retry',
    'Let a subscription that needs attention go on, after a mend',
    retrySubscription,
  ),

  route({
    method: 'get',
    path: `${base}/:id/upcoming-invoice`,
    auth: 'operator',
    summary: 'See the invoice that comes next',
    description: 'As it would be made now. 404 with `no_upcoming_invoice` when none will come.',
    tags,
    request: oneRequest,
    responses: { 200: upcoming },
    async handler({ params }, dependencies) {
      const row = await anyRow(dependencies.database.subscriptions, params.id);
      return ok(presentUpcoming(await upcomingInvoice(dependencies, row)));
    },
  }),

  route({
    method: 'get',
    path: `${base}/:id/timeline`,
    auth: 'operator',
    summary: 'Read the story of a subscription: what happened, what was charged and why',
    tags,
    request: timelineRequest,
    responses: { 200: timeline },
    async handler({ params, query }, dependencies) {
      const { database } = dependencies;
      const row = await anyRow(database.subscriptions, params.id);
      const { rows, hasMore } = await timelineOf(database, row.id, query);
      const data = rows.map((event) => ({
        id: event.id,
        at: event.at,
        type: event.type,
        text: tell(event, row.timeZone),
        data: event.data,
      }));
      const view = await viewSubscription(database, row);
      return ok({ data, has_more: hasMore, next: await whatIsNext(dependencies, view) });
    },
  }),
];

type Does = (
  dependencies: Dependencies,
  subscription: SubscriptionRecord,
  idempotencyKey?: string,
) => Promise<SubscriptionRecord>;

/** An action that takes nothing but a reason. */
function simpleAct(action: string, summary: string, does: Does) {
  return route({
    method: 'post',
    path: `${base}/:id/${action}`,
    auth: 'operator',
    summary,
    tags,
    request: actRequest,
    responses: { 200: subscription },
    problems: [409],
    async handler({ params, body: { reason }, principal, http }, dependencies) {
      const act = { operator: principal.user, subscriptionId: params.id, action, reason };
      const row = await actOnSubscription(dependencies, act, (found) =>
        does(dependencies, found, idempotencyKeyOf(http)),
      );
      return ok(await present(dependencies, row));
    },
  });
}

async function present({ database }: Dependencies, row: SubscriptionRecord) {
  return presentForOperator(await viewSubscription(database, row));
}

const presentForOperator = (view: SubscriptionView) => ({
  ...presentSubscription(view),
  needs_attention: view.subscription.needsAttention,
});

/** What only an operator may grant; undefined when nothing of it is asked for. */
function termsOf(body: z.output<typeof adminCreateRequest>['body']): OperatorTerms | undefined {
  const terms: OperatorTerms = {
    ...(body.trial_days === undefined ? {} : { trialDays: body.trial_days }),
    ...(body.billing_cycle_anchor === undefined
      ? {}
      : { billingCycleAnchor: body.billing_cycle_anchor }),
    ...(body.proration ? {} : { chargeStub: false }),
    ...(body.collection_method === undefined ? {} : { collectionMethod: body.collection_method }),
    ...(body.start_at === undefined ? {} : { startAt: body.start_at }),
  };
  return Object.keys(terms).length === 0 ? undefined : terms;
}

/** An operator's change: the customer is not there to authenticate. */
function changeOf(body: z.output<typeof previewRequest>['body']): ChangeRequest {
  const { plan_id: planId, quantity, when, proration_date: prorationDate } = body;
  return {
    when,
    ...(planId === undefined ? {} : { planId }),
    ...(quantity === undefined ? {} : { quantity }),
    ...(prorationDate === undefined ? {} : { prorationDate }),
  };
}

async function whatIsNext({ quotes }: Dependencies, view: SubscriptionView) {
  if (!bringsInvoice(view)) return tellNext(view);
  const quote = await quotes.upcomingInvoice(view.subscription.id);
  return 'refused' in quote ? tellNext(view) : tellNext(view, quote);
}

import type { z } from 'zod';
import type { SubscriptionRecord } from '../../../../../activities/ports/records';
import type { OperatorTerms } from '../../../../../workflows/messages';
import {
  actOnSubscription,
  retrySubscription,
  subscriptionFacts,
} from '../../../../commands/operator/act-on-subscription';
import { audited } from '../../../../commands/operator/audit';
import { noteOnSubscription } from '../../../../commands/operator/note-on-subscription';
import { subscribe } from '../../../../commands/subscribe';
import { idempotencyKeyOf } from '../../../../http/idempotency-key';
import { created, ok, route } from '../../../../http/route';
import { asMinorUnits } from '../../../../presenters/money';
import { newestFirst } from '../../../../queries/newest-first';
import { anyRow } from '../../../../queries/operator/any';
import { subscriptionsWhere } from '../../../../queries/operator/subscriptions';
import {
  viewSubscription,
  viewSubscriptions,
  type SubscriptionView,
} from '../../../../queries/subscriptions';
import { oneSubscriptionRoutes } from '../../subscriptions/one-subscription';
import { presentSubscription } from '../../subscriptions/presenter';
import { orderOf } from '../../subscriptions/schemas';
import { actRoute, type Surface } from '../../subscriptions/surface';
import {
  adminCreateRequest,
  listRequest,
  notesRequest,
  requests,
  subscription,
  subscriptionList,
} from './schemas';

const tags = ['Admin: subscriptions'];
const base = '/api/v1/admin/subscriptions';

const presentForOperator = (view: SubscriptionView) => ({
  ...presentSubscription(view),
  needs_attention: view.subscription.needsAttention,
  disputes: view.disputes.map(({ id, status, amountMinor, evidenceDueAt }) => ({
    id,
    status,
    amount: asMinorUnits(amountMinor),
    evidence_due_by: evidenceDueAt,
  })),
});

const surface: Surface<ReturnType<typeof presentForOperator>> = {
  base,
  auth: 'operator',
  tags,
  customerPresent: false,
  subscription,
  present: presentForOperator,
  requests,
  find: ({ database }, _operator, id) => anyRow(database.subscriptions, id),
  act: (dependencies, { user, ...act }, does) =>
    actOnSubscription(dependencies, { operator: user, ...act }, does),
};

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
            ...orderOf(body),
            user,
            by: operator,
            externalId: body.external_id,
            terms: termsOf(body),
            idempotencyKey: idempotencyKeyOf(http),
          }));
        },
      );
      if (made === undefined) throw new Error('one in, one out');
      return created(presentForOperator(await viewSubscription(database, made)));
    },
  }),

  ...oneSubscriptionRoutes(surface),

  route({
    method: 'patch',
    path: `${base}/:id`,
    auth: 'operator',
    summary: 'Change what your own system calls a subscription, and what you note on it',
    description: 'Nothing that is billed changes by it.',
    tags,
    request: notesRequest,
    responses: { 200: subscription },
    problems: [409],
    async handler({ params, body, principal: { user } }, dependencies) {
      const notes = { externalId: body.external_id, metadata: body.metadata };
      const row = await noteOnSubscription(dependencies, user, params.id, notes, body.reason);
      return ok(presentForOperator(await viewSubscription(dependencies.database, row)));
    },
  }),

  actRoute(surface, {
    method: 'post',
    path: '/retry',
    action: 'retry',
    summary: 'Let a subscription that needs attention go on, after a mend',
    request: requests.bare,
    does: retrySubscription,
  }),
];

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

import { z } from 'zod';
import { dropPendingChange, switchPlan } from '../../commands/change-plan';
import { ensureCanceled } from '../../commands/change-subscription';
import { clientSecretOf } from '../../commands/client-secret';
import { subscribe } from '../../commands/subscribe';
import type { SubscriptionRecord } from '../../../activities/ports/records';
import type { Dependencies } from '../../dependencies';
import { idempotencyKeyOf } from '../../http/idempotency-key';
import { invalidField, notFound } from '../../http/problem';
import { Refused } from '../../http/refusals';
import { briefly, created, empty, noContent, nothing, ok, route } from '../../http/route';
import { invoicesOf, ownInvoice } from '../../queries/invoices';
import { plansOnOffer } from '../../queries/plans';
import { ownSubscription, subscriptionsOf } from '../../queries/subscriptions';
import { presentInvoice, presentPlan, presentSubscription } from './presenter';
import {
  byId,
  changeRequest,
  clientSecret,
  invoice,
  plan,
  subscribeRequest,
  subscription,
} from './schemas';

const tags = ['Billing'];

/** Plans, subscriptions and invoices as the first of the two Django systems offered them. */
export const billingRoutes = [
  route({
    method: 'get',
    path: '/api/billing/plans/',
    auth: 'open',
    summary: 'List plans',
    tags,
    request: nothing,
    responses: { 200: z.array(plan) },
    cache: briefly,
    async handler(_request, { database }) {
      const plans = await plansOnOffer(database);
      return ok(plans.map(presentPlan).filter((presented) => presented !== undefined));
    },
  }),

  route({
    method: 'get',
    path: '/api/billing/subscriptions/',
    auth: 'user',
    summary: 'List your subscriptions',
    tags,
    request: nothing,
    responses: { 200: z.array(subscription) },
    async handler({ principal: { user } }, { database }) {
      const subscriptions = await subscriptionsOf(database, user.id);
      return ok(subscriptions.map(presentSubscription));
    },
  }),

  route({
    method: 'post',
    path: '/api/billing/subscriptions/',
    auth: 'user',
    summary: 'Subscribe to a plan',
    description:
      'Without a payment method invoices are sent, due after 7 days, and paid with their client secret.',
    tags,
    request: subscribeRequest,
    responses: { 201: subscription },
    problems: [402, 403],
    async handler({ body, principal: { user }, http }, dependencies) {
      const made = await subscribe(dependencies, {
        user,
        planId: body.plan,
        paymentMethodId: body.payment_method_id,
        idempotencyKey: idempotencyKeyOf(http),
      }).catch(withPlanField);
      return created(presentSubscription(made.subscription));
    },
  }),

  route({
    method: 'get',
    path: '/api/billing/subscriptions/:id/',
    auth: 'user',
    summary: 'See one subscription',
    tags,
    request: byId,
    responses: { 200: subscription },
    handler: async ({ params, principal: { user } }, { database }) =>
      ok(presentSubscription(await ownSubscription(database, user.id, params.id))),
  }),

  ...(['patch', 'put'] as const).map((method) =>
    route({
      method,
      path: '/api/billing/subscriptions/:id/',
      auth: 'user',
      summary: 'Cancel a subscription at once, or change its plan',
      description:
        'A plan that costs more per day comes at once and is charged; another one with the next period.',
      tags,
      request: changeRequest,
      responses: { 200: subscription },
      problems: [402],
      async handler({ params, body, principal: { user } }, dependencies) {
        const row = await ownSubscription(dependencies.database, user.id, params.id);
        const changed = await change(dependencies, row, body).catch(withPlanField);
        return ok(presentSubscription(changed));
      },
    }),
  ),

  route({
    method: 'delete',
    path: '/api/billing/subscriptions/:id/',
    auth: 'user',
    summary: 'Cancel a subscription at once',
    tags,
    request: byId,
    responses: { 204: empty },
    async handler({ params, principal: { user } }, dependencies) {
      const row = await ownSubscription(dependencies.database, user.id, params.id);
      await ensureCanceled(dependencies, row);
      return noContent();
    },
  }),

  route({
    method: 'get',
    path: '/api/billing/invoices/',
    auth: 'user',
    summary: 'List your invoices',
    tags,
    request: nothing,
    responses: { 200: z.array(invoice) },
    async handler({ principal: { user } }, { database }) {
      const invoices = await invoicesOf(database, user.id);
      return ok(invoices.map(presentInvoice).filter((presented) => presented !== undefined));
    },
  }),

  route({
    method: 'get',
    path: '/api/billing/invoices/:id/',
    auth: 'user',
    summary: 'See one invoice',
    tags,
    request: byId,
    responses: { 200: invoice },
    async handler({ params, principal: { user } }, { database }) {
      const presented = presentInvoice(await ownInvoice(database, user.id, params.id));
      if (presented === undefined) throw notFound();
      return ok(presented);
    },
  }),

  route({
    method: 'get',
    path: '/api/billing/invoices/:id/payment/',
    auth: 'user',
    summary: 'Get what a browser needs to pay an invoice',
    tags,
    request: byId,
    responses: { 200: clientSecret },
    secret: 'again',
    problems: [400],
    handler: async ({ params, principal: { user } }, dependencies) =>
      ok({ client_secret: await clientSecretOf(dependencies, user.id, params.id) }),
  }),
];

async function change(
  dependencies: Dependencies,
  row: SubscriptionRecord,
  { status, plan: planId }: { status?: string | undefined; plan?: string | undefined },
): Promise<SubscriptionRecord> {
  const present = presentSubscription(row);
  const canceled = status !== undefined && status !== present.status;
  if (canceled && status !== 'cancelled') {
    throw invalidField('status', 'Only "cancelled" can be set.', 'status_not_settable');
  }
  if (canceled) return ensureCanceled(dependencies, row);
  if (planId === undefined) return row;
  if (planId !== row.planId) return switchPlan(dependencies, row, planId);
  // Naming the plan that it has takes a planned change back; the object as it is asks for nothing.
  const takesBack = status === undefined && row.pendingChange?.when === 'period_end';
  return takesBack ? dropPendingChange(dependencies, row) : row;
}

/** These clients read what is wrong with the plan under `plan`. */
function withPlanField(error: unknown): never {
  if (!(error instanceof Refused)) throw error;
  const { code, message } = error.refusal;
  if (aboutPlan.has(code)) throw invalidField('plan', message, code);
  throw error;
}

const aboutPlan = new Set<Refused['refusal']['code']>([
  'plan_not_found',
  'plan_archived',
  'currency_mismatch',
]);

import type { z } from 'zod';
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
import type { Dependencies } from '../../../dependencies';
import { ok, route } from '../../../http/route';
import {
  changePreview,
  presentPreview,
  presentUpcoming,
  upcomingInvoice as upcoming,
} from '../../../presenters/quotes';
import { tell } from '../../../presenters/timeline';
import { bringsInvoice, tellNext } from '../../../presenters/what-is-next';
import { viewSubscription, type SubscriptionView } from '../../../queries/subscriptions';
import { timelineOf } from '../../../queries/timeline';
import { workflowView } from '../../../queries/workflow-view';
import { changeRequest, oneRequest, timeline, timelineRequest } from './schemas';
import { actRoute, type Surface } from './surface';

/** What can be seen of one subscription and done with it, the same on every surface. */
export function oneSubscriptionRoutes<Shown>(surface: Surface<Shown>) {
  const { base, auth, tags, requests, find, customerPresent } = surface;
  return [
    route({
      method: 'get',
      path: `${base}/:id`,
      auth,
      summary: 'See one subscription',
      tags,
      request: oneRequest,
      responses: { 200: surface.subscription },
      async handler({ params, principal: { user } }, dependencies) {
        const row = await find(dependencies, user, params.id);
        return ok(surface.present(await viewSubscription(dependencies.database, row)));
      },
    }),

    actRoute(surface, {
      method: 'post',
      path: '/cancel',
      action: 'cancel',
      summary: 'Cancel a subscription, at its period’s end or at once',
      description: 'At once, the unused time that was paid goes to the balance.',
      request: requests.cancel,
      does(dependencies, row, { body }, key) {
        const { at_period_end: atPeriodEnd, prorate, reason } = body;
        return cancelSubscription(dependencies, row, { atPeriodEnd, prorate, reason }, key);
      },
    }),

    actRoute(surface, {
      method: 'post',
      path: '/reactivate',
      action: 'reactivate',
      summary: 'Take a scheduled cancellation back',
      request: requests.bare,
      does: (dependencies, row, _, key) => reactivateSubscription(dependencies, row, key),
    }),

    actRoute(surface, {
      method: 'post',
      path: '/pause',
      action: 'pause',
      summary: 'Pause a subscription',
      description:
        'Invoices stop until it is resumed. The dates stay as they are, and paid time is not made longer.',
      request: requests.pause,
      does: (dependencies, row, { body }, key) =>
        pauseSubscription(dependencies, row, { resumeAt: body.resume_at }, key),
    }),

    actRoute(surface, {
      method: 'post',
      path: '/resume',
      action: 'resume',
      summary: 'Resume a paused subscription',
      description: 'What is left of a period that was not billed is billed at once.',
      request: requests.bare,
      does: (dependencies, row, _, key) => resumeSubscription(dependencies, row, key),
    }),

    route({
      method: 'post',
      path: `${base}/:id/preview-change`,
      auth,
      summary: 'See what a change of plan or quantity would cost',
      description: 'Nothing is changed.',
      tags,
      request: changeRequest,
      responses: { 200: changePreview },
      problems: [409],
      async handler({ params, body, principal: { user } }, dependencies) {
        const row = await find(dependencies, user, params.id);
        const change = changeOf(body, customerPresent);
        return ok(presentPreview(await previewChange(dependencies, row, change)));
      },
    }),

    actRoute(surface, {
      method: 'post',
      path: '/change-plan',
      action: 'change_plan',
      summary: 'Change the plan, the quantity, or both',
      description: customerPresent
        ? 'Now: charged at once and in force when paid; a declined card changes nothing. When the card wants authentication, the change waits in `pending_change` with its invoice. At the period’s end: replaceable until then.'
        : 'Now: the customer’s card is charged off-session, and the change is in force when that is paid. At the period’s end: replaceable until then.',
      request: requests.change,
      problems: [402, 409],
      does: (dependencies, row, { body }, key) =>
        changePlan(dependencies, row, changeOf(body, customerPresent), key),
    }),

    actRoute(surface, {
      method: 'delete',
      path: '/pending-change',
      action: 'drop_change',
      summary: 'Take back a change that waits',
      request: requests.remove,
      does: (dependencies, row, _, key) => dropPendingChange(dependencies, row, key),
    }),

    actRoute(surface, {
      method: 'put',
      path: '/coupon',
      action: 'apply_coupon',
      summary: 'Put a coupon on a subscription, in the place of the one it has',
      request: requests.coupon,
      does: (dependencies, row, { body }, key) => applyCoupon(dependencies, row, body.coupon, key),
    }),

    actRoute(surface, {
      method: 'delete',
      path: '/coupon',
      action: 'remove_coupon',
      summary: 'Take the coupon off a subscription',
      request: requests.remove,
      does: (dependencies, row, _, key) => removeCoupon(dependencies, row, key),
    }),

    route({
      method: 'get',
      path: `${base}/:id/upcoming-invoice`,
      auth,
      summary: 'See the invoice that comes next',
      description: 'As it would be made now. 404 with `no_upcoming_invoice` when none will come.',
      tags,
      request: oneRequest,
      responses: { 200: upcoming },
      problems: [409],
      async handler({ params, principal: { user } }, dependencies) {
        const row = await find(dependencies, user, params.id);
        return ok(presentUpcoming(await upcomingInvoice(dependencies, row)));
      },
    }),

    route({
      method: 'get',
      path: `${base}/:id/timeline`,
      auth,
      summary: 'Read the story of a subscription: what happened, what was charged and why',
      tags,
      request: timelineRequest,
      responses: { 200: timeline },
      async handler({ params, query, principal: { user } }, dependencies) {
        const { database, temporal } = dependencies;
        const row = await find(dependencies, user, params.id);
        const { rows, hasMore } = await timelineOf(database, row.id, query);
        const data = rows.map((event) => ({
          id: event.id,
          at: event.at,
          type: event.type,
          text: tell(event, row.timeZone),
          data: event.data,
        }));
        const view = await viewSubscription(database, row);
        const [next, workflow] = await Promise.all([
          whatIsNext(dependencies, view),
          workflowView(temporal, row),
        ]);
        return ok({ data, has_more: hasMore, next, workflow });
      },
    }),
  ];
}

function changeOf(
  body: z.output<typeof changeRequest>['body'],
  customerPresent: boolean,
): ChangeRequest {
  const { plan_id: planId, quantity, when, proration_date: prorationDate } = body;
  return {
    when,
    ...(planId === undefined ? {} : { planId }),
    ...(quantity === undefined ? {} : { quantity }),
    ...(prorationDate === undefined ? {} : { prorationDate }),
    ...(customerPresent ? { customerPresent } : {}),
  };
}

async function whatIsNext({ quotes }: Dependencies, view: SubscriptionView) {
  if (!bringsInvoice(view)) return tellNext(view);
  const quote = await quotes.upcomingInvoice(view.subscription.id);
  return 'refused' in quote ? tellNext(view) : tellNext(view, quote);
}

import { z } from 'zod';
import { invalidRequest } from '../errors';
import { listPage, within } from '../http/pagination';
import { created, expand, flag, integer, page, text } from '../http/parameters';
import { ok, route, type Route } from '../http/routes';
import {
  endSubscription,
  scheduleEnd,
  setCancelAtPeriodEnd,
} from '../subscriptions/managed-subscriptions';
import { findSubscription } from './lookup';

const STATUSES = [
  'active',
  'past_due',
  'unpaid',
  'canceled',
  'incomplete',
  'incomplete_expired',
  'trialing',
  'paused',
  'all',
  'ended',
] as const;

const ENDED: readonly string[] = ['canceled', 'incomplete_expired'];

/** A list without a status leaves the canceled ones out. */
function wanted(status: string, filter: (typeof STATUSES)[number] | undefined): boolean {
  if (filter === undefined) {
    return status !== 'canceled';
  }
  return filter === 'all' || (filter === 'ended' ? ENDED.includes(status) : status === filter);
}

/** Subscriptions that Stripe itself bills. They are made through the control API only. */
export const subscriptionRoutes: Route[] = [
  route('get', '/v1/subscriptions', {
    schema: z.strictObject({
      ...page,
      created,
      customer: text.optional(),
      price: text.optional(),
      status: z.enum(STATUSES).optional(),
    }),
    handle: ({ scope, params }) =>
      ok(
        listPage(
          scope.store.tables.subscriptions,
          { url: '/v1/subscriptions', what: 'subscription', page: params },
          ({ object }) => {
            const matches =
              (params.customer === undefined || object.customer === params.customer) &&
              (params.price === undefined ||
                object.items.data.some(({ price }) => price.id === params.price)) &&
              wanted(object.status, params.status);
            return matches && within(object.created, params.created) ? object : null;
          },
        ),
      ),
  }),
  route('get', '/v1/subscriptions/:id', {
    schema: z.strictObject({ expand }),
    handle: ({ scope, ids }) => ok(findSubscription(scope, ids.id, 'path').object),
  }),
  route('post', '/v1/subscriptions/:id', {
    schema: z.strictObject({
      expand,
      cancel_at: integer.or(z.literal('').transform(() => null)).optional(),
      cancel_at_period_end: flag.optional(),
    }),
    handle: ({ scope, params, ids }) => {
      const { object } = findSubscription(scope, ids.id, 'path');
      const { cancel_at, cancel_at_period_end } = params;
      if (cancel_at !== undefined && cancel_at_period_end !== undefined) {
        throw invalidRequest(
          'You may only specify one of these parameters: cancel_at, cancel_at_period_end.',
          { code: 'parameters_exclusive', param: 'cancel_at' },
        );
      }
      if (cancel_at !== undefined) {
        return ok(scheduleEnd(scope, object, cancel_at));
      }
      return ok(
        cancel_at_period_end === undefined
          ? object
          : setCancelAtPeriodEnd(scope, object, cancel_at_period_end),
      );
    },
  }),
  route('delete', '/v1/subscriptions/:id', {
    schema: z.strictObject({ expand, invoice_now: flag.optional(), prorate: flag.optional() }),
    handle: ({ scope, ids }) => {
      const { object } = findSubscription(scope, ids.id, 'path');
      return ok(endSubscription(scope, object, 'cancellation_requested'));
    },
  }),
];

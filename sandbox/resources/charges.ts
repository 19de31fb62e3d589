import { z } from 'zod';
import { listPage, within } from '../http/pagination';
import { created, expand, page, text } from '../http/parameters';
import { ok, route, type Route } from '../http/routes';
import { findCharge } from './lookup';

export const chargeRoutes: Route[] = [
  route('get', '/v1/charges', {
    schema: z.strictObject({
      ...page,
      created,
      customer: text.optional(),
      payment_intent: text.optional(),
    }),
    handle: ({ scope, params }) =>
      ok(
        listPage(
          scope.store.tables.charges,
          { url: '/v1/charges', what: 'charge', page: params },
          ({ object }) => {
            const matches =
              (params.customer === undefined || object.customer === params.customer) &&
              (params.payment_intent === undefined ||
                object.payment_intent === params.payment_intent);
            return matches && within(object.created, params.created) ? object : null;
          },
        ),
      ),
  }),
  route('get', '/v1/charges/:id', {
    schema: z.strictObject({ expand }),
    handle: ({ scope, ids }) => ok(findCharge(scope, ids.id, 'path').object),
  }),
];

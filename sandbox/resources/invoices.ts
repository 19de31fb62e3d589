import { z } from 'zod';
import { listPage, within } from '../http/pagination';
import { created, expand, page, text } from '../http/parameters';
import { ok, route, type Route } from '../http/routes';
import { findInvoice, idOf } from './lookup';

/** Invoices of the subscriptions that Stripe itself bills: to be read only. */
export const invoiceRoutes: Route[] = [
  route('get', '/v1/invoices', {
    schema: z.strictObject({
      ...page,
      created,
      customer: text.optional(),
      status: z.enum(['draft', 'open', 'paid', 'uncollectible', 'void']).optional(),
      subscription: text.optional(),
    }),
    handle: ({ scope, params }) =>
      ok(
        listPage(
          scope.store.tables.invoices,
          { url: '/v1/invoices', what: 'invoice', page: params },
          ({ object }) => {
            const subscription = idOf(object.parent?.subscription_details?.subscription);
            const matches =
              (params.customer === undefined || object.customer === params.customer) &&
              (params.subscription === undefined || subscription === params.subscription) &&
              (params.status === undefined || object.status === params.status);
            return matches && within(object.created, params.created) ? object : null;
          },
        ),
      ),
  }),
  route('get', '/v1/invoices/:id', {
    schema: z.strictObject({ expand }),
    handle: ({ scope, ids }) => ok(findInvoice(scope, ids.id, 'path').object),
  }),
];

import type { InvoiceRecord } from '../../../../activities/ports/records';
import { payInvoice } from '../../../commands/change-subscription';
import { clientSecretOf } from '../../../commands/client-secret';
import type { Dependencies } from '../../../dependencies';
import { idempotencyKeyOf } from '../../../http/idempotency-key';
import { ok, route } from '../../../http/route';
import { ownInvoice, viewInvoice, viewInvoices } from '../../../queries/invoices';
import { newestFirst } from '../../../queries/newest-first';
import { presentInvoice } from './presenter';
import { clientSecret, invoice, invoiceList, listRequest, oneRequest, payRequest } from './schemas';

const tags = ['v1 invoices'];

export const invoiceRoutes = [
  route({
    method: 'get',
    path: '/api/v1/invoices',
    auth: 'user',
    summary: 'List your invoices, newest first',
    tags,
    request: listRequest,
    responses: { 200: invoiceList },
    async handler({ query: { subscription, status, ...page }, principal: { user } }, dependencies) {
      const { database, payLinks } = dependencies;
      const where = {
        userId: user.id,
        ...(subscription === undefined ? {} : { subscriptionId: subscription }),
        ...(status === undefined ? {} : { status }),
      };
      const { rows, hasMore } = await newestFirst(database.invoices, where, page);
      const views = await viewInvoices(database, rows);
      return ok({ data: views.map((view) => presentInvoice(view, payLinks)), has_more: hasMore });
    },
  }),

  route({
    method: 'get',
    path: '/api/v1/invoices/:id',
    auth: 'user',
    summary: 'See one invoice',
    tags,
    request: oneRequest,
    responses: { 200: invoice },
    async handler({ params, principal: { user } }, dependencies) {
      const row = await ownInvoice(dependencies.database, user.id, params.id);
      return ok(await present(dependencies, row));
    },
  }),

  route({
    method: 'get',
    path: '/api/v1/invoices/:id/payment',
    auth: 'user',
    summary: 'Get what a browser needs to pay an invoice',
    tags,
    request: oneRequest,
    responses: { 200: clientSecret },
    secret: 'again',
    problems: [409],
    handler: async ({ params, principal: { user } }, dependencies) =>
      ok({ client_secret: await clientSecretOf(dependencies, user.id, params.id) }),
  }),

  route({
    method: 'post',
    path: '/api/v1/invoices/:id/pay',
    auth: 'user',
    summary: 'Charge an open invoice now, with your default payment method',
    tags,
    request: payRequest,
    responses: { 200: invoice },
    problems: [402, 409],
    async handler({ params, principal: { user }, http }, dependencies) {
      await payInvoice(dependencies, user.id, params.id, idempotencyKeyOf(http));
      const row = await ownInvoice(dependencies.database, user.id, params.id);
      return ok(await present(dependencies, row));
    },
  }),
];

async function present({ database, payLinks }: Dependencies, row: InvoiceRecord) {
  return presentInvoice(await viewInvoice(database, row), payLinks);
}

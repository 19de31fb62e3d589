import { z } from 'zod';
import type { InvoiceItemRecord } from '../../../../../activities/ports/records';
import { addInvoiceItem, removeInvoiceItem } from '../../../../commands/operator/invoice-items';
import { byId, id, instant, minorUnits, text } from '../../../../http/fields';
import { created, empty, noContent, ok, route } from '../../../../http/route';
import { asMinorUnits } from '../../../../presenters/money';
import { listOf, newestFirst, pageQuery } from '../../../../queries/newest-first';
import { askedOf, onceUnderKey, reason, reasonQuery } from '../reason';

const tags = ['Admin: invoices'];
const base = '/api/v1/admin/invoice-items';

const invoiceItem = z.object({
  id,
  user: id,
  subscription: id,
  description: z.string(),
  quantity: z.int(),
  amount: minorUnits,
  currency: z.string(),
  invoice: id.nullable().describe('The one that it went on.'),
  removed_at: instant.nullable(),
  created_at: instant,
});

/** One-off charges and credits, which go on the subscription's next invoice. */
export const adminInvoiceItemRoutes = [
  route({
    method: 'get',
    path: base,
    auth: 'operator',
    summary: 'List one-off items, newest first',
    tags,
    request: z.object({ query: pageQuery.extend({ subscription: id.optional() }) }),
    responses: { 200: listOf(invoiceItem) },
    async handler({ query: { subscription, ...page } }, { database }) {
      const where = subscription === undefined ? {} : { subscriptionId: subscription };
      const { rows, hasMore } = await newestFirst(database.invoiceItems, where, page);
      return ok({ data: rows.map(present), has_more: hasMore });
    },
  }),

  route({
    method: 'post',
    path: base,
    auth: 'operator',
    summary: 'Put a one-off charge or credit on the next invoice',
    description: onceUnderKey,
    tags,
    request: z.object({
      body: z.strictObject({
        subscription: id,
        description: text(250),
        amount: z
          .int()
          .refine((amount) => amount !== 0, 'An item of nothing is no item.')
          .describe('The whole item’s, in minor units; negative gives something back.'),
        quantity: z.int().min(1).max(1_000_000).default(1).describe('Shown; not multiplied.'),
        reason,
      }),
    }),
    responses: { 201: invoiceItem },
    problems: [404, 409, 422],
    async handler({ body, principal: { user }, http }, dependencies) {
      const item = {
        subscriptionId: body.subscription,
        description: body.description,
        amountMinor: BigInt(body.amount),
        quantity: body.quantity,
      };
      const row = await addInvoiceItem(dependencies, user, item, askedOf(body, http));
      return created(present(row));
    },
  }),

  route({
    method: 'delete',
    path: `${base}/:id`,
    auth: 'operator',
    summary: 'Take an item back that waits for its invoice',
    tags,
    request: z.object({ params: byId, query: reasonQuery }),
    responses: { 204: empty },
    problems: [409],
    async handler({ params, query, principal: { user } }, dependencies) {
      await removeInvoiceItem(dependencies, user, params.id, query.reason);
      return noContent();
    },
  }),
];

function present(item: InvoiceItemRecord) {
  return {
    id: item.id,
    user: item.userId,
    subscription: item.subscriptionId,
    description: item.description,
    quantity: item.quantity,
    amount: asMinorUnits(item.amountMinor),
    currency: item.currency,
    invoice: item.invoiceId,
    removed_at: item.removedAt,
    created_at: item.createdAt,
  };
}

import { z } from 'zod';
import type { TaxRateRecord } from '../../../../../activities/ports/records';
import { archiveTaxRate, createTaxRate } from '../../../../commands/operator/tax-rates';
import { byId, id, instant, text } from '../../../../http/fields';
import { created, ok, route } from '../../../../http/route';
import { listOf, newestFirst, pageQuery } from '../../../../queries/newest-first';
import { country } from '../country';
import { askedOf, onceUnderKey, reason, reasonOnly } from '../reason';

const tags = ['Admin: prices'];
const base = '/api/v1/admin/tax-rates';

const customerStatus = z
  .enum(['any', 'consumer', 'business'])
  .describe('Whom it is for; a business without a rate of its own reckons the tax itself.');

const taxRate = z
  .object({
    id,
    name: z.string(),
    percentage: z.string(),
    inclusive: z.boolean(),
    country: z.string(),
    customer_status: customerStatus,
    archived_at: instant.nullable(),
    created_at: instant,
  })
  .meta({ id: 'TaxRate' });

export const adminTaxRateRoutes = [
  route({
    method: 'get',
    path: base,
    auth: 'operator',
    summary: 'List tax rates, newest first',
    tags,
    request: z.object({ query: pageQuery.extend({ country: country.optional() }) }),
    responses: { 200: listOf(taxRate) },
    async handler({ query: { country: of, ...page } }, { database }) {
      const where = of === undefined ? {} : { country: of };
      const { rows, hasMore } = await newestFirst(database.taxRates, where, page);
      return ok({ data: rows.map(present), has_more: hasMore });
    },
  }),

  route({
    method: 'post',
    path: base,
    auth: 'operator',
    summary: 'Put a tax rate in force',
    description: `For the country’s customers of that status, on every invoice from now on. A rate never changes: archive it and make another. ${onceUnderKey}`,
    tags,
    request: z.object({
      body: z.strictObject({
        name: text(50),
        percentage: z
          .string()
          .regex(
            /^(100(\.0{1,4})?|\d{1,2}(\.\d{1,4})?)$/,
            'Plain decimals, 0 to 100: "20", "8.875".',
          ),
        inclusive: z.boolean().describe('Whether prices contain it, or it is added.'),
        country,
        customer_status: customerStatus.default('any'),
        reason,
      }),
    }),
    responses: { 201: taxRate },
    problems: [409, 422],
    async handler({ body, principal: { user }, http }, dependencies) {
      const { reason: _reason, customer_status: status, ...fields } = body;
      const rate = { ...fields, customerStatus: status };
      const row = await createTaxRate(dependencies, user, rate, askedOf(body, http));
      return created(present(row));
    },
  }),

  route({
    method: 'post',
    path: `${base}/:id/archive`,
    auth: 'operator',
    summary: 'Take a tax rate out of force',
    description: 'Invoices that quote it stay as they are.',
    tags,
    request: z.object({ params: byId, body: reasonOnly }),
    responses: { 200: taxRate },
    handler: async ({ params, body, principal: { user } }, dependencies) =>
      ok(present(await archiveTaxRate(dependencies, user, params.id, body.reason))),
  }),
];

function present(row: TaxRateRecord) {
  return {
    id: row.id,
    name: row.name,
    percentage: row.percentage,
    inclusive: row.inclusive,
    country: row.country,
    customer_status: row.customerStatus,
    archived_at: row.archivedAt,
    created_at: row.createdAt,
  };
}

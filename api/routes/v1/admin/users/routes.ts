import { Op, col, fn, where as condition } from 'sequelize';
import { z } from 'zod';
import type { UserRecord } from '../../../../../activities/ports/records';
import { isTimeZone } from '../../../../../billing/calendar';
import { changeUser } from '../../../../commands/operator/change-user';
import { byId, email, id, instant } from '../../../../http/fields';
import { ok, route } from '../../../../http/route';
import { listOf, newestFirst, pageQuery } from '../../../../queries/newest-first';
import { anyRow } from '../../../../queries/operator/any';
import { country } from '../country';
import { reason } from '../reason';

const tags = ['Admin: users'];
const base = '/api/v1/admin/users';

const role = z.enum(['customer', 'operator']);
const taxStatus = z.enum(['consumer', 'business', 'exempt']);

const user = z.object({
  id,
  email: z.string(),
  name: z.string(),
  username: z.string().nullable(),
  role,
  is_active: z.boolean(),
  country: z.string().nullable(),
  tax_status: taxStatus,
  time_zone: z.string(),
  locale: z.string(),
  invoice_prefix: z.string(),
  stripe_customer_id: z.string().nullable(),
  trial_used_at: instant.nullable(),
  created_at: instant,
});
const oneRequest = z.object({ params: byId });

const locale = z
  .string()
  .max(35)
  .refine((tag) => {
    try {
      return Intl.getCanonicalLocales(tag)[0] === tag;
    } catch {
      return false;
    }
  }, 'Not a locale: a BCP 47 tag is expected, such as de-DE.');

export const adminUserRoutes = [
  route({
    method: 'get',
    path: base,
    auth: 'operator',
    summary: 'List users, newest first',
    tags,
    request: z.object({
      query: pageQuery.extend({
        email: email.optional().describe('Exactly this one, in any case.'),
        role: role.optional(),
      }),
    }),
    responses: { 200: listOf(user) },
    async handler({ query: { email: wanted, role: as, ...page } }, { database }) {
      const conditions = [
        ...(wanted === undefined
          ? []
          : [condition(fn('lower', col('email')), fn('lower', wanted))]),
        ...(as === undefined ? [] : [{ role: as }]),
      ];
      const { rows, hasMore } = await newestFirst(database.users, { [Op.and]: conditions }, page);
      return ok({ data: rows.map(present), has_more: hasMore });
    },
  }),

  route({
    method: 'get',
    path: `${base}/:id`,
    auth: 'operator',
    summary: 'See one user',
    tags,
    request: oneRequest,
    responses: { 200: user },
    handler: async ({ params }, { database }) =>
      ok(present(await anyRow(database.users, params.id))),
  }),

  route({
    method: 'patch',
    path: `${base}/:id`,
    auth: 'operator',
    summary: 'Change where a customer is taxed, and the zone and language of what they get',
    description: 'Holds for what comes; invoices that are made stay as they are.',
    tags,
    request: oneRequest.extend({
      body: z.strictObject({
        country: country.nullable().optional(),
        tax_status: taxStatus.optional(),
        time_zone: z
          .string()
          .max(64)
          .refine(isTimeZone, 'Not a time zone: an IANA name is expected, such as Europe/Berlin.')
          .optional()
          .describe('Of subscriptions to come: those that run keep theirs.'),
        locale: locale.optional(),
        reason,
      }),
    }),
    responses: { 200: user },
    async handler({ params, body, principal }, dependencies) {
      const changes = {
        country: body.country,
        taxStatus: body.tax_status,
        timeZone: body.time_zone,
        locale: body.locale,
      };
      const row = await changeUser(dependencies, principal.user, params.id, changes, body.reason);
      return ok(present(row));
    },
  }),
];

function present(row: UserRecord) {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    username: row.username,
    role: row.role,
    is_active: row.isActive,
    country: row.country,
    tax_status: row.taxStatus,
    time_zone: row.timeZone,
    locale: row.locale,
    invoice_prefix: row.invoicePrefix,
    stripe_customer_id: row.stripeCustomerId,
    trial_used_at: row.trialUsedAt,
    created_at: row.createdAt,
  };
}

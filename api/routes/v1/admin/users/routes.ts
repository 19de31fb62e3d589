import { Op, col, fn, where as condition } from 'sequelize';
import { changeUser } from '../../../../commands/operator/change-user';
import { createUser } from '../../../../commands/operator/create-user';
import { created, ok, route } from '../../../../http/route';
import { listOf, newestFirst } from '../../../../queries/newest-first';
import { anyRow } from '../../../../queries/operator/any';
import { askedOf, onceUnderKey } from '../reason';
import { present } from './presenter';
import { changeRequest, createRequest, listRequest, oneRequest, user } from './schemas';

const tags = ['Admin: users'];
const base = '/api/v1/admin/users';

export const adminUserRoutes = [
  route({
    method: 'get',
    path: base,
    auth: 'operator',
    summary: 'List users, newest first',
    tags,
    request: listRequest,
    responses: { 200: listOf(user) },
    async handler({ query: { email, external_id: externalId, role, ...page } }, { database }) {
      const conditions = [
        ...(email === undefined ? [] : [condition(fn('lower', col('email')), fn('lower', email))]),
        ...(externalId === undefined ? [] : [{ externalId }]),
        ...(role === undefined ? [] : [{ role }]),
      ];
      const { rows, hasMore } = await newestFirst(database.users, { [Op.and]: conditions }, page);
      return ok({ data: rows.map(present), has_more: hasMore });
    },
  }),

  route({
    method: 'post',
    path: base,
    auth: 'operator',
    summary: 'Open an account for a customer of yours',
    description: `They have no password until they set one by "forgot password". ${onceUnderKey}`,
    tags,
    request: createRequest,
    responses: { 201: user },
    problems: [409, 422],
    async handler({ body, principal, http }, dependencies) {
      const fields = {
        email: body.email,
        name: body.name,
        externalId: body.external_id ?? null,
        metadata: body.metadata ?? {},
        country: body.country ?? null,
        taxStatus: body.tax_status,
        timeZone: body.time_zone,
        locale: body.locale,
      };
      const asked = { ...askedOf(body, http), verify: body.email_verification };
      return created(present(await createUser(dependencies, principal.user, fields, asked)));
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
    summary:
      'Change what a customer is called, where they are taxed, and the zone and language of what they get',
    description:
      'Holds for what comes; invoices that are made stay as they are. Another address has to be confirmed anew, and a link for that is mailed.',
    tags,
    request: changeRequest,
    responses: { 200: user },
    problems: [409],
    async handler({ params, body, principal }, dependencies) {
      const changes = {
        email: body.email,
        name: body.name,
        externalId: body.external_id,
        metadata: body.metadata,
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

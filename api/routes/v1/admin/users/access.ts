import { deactivateUser, reactivateUser } from '../../../../commands/operator/user-access';
import { byId } from '../../../../http/fields';
import { ok, route } from '../../../../http/route';
import { z } from 'zod';
import { reasonOnly } from '../reason';
import { present } from './presenter';
import { user } from './schemas';

const tags = ['Admin: users'];
const base = '/api/v1/admin/users';
const request = z.object({ params: byId, body: reasonOnly });

export const adminUserAccessRoutes = [
  route({
    method: 'post',
    path: `${base}/:id/deactivate`,
    auth: 'operator',
    summary: 'Shut a user out',
    description:
      'Every session ends at once, and none can be begun. Subscriptions run on and are billed: to end one, cancel it. Nobody can do this to themselves (409 `own_account`).',
    tags,
    request,
    responses: { 200: user },
    problems: [409],
    async handler({ params: { id }, body: { reason }, principal }, dependencies) {
      return ok(present(await deactivateUser(dependencies, principal.user, { id, reason })));
    },
  }),

  route({
    method: 'post',
    path: `${base}/:id/reactivate`,
    auth: 'operator',
    summary: 'Let a user in again',
    description: 'They log in anew. One who was erased stays so (409 `user_erased`).',
    tags,
    request,
    responses: { 200: user },
    problems: [409],
    async handler({ params: { id }, body: { reason }, principal }, dependencies) {
      return ok(present(await reactivateUser(dependencies, principal.user, { id, reason })));
    },
  }),
];

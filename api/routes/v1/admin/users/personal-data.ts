import { z } from 'zod';
import { eraseUser } from '../../../../commands/operator/erase-user';
import { exportPersonalData } from '../../../../commands/operator/export-personal-data';
import { byId } from '../../../../http/fields';
import { answer, ok, route } from '../../../../http/route';
import { reasonOnly, reasonQuery } from '../reason';
import { presentPersonalData } from './personal-data-presenter';
import { personalData } from './personal-data-schema';
import { present } from './presenter';
import { user } from './schemas';

const tags = ['Admin: users'];
const base = '/api/v1/admin/users';

/** What a person may ask of whoever holds their data: a copy of it, and to be forgotten. */
export const adminPersonalDataRoutes = [
  route({
    method: 'get',
    path: `${base}/:id/export`,
    auth: 'operator',
    summary: 'Export everything that is held of a person',
    description:
      'Profile, sessions, subscriptions with their stories, invoices with their lines, payments, cards, what mails were sent, and every word that was written with a request. No passwords, tokens or links that open anything. It is kept in the audit log who asked.',
    tags,
    request: z.object({ params: byId, query: reasonQuery }),
    responses: { 200: personalData },
    async handler({ params: { id }, query: { reason }, principal }, dependencies) {
      const act = { id, reason };
      const { data, at } = await exportPersonalData(dependencies, principal.user, act);
      return answer(200, presentPersonalData(data, dependencies.payLinks, at), {
        'Content-Disposition': `attachment; filename="user-${id}.json"`,
        'Cache-Control': 'no-store',
      });
    },
  }),

  route({
    method: 'post',
    path: `${base}/:id/erase`,
    auth: 'operator',
    summary: 'Erase a person',
    description:
      'For good: names, addresses, metadata, free text, sessions, cards and the contents of mails are gone here at once and at Stripe right after. Invoices, payments and the ledger stay, with their numbers and no name. The address is free for a new account. Refused (409) while there is a live subscription, an unsettled invoice, an open dispute or a pending refund, and for one’s own account. Asked again it answers the same.',
    tags,
    request: z.object({ params: byId, body: reasonOnly }),
    responses: { 200: user },
    problems: [409],
    async handler({ params: { id }, body: { reason }, principal }, dependencies) {
      return ok(present(await eraseUser(dependencies, principal.user, { id, reason })));
    },
  }),
];

import { z } from 'zod';
import { id, instant, text } from '../../../../http/fields';
import { ok, route } from '../../../../http/route';
import { listOf, pageQuery } from '../../../../queries/newest-first';
import { auditLog } from '../../../../queries/operator/audit-log';

const facts = z.record(z.string(), z.unknown()).nullable();

const act = z.object({
  id: z.string(),
  actor: id.nullable(),
  api_key: id.nullable().describe('The API key by which it was done; the actor made it.'),
  action: z.string(),
  object: z.string().describe('What it was done to: invoice/{id} …'),
  before: facts,
  after: facts.describe(
    'Holds only `refused`, a code, where it was refused; null where the answer was lost.',
  ),
  reason: z.string().nullable(),
  at: instant,
});

export const adminAuditLogRoutes = [
  route({
    method: 'get',
    path: '/api/v1/admin/audit-log',
    auth: 'operator',
    summary: 'See what operators did, newest first',
    tags: ['Admin: audit log'],
    request: z.object({
      query: pageQuery.extend({
        starting_after: z
          .string()
          .regex(/^\d{1,18}$/)
          .optional(),
        object: text(100).optional(),
        action: text(100).optional(),
        actor: id.optional(),
      }),
    }),
    responses: { 200: listOf(act) },
    async handler({ query: { object, action, actor, ...page } }, { database }) {
      const { rows, hasMore } = await auditLog(database, { object, action, actor }, page);
      const data = rows.map(({ actorId, apiKeyId, ...row }) => ({
        ...row,
        actor: actorId,
        api_key: apiKeyId,
      }));
      return ok({ data, has_more: hasMore });
    },
  }),
];

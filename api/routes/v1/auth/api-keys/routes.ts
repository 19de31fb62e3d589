import { z } from 'zod';
import type { ApiKeyRecord } from '../../../../../activities/ports/records';
import { scope } from '../../../../accounts/scopes';
import { createApiKey, revokeApiKey } from '../../../../commands/operator/api-keys';
import { byId, id, instant, instantInput, text } from '../../../../http/fields';
import { created, empty, noContent, ok, route } from '../../../../http/route';
import { listOf, newestFirst, pageQuery } from '../../../../queries/newest-first';
import { reason, reasonQuery } from '../../admin/reason';

const tags = ['API keys'];
const base = '/api/v1/auth/api-keys';

const apiKey = z.object({
  id,
  name: z.string(),
  hint: z.string().describe('How the key begins and ends.'),
  scopes: z.array(z.string()),
  made_by: id.describe('The operator who made it, without whom it does not work.'),
  expires_at: instant.nullable(),
  last_used_at: instant.nullable().describe('To the minute.'),
  revoked_at: instant.nullable(),
  created_at: instant,
});

/**
 * Keys for the business's own servers, which send them as bearer tokens to /api/v1/admin. Only people
 * make them: no key makes another.
 */
export const apiKeyRoutes = [
  route({
    method: 'get',
    path: base,
    auth: 'operator',
    summary: 'List API keys, newest first',
    tags,
    request: z.object({ query: pageQuery }),
    responses: { 200: listOf(apiKey) },
    async handler({ query }, { database }) {
      const { rows, hasMore } = await newestFirst(database.apiKeys, {}, query);
      return ok({ data: rows.map(present), has_more: hasMore });
    },
  }),

  route({
    method: 'post',
    path: base,
    auth: 'operator',
    summary: 'Make an API key',
    description:
      'The key is in this answer and nowhere else. Sent as `Authorization: Bearer ek_…` it may do under /api/v1/admin what its scopes say, as long as its maker is an operator.',
    tags,
    request: z.object({
      body: z.strictObject({
        name: text(100),
        scopes: z.array(scope).min(1).max(40),
        expires_at: instantInput
          .refine((at) => Date.parse(at) > Date.now(), 'Not in the future.')
          .optional(),
        reason,
      }),
    }),
    responses: { 201: apiKey.extend({ key: z.string() }) },
    secret: 'once',
    async handler({ body, principal: { user } }, dependencies) {
      const { key, row } = await createApiKey(dependencies, user, {
        name: body.name,
        scopes: body.scopes,
        expiresAt: body.expires_at ?? null,
        reason: body.reason,
      });
      return created({ ...present(row), key });
    },
  }),

  route({
    method: 'delete',
    path: `${base}/:id`,
    auth: 'operator',
    summary: 'Revoke an API key',
    description: 'It stops working at once, and stays in the list.',
    tags,
    request: z.object({ params: byId, query: reasonQuery }),
    responses: { 204: empty },
    async handler({ params, query, principal: { user } }, dependencies) {
      await revokeApiKey(dependencies, user, params.id, query.reason);
      return noContent();
    },
  }),
];

const present = (row: ApiKeyRecord) => ({
  id: row.id,
  name: row.name,
  hint: `ek_${row.live ? 'live' : 'test'}_…${row.last4}`,
  scopes: row.scopes,
  made_by: row.madeBy,
  expires_at: row.expiresAt,
  last_used_at: row.lastUsedAt,
  revoked_at: row.revokedAt,
  created_at: row.createdAt,
});

import { QueryTypes } from 'sequelize';
import type { Database } from '../../../db/database';
import type { Page } from '../newest-first';

/** What an operator did: who, what, before, after, why (I11). */
export interface AuditedAct {
  id: string;
  actorId: string | null;
  /** The key by which it was done; the actor is who made it. */
  apiKeyId: string | null;
  action: string;
  object: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason: string | null;
  at: string;
}

export interface WantedActs {
  object?: string | undefined;
  action?: string | undefined;
  actor?: string | undefined;
}

/** The newest first. */
export async function auditLog(
  { sequelize }: Database,
  { object, action, actor }: WantedActs,
  { limit, starting_after: after }: { limit: number; starting_after?: string | undefined },
): Promise<Page<AuditedAct>> {
  const rows = await sequelize.query<Omit<AuditedAct, 'at'> & { at: Date }>(
    `select id, actor_id as "actorId", api_key_id as "apiKeyId", action, object, before, after, reason, created_at as at
     from audit_log
     where (cast(:object as text) is null or object = :object)
       and (cast(:action as text) is null or action = :action)
       and (cast(:actor as uuid) is null or actor_id = cast(:actor as uuid))
       and (cast(:after as bigint) is null or id < cast(:after as bigint))
     order by id desc limit :limit`,
    {
      replacements: {
        object: object ?? null,
        action: action ?? null,
        actor: actor ?? null,
        after: after ?? null,
        limit: limit + 1,
      },
      type: QueryTypes.SELECT,
    },
  );
  return {
    rows: rows.slice(0, limit).map((row) => ({ ...row, at: row.at.toISOString() })),
    hasMore: rows.length > limit,
  };
}

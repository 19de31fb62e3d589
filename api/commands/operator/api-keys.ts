import { randomUUID } from 'node:crypto';
import type { ApiKeyRecord } from '../../../activities/ports/records';
import { hashOf, makesLiveKeys, newApiKey } from '../../accounts/api-keys';
import type { Actor } from '../../accounts/authenticate';
import type { Scope } from '../../accounts/scopes';
import type { Dependencies } from '../../dependencies';
import { notFound } from '../../http/problem';
import { anyRow } from '../../queries/operator/any';
import { factsOf, recordAct, type Facts } from './audit';

export interface NewApiKey {
  name: string;
  scopes: readonly Scope[];
  expiresAt: string | null;
  reason: string | undefined;
}

/** Makes a key. It is in the answer and nowhere else. */
export async function createApiKey(
  { database, config }: Dependencies,
  operator: Actor,
  { name, scopes, expiresAt, reason }: NewApiKey,
): Promise<{ key: string; row: ApiKeyRecord }> {
  const id = randomUUID();
  const live = makesLiveKeys(config);
  const key = newApiKey(live);
  const fields = {
    name,
    scopes: [...new Set(scopes)],
    expiresAt,
    live,
    last4: key.slice(-4),
    madeBy: operator.id,
  };
  await database.transaction(async (transaction) => {
    await database.apiKeys.create({ id, ...fields, keyHash: hashOf(key) }, { transaction });
    await recordAct(
      database,
      transaction,
      { operator, action: 'api_key.create', object: `api_key/${id}`, reason },
      { before: null, after: keyFacts({ ...fields, revokedAt: null }) },
    );
  });
  return { key, row: await anyRow(database.apiKeys, id) };
}

/** Takes a key back, at once and for good; asked again it does nothing. @throws Problem 404. */
export async function revokeApiKey(
  { database }: Dependencies,
  operator: Actor,
  id: string,
  reason: string | undefined,
): Promise<void> {
  await database.transaction(async (transaction) => {
    const row = await database.apiKeys.findOne({
      where: { id },
      transaction,
      lock: transaction.LOCK.UPDATE,
    });
    if (row === null) throw notFound();
    const before = row.get({ plain: true });
    if (before.revokedAt !== null) return;
    const revokedAt = new Date().toISOString();
    await row.update({ revokedAt }, { transaction });
    await recordAct(
      database,
      transaction,
      { operator, action: 'api_key.revoke', object: `api_key/${id}`, reason },
      { before: keyFacts(before), after: keyFacts({ ...before, revokedAt }) },
    );
  });
}

const keyFacts = (key: Omit<ApiKeyRecord, 'id' | 'keyHash' | 'lastUsedAt' | 'createdAt'>): Facts =>
  factsOf(key, ['name', 'last4', 'live', 'scopes', 'madeBy', 'expiresAt', 'revokedAt']);

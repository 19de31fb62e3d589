import { createHash, randomBytes } from 'node:crypto';
import { Op, literal } from 'sequelize';
import type { ApiKeyRecord, UserRecord } from '../../activities/ports/records';
import type { Database } from '../../db/database';
import { isLiveKey, type Config } from '../../platform/config';

/** 256 random bits in base64url. */
const keyPattern = /^ek_(live|test)_[\w-]{43}$/;

/** Whether a bearer token is meant as a key of ours, good or not. */
export const looksLikeApiKey = (token: string) => token.startsWith('ek_');

/** Whether keys move real money: those of the sandbox and of test mode begin with `ek_test_`. */
export const makesLiveKeys = (config: Config) => isLiveKey(config);

/** A new key. It is shown once: only its hash is kept. */
export function newApiKey(live: boolean): string {
  return `ek_${live ? 'live' : 'test'}_${randomBytes(32).toString('base64url')}`;
}

/** Fast, for there is nothing to guess: the key is as random as a hash. */
export const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');

/** A key that works at this moment, and the operator who made it. */
export interface WorkingKey {
  key: ApiKeyRecord;
  maker: UserRecord;
}

/**
 * Finds a key that works: not revoked, not expired, of the mode in which we run, and made by somebody
 * who is an operator still. It notes the use, once a minute at most.
 */
export async function workingKey(
  { apiKeys, users }: Database,
  sent: string,
  live: boolean,
): Promise<WorkingKey | undefined> {
  if (!keyPattern.test(sent)) return undefined;
  const row = await apiKeys.findOne({ where: { keyHash: hashOf(sent) } });
  const key = row?.get({ plain: true });
  if (key === undefined || key.live !== live || key.revokedAt !== null) return undefined;
  if (key.expiresAt !== null && Date.parse(key.expiresAt) <= Date.now()) return undefined;
  const found = await users.findOne({
    where: { id: key.madeBy, role: 'operator', isActive: true },
  });
  const maker = found?.get({ plain: true });
  if (maker === undefined) return undefined;
  await noteUse({ apiKeys }, key);
  return { key, maker };
}

const minute = 60_000;

async function noteUse({ apiKeys }: Pick<Database, 'apiKeys'>, key: ApiKeyRecord): Promise<void> {
  if (key.lastUsedAt !== null && Date.now() - Date.parse(key.lastUsedAt) < minute) return;
  await apiKeys.update(
    { lastUsedAt: new Date().toISOString() },
    {
      where: {
        id: key.id,
        lastUsedAt: { [Op.or]: [null, { [Op.lt]: literal("now() - interval '1 minute'") }] },
      },
    },
  );
}

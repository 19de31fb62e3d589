import { randomUUID } from 'node:crypto';
import { Op, type Transaction } from 'sequelize';
import type {
  AccountTokenPurpose,
  AccountTokenRecord,
  UserRecord,
} from '../../activities/ports/records';
import type { Database } from '../../db/database';
import { queueEmail } from '../../db/repositories/emails';
import type { AccountLinks } from '../../platform/account-links';
import { Problem } from '../http/problem';

const hour = 3_600_000;
/** How long a link works. */
const lifetimes: Readonly<Record<AccountTokenPurpose, number>> = {
  verify_email: 72 * hour,
  reset_password: hour,
};

/**
 * Mails a link to its owner: its row and the mail in one transaction (I8). An older one for the same
 * purpose works no more. The user's row must be locked, or new.
 */
export async function mailToken(
  database: Database,
  transaction: Transaction,
  userId: string,
  purpose: AccountTokenPurpose,
): Promise<void> {
  await revokeTokens(database, transaction, userId, purpose);
  const id = randomUUID();
  const expiresAt = new Date(Date.now() + lifetimes[purpose]).toISOString();
  await database.accountTokens.create({ id, userId, purpose, expiresAt }, { transaction });
  await queueEmail(database, transaction, {
    kind: purpose,
    thing: userId,
    occasion: id,
    userId,
    subscriptionId: null,
    data: { token_id: id, expires_at: expiresAt },
  });
}

/** Takes back the links that were not used yet. */
export async function revokeTokens(
  { accountTokens }: Database,
  transaction: Transaction,
  userId: string,
  purpose?: AccountTokenPurpose,
): Promise<void> {
  const which = { userId, usedAt: null, revokedAt: null };
  await accountTokens.update(
    { revokedAt: new Date().toISOString() },
    { where: purpose === undefined ? which : { ...which, purpose }, transaction },
  );
}

export interface LiveToken {
  token: AccountTokenRecord;
  user: UserRecord;
}

/**
 * The token of a link as long as it works, and whose it is. Expired, used, revoked, made for something
 * else, never made and somebody's who was deactivated are told alike. With a transaction user and
 * token are locked.
 */
export async function liveToken(
  { database, accountLinks }: { database: Database; accountLinks: AccountLinks },
  sent: string,
  purpose: AccountTokenPurpose,
  transaction?: Transaction,
): Promise<LiveToken | undefined> {
  const id = accountLinks.read(sent);
  if (id === undefined) return undefined;
  const where = {
    id,
    purpose,
    usedAt: null,
    revokedAt: null,
    expiresAt: { [Op.gt]: new Date().toISOString() },
  };
  const found = await database.accountTokens.findOne({ where, transaction: transaction ?? null });
  if (found === null) return undefined;
  const { userId } = found.get({ plain: true });
  // First the user, as whoever makes a token does, so that nobody waits for each other.
  const owner = await database.users.findOne({
    where: { id: userId, isActive: true },
    ...locked(transaction),
  });
  const row = await database.accountTokens.findOne({ where, ...locked(transaction) });
  if (owner === null || row === null) return undefined;
  return { token: row.get({ plain: true }), user: owner.get({ plain: true }) };
}

const locked = (transaction: Transaction | undefined) =>
  transaction === undefined ? {} : { transaction, lock: transaction.LOCK.UPDATE };

/** It worked once, and does so no more. */
export async function useToken(
  { accountTokens }: Database,
  transaction: Transaction,
  id: string,
): Promise<void> {
  await accountTokens.update({ usedAt: new Date().toISOString() }, { where: { id }, transaction });
}

export const tokenNotValid = () =>
  new Problem(
    400,
    'token_not_valid',
    'This link works no more: it was used, it is too old, or there is a newer one.',
    { errors: [{ field: 'token', message: 'Not a link that works.', code: 'token_not_valid' }] },
  );

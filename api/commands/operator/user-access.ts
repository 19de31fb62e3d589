import type { Transaction } from 'sequelize';
import type { UserRecord } from '../../../activities/ports/records';
import type { Database } from '../../../db/database';
import type { Dependencies } from '../../dependencies';
import { notFound, Problem } from '../../http/problem';
import { anyRow } from '../../queries/operator/any';
import { recordAct } from './audit';

/** Whose access, and why. */
export interface AccessAct {
  id: string;
  reason: string | undefined;
}

/**
 * Shuts somebody out: every session ends at once, and no login begins another. Subscriptions run on
 * and are billed, for they are agreements, not access: who wants them ended cancels them. Asked again
 * it answers the same.
 * @throws Problem 404; 409 `own_account`: nobody locks themselves out.
 */
export async function deactivateUser(
  { database }: Dependencies,
  operator: UserRecord,
  { id, reason }: AccessAct,
): Promise<UserRecord> {
  refuseOwnAccount(operator, id);
  await database.transaction(async (transaction) => {
    const user = await lockedUser(database, transaction, id);
    if (!user.isActive) return;
    await database.users.update({ isActive: false }, { where: { id }, transaction });
    await endSessionsOf(database, transaction, id);
    await recordAct(
      database,
      transaction,
      { operator, action: 'user.deactivate', object: `user/${id}`, reason },
      { before: { is_active: true }, after: { is_active: false } },
    );
  });
  return anyRow(database.users, id);
}

/**
 * Lets somebody in again, who then logs in anew. Asked again it answers the same.
 * @throws Problem 404; 409 `user_erased`: there is nobody left who could log in.
 */
export async function reactivateUser(
  { database }: Dependencies,
  operator: UserRecord,
  { id, reason }: AccessAct,
): Promise<UserRecord> {
  await database.transaction(async (transaction) => {
    const user = await lockedUser(database, transaction, id);
    if (user.erasedAt !== null) throw userErased();
    if (user.isActive) return;
    await database.users.update({ isActive: true }, { where: { id }, transaction });
    await recordAct(
      database,
      transaction,
      { operator, action: 'user.reactivate', object: `user/${id}`, reason },
      { before: { is_active: false }, after: { is_active: true } },
    );
  });
  return anyRow(database.users, id);
}

/** @throws Problem 404. */
export async function lockedUser(
  { users }: Database,
  transaction: Transaction,
  id: string,
): Promise<UserRecord> {
  const row = await users.findByPk(id, { transaction, lock: true });
  if (row === null) throw notFound();
  return row.get({ plain: true });
}

/** Access tokens die with the session that they belong to. */
async function endSessionsOf(
  { refreshTokens }: Database,
  transaction: Transaction,
  userId: string,
): Promise<void> {
  const revokedAt = new Date().toISOString();
  await refreshTokens.update({ revokedAt }, { where: { userId, revokedAt: null }, transaction });
}

export function refuseOwnAccount(operator: UserRecord, id: string): void {
  if (operator.id !== id) return;
  throw new Problem(409, 'own_account', 'Have another operator do this to your own account.');
}

export const userErased = () =>
  new Problem(409, 'user_erased', 'This user was erased: only the books know them, by number.');

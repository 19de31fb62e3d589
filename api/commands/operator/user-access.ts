import type { Transaction } from 'sequelize';
import type { UserRecord } from '../../../activities/ports/records';
import type { Database } from '../../../db/database';
import type { Actor } from '../../accounts/authenticate';
import { endEverySession } from '../../accounts/sessions';
import type { Dependencies } from '../../dependencies';
import { forbidden, notFound, Problem } from '../../http/problem';
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
  operator: Actor,
  { id, reason }: AccessAct,
): Promise<UserRecord> {
  refuseOwnAccount(operator, id);
  await database.transaction(async (transaction) => {
    const user = await lockedUser(database, transaction, id);
    refuseKey(operator, user);
    if (!user.isActive) return;
    await database.users.update({ isActive: false }, { where: { id }, transaction });
    await endEverySession({ database }, transaction, id);
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
  operator: Actor,
  { id, reason }: AccessAct,
): Promise<UserRecord> {
  await database.transaction(async (transaction) => {
    const user = await lockedUser(database, transaction, id);
    refuseKey(operator, user);
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

/** A key that leaks must not shut the operators out. @throws Problem 403 for an operator's account. */
export function refuseKey({ viaApiKey }: Actor, { role }: UserRecord): void {
  if (role === 'operator' && viaApiKey !== undefined) throw forbidden();
}

export function refuseOwnAccount(operator: Actor, id: string): void {
  if (operator.id !== id) return;
  throw new Problem(409, 'own_account', 'Have another operator do this to your own account.');
}

export const userErased = () =>
  new Problem(409, 'user_erased', 'This user was erased: only the books know them, by number.');

import type { UserRecord } from '../../activities/ports/records';
import type { Session } from '../accounts/authenticate';
import { hashPassword, passwordFits } from '../../platform/passwords';
import { revokeTokens } from '../accounts/account-tokens';
import { endOtherSessions } from '../accounts/sessions';
import type { Dependencies } from '../dependencies';
import { Problem, invalidField } from '../http/problem';
import { queueEmail } from '../../db/repositories/emails';
import { refuseWeakPassword, takenName } from './sign-up';

export interface ProfileChanges {
  firstName?: string | undefined;
  lastName?: string | undefined;
  username?: string | undefined;
}

/** @throws Problem 400 when the user name is taken. */
export async function changeProfile(
  { database }: Dependencies,
  user: UserRecord,
  changes: ProfileChanges,
): Promise<UserRecord> {
  const firstName = changes.firstName ?? user.firstName;
  const lastName = changes.lastName ?? user.lastName;
  const name = `${firstName} ${lastName}`.trim() || user.name;
  const username = changes.username ?? user.username;
  try {
    await database.users.update(
      { firstName, lastName, name, username },
      { where: { id: user.id } },
    );
  } catch (error) {
    throw takenName(error) ?? error;
  }
  return { ...user, firstName, lastName, name, username };
}

/**
 * Sets a new password, ends every other session, and tells the user by mail.
 * @throws Problem 400 when the old password is wrong or the new one weak; 429 after too many tries.
 */
export async function changePassword(
  { database, limits, attempts }: Dependencies,
  { user, id: sessionId }: Session,
  passwords: { old: string; new: string },
  address: string,
): Promise<void> {
  const counted = attempts.logIn(user.email, address);
  await limits.spend(counted);
  if (!(await passwordFits(user.passwordHash, passwords.old))) {
    throw invalidField('old_password', 'Old password is incorrect.', 'wrong_password');
  }
  await limits.forgive(counted);
  refuseWeakPassword(passwords.new, user, 'new_password');
  const passwordHash = await hashPassword(passwords.new);
  const changedAt = new Date().toISOString();
  await database.transaction(async (transaction) => {
    // Two changes at once: the second one's old password is not the password any more.
    const [count] = await database.users.update(
      { passwordHash },
      { where: { id: user.id, passwordHash: user.passwordHash }, transaction },
    );
    if (count === 0) throw new Problem(409, 'conflict', 'The password was changed meanwhile.');
    await endOtherSessions({ database }, transaction, user.id, sessionId);
    await revokeTokens(database, transaction, user.id, 'reset_password');
    await queueEmail(database, transaction, {
      kind: 'password_changed',
      thing: user.id,
      occasion: changedAt,
      userId: user.id,
      subscriptionId: null,
      data: { changed_at: changedAt },
    });
  });
}

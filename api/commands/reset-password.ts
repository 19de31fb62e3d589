import { setTimeout as delay } from 'node:timers/promises';
import { col, fn, where as sqlWhere } from 'sequelize';
import { queueEmail } from '../../db/repositories/emails';
import { hashPassword } from '../../platform/passwords';
import {
  liveToken,
  mailToken,
  revokeTokens,
  tokenNotValid,
  useToken,
} from '../accounts/account-tokens';
import { endEverySession } from '../accounts/sessions';
import type { Dependencies } from '../dependencies';
import { refuseWeakPassword } from './sign-up';

/** Longer than it takes to write a mail to the outbox, so that the time tells nothing. */
const answerAfterMilliseconds = 250;

/**
 * Mails a link to set a new password, to an address that has an account; else nothing. Either way it
 * takes the same time. Of many askings for one account the later ones mail nothing, and what was
 * mailed last goes on working: nobody can flood its owner, or keep them out.
 * @throws Problem 429 after too many from one address.
 */
export async function forgotPassword(
  { database, limits, attempts }: Dependencies,
  email: string,
  address: string,
): Promise<void> {
  await limits.spend(attempts.askForMail(address));
  const answerAt = delay(answerAfterMilliseconds);
  if (await limits.hasRoom(attempts.sendMail('reset_password', email))) {
    await database.transaction(async (transaction) => {
      const row = await database.users.findOne({
        attributes: ['id', 'isActive'],
        where: sqlWhere(fn('lower', col('email')), email.toLowerCase()),
        transaction,
        lock: transaction.LOCK.UPDATE,
      });
      const user = row?.get({ plain: true });
      if (user?.isActive === true) {
        await mailToken(database, transaction, user.id, 'reset_password');
      }
    });
  }
  await answerAt;
}

/**
 * Sets a new password by the link that was mailed: every session ends, and the owner is told. Who
 * reads the mail has shown that the address is theirs, and may log in from here again.
 * @throws Problem 400 `token_not_valid`, or for a weak password, after which the link still works;
 *   429 after too many wrong tokens.
 */
export async function resetPassword(
  dependencies: Dependencies,
  { token: sent, password }: { token: string; password: string },
  address: string,
): Promise<void> {
  const { database, limits, attempts } = dependencies;
  const first = await liveToken(dependencies, sent, 'reset_password');
  if (first === undefined) {
    await limits.spend(attempts.badToken(address));
    throw tokenNotValid();
  }
  refuseWeakPassword(password, first.user, 'password');
  const passwordHash = await hashPassword(password);
  const changedAt = new Date().toISOString();
  await database.transaction(async (transaction) => {
    // The same link twice at once: the second one finds it used.
    const live = await liveToken(dependencies, sent, 'reset_password', transaction);
    if (live === undefined) throw tokenNotValid();
    const { id, emailVerifiedAt } = live.user;
    await useToken(database, transaction, live.token.id);
    await revokeTokens(database, transaction, id);
    await database.users.update(
      { passwordHash, emailVerifiedAt: emailVerifiedAt ?? changedAt },
      { where: { id }, transaction },
    );
    await endEverySession(dependencies, transaction, id);
    await queueEmail(database, transaction, {
      kind: 'password_changed',
      thing: id,
      occasion: changedAt,
      userId: id,
      subscriptionId: null,
      data: { changed_at: changedAt },
    });
  });
  await limits.trust(attempts.logIn(first.user.email, address));
}

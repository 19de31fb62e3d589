import type { UserRecord } from '../../activities/ports/records';
import { liveToken, mailToken, tokenNotValid, useToken } from '../accounts/account-tokens';
import type { Dependencies } from '../dependencies';
import { Problem } from '../http/problem';

/**
 * Confirms an address by the link that was mailed to it.
 * @throws Problem 400 `token_not_valid`; 429 after too many wrong tokens.
 */
export async function verifyEmail(
  dependencies: Dependencies,
  sent: string,
  address: string,
): Promise<void> {
  const { database, limits, attempts } = dependencies;
  const verified = await database.transaction(async (transaction) => {
    const live = await liveToken(dependencies, sent, 'verify_email', transaction);
    if (live === undefined) return false;
    await useToken(database, transaction, live.token.id);
    await database.users.update(
      { emailVerifiedAt: new Date().toISOString() },
      { where: { id: live.user.id }, transaction },
    );
    return true;
  });
  if (verified) return;
  await limits.spend(attempts.badToken(address));
  throw tokenNotValid();
}

/**
 * Mails another link; the older one works no more. Who has confirmed already gets none.
 * @throws Problem 429 after too many.
 */
export async function resendVerification(
  { database, limits, attempts }: Dependencies,
  { id, email, emailVerifiedAt }: UserRecord,
): Promise<void> {
  if (emailVerifiedAt !== null) return;
  await limits.spend(attempts.sendMail('verify_email', email));
  await database.transaction(async (transaction) => {
    const row = await database.users.findOne({
      where: { id, isActive: true, emailVerifiedAt: null },
      transaction,
      lock: transaction.LOCK.UPDATE,
    });
    if (row !== null) await mailToken(database, transaction, id, 'verify_email');
  });
}

/** @throws Problem 403 where a setting wants addresses confirmed and this one is not. */
export function refuseUnverified(
  { config }: Pick<Dependencies, 'config'>,
  { emailVerifiedAt }: UserRecord,
): void {
  if (!config.REQUIRE_VERIFIED_EMAIL || emailVerifiedAt !== null) return;
  throw new Problem(
    403,
    'email_not_verified',
    'Confirm your email address first: we have sent you a link.',
  );
}

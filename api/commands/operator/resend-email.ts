import type { EmailRecord, UserRecord } from '../../../activities/ports/records';
import type { Dependencies } from '../../dependencies';
import { notFound, Problem } from '../../http/problem';
import { anyRow } from '../../queries/operator/any';
import { factsOf, recordAct } from './audit';
import { userErased } from './user-access';

/**
 * Has a mail sent again, at once and with all its tries. It is the same mail: the same row and
 * Message-ID (I8), written anew from the same facts and sent to the address that the user has now, so
 * that whoever has it already sees no second one. One that waits for its turn only stays so, and is
 * not put in the audit log again.
 * @throws Problem 404; 409 `user_erased`, or `email_expired` when its link works no more.
 */
export async function resendEmail(
  { database }: Dependencies,
  operator: UserRecord,
  { id, reason }: { id: string; reason: string | undefined },
): Promise<EmailRecord> {
  return database.transaction(async (transaction) => {
    const row = await database.emails.findByPk(id, { transaction, lock: true });
    if (row === null) throw notFound();
    const before = row.get({ plain: true });
    const { erasedAt } = await anyRow(database.users, before.userId);
    if (erasedAt !== null) throw userErased();
    // Another try of one under way would be a second mail.
    if (before.status === 'queued') return before;
    refuseExpired(before);
    const dueAt = new Date().toISOString();
    await row.update({ status: 'queued', attempts: 0, dueAt, lastError: null }, { transaction });
    await recordAct(
      database,
      transaction,
      { operator, action: 'email.resend', object: `email/${id}`, reason },
      {
        before: factsOf(before, ['kind', 'status', 'attempts', 'sentAt']),
        after: { status: 'queued' },
      },
    );
    await database.sequelize.query('notify emails', { transaction });
    return row.get({ plain: true });
  });
}

/** A link that was for once and a while, such as the one to a new password. */
function refuseExpired({ data: { expires_at: expiresAt } }: EmailRecord): void {
  if (typeof expiresAt !== 'string' || Date.parse(expiresAt) > Date.now()) return;
  throw new Problem(
    409,
    'email_expired',
    'Its link works no more: have the user ask for a new one.',
  );
}

import type { UserRecord } from '../../../activities/ports/records';
import { mailToken, revokeTokens } from '../../accounts/account-tokens';
import type { Actor } from '../../accounts/authenticate';
import type { Dependencies } from '../../dependencies';
import { Problem } from '../../http/problem';
import { anyRow } from '../../queries/operator/any';
import { factsOf, recordAct, type Facts } from './audit';
import { takenAlready } from './create-user';
import { changedMetadata } from './metadata';
import { lockedUser, userErased } from './user-access';

/** What may be changed of a customer on their behalf. */
export interface UserChanges {
  email?: string | undefined;
  name?: string | undefined;
  externalId?: string | null | undefined;
  metadata?: Record<string, string | null> | undefined;
  country?: string | null | undefined;
  taxStatus?: UserRecord['taxStatus'] | undefined;
  timeZone?: string | undefined;
  locale?: string | undefined;
}

/**
 * Invoices that are made already stay as they are. Another address is to be confirmed anew, and links
 * that were mailed to the old one work no more.
 * @throws Problem 404; 409 `email_taken`, `external_id_taken`, `user_erased`; 403 for the address of an
 *   operator, by which somebody could become them.
 */
export async function changeUser(
  { database }: Dependencies,
  operator: Actor,
  id: string,
  changes: UserChanges,
  reason: string | undefined,
): Promise<UserRecord> {
  try {
    await database.transaction(async (transaction) => {
      const before = await lockedUser(database, transaction, id);
      const wanted = columnsOf(before, changes);
      refuseUnchangeable(before, wanted);
      await database.users.update(wanted, { where: { id }, transaction });
      if ('emailVerifiedAt' in wanted) {
        await revokeTokens(database, transaction, id);
        await mailToken(database, transaction, id, 'verify_email');
      }
      const after = { ...before, ...wanted };
      await recordAct(
        database,
        transaction,
        { operator, action: 'user.change', object: `user/${id}`, reason },
        { before: userFacts(before), after: { ...userFacts(after), ...changed(before, after) } },
      );
    });
  } catch (error) {
    throw takenAlready(error) ?? error;
  }
  return anyRow(database.users, id);
}

function columnsOf(before: UserRecord, changes: UserChanges): Partial<UserRecord> {
  const { email, name, externalId, metadata, country, taxStatus, timeZone, locale } = changes;
  return {
    ...(email === undefined || email === before.email ? {} : { email, emailVerifiedAt: null }),
    ...(name === undefined ? {} : { name }),
    ...(externalId === undefined ? {} : { externalId }),
    ...(metadata === undefined ? {} : { metadata: changedMetadata(before.metadata, metadata) }),
    ...(country === undefined ? {} : { country }),
    ...(taxStatus === undefined ? {} : { taxStatus }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(locale === undefined ? {} : { locale }),
  };
}

function refuseUnchangeable(before: UserRecord, wanted: Partial<UserRecord>): void {
  if (before.erasedAt !== null) {
    throw userErased();
  }
  if (before.role === 'operator' && wanted.email !== undefined) {
    throw new Problem(403, 'operator_account', 'The address of an operator is not changed here.');
  }
}

/** Nothing personal. */
const userFacts = (user: UserRecord): Facts =>
  factsOf(user, ['country', 'taxStatus', 'timeZone', 'locale']);

const personal = ['email', 'name', 'externalId', 'metadata'] as const;

/** Which of the things that may be personal became others, but not what they are. */
function changed(before: UserRecord, after: UserRecord): Facts {
  const names = personal.filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  return names.length === 0 ? {} : { changed: names };
}

import type { UserRecord } from '../../../activities/ports/records';
import { violatedConstraint } from '../../../db/database';
import { noPassword } from '../../../platform/passwords';
import type { Actor } from '../../accounts/authenticate';
import { mailToken } from '../../accounts/account-tokens';
import type { Dependencies } from '../../dependencies';
import { Problem } from '../../http/problem';
import { makeOnce } from '../repeatable';
import { newInvoicePrefix } from '../sign-up';
import { factsOf, recordAct, type Asked } from './audit';

/** A customer whom the business brings along. */
export interface NewUser {
  email: string;
  name: string;
  externalId: string | null;
  metadata: Record<string, string>;
  country: string | null;
  taxStatus: UserRecord['taxStatus'];
  timeZone: string;
  locale: string;
}

/**
 * Opens an account for a customer. They have no password: who wants to log in sets one by "forgot
 * password". Nothing is mailed, but for a link to confirm the address when that is asked for.
 * @throws Problem 409 `email_taken`, `external_id_taken`; 422 for a key of another request.
 */
export async function createUser(
  { database }: Dependencies,
  operator: Actor,
  fields: NewUser,
  { reason, idempotencyKey, verify }: Asked & { verify: 'done' | 'mail' | 'later' },
): Promise<UserRecord> {
  const making = { kind: 'user', userId: operator.id, idempotencyKey, wanted: fields };
  return makeOnce({ ...making, table: database.users }, async (id) => {
    try {
      await database.transaction(async (transaction) => {
        const row = await database.users.create(
          {
            id,
            ...fields,
            passwordHash: noPassword,
            invoicePrefix: newInvoicePrefix(),
            emailVerifiedAt: verify === 'done' ? new Date().toISOString() : null,
          },
          { transaction },
        );
        if (verify === 'mail') await mailToken(database, transaction, id, 'verify_email');
        const after = factsOf(row.get({ plain: true }), [
          'country',
          'taxStatus',
          'timeZone',
          'locale',
          'role',
        ]);
        await recordAct(
          database,
          transaction,
          { operator, action: 'user.create', object: `user/${id}`, reason },
          { before: null, after },
        );
      });
    } catch (error) {
      throw takenAlready(error) ?? error;
    }
  });
}

/** The unique indexes decide, so that two at once can't both win. */
export function takenAlready(error: unknown): Problem | undefined {
  const constraint = violatedConstraint(error);
  if (constraint === 'users_email_key') {
    return taken('email', 'email_taken', 'There is a user with this email address.');
  }
  if (constraint === 'users_external_id_key') {
    return taken('external_id', 'external_id_taken', 'There is a user with this external id.');
  }
  return undefined;
}

const taken = (field: string, code: string, message: string) =>
  new Problem(409, code, message, { errors: [{ field, message, code }] });

import { randomBytes, randomUUID } from 'node:crypto';
import type { UserRecord } from '../../activities/ports/records';
import { sqlState, violatedConstraint } from '../../db/database';
import { queueEmail } from '../../db/repositories/emails';
import { mailToken } from '../accounts/account-tokens';
import { passwordProblems } from '../accounts/password-rules';
import { hashPassword } from '../../platform/passwords';
import { beginSession, type ClientKind, type TokenPair } from '../accounts/sessions';
import type { Dependencies } from '../dependencies';
import { Problem, invalidField } from '../http/problem';

export interface SignUp {
  email: string;
  password: string;
  name: string;
  firstName: string;
  lastName: string;
  username: string | null;
  /** The client's IP address. */
  address: string;
}

/**
 * Opens an account: user, first session, welcome mail and the link to confirm the address in one
 * transaction.
 * @throws Problem 400 for a weak password, or an address or user name that is taken, whatever its case;
 *   429 after too many from one address.
 */
export async function signUp(
  dependencies: Dependencies,
  request: SignUp,
  kind: ClientKind,
): Promise<{ user: UserRecord; tokens: TokenPair }> {
  refuseWeakPassword(request.password, request, 'password');
  const { password, address, ...rest } = request;
  const { database, limits, attempts } = dependencies;
  await limits.spend(attempts.signUp(address));
  const passwordHash = await hashPassword(password);
  try {
    return await database.transaction(async (transaction) => {
      const id = randomUUID();
      const row = await database.users.create(
        { id, ...rest, passwordHash, invoicePrefix: newInvoicePrefix() },
        { transaction },
      );
      await queueEmail(database, transaction, {
        kind: 'welcome',
        thing: id,
        occasion: 'signed_up',
        userId: id,
        subscriptionId: null,
        data: {},
      });
      await mailToken(database, transaction, id, 'verify_email');
      const tokens = await beginSession(dependencies, transaction, id, kind);
      return { user: row.get({ plain: true }), tokens };
    });
  } catch (error) {
    throw takenName(error) ?? error;
  }
}

/** @throws Problem 400 with one message for each rule that the password breaks. */
export function refuseWeakPassword(
  password: string,
  owner: Parameters<typeof passwordProblems>[1],
  field: string,
): void {
  const messages = passwordProblems(password, owner);
  const [first] = messages;
  if (first === undefined) return;
  throw new Problem(400, 'password_weak', first, {
    errors: messages.map((message) => ({ field, message, code: 'password_weak' })),
  });
}

/** The unique indexes decide, so that two sign-ups at once can't both win. */
export function takenName(error: unknown): Problem | undefined {
  if (sqlState(error) !== '23505') return undefined;
  const constraint = violatedConstraint(error);
  if (constraint === 'users_email_key') {
    return invalidField('email', 'A user with this email already exists.', 'unique');
  }
  if (constraint === 'users_username_key') {
    return invalidField('username', 'A user with this username already exists.', 'unique');
  }
  return undefined;
}

/** Without letters and digits that are taken for each other. */
const prefixAlphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** Begins a customer's invoice numbers; one in 8 × 10¹¹, and unique in the database. */
export function newInvoicePrefix(): string {
  return Array.from(randomBytes(8), (byte) => prefixAlphabet.at(byte % prefixAlphabet.length)).join(
    '',
  );
}

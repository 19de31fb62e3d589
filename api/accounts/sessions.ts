import { randomUUID } from 'node:crypto';
import { Op, type Transaction } from 'sequelize';
import type { Dependencies } from '../dependencies';
import { signToken, verifyToken } from './tokens';

export interface TokenPair {
  access: string;
  refresh: string;
}

/** Which of the two kinds of client logs in: it decides how long an access token lives. */
export type ClientKind = 'users' | 'auth';

type Accounts = Pick<Dependencies, 'config' | 'database' | 'keyring'>;
type Limited = Accounts & Pick<Dependencies, 'limits' | 'attempts'>;

/** Access tokens from /api/auth/ live 12 times as long: 60 minutes, where /api/users/ gives 5. */
const accessLifetime = ({ config }: Accounts, kind: ClientKind) =>
  config.ACCESS_TOKEN_SECONDS * (kind === 'auth' ? 12 : 1);

/** Begins a session: all tokens that come from it by rotation share its id. */
export function beginSession(
  accounts: Accounts,
  transaction: Transaction,
  userId: string,
  kind: ClientKind,
): Promise<TokenPair> {
  return issuePair(accounts, transaction, { userId, sessionId: randomUUID(), kind });
}

async function issuePair(
  accounts: Accounts,
  transaction: Transaction,
  { userId, sessionId, kind }: { userId: string; sessionId: string; kind: ClientKind },
): Promise<TokenPair> {
  const { config, database, keyring } = accounts;
  const tokenId = randomUUID();
  const lifetime = config.REFRESH_TOKEN_SECONDS;
  await database.refreshTokens.create(
    {
      id: tokenId,
      userId,
      familyId: sessionId,
      expiresAt: new Date(Date.now() + lifetime * 1000).toISOString(),
    },
    { transaction },
  );
  const common = { userId, sessionId };
  return {
    access: signToken(keyring, {
      ...common,
      type: 'access',
      tokenId: randomUUID(),
      lifetime: accessLifetime(accounts, kind),
    }),
    refresh: signToken(keyring, { ...common, type: 'refresh', tokenId, lifetime }),
  };
}

/**
 * Changes a refresh token for a new pair, once. A token that was used before has been stolen, or its
 * thief used it: the whole session ends. Undefined when the token is not good any more.
 * @param from the client's IP address
 * @throws Problem 429 for too many of one session, or too many forged ones from one address.
 */
export async function rotate(
  accounts: Limited,
  refresh: string,
  kind: ClientKind,
  from: string,
): Promise<TokenPair | undefined> {
  const { database, keyring, limits, attempts } = accounts;
  const claims = verifyToken(keyring, refresh);
  if (claims?.token_type !== 'refresh') {
    await limits.spend(attempts.badToken(from));
    return undefined;
  }
  await limits.spend(attempts.refresh(claims.sid));
  return database.transaction(async (transaction) => {
    const row = await database.refreshTokens.findOne({
      where: { id: claims.jti, userId: claims.sub },
      transaction,
      lock: transaction.LOCK.UPDATE,
    });
    const token = row?.get({ plain: true });
    if (token === undefined || token.revokedAt !== null) return undefined;
    if (token.usedAt !== null) {
      await endSession(accounts, transaction, token.familyId);
      return undefined;
    }
    const user = await database.users.findOne({
      attributes: ['id'],
      where: { id: claims.sub, isActive: true },
      transaction,
    });
    if (user === null) return undefined;
    await row?.update({ usedAt: now() }, { transaction });
    return issuePair(accounts, transaction, {
      userId: claims.sub,
      sessionId: token.familyId,
      kind,
    });
  });
}

/** Kills all refresh tokens of a session, and with them its access tokens. How many there were. */
export async function endSession(
  { database }: Pick<Accounts, 'database'>,
  transaction: Transaction,
  sessionId: string,
): Promise<number> {
  const [count] = await database.refreshTokens.update(
    { revokedAt: now() },
    { where: { familyId: sessionId, revokedAt: null }, transaction },
  );
  return count;
}

/** Ends every session of a user but this one. */
export async function endOtherSessions(
  { database }: Pick<Accounts, 'database'>,
  transaction: Transaction,
  userId: string,
  keptSessionId: string,
): Promise<void> {
  await database.refreshTokens.update(
    { revokedAt: now() },
    { where: { userId, familyId: { [Op.ne]: keptSessionId }, revokedAt: null }, transaction },
  );
}

/** Ends every session of a user. */
export async function endEverySession(
  { database }: Pick<Accounts, 'database'>,
  transaction: Transaction,
  userId: string,
): Promise<void> {
  await database.refreshTokens.update(
    { revokedAt: now() },
    { where: { userId, revokedAt: null }, transaction },
  );
}

/** Logs out: the session that a refresh token belongs to. False when it was not the user's or dead. */
export async function endSessionOf(
  accounts: Accounts,
  userId: string,
  refresh: string,
): Promise<boolean> {
  const claims = verifyToken(accounts.keyring, refresh);
  if (claims?.token_type !== 'refresh' || claims.sub !== userId) return false;
  const ended = await accounts.database.transaction((transaction) =>
    endSession(accounts, transaction, claims.sid),
  );
  return ended > 0;
}

const now = () => new Date().toISOString();

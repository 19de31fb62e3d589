import { Op } from 'sequelize';
import type { Context } from 'koa';
import koaJwt from 'koa-jwt';
import type { UserRecord } from '../../activities/ports/records';
import type { Database } from '../../db/database';
import { Problem, forbidden } from '../http/problem';
import { readClaims, tokenAlgorithm, type Keyring } from './tokens';

/** Whoever makes a request, and the login that it came from. */
export interface Session {
  user: UserRecord;
  id: string;
}

/** Who a route lets in, and what it then knows of them. */
export interface Principals {
  open: undefined;
  user: Session;
  operator: Session;
}
export type Access = keyof Principals;

type Admissions = { [A in Access]: (context: Context) => Promise<Principals[A]> };

/** Admits a request by its bearer token. The user and the session are looked up each time. */
export function createAdmissions(database: Database, keyring: Keyring): Admissions {
  const verify = koaJwt({
    secret: async (header: { kid?: unknown }) => {
      const secret = keyring.secretOf(header.kid);
      if (secret === undefined) throw new Error('The token names no key of ours.');
      return secret;
    },
    algorithms: [tokenAlgorithm],
    key: 'token',
    passthrough: true,
  });

  const user = async (context: Context): Promise<Session> => {
    if (context.get('Authorization') === '') throw notAuthenticated();
    await verify(context, async () => undefined);
    const claims = readClaims(context.state['token']);
    if (claims?.token_type !== 'access') throw tokenNotValid();
    const session = await findSession(database, claims.sub, claims.sid);
    if (session === undefined) throw tokenNotValid();
    return session;
  };

  return {
    open: async () => undefined,
    user,
    async operator(context) {
      const session = await user(context);
      if (session.user.role !== 'operator') throw forbidden();
      return session;
    },
  };
}

/** A deactivated user, and a session that was logged out or cut off, are out at once. */
async function findSession(
  database: Database,
  userId: string,
  id: string,
): Promise<Session | undefined> {
  const [user, token] = await Promise.all([
    database.users.findOne({ where: { id: userId, isActive: true } }),
    database.refreshTokens.findOne({
      attributes: ['id'],
      where: {
        familyId: id,
        userId,
        revokedAt: null,
        expiresAt: { [Op.gt]: new Date().toISOString() },
      },
    }),
  ]);
  return user === null || token === null ? undefined : { user: user.get({ plain: true }), id };
}

const challenge = { headers: { 'WWW-Authenticate': 'Bearer realm="api"' } };

const notAuthenticated = () =>
  new Problem(401, 'not_authenticated', 'Authentication credentials were not provided.', challenge);

const tokenNotValid = () =>
  new Problem(401, 'token_not_valid', 'Given token not valid for any token type', challenge);

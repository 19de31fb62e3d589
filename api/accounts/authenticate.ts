import { Op } from 'sequelize';
import type { Context } from 'koa';
import koaJwt from 'koa-jwt';
import type { UserRecord } from '../../activities/ports/records';
import type { Database } from '../../db/database';
import type { Config } from '../../platform/config';
import { Problem, forbidden } from '../http/problem';
import { looksLikeApiKey, makesLiveKeys, workingKey } from './api-keys';
import type { Attempts, RateLimits } from './rate-limits';
import { allows, type Scope } from './scopes';
import { readClaims, tokenAlgorithm, type Keyring } from './tokens';

/** Somebody who does something; through an API key it is the operator who made the key. */
export interface Actor extends UserRecord {
  /** The key's id, for the audit log (I11). */
  viaApiKey?: string;
}

/** Whoever makes a request, and the login, or the API key, that it came from. */
export interface Session {
  user: Actor;
  id: string;
}

/** Who a route lets in, and what it then knows of them. */
export interface Principals {
  open: undefined;
  user: Session;
  operator: Session;
}
export type Access = keyof Principals;

type Admissions = {
  [A in Access]: (context: Context, scope: Scope | undefined) => Promise<Principals[A]>;
};

interface Gate {
  database: Database;
  config: Config;
  keyring: Keyring;
  limits: RateLimits;
  attempts: Attempts;
}

/**
 * Admits a request by its bearer token: an access token, or on an operator's route an API key with
 * the scope that is needed. User and session, or key and maker, are looked up each time.
 */
export function createAdmissions(gate: Gate): Admissions {
  const { database, keyring } = gate;
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
    if (apiKeyOf(context) !== undefined) {
      await admitKey(gate, context);
      throw notForKeys();
    }
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
    async operator(context, scope) {
      if (apiKeyOf(context) !== undefined) return keySession(gate, context, scope);
      const session = await user(context);
      if (session.user.role !== 'operator') throw forbidden();
      return session;
    },
  };
}

/** The API key that a request came with, good or not. */
function apiKeyOf(context: Context): string | undefined {
  const [, token = ''] = /^Bearer +(\S+)$/i.exec(context.get('Authorization')) ?? [];
  return looksLikeApiKey(token) ? token : undefined;
}

async function admitKey(
  { database, config, limits, attempts }: Gate,
  context: Context,
): Promise<NonNullable<Awaited<ReturnType<typeof workingKey>>>> {
  const working = await workingKey(database, apiKeyOf(context) ?? '', makesLiveKeys(config));
  if (working !== undefined) return working;
  await limits.spend(attempts.badToken(context.ip));
  throw new Problem(401, 'api_key_not_valid', 'This API key is not valid.', challenge);
}

/** @throws Problem 401 for a key that doesn't work here, 403 for one without the scope. */
async function keySession(
  gate: Gate,
  context: Context,
  scope: Scope | undefined,
): Promise<Session> {
  const { key, maker } = await admitKey(gate, context);
  if (scope === undefined) throw notForKeys();
  if (!allows(key.scopes, scope)) {
    throw new Problem(403, 'scope_missing', `This API key lacks the scope "${scope}".`, {
      headers: { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
      members: { scope },
    });
  }
  return { user: { ...maker, viaApiKey: key.id }, id: key.id };
}

const notForKeys = () =>
  new Problem(
    401,
    'not_for_api_keys',
    'API keys work under /api/v1/admin only: log in for this.',
    challenge,
  );

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

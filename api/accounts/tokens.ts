import { createHash } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { z } from 'zod';

/** The one algorithm in which tokens are signed and accepted. */
export const tokenAlgorithm = 'HS256';

interface SigningKey {
  kid: string;
  secret: string;
}

/** The keys that sign (the first) and verify (any) tokens; a token names its key by `kid`. */
export interface Keyring {
  current: SigningKey;
  /** The secret of a key, or undefined when there is no such key. */
  secretOf(kid: unknown): string | undefined;
}

/** @param secrets newest first; older ones still verify what they have signed. */
export function createKeyring(secrets: readonly [string, ...string[]]): Keyring {
  const keys = secrets.map((secret) => ({ kid: fingerprint(secret), secret }));
  const [first] = secrets;
  return {
    current: { kid: fingerprint(first), secret: first },
    secretOf: (kid) => keys.find((key) => key.kid === kid)?.secret,
  };
}

/** Tells keys apart without saying anything about them. */
function fingerprint(secret: string): string {
  return createHash('sha256').update(`kid:${secret}`).digest('hex').slice(0, 12);
}

const claims = z.object({
  token_type: z.enum(['access', 'refresh']),
  /** The user. */
  sub: z.uuid(),
  /** The session: all tokens that came from one login. */
  sid: z.uuid(),
  jti: z.uuid(),
  exp: z.int(),
});

export type TokenClaims = z.output<typeof claims>;

/** What the payload of a verified token says; undefined when it is not one of ours. */
export function readClaims(payload: unknown): TokenClaims | undefined {
  const result = claims.safeParse(payload);
  return result.success ? result.data : undefined;
}

export interface TokenContent {
  type: TokenClaims['token_type'];
  userId: string;
  sessionId: string;
  tokenId: string;
  /** Seconds from now. */
  lifetime: number;
}

/** A signed token. It holds ids only. */
export function signToken(
  { current }: Keyring,
  { type, userId, sessionId, tokenId, lifetime }: TokenContent,
): string {
  return jwt.sign({ token_type: type, sid: sessionId }, current.secret, {
    algorithm: tokenAlgorithm,
    keyid: current.kid,
    subject: userId,
    jwtid: tokenId,
    expiresIn: lifetime,
  });
}

/** The claims of a token whose signature, algorithm and expiry are good; otherwise undefined. */
export function verifyToken(keyring: Keyring, token: string): TokenClaims | undefined {
  try {
    const kid = jwt.decode(token, { complete: true })?.header.kid;
    const secret = keyring.secretOf(kid);
    if (secret === undefined) return undefined;
    return readClaims(jwt.verify(token, secret, { algorithms: [tokenAlgorithm] }));
  } catch {
    return undefined;
  }
}

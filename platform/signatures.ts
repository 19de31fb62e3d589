import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { signingSecretsOf, type Config } from './config';

/** Signs bytes for one purpose, and knows its own signatures again. */
export interface Signer {
  sign(content: Buffer): Buffer;
  fits(content: Buffer, signature: Buffer): boolean;
}

/**
 * Signs by keys that are derived from JWT_SECRET and good for this purpose alone (RFC 5869). While
 * the secret is being replaced the new one signs, and what the old one has signed still holds.
 *
 * @param purpose words that nothing else uses
 * @param length bytes of a signature, at most 32
 */
export function createSigner(
  config: Pick<Config, 'JWT_SECRET'>,
  purpose: string,
  length: number,
): Signer {
  const [first, ...older] = signingSecretsOf(config);
  const keyOf = (secret: string) => Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
  const signedBy = (key: Buffer) => (content: Buffer) =>
    createHmac('sha256', key).update(content).digest().subarray(0, length);
  const sign = signedBy(keyOf(first));
  const all = [sign, ...older.map((secret) => signedBy(keyOf(secret)))];
  return {
    sign,
    fits: (content, signature) =>
      signature.length === length && all.some((by) => timingSafeEqual(signature, by(content))),
  };
}

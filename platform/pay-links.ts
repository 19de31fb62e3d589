import type { Config } from './config';
import { createSigner } from './signatures';

/** A link works through this many days after the day (in UTC) on which it was made. */
const lifeDays = 90;
const dayMilliseconds = 86_400_000;

const idBytes = 16;
const dayBytes = 2;
/** 192 bits: nobody guesses one, and the token is a whole number of base64url characters. */
const signatureBytes = 24;
const tokenPattern = /^[\w-]{56}$/;

/** What a token says: which invoice may be seen, or that it might have been, once. */
export type PayToken = { invoiceId: string } | 'expired';

/** The links under which a customer sees and pays one invoice without signing in. */
export interface PayLinks {
  /** `/pay/…`, the same all day. `madeAt` is when whoever gets it was written to. */
  pathFor(invoiceId: string, madeAt?: Date): string;
  /** The same under the public URL. */
  urlFor(invoiceId: string): string;
  /** Undefined for what we have not made, or not like this. */
  read(token: string): PayToken | undefined;
}

/**
 * A token is the invoice's id, the last day on which it works and a signature of both, by a key that
 * is derived from JWT_SECRET and good for nothing else (RFC 5869). Nothing is stored: a link can't be
 * taken back but by another JWT_SECRET. It opens one invoice, and pays it at most.
 */
export function createPayLinks({
  JWT_SECRET,
  PUBLIC_URL,
}: Pick<Config, 'JWT_SECRET' | 'PUBLIC_URL'>): PayLinks {
  const signer = createSigner({ JWT_SECRET }, 'everbill pay link 1', signatureBytes);

  const pathFor = (invoiceId: string, madeAt = new Date()) => {
    const content = Buffer.alloc(idBytes + dayBytes);
    content.write(invoiceId.replaceAll('-', ''), 'hex');
    content.writeUInt16BE(dayOf(madeAt) + lifeDays, idBytes);
    return `/pay/${Buffer.concat([content, signer.sign(content)]).toString('base64url')}`;
  };

  return {
    pathFor,
    urlFor: (invoiceId) => `${PUBLIC_URL.replace(/\/+$/, '')}${pathFor(invoiceId)}`,
    read(token) {
      if (!tokenPattern.test(token)) return undefined;
      const bytes = Buffer.from(token, 'base64url');
      const content = bytes.subarray(0, idBytes + dayBytes);
      const signature = bytes.subarray(idBytes + dayBytes);
      if (!signer.fits(content, signature)) return undefined;
      if (content.readUInt16BE(idBytes) < dayOf(new Date())) return 'expired';
      return { invoiceId: uuidOf(content) };
    },
  };
}

const dayOf = (instant: Date) => Math.floor(instant.getTime() / dayMilliseconds);

const uuidOf = (content: Buffer) =>
  content
    .toString('hex', 0, idBytes)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** Keeps answers such that the database alone can't read them: they name people and hold pay links (I12). */
export interface SealedAnswers {
  seal(text: string): string;
  /** Undefined for what none of the secrets can open. */
  open(sealed: string): string | undefined;
  /** Hashes by each secret, the newest first: requests are short, so a bare hash could be guessed. */
  hashes(text: string): [string, ...string[]];
}

const ivBytes = 12;
const tagBytes = 16;

/**
 * AES-256-GCM and HMAC-SHA-256 by keys that are derived from each secret and good for nothing else
 * (RFC 5869).
 * @param secrets newest first; older ones still open what they sealed
 */
export function createSealedAnswers(secrets: readonly [string, ...string[]]): SealedAnswers {
  const [newest, ...older] = secrets;
  const first = keysOf(newest);
  const all = [first, ...older.map(keysOf)];
  return {
    seal(text) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', first.sealing, iv, { authTagLength: tagBytes });
      const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), content]).toString('base64');
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64');
      for (const { sealing } of all) {
        const text = opened(bytes, sealing);
        if (text !== undefined) return text;
      }
      return undefined;
    },
    hashes: (text) => [hashed(first, text), ...all.slice(1).map((keys) => hashed(keys, text))],
  };
}

interface Keys {
  sealing: Buffer;
  hashing: Buffer;
}

const keysOf = (secret: string): Keys => ({
  sealing: Buffer.from(hkdfSync('sha256', secret, '', 'everbill idempotent answer 1', 32)),
  hashing: Buffer.from(hkdfSync('sha256', secret, '', 'everbill idempotent request 1', 32)),
});

const hashed = ({ hashing }: Keys, text: string) =>
  createHmac('sha256', hashing).update(text).digest('hex');

function opened(bytes: Buffer, key: Buffer): string | undefined {
  const iv = bytes.subarray(0, ivBytes);
  const tag = bytes.subarray(ivBytes, ivBytes + tagBytes);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes });
    decipher.setAuthTag(tag);
    const content = decipher.update(bytes.subarray(ivBytes + tagBytes), undefined, 'utf8');
    return content + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

import type { AccountTokenPurpose } from '../activities/ports/records';
import type { Config } from './config';
import { createSigner } from './signatures';

const idBytes = 16;
/** 208 bits: nobody guesses one, and the token is a whole number of base64url characters. */
const signatureBytes = 26;
const tokenPattern = /^[\w-]{56}$/;

const paths: Readonly<Record<AccountTokenPurpose, string>> = {
  verify_email: '/portal/verify-email',
  reset_password: '/portal/reset-password',
};

/** The links in mails that confirm an address or set a new password. */
export interface AccountLinks {
  /** Under the public URL; holds the token. */
  pathFor(purpose: AccountTokenPurpose, id: string): string;
  tokenOf(id: string): string;
  /** The id of the row in `account_tokens`; undefined for what we have not made. */
  read(token: string): string | undefined;
}

/**
 * A token is the id of its row and a signature of it. The row says what it is for, how long it lasts
 * and whether it was used; neither the row nor the mail in the outbox holds the signature (I12).
 */
export function createAccountLinks(config: Pick<Config, 'JWT_SECRET'>): AccountLinks {
  const signer = createSigner(config, 'everbill account link 1', signatureBytes);
  const tokenOf = (id: string) => {
    const content = Buffer.from(id.replaceAll('-', ''), 'hex');
    return Buffer.concat([content, signer.sign(content)]).toString('base64url');
  };
  return {
    tokenOf,
    pathFor: (purpose, id) => `${paths[purpose]}?token=${tokenOf(id)}`,
    read(token) {
      if (!tokenPattern.test(token)) return undefined;
      const bytes = Buffer.from(token, 'base64url');
      const content = bytes.subarray(0, idBytes);
      return signer.fits(content, bytes.subarray(idBytes)) ? uuidOf(content) : undefined;
    },
  };
}

const uuidOf = (id: Buffer) =>
  id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

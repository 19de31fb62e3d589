import { hash, verify } from '@node-rs/argon2';

/** Argon2id (the library's default) at OWASP's first recommendation; runs on libuv's threads. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password, cost);

/** A hash that no password fits, made once: comparing with it takes as long as with a real one. */
let decoy: Promise<string> | undefined;

/** What stands in a hash's place for somebody who has no password yet: nothing fits it. */
export const noPassword = 'none';

/**
 * Whether the password fits. Without a hash (no such user, or no password) it says no after the same time, so that
 * the time tells nobody which addresses have accounts.
 */
export async function passwordFits(
  storedHash: string | undefined,
  password: string,
): Promise<boolean> {
  decoy ??= hashPassword(crypto.randomUUID());
  // An erased account's is empty.
  const has = storedHash !== undefined && storedHash !== noPassword && storedHash !== '';
  const fits = await verify(has ? storedHash : await decoy, password);
  return has && fits;
}

import { Problem } from '../http/problem';

/** Slows down guessing: counts logins per account and address until one succeeds, in this process. */
export interface LoginLimiter {
  /** Counts an attempt. @throws Problem 429 with Retry-After when there were too many. */
  attempt(account: string, address: string): void;
  succeeded(account: string, address: string): void;
}

const allowedFailures = 10;
const windowMilliseconds = 5 * 60_000;
/** Above this many the oldest are forgotten, so that guessing can't fill the memory. */
const rememberedPairs = 10_000;

/**
 * Ten wrong logins of one account from one address in five minutes; then that pair waits until the
 * oldest is five minutes old. Others log in to the account as before, so nobody can lock its owner
 * out, and an account that does not exist is treated alike.
 */
export function createLoginLimiter(now: () => number = Date.now): LoginLimiter {
  const failures = new Map<string, number[]>();
  const keyOf = (account: string, address: string) => `${account.toLowerCase()} ${address}`;
  const recent = (key: string) =>
    (failures.get(key) ?? []).filter((at) => at > now() - windowMilliseconds);

  return {
    attempt(account, address) {
      const key = keyOf(account, address);
      const earlier = recent(key);
      const [oldest] = earlier;
      if (oldest !== undefined && earlier.length >= allowedFailures) {
        throw tooMany(Math.max(1, Math.ceil((oldest + windowMilliseconds - now()) / 1000)));
      }
      // Counted before the password is looked at, so that a hundred at once are a hundred.
      failures.delete(key);
      failures.set(key, [...earlier, now()]);
      const [first] = failures.keys();
      if (failures.size > rememberedPairs && first !== undefined) failures.delete(first);
    },
    succeeded: (account, address) => void failures.delete(keyOf(account, address)),
  };
}

const tooMany = (retryAfter: number) =>
  new Problem(
    429,
    'too_many_attempts',
    `Too many wrong logins. Try again in ${retryAfter} seconds.`,
    { retryAfter },
  );

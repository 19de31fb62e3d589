import type { Context, Next } from 'koa';
import { unavailable } from './problem';

/**
 * Nobody waits for ever: after `seconds` the answer is a 503. What was begun is not undone; the same
 * request under the same Idempotency-Key gets what it comes to.
 */
export function deadline(seconds: number) {
  return async (_context: Context, next: Next): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(unavailable('request_timeout', 'This took too long. Try again.', 5)),
        seconds * 1_000,
      );
    });
    try {
      await Promise.race([next(), late]);
    } finally {
      clearTimeout(timer);
    }
  };
}

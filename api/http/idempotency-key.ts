import { Problem } from './problem';
import type { HttpFacts } from './route';

/**
 * The client's name for this request, if it gave one: the same request under the same key happens once.
 * @throws Problem 400 when it is too long or holds what a header shouldn't.
 */
export function idempotencyKeyOf({ header }: HttpFacts): string | undefined {
  const key = header('Idempotency-Key');
  if (key === '') return undefined;
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new Problem(
    400,
    'idempotency_key_invalid',
    'An Idempotency-Key is 1 to 255 printable ASCII characters without spaces.',
  );
}

/** A client that gives two requests one name has mixed them up. */
export const keyReused = () =>
  new Problem(422, 'idempotency_key_reused', 'This Idempotency-Key was used for another request.');

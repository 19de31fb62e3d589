import { createHash } from 'node:crypto';
import { ApiError, invalidRequest } from '../errors';
import type { AnswerRow } from '../store/rows';
import type { Store } from '../store/store';

/** How long a key is remembered. */
export const KEPT_FOR_MS = 24 * 3600 * 1000;

const LONGEST_KEY = 255;

/** The answer that a key already has, with the request that it was first given to. */
export type StoredAnswer = Pick<AnswerRow, 'status' | 'body' | 'requestId'>;

/**
 * Idempotency keys: per key and path the first answer is kept for a day and given again to the same request.
 */
export class Idempotency {
  private readonly inProgress = new Set<string>();

  constructor(
    private readonly store: Store,
    private readonly nowMs: () => number,
  ) {}

  /**
   * Takes a key for one request, until `release`.
   *
   * @returns the stored answer when there is one, else null
   * @throws ApiError 400 idempotency_error for other parameters, 409 while the first request is still running
   */
  acquire(slot: KeySlot): StoredAnswer | null {
    if (this.inProgress.has(slot.id)) {
      throw new ApiError(409, {
        type: 'idempotency_error',
        code: 'idempotency_key_in_use',
        doc_url: 'https://stripe.com/docs/error-codes/idempotency-key-in-use',
        message: `There is currently another in-progress request using this Idempotency Key (that probably means you submitted twice, and the other request is still going through): ${slot.key}.`,
      });
    }
    const known = this.store.tables.answers.get(slot.id);
    if (known !== undefined && this.nowMs() - known.createdAt < KEPT_FOR_MS) {
      if (known.fingerprint !== slot.fingerprint) {
        throw new ApiError(400, {
          type: 'idempotency_error',
          message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${slot.key}' if you meant to execute a different request.`,
        });
      }
      return known;
    }
    this.inProgress.add(slot.id);
    return null;
  }

  release(slot: KeySlot): void {
    this.inProgress.delete(slot.id);
  }

  /** Keeps an answer, in the transaction of what it answers. */
  keep(slot: KeySlot, answer: StoredAnswer): void {
    this.store.tables.answers.put(slot.id, {
      fingerprint: slot.fingerprint,
      status: answer.status,
      body: answer.body,
      requestId: answer.requestId,
      createdAt: this.nowMs(),
    });
  }
}

/** One key at one path, and what the request with it says. */
export interface KeySlot {
  id: string;
  key: string;
  fingerprint: string;
}

/** @throws ApiError 400 for a key of more than 255 characters */
export function keySlot(key: string, path: string, body: string): KeySlot {
  if (key.length > LONGEST_KEY) {
    throw invalidRequest(`Idempotency keys are at most ${LONGEST_KEY} characters long.`);
  }
  return {
    id: `${path} ${key}`,
    key,
    fingerprint: createHash('sha256').update(body).digest('base64url'),
  };
}

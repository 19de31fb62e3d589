import { createHash } from 'node:crypto';
import type { Transaction } from 'sequelize';
import type { NewEmail } from '../../activities/ports/store';
import type { Database } from '../database';

/**
 * Puts a mail in the outbox, in the transaction of what it announces. A second mail of the same
 * kind, thing and occasion is not written (I8). The Message-ID is derived from these three, so that
 * a message which the server took just before a crash can be told as the same.
 */
export async function queueEmail(
  database: Database,
  transaction: Transaction,
  { kind, thing, occasion, userId, subscriptionId, data }: NewEmail,
): Promise<void> {
  const id = derivedUuid([kind, thing, occasion]);
  await database.emails.bulkCreate(
    [
      {
        id,
        kind,
        thing,
        occasion,
        userId,
        subscriptionId,
        data,
        messageId: `<${id}@everbill>`,
      },
    ],
    { transaction, ignoreDuplicates: true },
  );
}

/** A UUID (version 8) that is always the same for the same words. */
function derivedUuid(words: readonly string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(words)).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

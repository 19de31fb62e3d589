import type { UserRecord, WebhookEventRecord } from '../../../activities/ports/records';
import { notFound } from '../../http/problem';
import type { Dependencies } from '../../dependencies';
import { factsOf, recordAct } from './audit';

/**
 * Has the worker look at an event of Stripe's once more, at once and with all its tries. An event may
 * be applied any number of times (I7), so this is always safe; one that waits for its turn already
 * only stays so, and is not put in the audit log again.
 * @throws Problem 404.
 */
export async function replayEvent(
  { database }: Dependencies,
  operator: UserRecord,
  { id, reason }: { id: string; reason: string | undefined },
): Promise<WebhookEventRecord> {
  return database.transaction(async (transaction) => {
    const row = await database.webhookEvents.findByPk(id, { transaction, lock: true });
    if (row === null) throw notFound();
    const before = row.get({ plain: true });
    if (before.status === 'received' && before.attempts === 0) return before;
    const dueAt = new Date().toISOString();
    await row.update(
      { status: 'received', attempts: 0, dueAt, lastError: null, reason: null, settledAt: null },
      { transaction },
    );
    await recordAct(
      database,
      transaction,
      { operator, action: 'webhook_event.replay', object: `webhook_event/${id}`, reason },
      {
        before: factsOf(before, ['type', 'status', 'attempts', 'reason', 'lastError']),
        after: { status: 'received' },
      },
    );
    await database.sequelize.query('notify webhook_events', { transaction });
    return row.get({ plain: true });
  });
}

import type { StoredEvent } from '../activities/stripe-event';
import type { Database } from '../db/database';

/** Whether an event came in less than so long ago, so that a call of our own may still be at what it tells. */
export async function isYoung(
  { webhookEvents }: Database,
  { id }: StoredEvent,
  milliseconds: number,
): Promise<boolean> {
  const stored = await webhookEvents.findByPk(id, { attributes: ['receivedAt'] });
  const age = Date.now() - Date.parse(stored?.get({ plain: true }).receivedAt ?? '');
  return age < milliseconds;
}

import { Op } from 'sequelize';
import type { SubscriptionEventRecord } from '../../activities/ports/records';
import type { Database } from '../../db/database';
import type { Page, PageRequest } from './newest-first';

/** A subscription's story, from its latest event back or from its first on. */
export async function timelineOf(
  { subscriptionEvents }: Database,
  subscriptionId: string,
  { limit, starting_after: after, order = 'desc' }: PageRequest & { order?: 'asc' | 'desc' },
): Promise<Page<SubscriptionEventRecord>> {
  const beyond = order === 'asc' ? Op.gt : Op.lt;
  const rows = await subscriptionEvents.findAll({
    where: { subscriptionId, ...(after === undefined ? {} : { id: { [beyond]: after } }) },
    order: [['id', order]],
    limit: limit + 1,
  });
  const events = rows.map((row) => row.get({ plain: true }));
  return { rows: events.slice(0, limit), hasMore: events.length > limit };
}

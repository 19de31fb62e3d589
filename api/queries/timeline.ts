import { Op } from 'sequelize';
import type { SubscriptionEventRecord } from '../../activities/ports/records';
import type { Database } from '../../db/database';
import type { Page, PageRequest } from './newest-first';

/** A subscription's story, the newest event first. */
export async function timelineOf(
  { subscriptionEvents }: Database,
  subscriptionId: string,
  { limit, starting_after: after }: PageRequest,
): Promise<Page<SubscriptionEventRecord>> {
  const rows = await subscriptionEvents.findAll({
    where: { subscriptionId, ...(after === undefined ? {} : { id: { [Op.lt]: after } }) },
    order: [['id', 'DESC']],
    limit: limit + 1,
  });
  const events = rows.map((row) => row.get({ plain: true }));
  return { rows: events.slice(0, limit), hasMore: events.length > limit };
}

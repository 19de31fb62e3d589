import { Op, type WhereOptions } from 'sequelize';
import type { WebhookEventRecord } from '../../../activities/ports/records';
import type { Database } from '../../../db/database';
import { invalidField, notFound } from '../../http/problem';
import type { Page } from '../newest-first';

export interface WantedEvents {
  status?: WebhookEventRecord['status'] | undefined;
  /** `payment_intent.succeeded`, or `payment_intent.*` for all that begin so. */
  type?: string | undefined;
}

/**
 * Events of Stripe's as they came in, the last one first; without their payloads.
 * @throws Problem 400 when `starting_after` is no event.
 */
export async function webhookEvents(
  { webhookEvents: table }: Database,
  { status, type }: WantedEvents,
  { limit, starting_after: after }: { limit: number; starting_after?: string | undefined },
): Promise<Page<Omit<WebhookEventRecord, 'payload'>>> {
  const conditions: WhereOptions[] = [];
  if (status !== undefined) conditions.push({ status });
  if (type?.endsWith('*') === true) {
    // Sequelize leaves to us what LIKE would take for a wildcard.
    const beginning = type.slice(0, -1).replaceAll(/[\\%_]/g, String.raw`\$&`);
    conditions.push({ type: { [Op.startsWith]: beginning } });
  } else if (type !== undefined) {
    conditions.push({ type });
  }
  if (after !== undefined) {
    const last = (await table.findByPk(after))?.get({ plain: true });
    if (last === undefined) throw invalidField('starting_after', 'There is no such event.');
    const { receivedAt, id } = last;
    // Only the first says to PostgreSQL where in the index to begin.
    conditions.push(
      { receivedAt: { [Op.lte]: receivedAt } },
      { [Op.or]: [{ receivedAt: { [Op.lt]: receivedAt } }, { receivedAt, id: { [Op.lt]: id } }] },
    );
  }
  const rows = await table.findAll({
    where: { [Op.and]: conditions },
    attributes: { exclude: ['payload'] },
    order: [
      ['receivedAt', 'DESC'],
      ['id', 'DESC'],
    ],
    limit: limit + 1,
  });
  return {
    rows: rows.slice(0, limit).map((row) => row.get({ plain: true })),
    hasMore: rows.length > limit,
  };
}

/** @throws Problem 404. */
export async function webhookEvent(
  { webhookEvents: table }: Database,
  id: string,
): Promise<WebhookEventRecord> {
  const row = await table.findByPk(id);
  if (row === null) throw notFound();
  return row.get({ plain: true });
}

import { Op, type WhereOptions } from 'sequelize';
import type { DiscrepancyRecord, ReconciliationRecord } from '../../../activities/ports/records';
import type { Database } from '../../../db/database';
import { invalidField } from '../../http/problem';
import type { Page, PageRequest } from '../newest-first';

/** The last comparisons of Stripe's books with ours, the newest first. */
export async function lastReconciliations(
  { reconciliations }: Database,
  limit: number,
): Promise<ReconciliationRecord[]> {
  const rows = await reconciliations.findAll({ order: [['startedAt', 'DESC']], limit });
  return rows.map((row) => row.get({ plain: true }));
}

/**
 * What differs or did, found last first.
 * @throws Problem 400 when `starting_after` is not one of them.
 */
export async function discrepanciesOf(
  { discrepancies }: Database,
  status: DiscrepancyRecord['status'] | undefined,
  { limit, starting_after: after }: PageRequest,
): Promise<Page<DiscrepancyRecord>> {
  const conditions: WhereOptions[] = status === undefined ? [] : [{ status }];
  if (after !== undefined) {
    const last = (await discrepancies.findByPk(after))?.get({ plain: true });
    if (last === undefined) throw invalidField('starting_after', 'There is no such item.');
    const { foundAt, id } = last;
    // Only the first says to PostgreSQL where in the index to begin.
    conditions.push(
      { foundAt: { [Op.lte]: foundAt } },
      { [Op.or]: [{ foundAt: { [Op.lt]: foundAt } }, { foundAt, id: { [Op.lt]: id } }] },
    );
  }
  const rows = await discrepancies.findAll({
    where: { [Op.and]: conditions },
    order: [
      ['foundAt', 'DESC'],
      ['id', 'DESC'],
    ],
    limit: limit + 1,
  });
  return {
    rows: rows.slice(0, limit).map((row) => row.get({ plain: true })),
    hasMore: rows.length > limit,
  };
}

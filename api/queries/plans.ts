import type { PlanRecord } from '../../activities/ports/records';
import type { Database } from '../../db/database';

/** Plans on offer, in the order they were made: the newest version of each, unless archived. */
export async function plansOnOffer({ plans }: Database): Promise<PlanRecord[]> {
  const rows = await plans.findAll({
    where: { archivedAt: null },
    order: [
      ['createdAt', 'ASC'],
      ['amountMinor', 'ASC'],
      ['id', 'ASC'],
    ],
  });
  const newest = new Map<string, PlanRecord>();
  for (const row of rows) {
    const plan = row.get({ plain: true });
    const known = newest.get(plan.code);
    if (known === undefined || known.version < plan.version) newest.set(plan.code, plan);
  }
  return [...newest.values()];
}

export async function findPlan({ plans }: Database, id: string): Promise<PlanRecord | undefined> {
  const row = await plans.findByPk(id);
  return row?.get({ plain: true });
}

/** The plans of many rows at once, by id. */
export async function plansById(
  { plans }: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PlanRecord>> {
  if (ids.length === 0) return new Map();
  const rows = await plans.findAll({ where: { id: [...new Set(ids)] } });
  return new Map(rows.map((row) => row.get({ plain: true })).map((plan) => [plan.id, plan]));
}

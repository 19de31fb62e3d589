import { z } from 'zod';
import type { PlanRecord } from '../../../../activities/ports/records';
import { byId, id, minorUnits } from '../../../http/fields';
import { notFound } from '../../../http/problem';
import { briefly, ok, route } from '../../../http/route';
import { asMinorUnits } from '../../../presenters/money';
import { listOf, pageOf, pageQuery } from '../../../queries/newest-first';
import { findPlan, plansOnOffer } from '../../../queries/plans';

const tags = ['v1 plans'];

export const plan = z
  .object({
    id,
    name: z.string(),
    description: z.string(),
    version: z.int(),
    amount: minorUnits,
    currency: z.string(),
    interval: z.enum(['day', 'week', 'month', 'year']),
    interval_count: z.int(),
    trial_days: z.int(),
    features: z.array(z.string()),
  })
  .meta({ id: 'Plan' });

export const planRoutes = [
  route({
    method: 'get',
    path: '/api/v1/plans',
    auth: 'open',
    summary: 'List plans on offer, newest first',
    tags,
    request: z.object({ query: pageQuery }),
    responses: { 200: listOf(plan) },
    cache: briefly,
    async handler({ query }, { database }) {
      const { rows, hasMore } = pageOf((await plansOnOffer(database)).toReversed(), query);
      return ok({ data: rows.map(presentPlan), has_more: hasMore });
    },
  }),

  route({
    method: 'get',
    path: '/api/v1/plans/:id',
    auth: 'open',
    summary: 'See one plan, also one that is no longer offered',
    tags,
    request: z.object({ params: byId }),
    responses: { 200: plan },
    cache: briefly,
    async handler({ params }, { database }) {
      const row = await findPlan(database, params.id);
      if (row === undefined) throw notFound();
      return ok(presentPlan(row));
    },
  }),
];

export function presentPlan(row: PlanRecord) {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    version: row.version,
    amount: asMinorUnits(row.amountMinor),
    currency: row.currency,
    interval: row.interval,
    interval_count: row.intervalCount,
    trial_days: row.trialDays,
    features: row.features,
  };
}

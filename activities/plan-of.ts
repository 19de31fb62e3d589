import type { PlanRecord, SubscriptionRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';

/** A subscription's plan is never deleted, so that a missing one means damaged books. */
export async function planOf(
  unit: UnitOfWork,
  { planId }: Pick<SubscriptionRecord, 'planId'>,
): Promise<PlanRecord> {
  const plan = await unit.plan(planId);
  if (plan === undefined) throw new Error(`Plan ${planId} is gone.`);
  return plan;
}

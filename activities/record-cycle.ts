import type { SubscriptionCycleRecord, SubscriptionRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';

/** Writes down what becomes of the subscription's current cycle (I5). */
export async function recordCycle(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  outcome: SubscriptionCycleRecord['outcome'],
): Promise<void> {
  await unit.recordCycle({
    subscriptionId: subscription.id,
    cycle: subscription.cycle,
    periodStart: subscription.currentPeriodStart,
    periodEnd: subscription.currentPeriodEnd,
    outcome,
  });
}

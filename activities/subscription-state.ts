import { stateFrom, type SubscriptionState } from '../billing/subscription-state';
import type { SubscriptionRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';

/** The state after a change, with the plan where it is another one than before: operators search by it. */
export async function stateAfter(
  unit: UnitOfWork,
  before: SubscriptionRecord,
  after: SubscriptionRecord,
): Promise<SubscriptionState & { planId?: string }> {
  const state = await stateOf(unit, after);
  return after.planId === before.planId ? state : { ...state, planId: after.planId };
}

/** What the workflow must know of a subscription, read inside the transaction that changed it. */
export async function stateOf(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
): Promise<SubscriptionState> {
  return stateFrom(subscription, await unit.unsettledInvoices(subscription.id));
}

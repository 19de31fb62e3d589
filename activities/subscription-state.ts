import { stateFrom, type SubscriptionState } from '../billing/subscription-state';
import type { SubscriptionRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';

/** What the workflow must know of a subscription, read inside the transaction that changed it. */
export async function stateOf(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
): Promise<SubscriptionState> {
  return stateFrom(subscription, await unit.unsettledInvoices(subscription.id));
}

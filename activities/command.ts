import type { Instant } from '../billing/instant';
import type { SubscriptionState } from '../billing/subscription-state';
import type { Refusal } from '../workflows/messages';
import type { SubscriptionRecord } from './ports/records';
import type { BillingStore, UnitOfWork } from './ports/store';
import { refusal } from './refusal';
import { stateAfter, stateOf } from './subscription-state';

/** An expected no, with nothing changed, or the state after the change. */
export type Commanded =
  | { refused: Refusal; state: SubscriptionState }
  | { state: SubscriptionState & { planId?: string } };

/** A change that somebody asked for. */
export interface Addressed {
  subscriptionId: string;
  /** Of this one asking: run twice for a lost answer, it changes nothing the second time. */
  commandId: string;
  /** On the subscription's own time. */
  now: Instant;
}

/** Locks the row, and answers the state after whatever the command did. */
export function command(
  store: BillingStore,
  { subscriptionId, commandId }: Addressed,
  act: (
    unit: UnitOfWork,
    subscription: SubscriptionRecord,
  ) => SubscriptionRecord | Refusal | Promise<SubscriptionRecord | Refusal>,
): Promise<Commanded> {
  return store.transaction(async (unit) => {
    const subscription = await unit.lockSubscription(subscriptionId);
    if (subscription.lastCommandId === commandId)
      return { state: await stateOf(unit, subscription) };
    if (subscription.managedBy === 'stripe') {
      return { refused: refusal('managed_by_stripe'), state: await stateOf(unit, subscription) };
    }
    const result = await act(unit, subscription);
    if ('code' in result) return { refused: result, state: await stateOf(unit, subscription) };
    const done = await unit.updateSubscription(result, { lastCommandId: commandId });
    return { state: await stateAfter(unit, subscription, done) };
  });
}

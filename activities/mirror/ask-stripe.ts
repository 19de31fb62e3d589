import { isLive } from '../../billing/subscription';
import type { CancelRequest, Refusal } from '../../workflows/messages';
import type { SubscriptionRecord } from '../ports/records';
import type { StripeSubscription } from '../ports/stripe-billing';
import { refusal } from '../refusal';
import { bringUpToDate } from './bring-up-to-date';
import { mirroredOf, type Mirrored, type Mirroring, type MirrorRequest } from './mirrored';

/** Something that a customer or an operator asks of a subscription that Stripe runs. */
export interface Asked extends MirrorRequest {
  /** Of this one asking: run twice for a lost answer, it answers the same the second time. */
  commandId: string;
}

/** The row as it now is, if there is one, or an expected no. */
export type Answered = { refused: Refusal; mirrored?: Mirrored } | { mirrored: Mirrored };

/**
 * Has Stripe end a subscription with its period or now, and mirrors what came of it. One whose first
 * payment was not made ends now in any case. Stripe gives nothing back for unused time.
 */
export const cancelAtStripe = (
  deps: Mirroring,
  { atPeriodEnd, reason, detailsId, ...asked }: Asked & CancelRequest,
): Promise<Answered> =>
  ask(deps, asked, async (found) => {
    const ends = atPeriodEnd && found.status !== 'incomplete';
    if (!ends) await deps.stripeBilling.cancelNow(found.id);
    else if (!found.cancelAtPeriodEnd) await deps.stripeBilling.cancelAtPeriodEnd(found.id);
    const details = await deps.store.transaction((unit) => unit.requestDetails(detailsId));
    const words = details.reason ?? reason;
    return words === undefined ? {} : { cancelReason: words };
  });

/** Has Stripe take back that a subscription ends with its period, and mirrors what came of it. */
export async function reactivateAtStripe(deps: Mirroring, asked: Asked): Promise<Answered> {
  const answered = await ask(deps, asked, async (found, row) => {
    // What only our row says to be ending was taken back by this very asking, whose answer was lost.
    if (!found.cancelAtPeriodEnd && !row.cancelAtPeriodEnd) return refusal('not_canceling');
    if (found.cancelAtPeriodEnd) await deps.stripeBilling.reactivate(found.id);
    return {};
  });
  const { mirrored } = answered;
  if (mirrored === undefined || isLive(mirrored.state.status)) return answered;
  // It had ended at Stripe, and our row heard of it only now.
  return { refused: refusal('subscription_ended'), mirrored };
}

/** Where it has ended at Stripe there is nothing to do but to mirror that. */
async function ask(
  deps: Mirroring,
  asked: Asked,
  act: (
    found: StripeSubscription,
    row: SubscriptionRecord,
  ) => Promise<Refusal | { cancelReason?: string }>,
): Promise<Answered> {
  const { subscriptionId, commandId } = asked;
  const known = await deps.store.transaction(async (unit) => {
    const row = await unit.findSubscription(subscriptionId);
    return row && { row, mirrored: await mirroredOf(unit, row) };
  });
  if (known === undefined) return { refused: refusal('subscription_not_found') };
  const { row, mirrored } = known;
  if (row.lastCommandId === commandId) return { mirrored };
  if (!isLive(row.status)) return { refused: refusal('subscription_ended'), mirrored };
  const found = await deps.stripeBilling.subscription(asked.stripeSubscriptionId);
  if (found === undefined) return { refused: refusal('subscription_not_found'), mirrored };
  const done = isLive(found.status) ? await act(found, row) : {};
  if ('code' in done) return { refused: done, mirrored };
  return { mirrored: (await bringUpToDate(deps, { ...asked, ...done })) ?? mirrored };
}

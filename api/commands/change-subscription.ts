import type { SubscriptionRecord } from '../../activities/ports/records';
import { isLive } from '../../billing/subscription';
import { cancelUpdate, payUpdate, reactivateUpdate } from '../../workflows/messages';
import type { Dependencies } from '../dependencies';
import { Refused } from '../http/refusals';
import { ownInvoice } from '../queries/invoices';
import { ownSubscription } from '../queries/subscriptions';
import { command } from './subscription-workflows';

export interface Cancellation {
  atPeriodEnd: boolean;
  reason?: string | undefined;
}

/**
 * Cancels a subscription and answers it as it then is. One that has ended stays as it is.
 * @throws Refused as its workflow does.
 */
export async function cancelSubscription(
  dependencies: Dependencies,
  { id, userId }: SubscriptionRecord,
  { atPeriodEnd, reason }: Cancellation,
): Promise<SubscriptionRecord> {
  const request = reason === undefined ? { atPeriodEnd } : { atPeriodEnd, reason };
  await command(dependencies.temporal, id, (handle) =>
    handle.startUpdate(cancelUpdate, { args: [request], waitForStage: 'ACCEPTED' }),
  );
  return ownSubscription(dependencies.database, userId, id);
}

/** The same for clients to whom "cancel" means "be canceled": an ended one is answered as it is. */
export async function ensureCanceled(
  dependencies: Dependencies,
  subscription: SubscriptionRecord,
): Promise<SubscriptionRecord> {
  if (!isLive(subscription.status)) return subscription;
  try {
    return await cancelSubscription(dependencies, subscription, { atPeriodEnd: false });
  } catch (error) {
    if (!(error instanceof Refused) || error.refusal.code !== 'subscription_ended') throw error;
    return ownSubscription(dependencies.database, subscription.userId, subscription.id);
  }
}

/** Takes a scheduled cancellation back. @throws Refused `not_canceling` when none is. */
export async function reactivateSubscription(
  dependencies: Dependencies,
  { id, userId }: SubscriptionRecord,
): Promise<SubscriptionRecord> {
  await command(dependencies.temporal, id, (handle) =>
    handle.startUpdate(reactivateUpdate, { waitForStage: 'ACCEPTED' }),
  );
  return ownSubscription(dependencies.database, userId, id);
}

/**
 * Charges an open invoice now with the default payment method.
 * @throws Refused `invoice_not_payable`, `payment_method_declined`.
 */
export async function payInvoice(
  dependencies: Dependencies,
  userId: string,
  invoiceId: string,
): Promise<void> {
  const { subscriptionId, status } = await ownInvoice(dependencies.database, userId, invoiceId);
  if (subscriptionId === null || status !== 'open') {
    throw new Refused({
      code: 'invoice_not_payable',
      message: 'Nothing is payable on this invoice.',
    });
  }
  const { declined } = await command(dependencies.temporal, subscriptionId, (handle) =>
    handle.startUpdate(payUpdate, { args: [{ invoiceId }], waitForStage: 'ACCEPTED' }),
  );
  if (declined === undefined) return;
  throw new Refused({
    code: 'payment_method_declined',
    message: declined.message,
    declineCode: declined.declineCode ?? declined.code,
  });
}

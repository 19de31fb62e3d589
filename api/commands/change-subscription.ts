import type { SubscriptionRecord } from '../../activities/ports/records';
import type { Instant } from '../../billing/instant';
import { isLive } from '../../billing/subscription';
import {
  cancelUpdate,
  pauseUpdate,
  payUpdate,
  reactivateUpdate,
  resumeUpdate,
} from '../../workflows/messages';
import type { Dependencies } from '../dependencies';
import { Refused } from '../http/refusals';
import { ownInvoice } from '../queries/invoices';
import { ask } from './ask-subscription';
import { updateIdOf } from './repeatable';
import { keepDetails } from './request-details';
import { ownSubscription } from '../queries/subscriptions';

export interface Cancellation {
  atPeriodEnd: boolean;
  /** Now only: false gives nothing back for the unused paid time. */
  prorate?: boolean | undefined;
  /** In somebody's own words. */
  reason?: string | undefined;
}

/**
 * Cancels a subscription and answers it as it then is. One that has ended stays as it is.
 * @throws Refused as its workflow does.
 */
export async function cancelSubscription(
  dependencies: Dependencies,
  subscription: SubscriptionRecord,
  { atPeriodEnd, prorate, reason }: Cancellation,
  idempotencyKey?: string,
): Promise<SubscriptionRecord> {
  const { id: subscriptionId } = subscription;
  const request = { atPeriodEnd, prorate, reason };
  const updateId = updateIdOf(idempotencyKey, { subscriptionId, action: 'cancel', request });
  const words =
    reason === undefined
      ? {}
      : {
          detailsId: await keepDetails(
            dependencies.database,
            subscription.userId,
            { reason },
            updateId,
          ),
        };
  const args = { atPeriodEnd, ...(prorate === undefined ? {} : { prorate }), ...words };
  return ask(
    dependencies,
    subscription,
    (handle, options) => handle.startUpdate(cancelUpdate, { ...options, args: [args] }),
    updateId,
  );
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
export function reactivateSubscription(
  dependencies: Dependencies,
  subscription: SubscriptionRecord,
  idempotencyKey?: string,
): Promise<SubscriptionRecord> {
  const asking = { subscriptionId: subscription.id, action: 'reactivate', request: {} };
  return ask(
    dependencies,
    subscription,
    (handle, options) => handle.startUpdate(reactivateUpdate, options),
    updateIdOf(idempotencyKey, asking),
  );
}

/** Stops invoices until it is resumed, by itself at `resumeAt`. @throws Refused as its workflow does. */
export function pauseSubscription(
  dependencies: Dependencies,
  subscription: SubscriptionRecord,
  { resumeAt }: { resumeAt?: Instant | undefined },
  idempotencyKey?: string,
): Promise<SubscriptionRecord> {
  const request = resumeAt === undefined ? {} : { resumeAt };
  return ask(
    dependencies,
    subscription,
    (handle, options) => handle.startUpdate(pauseUpdate, { ...options, args: [request] }),
    updateIdOf(idempotencyKey, { subscriptionId: subscription.id, action: 'pause', request }),
  );
}

/** Ends a pause and bills what is left of an unbilled period. @throws Refused `not_paused`. */
export function resumeSubscription(
  dependencies: Dependencies,
  subscription: SubscriptionRecord,
  idempotencyKey?: string,
): Promise<SubscriptionRecord> {
  const asking = { subscriptionId: subscription.id, action: 'resume', request: {} };
  return ask(
    dependencies,
    subscription,
    (handle, options) => handle.startUpdate(resumeUpdate, options),
    updateIdOf(idempotencyKey, asking),
  );
}

/**
 * Charges an open invoice now with the default payment method.
 * Once per Idempotency-Key.
 * @throws Refused `invoice_not_payable`, `payment_method_declined`.
 */
export async function payInvoice(
  dependencies: Dependencies,
  userId: string,
  invoiceId: string,
  idempotencyKey?: string,
): Promise<void> {
  const { subscriptionId, status } = await ownInvoice(dependencies.database, userId, invoiceId);
  const payable = status === 'open' || status === 'uncollectible';
  // Under a key it may have been this very request that paid it: its workflow knows.
  if (subscriptionId === null || (!payable && idempotencyKey === undefined)) throw notPayable();
  const updateId = updateIdOf(idempotencyKey, {
    subscriptionId,
    action: 'pay',
    request: { invoiceId },
  });
  try {
    await ask(
      dependencies,
      { id: subscriptionId, userId },
      (handle, options) => handle.startUpdate(payUpdate, { ...options, args: [{ invoiceId }] }),
      updateId,
    );
  } catch (error) {
    const ended = error instanceof Refused && error.refusal.code === 'subscription_ended';
    throw ended && !payable ? notPayable() : error;
  }
}

const notPayable = () =>
  new Refused({ code: 'invoice_not_payable', message: 'Nothing is payable on this invoice.' });

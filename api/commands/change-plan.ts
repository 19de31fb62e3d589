import type { InvoiceQuote, ChangeQuote } from '../../activities/ports/quotes';
import type { PlanRecord, SubscriptionRecord } from '../../activities/ports/records';
import { costsMorePerDay } from '../../billing/change';
import { changeUpdate, dropChangeUpdate, type ChangeRequest } from '../../workflows/messages';
import type { Dependencies } from '../dependencies';
import { Refused } from '../http/refusals';
import { findPlan } from '../queries/plans';
import { ask } from './ask-subscription';
import { updateIdOf } from './repeatable';

/**
 * Changes plan or quantity, and answers the subscription as it then is: with the change made, or
 * waiting for the period's end or for its customer to authenticate the payment.
 * @throws Refused as its workflow does; `payment_method_declined` when nothing was changed for that.
 */
export function changePlan(
  dependencies: Dependencies,
  subscription: SubscriptionRecord,
  request: ChangeRequest,
  idempotencyKey?: string,
): Promise<SubscriptionRecord> {
  return ask(
    dependencies,
    subscription,
    (handle, options) => handle.startUpdate(changeUpdate, { ...options, args: [request] }),
    updateIdOf(idempotencyKey, { subscriptionId: subscription.id, action: 'change', request }),
  );
}

/** Takes back a change that waits. @throws Refused `no_pending_change`. */
export function dropPendingChange(
  dependencies: Dependencies,
  subscription: SubscriptionRecord,
  idempotencyKey?: string,
): Promise<SubscriptionRecord> {
  const asking = { subscriptionId: subscription.id, action: 'drop_change', request: {} };
  return ask(
    dependencies,
    subscription,
    (handle, options) => handle.startUpdate(dropChangeUpdate, options),
    updateIdOf(idempotencyKey, asking),
  );
}

/** What a change would cost now. Nothing is changed. @throws Refused as the change would be. */
export async function previewChange(
  { quotes }: Dependencies,
  { id }: SubscriptionRecord,
  request: ChangeRequest,
): Promise<ChangeQuote> {
  const quote = await quotes.previewChange(id, request);
  if ('refused' in quote) throw new Refused(quote.refused);
  return quote;
}

/** The invoice of the next boundary. @throws Refused `no_upcoming_invoice`. */
export async function upcomingInvoice(
  { quotes }: Dependencies,
  { id }: SubscriptionRecord,
): Promise<InvoiceQuote> {
  const quote = await quotes.upcomingInvoice(id);
  if ('refused' in quote) throw new Refused(quote.refused);
  return quote;
}

/**
 * For clients who can't say when: what costs more per day comes at once, anything else with the
 * next period.
 */
export async function switchPlan(
  dependencies: Dependencies,
  subscription: SubscriptionRecord,
  planId: string,
): Promise<SubscriptionRecord> {
  const [from, to] = await Promise.all([
    findPlan(dependencies.database, subscription.planId),
    findPlan(dependencies.database, planId),
  ]);
  if (from === undefined || to === undefined) {
    throw new Refused({ code: 'plan_not_found', message: 'There is no such plan.' });
  }
  const { quantity } = subscription;
  const dearer = costsMorePerDay(priceOf(to, quantity), priceOf(from, quantity));
  const when = dearer ? 'now' : 'period_end';
  return changePlan(dependencies, subscription, { planId, when, customerPresent: true });
}

const priceOf = (plan: PlanRecord, quantity: number) => ({
  unitAmount: plan.amountMinor,
  quantity,
  term: plan,
});

import { addDays, type Instant } from '../billing/instant';
import { isLive } from '../billing/subscription';
import { cancelIntentOf } from './invoice-intent';
import { dropChange, type DropReason } from './pending-change';
import type { Intent } from './ports/payments';
import type { RefundRecord, SubscriptionRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';
import { refundSurplus } from './refunds';
import { settleIntent } from './settle-intent';
import type { Collected, Payments } from './settlement';
import { stateAfter } from './subscription-state';

/**
 * Ends a change that was not paid in time or was withdrawn: the intent is canceled first, so that
 * nobody can pay what is about to be void; if Stripe says that it succeeded meanwhile, the change
 * comes into force instead; while the bank is still at it, it waits another day.
 */
export async function expireChange(
  deps: Payments,
  { subscriptionId, now }: { subscriptionId: string; now: Instant },
): Promise<Collected> {
  const invoice = await deps.store.transaction(async (unit) => {
    const { pendingChange } = await unit.lockSubscription(subscriptionId);
    return unit.findInvoiceById(pendingChange?.invoiceId);
  });
  const intent = invoice === undefined ? undefined : await cancelIntentOf(deps, invoice);
  const { state, refund } = await deps.store.transaction(async (unit) => {
    const subscription = await unit.lockSubscription(subscriptionId);
    const expiresAt = subscription.pendingChange?.expiresAt;
    const over =
      expiresAt === undefined || expiresAt > now
        ? { subscription }
        : await giveUp(unit, subscription, intent, now);
    return { ...over, state: await stateAfter(unit, subscription, over.subscription) };
  });
  if (refund !== undefined) await refundSurplus(deps, refund, now);
  return { state };
}

async function giveUp(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  intent: Intent | undefined,
  now: Instant,
): Promise<{ subscription: SubscriptionRecord; refund?: RefundRecord }> {
  const { pendingChange } = subscription;
  const found = await unit.findInvoiceById(pendingChange?.invoiceId);
  const invoice = found === undefined ? undefined : await unit.lockInvoice(found.id);
  if (pendingChange === null || invoice === undefined || intent === undefined) {
    return { subscription: await dropChange(unit, subscription, reasonOf(subscription), now) };
  }
  if (intent.status === 'processing' && invoice.status === 'open') {
    const expiresAt = addDays(now, 1, subscription.timeZone);
    return {
      subscription: await unit.updateSubscription(subscription, {
        pendingChange: { ...pendingChange, expiresAt },
      }),
    };
  }
  const settled =
    intent.status === 'succeeded'
      ? await settleIntent(unit, { subscription, invoice, now }, intent)
      : { subscription };
  const left = settled.subscription;
  return { ...settled, subscription: await dropChange(unit, left, reasonOf(left), now) };
}

function reasonOf({ status, pendingChange }: SubscriptionRecord): DropReason {
  if (!isLive(status)) return 'ended';
  return pendingChange?.withdrawn === true ? 'withdrawn' : 'not_paid';
}

import { addDays, type Instant } from '../billing/instant';
import type { SubscriptionState } from '../billing/subscription-state';
import { about, cardOf, subscriptionFacts } from './email-facts';
import { planOf } from './plan-of';
import type { BillingStore } from './ports/store';
import { stateOf } from './subscription-state';

/** How long before its end a customer is told that a trial ends, as Stripe does. */
const noticeDays = 3;

/** When the customer of a trial is told of its end; of a shorter one, when it begins. */
export function trialNoticeAt(start: Instant, end: Instant, timeZone: string): Instant {
  const at = addDays(end, -noticeDays, timeZone);
  return at > start ? at : start;
}

/** Tells the customer that the trial ends soon, once; not any more when it has ended meanwhile. */
export function announceTrialEnd(
  store: BillingStore,
  { subscriptionId, now }: { subscriptionId: string; now: Instant },
): Promise<SubscriptionState> {
  return store.transaction(async (unit) => {
    const subscription = await unit.lockSubscription(subscriptionId);
    const { status, trialNoticeAt: due, trialEnd } = subscription;
    if (status !== 'trialing' || due === null || due > now || trialEnd === null) {
      return stateOf(unit, subscription);
    }
    const told = await unit.updateSubscription(subscription, { trialNoticeAt: null });
    if (trialEnd <= now || subscription.cancelAtPeriodEnd) return stateOf(unit, told);
    const plan = await planOf(unit, told);
    await unit.recordEvent(told.id, now, 'trial_ending', { trial_end: trialEnd });
    await unit.queueEmail({
      kind: 'trial_ending',
      ...about(told, told.id, trialEnd),
      data: {
        ...subscriptionFacts(told, plan),
        trial_end: trialEnd,
        ...(await cardOf(unit, told)),
        ...(told.collectionMethod === 'send_invoice' ? { paid_by_invoice: true } : {}),
      },
    });
    return stateOf(unit, told);
  });
}

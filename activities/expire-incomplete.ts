import type { Instant } from '../billing/instant';
import { cancelIntentOf } from './invoice-intent';
import type { InvoiceRecord, PaymentAttemptRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';
import { settleIntent } from './settle-intent';
import type { Collected, Payments } from './settlement';
import { stateOf } from './subscription-state';
import { voidFirstInvoice } from './void-invoice';

/**
 * Ends a subscription whose first payment was not completed: the intent is canceled first, so that
 * nobody can pay what is about to be void; if Stripe says that it succeeded meanwhile, the
 * subscription is activated instead.
 */
export async function expireIncomplete(
  deps: Payments,
  { subscriptionId, now }: { subscriptionId: string; now: Instant },
): Promise<Collected> {
  const { subscription, invoice } = await deps.store.transaction(async (unit) => {
    const row = await unit.lockSubscription(subscriptionId);
    const [first] = await unit.unsettledInvoices(subscriptionId);
    return { subscription: row, invoice: first };
  });
  if (subscription.status !== 'incomplete' || invoice === undefined) {
    return deps.store.transaction(async (unit) => ({ state: await stateOf(unit, subscription) }));
  }
  const canceled = await cancelIntentOf(deps, invoice);
  return deps.store.transaction(async (unit) => {
    const concerned = {
      subscription: await unit.lockSubscription(subscriptionId),
      invoice: await unit.lockInvoice(invoice.id),
      now,
      ...(await unfinishedAttempt(unit, invoice)),
    };
    if (concerned.subscription.status !== 'incomplete') {
      return { state: await stateOf(unit, concerned.subscription) };
    }
    const settled =
      canceled === undefined ? concerned : await settleIntent(unit, concerned, canceled);
    const ended =
      canceled?.status === 'succeeded'
        ? settled.subscription
        : await voidFirstInvoice(unit, concerned, 'timed_out');
    return { state: await stateOf(unit, ended) };
  });
}

async function unfinishedAttempt(
  unit: UnitOfWork,
  invoice: InvoiceRecord,
): Promise<{ attempt?: PaymentAttemptRecord }> {
  const attempts = await unit.attempts(invoice.id);
  const attempt = attempts.find(({ settledAt }) => settledAt === null);
  return attempt === undefined ? {} : { attempt };
}

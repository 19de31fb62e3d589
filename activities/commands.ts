import { collectionSchedule } from '../billing/dunning';
import type { Instant } from '../billing/instant';
import type { SubscriptionState } from '../billing/subscription-state';
import { isLive } from '../billing/subscription';
import type { CancelRequest, Refusal } from '../workflows/messages';
import { creditUnused } from './credit-unused';
import { planOf } from './cross-boundary';
import { about, subscriptionFacts } from './email-facts';
import type { SubscriptionRecord } from './ports/records';
import type { BillingStore, UnitOfWork } from './ports/store';
import { stateOf } from './subscription-state';

/** An expected no, with nothing changed, or the state after the change. */
export type Commanded =
  { refused: Refusal; state: SubscriptionState } | { state: SubscriptionState };

interface Addressed {
  subscriptionId: string;
  /** Of this one asking: run twice for a lost answer, it changes nothing the second time. */
  commandId: string;
  /** On the subscription's own time. */
  now: Instant;
}

/** Ends a subscription at its period's end or now. Asked again it answers the same. */
export const cancel = (store: BillingStore, request: Addressed & CancelRequest) =>
  command(store, request, (unit, subscription) => {
    if (!isLive(subscription.status)) return ended;
    if (subscription.status === 'incomplete') return giveUpIncomplete(unit, subscription, request);
    return request.atPeriodEnd
      ? scheduleCancellation(unit, subscription, request)
      : cancelNow(unit, subscription, request);
  });

const ended: Refusal = {
  code: 'subscription_ended',
  message: 'This subscription has ended; create a new one.',
};

/** Its intent must be canceled before its invoice is void, so it expires at once: see collect.ts. */
const giveUpIncomplete = (unit: UnitOfWork, subscription: SubscriptionRecord, { now }: Addressed) =>
  unit.updateSubscription(subscription, { expiresAt: now, canceledAt: now });

async function scheduleCancellation(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  { now, reason }: Addressed & CancelRequest,
): Promise<SubscriptionRecord> {
  if (subscription.cancelAtPeriodEnd) return subscription;
  const plan = await planOf(unit, subscription);
  const scheduled = await unit.updateSubscription(subscription, {
    cancelAtPeriodEnd: true,
    canceledAt: now,
    cancelReason: reason ?? null,
  });
  await unit.recordEvent(subscription.id, now, 'cancellation_scheduled', {
    at: subscription.currentPeriodEnd,
  });
  await unit.queueEmail({
    kind: 'cancellation_scheduled',
    ...about(subscription, subscription.id, scheduled.revision),
    data: {
      ...subscriptionFacts(scheduled, plan),
      access_until: subscription.currentPeriodEnd,
    },
  });
  return scheduled;
}

/** Ends a subscription at once: nothing more is collected, and unused paid time is credited. */
export async function cancelNow(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  { now, reason, prorate }: { now: Instant; reason?: string; prorate?: boolean },
): Promise<SubscriptionRecord> {
  const plan = await planOf(unit, subscription);
  const canceled = await unit.updateSubscription(subscription, {
    status: 'canceled',
    canceledAt: now,
    endedAt: now,
    cancelAtPeriodEnd: false,
    cancelReason: reason ?? null,
  });
  for (const invoice of await unit.unsettledInvoices(subscription.id)) {
    if (invoice.status === 'draft') {
      await unit.updateInvoice(invoice, { status: 'void', closedAt: now });
      continue;
    }
    // It stays payable, and is written off when the customer has had the usual time to pay.
    await unit.updateInvoice(invoice, {
      nextAttemptAt: null,
      nextReminderAt: null,
      finalActionAt: collectionSchedule(now, subscription.timeZone).finalActionAt,
    });
  }
  const credited = prorate === false ? 0n : await creditUnused(unit, { subscription, plan, now });
  await unit.recordEvent(subscription.id, now, 'ended', { reason: 'requested' });
  await unit.queueEmail({
    kind: 'subscription_canceled',
    ...about(canceled, canceled.id, 'ended'),
    data: {
      ...subscriptionFacts(canceled, plan),
      canceled_at: now,
      reason: 'requested',
      ...(credited === 0n ? {} : { credited: String(credited) }),
    },
  });
  return canceled;
}

/** Takes a scheduled cancellation back. */
export const reactivate = (store: BillingStore, request: Addressed) =>
  command(store, request, async (unit, subscription) => {
    if (!isLive(subscription.status)) return ended;
    if (!subscription.cancelAtPeriodEnd) {
      return { code: 'not_canceling', message: 'No cancellation is scheduled.' };
    }
    const plan = await planOf(unit, subscription);
    const kept = await unit.updateSubscription(subscription, {
      cancelAtPeriodEnd: false,
      canceledAt: null,
      cancelReason: null,
    });
    await unit.recordEvent(subscription.id, request.now, 'reactivated');
    await unit.queueEmail({
      kind: 'subscription_reactivated',
      ...about(subscription, subscription.id, kept.revision),
      data: subscriptionFacts(kept, plan),
    });
    return kept;
  });

/** Brings the next attempt at an open invoice forward to now; the collecting itself follows. */
export const payNow = (store: BillingStore, request: Addressed & { invoiceId: string }) =>
  command(store, request, async (unit, subscription) => {
    const unsettled = await unit.unsettledInvoices(subscription.id);
    const invoice = unsettled.find(({ id, status }) => {
      return id === request.invoiceId && status === 'open';
    });
    if (invoice === undefined) {
      return { code: 'invoice_not_payable', message: 'Nothing is payable on this invoice.' };
    }
    await unit.updateInvoice(invoice, { nextAttemptAt: request.now });
    return unit.updateSubscription(subscription, {});
  });

/** A new card: the invoice that waits longest for money is tried at once. */
export const retryPastDue = (store: BillingStore, request: Addressed) =>
  command(store, request, async (unit, subscription) => {
    const unsettled = await unit.unsettledInvoices(subscription.id);
    const oldest = unsettled.find(
      ({ collectionMethod, firstFailedAt }) =>
        collectionMethod === 'charge_automatically' && firstFailedAt !== null,
    );
    if (oldest === undefined || !isLive(subscription.status)) return subscription;
    await unit.updateInvoice(oldest, { nextAttemptAt: request.now });
    return unit.updateSubscription(subscription, {});
  });

/** Locks the row, and answers the state after whatever the command did. */
function command(
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
    const result = await act(unit, subscription);
    if ('code' in result) return { refused: result, state: await stateOf(unit, subscription) };
    const done = await unit.updateSubscription(result, { lastCommandId: commandId });
    return { state: await stateOf(unit, done) };
  });
}

import { collectionSchedule } from '../billing/dunning';
import type { Instant } from '../billing/instant';
import { isLive } from '../billing/subscription';
import type { CancelRequest } from '../workflows/messages';
import { command, type Addressed, type Commanded } from './command';
import { creditUnused } from './credit-unused';
import { about, subscriptionFacts } from './email-facts';
import { finalizeDraft } from './issue-invoice';
import { giveUpChange } from './pending-change';
import { planOf } from './plan-of';
import type { InvoiceRecord, SubscriptionRecord } from './ports/records';
import type { BillingStore, UnitOfWork } from './ports/store';
import { isFailing } from './recover';
import { refusal, refusedBy, transitionOf } from './refusal';
import { voidInvoice } from './void-invoice';

/**
 * Ends a subscription at its period's end or now. Asked again it answers the same; `cancelIntentOf` is an
 * invoice of which nothing is left to be paid, but by its intent.
 */
export async function cancel(
  store: BillingStore,
  request: Addressed & CancelRequest,
): Promise<Commanded & { cancelIntentOf?: string }> {
  const commanded = await command(store, request, async (unit, subscription) => {
    const refused = refusedBy(subscription, 'cancel_now');
    if (refused !== undefined) return refused;
    if (subscription.status === 'incomplete') return giveUpIncomplete(unit, subscription, request);
    const details = await unit.requestDetails(request.detailsId);
    const cancellation = { ...request, reason: details.reason ?? request.reason };
    return request.atPeriodEnd
      ? scheduleCancellation(unit, subscription, cancellation)
      : cancelNow(unit, subscription, cancellation);
  });
  if ('refused' in commanded || request.atPeriodEnd) return commanded;
  const payable = await store.transaction((unit) =>
    unit.settledWithOpenIntent(request.subscriptionId, request.now),
  );
  return payable === undefined ? commanded : { ...commanded, cancelIntentOf: payable };
}

/**
 * Its intent must be canceled before its invoice is void, so it expires at once: see
 * expire-incomplete.ts. One that was agreed for the future has neither, and just never starts.
 */
async function giveUpIncomplete(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  { now }: Addressed,
): Promise<SubscriptionRecord> {
  if (subscription.startsAt === null) {
    return unit.updateSubscription(subscription, { expiresAt: now, canceledAt: now });
  }
  await unit.recordEvent(subscription.id, now, 'ended', { reason: 'never_started' });
  return unit.updateSubscription(subscription, {
    status: transitionOf(subscription, 'cancel_now').status,
    startsAt: null,
    canceledAt: now,
    endedAt: now,
  });
}

async function scheduleCancellation(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  { now, reason }: { now: Instant; reason?: string | undefined },
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

/**
 * Ends a subscription at once: unused paid time is credited to the balance, open invoices are credited
 * for the unused part and not collected any more; what is left of them stays payable.
 */
export async function cancelNow(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  { now, reason, prorate }: { now: Instant; reason?: string | undefined; prorate?: boolean },
): Promise<SubscriptionRecord> {
  const plan = await planOf(unit, subscription);
  const { status } = transitionOf(subscription, 'cancel_now');
  const canceled = await unit.updateSubscription(subscription, {
    status,
    canceledAt: now,
    endedAt: now,
    cancelAtPeriodEnd: false,
    cancelReason: reason ?? null,
    pendingChange: await giveUpChange(unit, subscription, now),
    pausedAt: null,
    resumeAt: null,
    trialNoticeAt: null,
  });
  const paidToo = prorate !== false;
  const credited = await creditUnused(unit, { subscription, plan, now, paidToo });
  for (const invoice of await unit.unsettledInvoices(subscription.id)) {
    await stopCollecting(unit, canceled, invoice, now);
  }
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

/** It stays payable, and is written off when the customer has had the usual time to pay. */
async function stopCollecting(
  unit: UnitOfWork,
  { timeZone }: SubscriptionRecord,
  invoice: InvoiceRecord,
  now: Instant,
): Promise<void> {
  if (invoice.status === 'draft') {
    await voidInvoice(unit, { invoice, now });
    return;
  }
  // An intent over more than is left to pay gives way to another one; see charge.ts.
  const stale = invoice.amountCreditedMinor > 0n && invoice.stripePaymentIntentId !== null;
  await unit.updateInvoice(invoice, {
    nextAttemptAt: stale ? now : null,
    nextReminderAt: null,
    finalActionAt: collectionSchedule(now, timeZone).finalActionAt,
  });
}

/** Takes a scheduled cancellation back. */
export const reactivate = (store: BillingStore, request: Addressed) =>
  command(store, request, async (unit, subscription) => {
    const refused = refusedBy(subscription, 'reactivate');
    if (refused !== undefined) return refused;
    if (!subscription.cancelAtPeriodEnd) return refusal('not_canceling');
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
    const invoice = await unit.findInvoiceById(request.invoiceId);
    // What was written off can still be paid; nothing else happens by itself to it.
    const payable = invoice?.status === 'open' || invoice?.status === 'uncollectible';
    if (invoice?.subscriptionId !== subscription.id || !payable) {
      return refusal('invoice_not_payable');
    }
    const attempts = await unit.attempts(invoice.id);
    if (attempts.some(({ status }) => status === 'processing')) return refusal('payment_under_way');
    await unit.updateInvoice(invoice, { nextAttemptAt: request.now });
    return unit.updateSubscription(subscription, {});
  });

const isCharged = ({ status, collectionMethod }: InvoiceRecord): boolean =>
  status === 'open' && collectionMethod === 'charge_automatically';

/**
 * A new card: the invoice that waits longest for money is tried at once. An unpaid subscription gets its
 * oldest draft issued for it, and when that is paid the others.
 */
export const retryPastDue = (store: BillingStore, request: Addressed) =>
  command(store, request, async (unit, subscription) => {
    const unsettled = await unit.unsettledInvoices(subscription.id);
    const unpaid = subscription.status === 'unpaid';
    // An unpaid one that heard of the card already has a draft issued, which is not tried yet.
    const oldest = unsettled.find(isFailing) ?? (unpaid ? unsettled.find(isCharged) : undefined);
    if (unpaid && oldest === undefined) {
      const draft = unsettled.find(({ status, held }) => status === 'draft' && !held);
      if (draft === undefined) return subscription;
      const plan = await planOf(unit, subscription);
      await finalizeDraft(unit, subscription, plan, draft, request.now);
      return unit.updateSubscription(subscription, {});
    }
    if (oldest === undefined || !isLive(subscription.status)) return subscription;
    await unit.updateInvoice(oldest, { nextAttemptAt: request.now });
    return unit.updateSubscription(subscription, {});
  });

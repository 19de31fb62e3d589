import type { Instant } from '../billing/instant';
import type { PendingChange, SubscriptionRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';
import { recover } from './recover';
import { voidInvoice } from './void-invoice';

export type DropReason = 'withdrawn' | 'declined' | 'not_paid' | 'replaced' | 'ended';

/** What waits for the period's end, also behind a change that waits for its payment. */
export function agreedForPeriodEnd({
  pendingChange,
}: SubscriptionRecord): PendingChange | undefined {
  const agreed = pendingChange?.when === 'now' ? pendingChange.instead : pendingChange;
  return agreed ?? undefined;
}

/** Nothing comes in the place of the waiting change any more. */
export function withoutInstead(change: PendingChange): PendingChange {
  const { instead: _, ...alone } = change;
  return alone;
}

/**
 * Drops a change: its invoice is void, and nothing else was changed. Its intent at Stripe must be
 * canceled by the caller, before or after: money that comes all the same is given back.
 */
export async function dropChange(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  reason: DropReason,
  now: Instant,
): Promise<SubscriptionRecord> {
  const { pendingChange } = subscription;
  if (pendingChange === null) return subscription;
  await voidChangeInvoice(unit, pendingChange, now);
  await unit.recordEvent(subscription.id, now, 'change_dropped', { reason });
  const kept = await unit.updateSubscription(subscription, {
    pendingChange: pendingChange.instead ?? null,
  });
  // Its invoice may have been overdue, and the only thing that was.
  return recover(unit, kept, now);
}

async function voidChangeInvoice(unit: UnitOfWork, { invoiceId }: PendingChange, now: Instant) {
  const invoice = await unit.findInvoiceById(invoiceId);
  if (invoice?.status === 'open') await voidInvoice(unit, { invoice, now });
}

/**
 * What is left to do, when the period ends, about a change that was to be paid in it: its invoice is
 * void at once, its intent is canceled by the step `expire_change`. What waits for a later period waits on.
 */
export async function giveUpUnpaidChange(
  unit: UnitOfWork,
  { pendingChange }: SubscriptionRecord,
  now: Instant,
): Promise<PendingChange | null> {
  if (pendingChange?.when !== 'now') return pendingChange;
  await voidChangeInvoice(unit, pendingChange, now);
  return { ...pendingChange, expiresAt: now };
}

/** The same when the subscription ends: nothing waits for a later period any more. */
export async function giveUpChange(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  now: Instant,
): Promise<PendingChange | null> {
  if (subscription.pendingChange?.when !== 'period_end') {
    const left = await giveUpUnpaidChange(unit, subscription, now);
    return left === null ? null : withoutInstead(left);
  }
  await unit.recordEvent(subscription.id, now, 'change_dropped', { reason: 'ended' });
  return null;
}

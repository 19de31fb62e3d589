import type { Instant } from '../billing/instant';
import { finalizeDraft } from './issue-invoice';
import { planOf } from './plan-of';
import type { InvoiceRecord, SubscriptionRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';
import { transitionOf } from './refusal';
import { touch } from './settlement';

/** Whether an unsettled invoice makes its subscription past due. */
export const isPastDue = ({ firstFailedAt, overdueAt }: InvoiceRecord): boolean =>
  firstFailedAt !== null || overdueAt !== null;

/** Whether an unsettled invoice was charged in vain. */
export const isFailing = ({ collectionMethod, firstFailedAt }: InvoiceRecord): boolean =>
  collectionMethod === 'charge_automatically' && firstFailedAt !== null;

/**
 * Past due ends when nothing past due is left; what was only drafted while the subscription was
 * unpaid is then issued.
 */
export async function recover(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  now: Instant,
): Promise<SubscriptionRecord> {
  if (subscription.status !== 'past_due' && subscription.status !== 'unpaid') {
    return touch(unit, subscription);
  }
  const unsettled = await unit.unsettledInvoices(subscription.id);
  if (unsettled.some(isPastDue)) return touch(unit, subscription);
  const { status, effects } = transitionOf(subscription, 'all_settled');
  await unit.recordEvent(subscription.id, now, 'recovered');
  const recovered = await unit.updateSubscription(subscription, { status });
  if (effects.includes('finalize_drafts')) {
    const plan = await planOf(unit, recovered);
    const drafts = unsettled.filter((invoice) => invoice.status === 'draft' && !invoice.held);
    for (const draft of drafts) await finalizeDraft(unit, recovered, plan, draft, now);
  }
  return recovered;
}

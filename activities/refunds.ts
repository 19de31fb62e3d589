import type { Instant } from '../billing/instant';
import { learnDisputes } from './learn-disputes';
import type { InvoiceRecord, RefundRecord } from './ports/records';
import { compareRefunds } from './refund-events';
import { isAnswered, lockRefund, recordRefund, recordRefusal } from './refund-outcome';
import { touch, type Payments } from './settlement';

/**
 * Sends money back through Stripe. The refund's row came first (I3), and its id is the key; a refund
 * that has its outcome is left alone. What Stripe will not send back goes to the customer's balance;
 * while a dispute holds the money, it waits for the dispute's end.
 */
export async function sendRefund(
  deps: Payments,
  { refundId, now }: { refundId: string; now: Instant },
): Promise<void> {
  const { store, payments } = deps;
  const refund = await store.transaction((unit) => unit.refund(refundId));
  if (isAnswered(refund)) return;
  const answer = await payments.refundIntent({
    intentId: refund.stripePaymentIntentId,
    amountMinor: refund.amountMinor,
    currency: refund.currency,
    refundId: refund.id,
  });
  if ('refused' in answer) return refused(deps, refund, answer.refused.code, now);
  await store.transaction(async (unit) => {
    const concerned = await lockRefund(unit, refund, now);
    const isNews = await recordRefund(unit, concerned, answer);
    if (isNews && concerned.subscription !== undefined) await touch(unit, concerned.subscription);
  });
}

/** Sends a surplus back, which belongs to no open claim. */
export const refundSurplus = (
  deps: Payments,
  { id: refundId }: RefundRecord,
  now: Instant,
): Promise<void> => sendRefund(deps, { refundId, now });

/** Sends back what is left of a surplus that an earlier run has noted, and could not send. */
export async function refundUnsent(
  deps: Payments,
  { id }: Pick<InvoiceRecord, 'id'>,
  now: Instant,
): Promise<void> {
  const refunds = await deps.store.transaction((unit) => unit.refundsOf(id));
  const unsent = refunds.filter((refund) => refund.reason === 'surplus' && !isAnswered(refund));
  for (const refund of unsent) await refundSurplus(deps, refund, now);
}

/** Why Stripe says no is read from Stripe: the money was sent from its dashboard, or a bank holds it. */
async function refused(
  deps: Payments,
  refund: RefundRecord,
  code: string,
  now: Instant,
): Promise<void> {
  const { store } = deps;
  if (refund.invoiceId !== null) {
    const about = { intentId: refund.stripePaymentIntentId, invoiceId: refund.invoiceId, now };
    await compareRefunds(deps, about);
    if (await learnDisputes(deps, about)) return;
  }
  const left = await store.transaction((unit) => unit.refund(refund.id));
  if (isAnswered(left)) return;
  // A part of it was sent from the dashboard: the rest may go.
  if (left.amountMinor < refund.amountMinor) return sendRefund(deps, { refundId: refund.id, now });
  // Only Stripe knows of the dispute so far.
  if (code === 'charge_disputed') return;
  await store.transaction(async (unit) => {
    const concerned = await lockRefund(unit, refund, now);
    if (isAnswered(concerned.refund)) return;
    await recordRefusal(unit, concerned);
    if (concerned.subscription !== undefined) await touch(unit, concerned.subscription);
  });
}

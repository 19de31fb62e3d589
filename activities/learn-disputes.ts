import type { Instant } from '../billing/instant';
import type { SubscriptionState } from '../billing/subscription-state';
import type { KnownDispute } from './ports/payments';
import { recordDispute, withholds } from './record-dispute';
import type { BookedPayment } from './refund-events';
import type { Payments } from './settlement';
import { stateOf } from './subscription-state';

/**
 * Reads all disputes of a payment from Stripe into the books. Whether one of them holds the money and
 * is not decided yet.
 */
export async function learnDisputes(
  deps: Payments,
  payment: BookedPayment & { now: Instant },
): Promise<boolean> {
  const disputes = await deps.payments.disputesOf(payment.intentId);
  for (const dispute of disputes) await keepDispute(deps, payment, dispute);
  return disputes.some((dispute) => dispute.status !== 'lost' && withholds(dispute));
}

/** Writes what Stripe says of a dispute; the subscription's state afterwards, if it is of one. */
export function keepDispute(
  { store }: Pick<Payments, 'store'>,
  { invoiceId, now }: BookedPayment & { now: Instant },
  dispute: KnownDispute,
): Promise<SubscriptionState | undefined> {
  return store.transaction(async (unit) => {
    const id = (await unit.findInvoiceById(invoiceId))?.subscriptionId ?? null;
    if (id === null) return undefined;
    const subscription = await unit.lockSubscription(id);
    const invoice = await unit.lockInvoice(invoiceId);
    await recordDispute(unit, { subscription, invoice, now }, dispute);
    return stateOf(unit, subscription);
  });
}

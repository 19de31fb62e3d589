import type { Instant } from '../billing/instant';
import type { SubscriptionState } from '../billing/subscription-state';
import { keepDispute } from './learn-disputes';
import type { KnownDispute } from './ports/payments';
import { withholds } from './record-dispute';
import type { BookedPayment } from './refund-events';
import { isAnswered } from './refund-outcome';
import { sendRefund } from './refunds';
import type { Payments } from './settlement';

/**
 * Writes what Stripe says of a dispute, and sends the refunds that waited for its end. The
 * subscription's state afterwards, if the payment is of one.
 */
export async function applyDispute(
  deps: Payments,
  payment: BookedPayment & { now: Instant },
  dispute: KnownDispute,
): Promise<SubscriptionState | undefined> {
  const state = await keepDispute(deps, payment, dispute);
  if (withholds(dispute)) return state;
  const waiting = await deps.store.transaction(async (unit) =>
    (await unit.refundsOfIntent(payment.intentId)).filter((refund) => !isAnswered(refund)),
  );
  for (const { id } of waiting) await sendRefund(deps, { refundId: id, now: payment.now });
  return state;
}

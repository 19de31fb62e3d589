import type Stripe from 'stripe';
import type { KnownRefund, PaymentGateway } from '../activities/ports/payments';
import { fromStripeAmount, toStripeAmount } from '../billing/money';
import { isFault, isReplayed, refusalOf } from './stripe-errors';

/** Giving money back through the `stripe` package. */
export function refundsAt(stripe: Stripe): Pick<PaymentGateway, 'refundIntent' | 'refundsOf'> {
  return {
    async refundIntent({ intentId, refundId, amountMinor, currency }) {
      const amount = toStripeAmount(amountMinor, currency);
      try {
        const { id, status } = await refundOnce(stripe, { intentId, refundId, amount });
        return { id, status: refundStatus(status) };
      } catch (error) {
        const refused = refusalOf(error);
        if (refused === undefined) throw error;
        return { refused };
      }
    },
    async refundsOf(intentId) {
      const known: KnownRefund[] = [];
      for await (const refund of listed(stripe, intentId)) known.push(refundOf(refund));
      return known.toReversed();
    },
  };
}

const listed = (stripe: Stripe, intentId: string) =>
  stripe.refunds.list({ payment_intent: intentId, limit: 100 });

/**
 * A refund that Stripe has already made, its answer lost, is found by the id that we wrote on it, for
 * however long ago that was: a key alone is forgotten after a day (I3).
 */
async function refundOnce(
  stripe: Stripe,
  { intentId, refundId, amount }: { intentId: string; refundId: string; amount: number },
): Promise<Stripe.Refund> {
  const made = async () => {
    for await (const refund of listed(stripe, intentId)) {
      if (refund.metadata?.['refund_id'] === refundId) return refund;
    }
    return undefined;
  };
  const make = (idempotencyKey: string) =>
    stripe.refunds.create(
      { payment_intent: intentId, amount, metadata: { refund_id: refundId } },
      { idempotencyKey },
    );
  const key = `refund/${refundId}/${amount}`;
  const known = await made();
  if (known !== undefined) return known;
  try {
    return await make(key);
  } catch (error) {
    // Stripe repeats such an answer for this key for a day, whether it made the refund or not, and
    // also when what stood in the refund's way is gone.
    if (!isFault(error) && !isReplayed(error)) throw error;
    return (await made()) ?? make(`${key}/${Date.now()}`);
  }
}

/** A refund as the product reads it. */
export const refundOf = (refund: Stripe.Refund): KnownRefund => ({
  id: refund.id,
  status: refundStatus(refund.status),
  amountMinor: fromStripeAmount(refund.amount, refund.currency),
  currency: refund.currency,
  refundId: refund.metadata?.['refund_id'] ?? null,
});

function refundStatus(status: string | null): KnownRefund['status'] {
  if (status === 'succeeded') return 'succeeded';
  return status === 'failed' || status === 'canceled' ? 'failed' : 'pending';
}

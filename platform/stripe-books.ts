import Stripe from 'stripe';
import { z } from 'zod';
import type {
  BookPage,
  ListedDispute,
  ListedPayment,
  ListedRefund,
  Stretch,
  StripeBooks,
} from '../activities/ports/stripe-books';
import { fromStripeAmount } from '../billing/money';
import { disputeOf } from './stripe-disputes';
import { idOf } from './stripe-gateway';
import { refundOf } from './stripe-refunds';

const limit = 100;

/** Stripe's lists as plain values: Stripe itself or the sandbox, by the same code. */
export function createStripeBooks(stripe: Stripe): StripeBooks {
  return {
    payments: (stretch, after) => pageOf(stripe.charges.list(query(stretch, after)), paymentFrom),
    refunds: (stretch, after) => pageOf(stripe.refunds.list(query(stretch, after)), refundFrom),
    disputes: (stretch, after) => pageOf(stripe.disputes.list(query(stretch, after)), disputeFrom),
    async paymentOf(intentId) {
      const expand = ['latest_charge'];
      const intent = await known(stripe.paymentIntents.retrieve(intentId, { expand }));
      const charge = intent?.latest_charge ?? null;
      return charge === null || typeof charge === 'string' ? undefined : paymentFrom(charge);
    },
    async refund(id) {
      const refund = await known(stripe.refunds.retrieve(id));
      return refund && refundFrom(refund);
    },
    async dispute(id) {
      const dispute = await known(stripe.disputes.retrieve(id));
      return dispute && disputeFrom(dispute);
    },
  };
}

const query = ({ from, to }: Stretch, after: string | undefined) => ({
  created: { gte: secondsOf(from), lt: secondsOf(to) },
  limit,
  ...(after === undefined ? {} : { starting_after: after }),
});

const secondsOf = (instant: string) => Math.ceil(Date.parse(instant) / 1_000);

async function pageOf<There extends { id: string }, Item>(
  listing: Stripe.ApiListPromise<There>,
  read: (there: There) => Item | undefined,
): Promise<BookPage<Item>> {
  const { data, has_more: hasMore } = await listing;
  const last = data.at(-1);
  return {
    items: data.map(read).filter((item) => item !== undefined),
    read: data.length,
    ...(hasMore && last !== undefined ? { next: last.id } : {}),
  };
}

/** What our own intents carry. */
const ourMetadata = z.object({ invoice_id: z.uuid() });

function paymentFrom(charge: Stripe.Charge): ListedPayment | undefined {
  const intentId = idOf(charge.payment_intent);
  if (intentId === null) return undefined;
  return {
    chargeId: charge.id,
    intentId,
    succeeded: charge.status === 'succeeded',
    amountMinor: fromStripeAmount(charge.amount_captured, charge.currency),
    currency: charge.currency,
    claimedInvoiceId: ourMetadata.safeParse(charge.metadata).data?.invoice_id,
  };
}

function refundFrom(refund: Stripe.Refund): ListedRefund | undefined {
  const intentId = idOf(refund.payment_intent);
  return intentId === null ? undefined : { ...refundOf(refund), intentId };
}

function disputeFrom(dispute: Stripe.Dispute): ListedDispute | undefined {
  const { intentId, ...facts } = disputeOf(dispute);
  return intentId === null ? undefined : { ...facts, intentId };
}

/** Undefined for what Stripe does not know. */
async function known<There>(answer: Promise<There>): Promise<There | undefined> {
  try {
    return await answer;
  } catch (error) {
    const isMissing =
      error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing';
    if (isMissing) return undefined;
    throw error;
  }
}

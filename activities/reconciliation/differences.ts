import type { BookedMoney, Difference, DifferenceKind } from '../ports/reconciliation';
import type { RefundRecord } from '../ports/records';
import type { ListedDispute, ListedPayment, ListedRefund } from '../ports/stripe-books';

/**
 * How something that Stripe has differs from our books. 'agrees': they hold the same. 'none of ours':
 * somebody else uses the account, too. 'under way': a call of ours may still write it.
 */
export type Comparison = Difference | 'agrees' | 'none of ours' | 'under way';

export function comparePayment(there: ListedPayment, here: BookedMoney): Comparison {
  const { invoice, attempts } = here;
  if (!there.succeeded) return 'under way';
  if (invoice === undefined) {
    return there.claimedInvoiceId === undefined
      ? 'none of ours'
      : difference('payment_of_unknown_origin', there.intentId, here, {
          stripe: moneyOf(there),
          claimed_invoice: there.claimedInvoiceId,
        });
  }
  if (attempts.some(({ status }) => status === 'pending')) return 'under way';
  const attempt = attempts.find(({ stripeChargeId }) => stripeChargeId === there.chargeId);
  const details = {
    stripe: moneyOf(there),
    attempt: attempt && { ...moneyOf(attempt), status: attempt.status },
    invoice: invoice.status,
  };
  if (attempt?.status !== 'succeeded' || !isSettled(there.intentId, here)) {
    return difference('payment_not_booked', there.intentId, here, details);
  }
  return isSameMoney(there, attempt)
    ? 'agrees'
    : difference('payment_differs', there.intentId, here, details);
}

/** Money has paid its invoice, or was noted to be given back. */
const isSettled = (intentId: string, { invoice, refunds }: BookedMoney) =>
  (invoice?.status === 'paid' && invoice.stripePaymentIntentId === intentId) ||
  refunds.some(({ reason }) => reason === 'surplus');

export function compareRefund(there: ListedRefund, here: BookedMoney): Comparison {
  if (here.invoice === undefined) return 'none of ours';
  const known = here.refunds.find(({ stripeRefundId }) => stripeRefundId === there.id);
  const ours = known ?? here.refunds.find(({ id }) => id === there.refundId);
  // One that failed before we heard of it has moved nothing.
  if (ours === undefined && there.status === 'failed') return 'agrees';
  const details = {
    stripe: { ...moneyOf(there), status: there.status },
    refund: ours && { ...moneyOf(ours), status: ours.status },
  };
  if (ours !== undefined && !isSameMoney(there, ours)) {
    return difference('refund_differs', there.id, here, details);
  }
  return known?.status === there.status
    ? 'agrees'
    : difference('refund_not_booked', there.id, here, details);
}

export function compareDispute(there: ListedDispute, here: BookedMoney): Comparison {
  if (here.invoice === undefined) return 'none of ours';
  const ours = here.disputes.find(({ id }) => id === there.id);
  const withdrawn = there.movements.reduce((sum, { amountMinor }) => sum - amountMinor, 0n);
  const agrees =
    ours?.status === there.status && isSameMoney(there, ours) && ours.withdrawnMinor === withdrawn;
  return agrees
    ? 'agrees'
    : difference('dispute_not_booked', there.id, here, {
        stripe: { ...moneyOf(there), status: there.status, withdrawn: String(withdrawn) },
        dispute: ours && {
          ...moneyOf(ours),
          status: ours.status,
          withdrawn: String(ours.withdrawnMinor),
        },
      });
}

/** Ours says that money came by an intent, and Stripe knows of none. */
export function paymentMissing(intentId: string, here: BookedMoney): Comparison {
  const attempt = here.attempts.find(
    ({ status, stripePaymentIntentId }) =>
      status === 'succeeded' && stripePaymentIntentId === intentId,
  );
  if (attempt === undefined) return 'agrees';
  return difference('payment_unknown_at_stripe', intentId, here, { attempt: moneyOf(attempt) });
}

/** Ours says that a refund was sent, and Stripe knows of none. */
export function refundMissing(refund: RefundRecord | undefined, here: BookedMoney): Comparison {
  if (refund?.stripeRefundId === undefined || refund.stripeRefundId === null) return 'agrees';
  const details = { refund: { ...moneyOf(refund), status: refund.status } };
  return difference('refund_unknown_at_stripe', refund.stripeRefundId, here, details);
}

interface Money {
  amountMinor: bigint;
  currency: string;
}

const isSameMoney = (one: Money, other: Money) =>
  one.amountMinor === other.amountMinor && one.currency === other.currency;

const moneyOf = ({ amountMinor, currency }: Money) => ({ amount: String(amountMinor), currency });

const difference = (
  kind: DifferenceKind,
  stripeObject: string,
  { invoice }: BookedMoney,
  details: Record<string, unknown>,
): Difference => ({
  kind,
  stripeObject,
  invoiceId: invoice?.id ?? null,
  subscriptionId: invoice?.subscriptionId ?? null,
  details,
});

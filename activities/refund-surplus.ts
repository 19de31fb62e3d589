import type { RefundRecord } from './ports/records';
import type { Payments } from './settlement';

/** Sends money back that belongs to no open claim; the refund's row came first (I3). */
export async function refundSurplus(
  { store, payments }: Payments,
  refund: RefundRecord,
): Promise<void> {
  if (refund.stripeRefundId !== null) return;
  const { id, status } = await payments.refundIntent({
    intentId: refund.stripePaymentIntentId,
    amountMinor: refund.amountMinor,
    currency: refund.currency,
    idempotencyKey: `refund/${refund.id}`,
  });
  await store.transaction(async (unit) => {
    await unit.updateRefund(refund.id, { stripeRefundId: id, status });
    await unit.postToLedger({
      occasion: `refund/${refund.id}`,
      kind: 'surplus_refunded',
      currency: refund.currency,
      invoiceId: refund.invoiceId,
      userId: refund.userId,
      at: new Date().toISOString(),
      postings: { suspense: refund.amountMinor, cash: -refund.amountMinor },
    });
  });
}

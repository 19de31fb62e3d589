import { payments } from './activities';
import type { PaymentEventInput } from './messages';

/**
 * News of a payment for a subscription whose own workflow has ended: late money on a written-off
 * invoice, or on a void one, which is refunded. It never revives the subscription.
 */
export async function paymentEvent(input: PaymentEventInput): Promise<void> {
  const now = new Date().toISOString();
  if ('invoiceId' in input) await payments.readPayment({ ...input, now, anyNews: true });
  else await payments.applyPaymentEvent({ ...input, now });
}

import { payments } from './activities';

/**
 * News of a payment for a subscription whose own workflow has ended: late money on a written-off
 * invoice, or on a void one, which is refunded. It never revives the subscription.
 */
export async function paymentEvent({ eventId }: { eventId: string }): Promise<void> {
  await payments.applyPaymentEvent({ eventId, now: new Date().toISOString() });
}

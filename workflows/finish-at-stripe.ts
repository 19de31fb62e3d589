import type { Collected } from '../activities/settlement';
import type { Instant } from '../billing/instant';
import { payments } from './activities';

/** What a command on an invoice may leave to be done at Stripe. */
export interface AtStripe {
  refundId?: string;
  cancelIntentOf?: string;
}

/** Sends the refund of a credit note, and cancels the intent of a void invoice. */
export async function finishAtStripe(
  about: { subscriptionId: string; now: Instant },
  { refundId, cancelIntentOf }: AtStripe,
): Promise<Collected | undefined> {
  if (refundId !== undefined) await payments.sendRefund({ refundId, now: about.now });
  if (cancelIntentOf === undefined) return undefined;
  return payments.collect({ ...about, invoiceId: cancelIntentOf, refresh: true });
}

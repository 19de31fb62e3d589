import { outstandingOf } from './outstanding';
import type { Intent } from './ports/payments';
import type { PaymentAttemptRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';
import type { Concerned } from './settlement';

/**
 * Writes the outcome on its attempt; for what the customer did, on an attempt made for it. Whether it
 * was news, whether the money had been on its way, and the attempt if it was one of ours.
 */
export async function recordOutcome(
  unit: UnitOfWork,
  concerned: Concerned,
  intent: Intent | undefined,
  outcome: Pick<PaymentAttemptRecord, 'status'> & Partial<PaymentAttemptRecord>,
): Promise<{ isNews: boolean; attempt?: PaymentAttemptRecord; wasProcessing?: boolean }> {
  const { invoice, now } = concerned;
  const settledAt =
    outcome.status === 'succeeded' || outcome.status === 'failed' ? { settledAt: now } : {};
  const facts = {
    ...outcome,
    ...settledAt,
    stripePaymentIntentId: intent?.id ?? null,
    stripeChargeId: intent?.chargeId ?? null,
    paymentMethodId: intent?.paymentMethodId ?? concerned.attempt?.paymentMethodId ?? null,
  };
  if (concerned.attempt !== undefined) {
    await updateAttempt(unit, concerned, facts);
    return { isNews: true, attempt: concerned.attempt };
  }
  const attempts = await unit.attempts(invoice.id);
  const open = attempts.find(
    ({ status, stripePaymentIntentId }) =>
      (status === 'requires_action' || status === 'processing') &&
      stripePaymentIntentId === facts.stripePaymentIntentId,
  );
  if (open !== undefined) {
    await unit.updateAttempt(open.id, facts);
    const isNews = open.status !== outcome.status;
    const wasProcessing = open.status === 'processing';
    return open.idempotencyKey.startsWith(byCustomer)
      ? { isNews, wasProcessing }
      : { isNews, wasProcessing, attempt: open };
  }
  const known = attempts.some(
    ({ stripePaymentIntentId, stripeChargeId }) =>
      stripePaymentIntentId === facts.stripePaymentIntentId &&
      stripeChargeId === facts.stripeChargeId,
  );
  if (known) return { isNews: false };
  await unit.insertAttempt({
    settledAt: null,
    errorCode: null,
    declineCode: null,
    message: null,
    ...facts,
    invoiceId: invoice.id,
    number: attempts.length + 1,
    idempotencyKey: `${byCustomer}${facts.stripePaymentIntentId}/${facts.stripeChargeId}`,
    amountMinor: intent?.amountMinor ?? outstandingOf(invoice),
    currency: invoice.currency,
    attemptedAt: now,
  });
  return { isNews: true };
}

/** Begins the key of an attempt that the customer made on the pay page; no such key is sent to Stripe. */
const byCustomer = 'customer/';

/** Changes the attempt that is concerned, if one of ours is. */
export async function updateAttempt(
  unit: UnitOfWork,
  { attempt }: Concerned,
  changes: Partial<PaymentAttemptRecord>,
) {
  if (attempt !== undefined) await unit.updateAttempt(attempt.id, changes);
}

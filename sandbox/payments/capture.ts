import type Stripe from 'stripe';
import { invalidRequest, unexpectedState } from '../errors';
import { emit } from '../events';
import { findCharge, idOf } from '../resources/lookup';
import type { Scope } from '../world';
import { saveCharge, saveIntent } from './charge';

/**
 * Takes money that a card holds for an intent with `capture_method: manual`; what is not taken is released.
 *
 * @param amount minor units; null takes everything
 * @throws ApiError 400 when nothing is held, or more is asked than is held
 */
export function capturePayment(
  scope: Scope,
  intent: Stripe.PaymentIntent,
  amount: number | null,
): Stripe.PaymentIntent {
  if (intent.status !== 'requires_capture') {
    throw unexpectedState(
      `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`,
      { payment_intent: intent },
    );
  }
  const taken = amount ?? intent.amount_capturable;
  if (taken < 1 || taken > intent.amount_capturable) {
    throw invalidRequest(
      'The amount to capture must be positive and no more than the amount that can be captured.',
      { code: 'amount_too_large', param: 'amount_to_capture', payment_intent: intent },
    );
  }
  const held = findCharge(scope, idOf(intent.latest_charge) ?? '', { param: 'latest_charge' });
  const charge = saveCharge(scope, {
    ...held.object,
    captured: true,
    amount_captured: taken,
    amount_refunded: held.object.amount - taken,
  });
  emit(scope, { type: 'charge.captured', data: { object: charge } });
  const captured = saveIntent(scope, {
    ...intent,
    status: 'succeeded',
    amount_capturable: 0,
    amount_received: taken,
  });
  emit(scope, { type: 'payment_intent.succeeded', data: { object: captured } });
  return captured;
}

const CANCELABLE = [
  'requires_payment_method',
  'requires_capture',
  'requires_confirmation',
  'requires_action',
];

/**
 * Gives an intent up; money that a card holds for it is released.
 *
 * @throws ApiError 400 once the intent has succeeded, was canceled, or its money is on the way
 */
export function cancelPayment(
  scope: Scope,
  intent: Stripe.PaymentIntent,
  reason: Stripe.PaymentIntent.CancellationReason | null,
): Stripe.PaymentIntent {
  if (!CANCELABLE.includes(intent.status)) {
    throw unexpectedState(
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: ${CANCELABLE.join(', ')}.`,
      { payment_intent: intent },
    );
  }
  if (intent.status === 'requires_capture') {
    release(scope, idOf(intent.latest_charge) ?? '');
  }
  const canceled = saveIntent(scope, {
    ...intent,
    status: 'canceled',
    amount_capturable: 0,
    canceled_at: scope.seconds(),
    cancellation_reason: reason,
    next_action: null,
  });
  emit(scope, { type: 'payment_intent.canceled', data: { object: canceled } });
  return canceled;
}

function release(scope: Scope, id: string): void {
  const { object } = findCharge(scope, id, { param: 'latest_charge' });
  const charge = saveCharge(scope, { ...object, refunded: true, amount_refunded: object.amount });
  emit(scope, { type: 'charge.refunded', data: { object: charge } });
}

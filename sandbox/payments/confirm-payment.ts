import type Stripe from 'stripe';
import { invalidRequest, unexpectedState } from '../errors';
import { emit } from '../events';
import { declined, ok, type Answer } from '../http/routes';
import { AUTHENTICATION_REQUIRED, instrumentByNumber, needsAuthentication } from '../outcomes';
import { findPaymentMethod, idOf } from '../resources/lookup';
import { refuseSpent } from '../resources/payment-methods';
import type { PaymentMethodRow } from '../store/rows';
import type { Scope } from '../world';
import { authenticationAction } from './authentication';
import { refuse, saveIntent, takeMoney } from './charge';
import { authenticationFailure } from './declines';

export interface Confirmation {
  method: PaymentMethodRow;
  /** The holder is not there: nothing can be authenticated. */
  offSession: boolean;
  returnUrl: string | null;
  /** Refuse instead of waiting for the holder. */
  errorOnRequiresAction: boolean;
}

/**
 * Tries to pay an intent.
 *
 * @returns the intent (succeeded, requires_capture, requires_action, processing), or 402
 * @throws ApiError 400 when the intent's status or the payment method's owner does not allow it
 */
export function confirmPayment(
  scope: Scope,
  intent: Stripe.PaymentIntent,
  confirmation: Confirmation,
): Answer {
  refuseUnlessConfirmable(intent);
  const { method, offSession, returnUrl } = confirmation;
  checkOwner(intent, method);
  if (offSession && intent.setup_future_usage !== null) {
    throw invalidRequest(
      'You cannot confirm with `off_session=true` when `setup_future_usage` is also set on the PaymentIntent because you cannot set up future usages when processing payments off-session.',
      { param: 'off_session' },
    );
  }
  const instrument = instrumentByNumber(method.instrument);
  const chosen = { ...intent, payment_method: method.object.id, next_action: null };
  const mustAuthenticate =
    instrument !== undefined &&
    needsAuthentication(instrument, { offSession, setUp: method.setUp });
  if (!mustAuthenticate) {
    return takeMoney(scope, chosen, method);
  }
  if (offSession || confirmation.errorOnRequiresAction) {
    return refuse(scope, chosen, method, AUTHENTICATION_REQUIRED);
  }
  const waiting = saveIntent(scope, {
    ...chosen,
    status: 'requires_action',
    last_payment_error: null,
    next_action: authenticationAction(scope, intent, returnUrl),
  });
  emit(scope, { type: 'payment_intent.requires_action', data: { object: waiting } });
  return ok(waiting);
}

/**
 * The holder passed 3D Secure, or did not.
 *
 * @throws ApiError 400 when the intent is not waiting for it
 */
export function finishPaymentAuthentication(
  scope: Scope,
  intent: Stripe.PaymentIntent,
  passed: boolean,
): Answer {
  if (intent.status !== 'requires_action') {
    throw unexpectedState(
      `This PaymentIntent does not wait for authentication: its status is ${intent.status}.`,
      { payment_intent: intent },
    );
  }
  const method = findPaymentMethod(scope, idOf(intent.payment_method) ?? '', {
    param: 'payment_method',
  });
  if (passed) {
    return takeMoney(scope, intent, method);
  }
  const error = { ...authenticationFailure('payment_intent'), payment_method: method.object };
  const failed = saveIntent(scope, {
    ...intent,
    status: 'requires_payment_method',
    payment_method: null,
    last_payment_error: error,
    next_action: null,
  });
  emit(scope, { type: 'payment_intent.payment_failed', data: { object: failed } });
  return declined({ ...error, payment_intent: failed });
}

function refuseUnlessConfirmable(intent: Stripe.PaymentIntent): void {
  if (intent.status === 'succeeded') {
    throw unexpectedState(
      'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.',
      { payment_intent: intent },
    );
  }
  const confirmable = ['requires_payment_method', 'requires_confirmation', 'requires_action'];
  if (!confirmable.includes(intent.status)) {
    throw unexpectedState(
      `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be confirmed: ${confirmable.join(', ')}.`,
      { payment_intent: intent },
    );
  }
}

function checkOwner(intent: Stripe.PaymentIntent, method: PaymentMethodRow): void {
  const owner = idOf(method.object.customer);
  const payer = idOf(intent.customer);
  if (owner === null) {
    refuseSpent(method);
  } else if (owner !== payer) {
    throw invalidRequest(
      payer === null
        ? `The PaymentMethod ${method.object.id} belongs to the Customer ${owner}. Please include the Customer in the \`customer\` parameter on the PaymentIntent.`
        : `The PaymentMethod ${method.object.id} does not belong to the Customer ${payer} of the PaymentIntent.`,
      { param: 'payment_method' },
    );
  }
}

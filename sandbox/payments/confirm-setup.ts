import type Stripe from 'stripe';
import { unexpectedState } from '../errors';
import { emit } from '../events';
import { declined, ok, type Answer } from '../http/routes';
import { instrumentByNumber, type Decline } from '../outcomes';
import { findPaymentMethod, idOf } from '../resources/lookup';
import { attach, refuseSpent, save as savePaymentMethod } from '../resources/payment-methods';
import type { PaymentMethodRow } from '../store/rows';
import type { Scope } from '../world';
import { authenticationAction } from './authentication';
import { authenticationFailure, declineError } from './declines';

/** Keeps a setup intent as it is now. */
export function saveSetupIntent(scope: Scope, intent: Stripe.SetupIntent): Stripe.SetupIntent {
  scope.store.tables.setup_intents.put(intent.id, { object: intent });
  return intent;
}

const CONFIRMABLE = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

/**
 * Tries to save a payment method for later payments.
 *
 * @returns the intent (succeeded or requires_action), or 402 when the card's bank refuses
 * @throws ApiError 400 when the intent's status does not allow it
 */
export function confirmSetup(
  scope: Scope,
  intent: Stripe.SetupIntent,
  method: PaymentMethodRow,
  returnUrl: string | null,
): Answer {
  if (!CONFIRMABLE.includes(intent.status)) {
    throw unexpectedState(
      `You cannot confirm this SetupIntent because it has a status of ${intent.status}.`,
      { setup_intent: intent },
    );
  }
  if (method.object.customer === null) {
    refuseSpent(method);
  }
  const instrument = instrumentByNumber(method.instrument);
  const chosen = { ...intent, payment_method: method.object.id, next_action: null };
  if (instrument?.attach) {
    return refuse(scope, chosen, method, instrument.attach);
  }
  if (instrument === undefined || instrument.authentication === 'never') {
    return ok(succeed(scope, chosen, method));
  }
  const waiting = saveSetupIntent(scope, {
    ...chosen,
    status: 'requires_action',
    last_setup_error: null,
    next_action: authenticationAction(scope, intent, returnUrl),
  });
  emit(scope, { type: 'setup_intent.requires_action', data: { object: waiting } });
  return ok(waiting);
}

/**
 * The holder passed 3D Secure, or did not.
 *
 * @throws ApiError 400 when the intent is not waiting for it
 */
export function finishSetupAuthentication(
  scope: Scope,
  intent: Stripe.SetupIntent,
  passed: boolean,
): Answer {
  if (intent.status !== 'requires_action') {
    throw unexpectedState(
      `This SetupIntent does not wait for authentication: its status is ${intent.status}.`,
      { setup_intent: intent },
    );
  }
  const method = findPaymentMethod(scope, idOf(intent.payment_method) ?? '', {
    param: 'payment_method',
  });
  return passed
    ? ok(succeed(scope, intent, method))
    : failWith(scope, intent, {
        ...authenticationFailure('setup_intent'),
        payment_method: method.object,
      });
}

function succeed(
  scope: Scope,
  intent: Stripe.SetupIntent,
  method: PaymentMethodRow,
): Stripe.SetupIntent {
  const customer = idOf(intent.customer);
  const kept = customer === null ? method : attach(scope, method, customer);
  savePaymentMethod(scope, { ...kept, setUp: kept.setUp || intent.usage === 'off_session' });
  const done = saveSetupIntent(scope, {
    ...intent,
    status: 'succeeded',
    last_setup_error: null,
    next_action: null,
  });
  emit(scope, { type: 'setup_intent.succeeded', data: { object: done } });
  return done;
}

function refuse(
  scope: Scope,
  intent: Stripe.SetupIntent,
  method: PaymentMethodRow,
  decline: Decline,
): Answer {
  return failWith(scope, intent, { ...declineError(decline), payment_method: method.object });
}

type SetupError =
  | (ReturnType<typeof declineError> & { payment_method: Stripe.PaymentMethod })
  | (ReturnType<typeof authenticationFailure> & { payment_method: Stripe.PaymentMethod });

function failWith(scope: Scope, intent: Stripe.SetupIntent, error: SetupError): Answer {
  const failed = saveSetupIntent(scope, {
    ...intent,
    status: 'requires_payment_method',
    payment_method: null,
    last_setup_error: error,
    next_action: null,
  });
  emit(scope, { type: 'setup_intent.setup_failed', data: { object: failed } });
  return declined({ ...error, setup_intent: failed });
}

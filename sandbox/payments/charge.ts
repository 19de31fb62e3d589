import type Stripe from 'stripe';
import { emit } from '../events';
import { declined, ok, type Answer } from '../http/routes';
import {
  EXPIRED_CARD,
  GENERIC_DECLINE,
  instrumentByNumber,
  type Decline,
  type Instrument,
} from '../outcomes';
import { idOf } from '../resources/lookup';
import { attach, save as savePaymentMethod } from '../resources/payment-methods';
import type { PaymentMethodRow } from '../store/rows';
import { schedule } from '../tasks';
import type { Scope } from '../world';
import { hasExpired } from './card-numbers';
import { chargeOf, verdictOf, type ChargeResult } from './charge-object';
import { declineError } from './declines';

/** Keeps an intent as it is now. */
export function saveIntent(scope: Scope, intent: Stripe.PaymentIntent): Stripe.PaymentIntent {
  scope.store.tables.payment_intents.put(intent.id, { object: intent });
  return intent;
}

/** Keeps a charge as it is now. */
export function saveCharge(scope: Scope, charge: Stripe.Charge): Stripe.Charge {
  scope.store.tables.charges.put(charge.id, { object: charge });
  return charge;
}

/**
 * Asks the bank for the money of an intent whose payment method is chosen and, where needed, authenticated.
 *
 * @returns the intent, or 402 with the decline; both leave a charge and events behind
 */
export function takeMoney(
  scope: Scope,
  intent: Stripe.PaymentIntent,
  method: PaymentMethodRow,
): Answer {
  const instrument = instrumentByNumber(method.instrument);
  const forced = forcedDecline(scope, idOf(intent.customer));
  if (isSlow(scope, instrument)) {
    return startSlowPayment(scope, intent, method, instrument);
  }
  const decline = forced ?? declineOf(scope, method, instrument);
  if (decline !== null) {
    return refuse(scope, intent, method, decline);
  }
  const charge = saveCharge(scope, chargeOf(scope, intent, method, { status: 'succeeded' }));
  emit(scope, { type: 'charge.succeeded', data: { object: charge } });
  return ok(succeed(scope, intent, charge, method));
}

/** 402: a failed charge, and the intent waits for another payment method. */
export function refuse(
  scope: Scope,
  intent: Stripe.PaymentIntent,
  method: PaymentMethodRow,
  decline: Decline,
): Answer {
  const charge = saveCharge(scope, chargeOf(scope, intent, method, { status: 'failed', decline }));
  return failWith(scope, intent, charge, method, decline);
}

function failWith(
  scope: Scope,
  intent: Stripe.PaymentIntent,
  charge: Stripe.Charge,
  method: PaymentMethodRow,
  decline: Decline,
): Answer {
  const error = { ...declineError(decline), charge: charge.id, payment_method: method.object };
  const failed = saveIntent(scope, {
    ...intent,
    status: 'requires_payment_method',
    payment_method: null,
    latest_charge: charge.id,
    last_payment_error: error,
    next_action: null,
  });
  emit(scope, { type: 'charge.failed', data: { object: charge } });
  emit(scope, { type: 'payment_intent.payment_failed', data: { object: failed } });
  return declined({ ...error, payment_intent: failed });
}

/** The money is there: the intent is finished, or waits for capture. */
function succeed(
  scope: Scope,
  intent: Stripe.PaymentIntent,
  charge: Stripe.Charge,
  method: PaymentMethodRow,
): Stripe.PaymentIntent {
  keepPaymentMethod(scope, intent, method);
  const paid = {
    ...intent,
    payment_method: method.object.id,
    latest_charge: charge.id,
    last_payment_error: null,
    next_action: null,
  };
  if (intent.capture_method === 'manual') {
    const held = { ...paid, status: 'requires_capture' as const, amount_capturable: intent.amount };
    saveIntent(scope, held);
    emit(scope, { type: 'payment_intent.amount_capturable_updated', data: { object: held } });
    return held;
  }
  const done = { ...paid, status: 'succeeded' as const, amount_received: intent.amount };
  saveIntent(scope, done);
  emit(scope, { type: 'payment_intent.succeeded', data: { object: done } });
  disputeIfTheCardSaysSo(scope, charge, method);
  return done;
}

/**
 * A payment method used once without a customer can't be used again; with `setup_future_usage` it now
 * belongs to the customer, and after authentication it is set up for payments without the holder.
 */
function keepPaymentMethod(
  scope: Scope,
  intent: Stripe.PaymentIntent,
  method: PaymentMethodRow,
): void {
  const customer = idOf(intent.customer);
  const keep = intent.setup_future_usage !== null && customer !== null;
  if (keep) {
    const attached = attach(scope, method, customer);
    if (intent.setup_future_usage === 'off_session') {
      savePaymentMethod(scope, { ...attached, setUp: true });
    }
  } else if (method.object.customer === null) {
    savePaymentMethod(scope, { ...method, spent: true });
  }
}

function disputeIfTheCardSaysSo(
  scope: Scope,
  charge: Stripe.Charge,
  method: PaymentMethodRow,
): void {
  if ((instrumentByNumber(method.instrument)?.dispute ?? null) !== null) {
    schedule(scope, { kind: 'open_dispute', charge: charge.id, dueAt: Date.now() });
  }
}

function declineOf(
  scope: Scope,
  method: PaymentMethodRow,
  instrument: Instrument | undefined,
): Decline | null {
  const { card } = method.object;
  if (card !== undefined && hasExpired(card, scope.seconds())) {
    return EXPIRED_CARD;
  }
  return instrument === undefined ? GENERIC_DECLINE : instrument.charge;
}

/** Takes the first decline that the control API has set for this customer or for anybody. */
function forcedDecline(scope: Scope, customer: string | null): Decline | null {
  const { forcedDeclines } = scope.knobs;
  const index = forcedDeclines.findIndex(
    (each) => each.customer === null || each.customer === customer,
  );
  const [forced] = index === -1 ? [] : forcedDeclines.splice(index, 1);
  return forced === undefined ? null : { ...GENERIC_DECLINE, advice_code: null, ...forced.decline };
}

function isSlow(scope: Scope, instrument: Instrument | undefined): boolean {
  if (scope.knobs.pendingCharges > 0) {
    scope.knobs.pendingCharges -= 1;
    return true;
  }
  return instrument !== undefined && instrument.slow !== 'no';
}

function startSlowPayment(
  scope: Scope,
  intent: Stripe.PaymentIntent,
  method: PaymentMethodRow,
  instrument: Instrument | undefined,
): Answer {
  const charge = saveCharge(scope, chargeOf(scope, intent, method, { status: 'pending' }));
  emit(scope, { type: 'charge.pending', data: { object: charge } });
  const processing = saveIntent(scope, {
    ...intent,
    status: 'processing',
    payment_method: method.object.id,
    latest_charge: charge.id,
    last_payment_error: null,
    next_action: null,
  });
  emit(scope, { type: 'payment_intent.processing', data: { object: processing } });
  const delay = instrument?.slow === 'settles' ? scope.knobs.settlementDelayMs : null;
  const dueAt = delay === null ? null : Date.now() + delay;
  schedule(scope, { kind: 'settle_payment', paymentIntent: intent.id, dueAt });
  return ok(processing);
}

/**
 * Ends the waiting of a `processing` intent.
 *
 * @param outcome what happens; 'as_the_account_does' leaves it to the payment method
 * @returns the answer that the payment would have had at once, or null when the intent is not waiting
 */
export function settleSlowPayment(
  scope: Scope,
  paymentIntent: string,
  outcome: 'succeed' | 'fail' | 'as_the_account_does',
): Answer | null {
  const intent = scope.store.tables.payment_intents.get(paymentIntent)?.object;
  const pending = scope.store.tables.charges.get(idOf(intent?.latest_charge) ?? '')?.object;
  const method = scope.store.tables.payment_methods.get(pending?.payment_method ?? '');
  if (intent?.status !== 'processing' || pending === undefined || method === undefined) {
    return null;
  }
  const decline = instrumentByNumber(method.instrument)?.charge ?? null;
  if (outcome === 'fail' || (outcome === 'as_the_account_does' && decline !== null)) {
    const result = { status: 'failed' as const, decline: decline ?? GENERIC_DECLINE };
    const charge = saveCharge(scope, settled(pending, result));
    return failWith(scope, intent, charge, method, result.decline);
  }
  const charge = saveCharge(scope, settled(pending, { status: 'succeeded' }));
  emit(scope, { type: 'charge.succeeded', data: { object: charge } });
  return ok(succeed(scope, intent, charge, method));
}

function settled(charge: Stripe.Charge, result: ChargeResult): Stripe.Charge {
  const paid = result.status === 'succeeded';
  return {
    ...charge,
    ...verdictOf(result),
    paid,
    captured: paid,
    amount_captured: paid ? charge.amount : 0,
  };
}

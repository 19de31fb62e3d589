import type Stripe from 'stripe';
import { format } from '../currencies';
import { invalidRequest } from '../errors';
import { emit } from '../events';
import { instrumentByNumber } from '../outcomes';
import { findCharge, idOf } from '../resources/lookup';
import { schedule } from '../tasks';
import type { Scope } from '../world';
import { saveCharge } from './charge';
import { closeInquiry, hasOpenDispute } from './dispute';

export interface RefundRequest {
  /** Minor units; null gives everything back that is left. */
  amount: number | null;
  reason: Stripe.Refund.Reason | null;
  metadata: Stripe.Metadata;
}

/** Keeps a refund as it is now. */
export function saveRefund(scope: Scope, refund: Stripe.Refund): Stripe.Refund {
  scope.store.tables.refunds.put(refund.id, { object: refund });
  return refund;
}

/**
 * Gives money back. Depending on the card that is done at once, done later, or fails later.
 *
 * @throws ApiError 400 charge_already_refunded, charge_disputed, or for more than what is left
 */
export function refundCharge(
  scope: Scope,
  charge: Stripe.Charge,
  request: RefundRequest,
): Stripe.Refund {
  const amount = refundableAmount(scope, charge, request.amount);
  const fate = instrumentOf(scope, charge)?.refund ?? 'at_once';
  const status = fate === 'succeeds_later' ? 'pending' : 'succeeded';
  const object = saveRefund(scope, { ...blank(scope, charge, request, amount), status });
  const refunded = giveBack(scope, charge.id, amount);
  emit(scope, { type: 'refund.created', data: { object } });
  emit(scope, { type: 'charge.refunded', data: { object: refunded } });
  if (fate !== 'at_once') {
    const delay = scope.knobs.settlementDelayMs;
    schedule(scope, {
      kind: 'settle_refund',
      refund: object.id,
      outcome: fate === 'succeeds_later' ? 'succeeded' : 'failed',
      dueAt: delay === null ? null : Date.now() + delay,
    });
  }
  if (refunded.refunded) {
    closeInquiry(scope, charge.id);
  }
  return object;
}

/** How the bank took an asynchronous refund. When it failed the money is back with the merchant. */
export function settleRefund(scope: Scope, id: string, outcome: 'succeeded' | 'failed'): void {
  const refund = scope.store.tables.refunds.get(id)?.object;
  if (refund === undefined || refund.status === 'failed') {
    return;
  }
  if (outcome === 'succeeded') {
    const object = saveRefund(scope, { ...refund, status: 'succeeded' });
    emit(scope, { type: 'refund.updated', data: { object } });
    emit(scope, { type: 'charge.refund.updated', data: { object } });
    return;
  }
  const failure_reason = 'expired_or_canceled_card';
  const object = saveRefund(scope, { ...refund, status: 'failed', failure_reason });
  giveBack(scope, idOf(refund.charge) ?? '', -refund.amount);
  emit(scope, { type: 'refund.failed', data: { object } });
  emit(scope, { type: 'charge.refund.updated', data: { object } });
}

function giveBack(scope: Scope, charge: string, amount: number): Stripe.Charge {
  const { object } = findCharge(scope, charge, { param: 'charge' });
  const amount_refunded = object.amount_refunded + amount;
  const refunded = amount_refunded === object.amount;
  return saveCharge(scope, { ...object, amount_refunded, refunded });
}

function refundableAmount(scope: Scope, charge: Stripe.Charge, asked: number | null): number {
  if (charge.status !== 'succeeded' || !charge.captured) {
    throw invalidRequest(`Charge ${charge.id} was not captured; it can't be refunded.`, {
      code: 'charge_not_refundable',
      param: 'charge',
    });
  }
  if (hasOpenDispute(scope, charge.id)) {
    throw invalidRequest(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
    });
  }
  const left = charge.amount - charge.amount_refunded;
  if (left === 0) {
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
    });
  }
  const amount = asked ?? left;
  if (amount < 1) {
    throw invalidRequest('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: 'amount',
    });
  }
  if (amount > left) {
    throw invalidRequest(
      `Refund amount (${format(amount, charge.currency)}) is greater than unrefunded amount on charge (${format(left, charge.currency)})`,
      { param: 'amount' },
    );
  }
  return amount;
}

function instrumentOf(scope: Scope, charge: Stripe.Charge) {
  const method = scope.store.tables.payment_methods.get(charge.payment_method ?? '');
  return instrumentByNumber(method?.instrument ?? '');
}

function blank(
  scope: Scope,
  charge: Stripe.Charge,
  request: RefundRequest,
  amount: number,
): Stripe.Refund {
  const { refunds } = scope.store.tables;
  return {
    id: scope.ids.mint('re', (id) => refunds.has(id)),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: scope.seconds(),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: {
      type: 'card',
      card: {
        reference_status: 'pending',
        reference_type: 'acquirer_reference_number',
        type: 'refund',
      },
    },
    metadata: request.metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: request.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  };
}

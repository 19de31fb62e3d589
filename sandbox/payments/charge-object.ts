import type Stripe from 'stripe';
import type { Decline } from '../outcomes';
import { idOf } from '../resources/lookup';
import type { PaymentMethodRow } from '../store/rows';
import type { Scope } from '../world';

/** How an attempt to take money went. */
export type ChargeResult =
  { status: 'succeeded' } | { status: 'pending' } | { status: 'failed'; decline: Decline };

/** The charge that one attempt leaves behind, successful or not. Amounts in minor units. */
export function chargeOf(
  scope: Scope,
  intent: Stripe.PaymentIntent,
  method: PaymentMethodRow,
  result: ChargeResult,
): Stripe.Charge {
  const { charges } = scope.store.tables;
  const captured = intent.capture_method !== 'manual' && result.status === 'succeeded';
  return {
    id: scope.ids.mint('ch', (id) => charges.has(id)),
    object: 'charge',
    amount: intent.amount,
    amount_captured: captured ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: method.object.billing_details,
    calculated_statement_descriptor: 'SANDBOX',
    captured,
    created: scope.seconds(),
    currency: intent.currency,
    customer: idOf(intent.customer),
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    paid: result.status === 'succeeded',
    payment_intent: intent.id,
    payment_method: method.object.id,
    payment_method_details: detailsOf(method.object, intent.amount),
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    transfer_data: null,
    transfer_group: null,
    ...verdictOf(result),
  };
}

/** The members that tell success from failure. */
export function verdictOf(
  result: ChargeResult,
): Pick<Stripe.Charge, 'status' | 'failure_code' | 'failure_message' | 'outcome'> {
  if (result.status !== 'failed') {
    const outcome = { ...APPROVED, risk_level: 'normal', risk_score: 12 };
    return { status: result.status, failure_code: null, failure_message: null, outcome };
  }
  const { decline } = result;
  return {
    status: 'failed',
    failure_code: decline.code,
    failure_message: decline.message,
    outcome: {
      advice_code: decline.advice_code,
      network_advice_code: null,
      network_decline_code: null,
      network_status: decline.blocked === true ? 'not_sent_to_network' : 'declined_by_network',
      reason: decline.blocked === true ? 'highest_risk_level' : decline.decline_code,
      risk_level: decline.blocked === true ? 'highest' : 'normal',
      risk_score: decline.blocked === true ? 92 : 12,
      seller_message:
        decline.blocked === true
          ? 'Stripe blocked this payment as too risky.'
          : 'The bank did not return any further details with this decline.',
      type: decline.blocked === true ? 'blocked' : 'issuer_declined',
    },
  };
}

const APPROVED = {
  advice_code: null,
  network_advice_code: null,
  network_decline_code: null,
  network_status: 'approved_by_network',
  reason: null,
  seller_message: 'Payment complete.',
  type: 'authorized',
};

function detailsOf(
  method: Stripe.PaymentMethod,
  amount: number,
): Stripe.Charge.PaymentMethodDetails {
  if (method.card !== undefined) {
    return { type: 'card', card: cardDetails(method.card, amount) };
  }
  const account = method.us_bank_account;
  return {
    type: 'us_bank_account',
    us_bank_account: {
      account_holder_type: account?.account_holder_type ?? null,
      account_type: account?.account_type ?? null,
      bank_name: account?.bank_name ?? null,
      fingerprint: account?.fingerprint ?? null,
      last4: account?.last4 ?? null,
      payment_reference: null,
      routing_number: account?.routing_number ?? null,
    },
  };
}

function cardDetails(
  card: Stripe.PaymentMethod.Card,
  amount: number,
): Stripe.Charge.PaymentMethodDetails.Card {
  return {
    amount_authorized: amount,
    authorization_code: null,
    brand: card.brand,
    checks: card.checks,
    country: card.country,
    electronic_commerce_indicator: null,
    exp_month: card.exp_month,
    exp_year: card.exp_year,
    fingerprint: card.fingerprint ?? null,
    funding: card.funding,
    installments: null,
    last4: card.last4,
    mandate: null,
    network: card.brand,
    network_token: { used: false },
    network_transaction_id: null,
    regulated_status: card.regulated_status,
    three_d_secure: null,
    transaction_link_id: null,
    wallet: null,
  };
}

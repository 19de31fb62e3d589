import type Stripe from 'stripe';
import { invalidRequest } from '../errors';
import { emit } from '../events';
import type { Dispute as DisputeKind } from '../outcomes';
import { findCharge, idOf } from '../resources/lookup';
import type { Scope } from '../world';
import { saveCharge } from './charge';

/** What a bank asks of the merchant for a dispute, in minor units of the dispute's currency. */
const DISPUTE_FEE = 1500;

/** How long the merchant has to answer. */
const SECONDS_TO_ANSWER = 9 * 24 * 3600;

/** Keeps a dispute as it is now. */
export function saveDispute(scope: Scope, dispute: Stripe.Dispute): Stripe.Dispute {
  scope.store.tables.disputes.put(dispute.id, { object: dispute });
  return dispute;
}

/**
 * The holder disputes a charge: the money is withdrawn at once, unless it is only an inquiry.
 *
 * @param amount minor units; null disputes the whole charge
 * @throws ApiError 400 unless the charge succeeded and is not disputed yet
 */
export function openDispute(
  scope: Scope,
  chargeId: string,
  kind: DisputeKind,
  amount: number | null = null,
): Stripe.Dispute {
  const { object: charge } = findCharge(scope, chargeId, { param: 'charge' });
  if (charge.status !== 'succeeded' || charge.disputed) {
    throw invalidRequest(`Charge ${chargeId} can't be disputed.`, { param: 'charge' });
  }
  saveCharge(scope, { ...charge, disputed: true });
  const opened = blank(scope, charge, kind, amount ?? charge.amount);
  const object = kind.inquiry ? opened : withTransaction(scope, opened, -opened.amount);
  saveDispute(scope, object);
  emit(scope, { type: 'charge.dispute.created', data: { object } });
  if (!kind.inquiry) {
    emit(scope, { type: 'charge.dispute.funds_withdrawn', data: { object } });
  }
  return object;
}

/** The merchant's answer is with the bank. */
export function submitEvidence(scope: Scope, dispute: Stripe.Dispute): Stripe.Dispute {
  const inquiry = dispute.status.startsWith('warning_');
  return saveDispute(scope, {
    ...dispute,
    status: inquiry ? 'warning_under_review' : 'under_review',
    evidence_details: {
      ...dispute.evidence_details,
      submission_count: dispute.evidence_details.submission_count + 1,
      submission_method: 'manual',
    },
  });
}

/**
 * The bank has decided, or the merchant gave up (`lost`). A won dispute brings the money back.
 *
 * @throws ApiError 400 when it is closed already
 */
export function closeDispute(
  scope: Scope,
  dispute: Stripe.Dispute,
  verdict: 'won' | 'lost',
): Stripe.Dispute {
  if (isClosed(dispute)) {
    throw invalidRequest(`This dispute is already closed: its status is ${dispute.status}.`);
  }
  const inquiry = dispute.status.startsWith('warning_');
  const status = inquiry ? 'warning_closed' : verdict;
  const reinstated = verdict === 'won' && !inquiry;
  const decided = { ...dispute, status, is_charge_refundable: reinstated };
  const object = reinstated ? withTransaction(scope, decided, dispute.amount) : decided;
  saveDispute(scope, object);
  emit(scope, { type: 'charge.dispute.closed', data: { object } });
  if (reinstated) {
    emit(scope, { type: 'charge.dispute.funds_reinstated', data: { object } });
  }
  return object;
}

/** Whether the holder's bank has taken the charge's money back, so that a refund would pay it twice. */
export function hasOpenDispute(scope: Scope, charge: string): boolean {
  return disputesOf(scope, charge).some((each) => !each.is_charge_refundable);
}

/** A full refund answers an inquiry. */
export function closeInquiry(scope: Scope, charge: string): void {
  for (const dispute of disputesOf(scope, charge)) {
    if (dispute.status.startsWith('warning_') && !isClosed(dispute)) {
      closeDispute(scope, dispute, 'lost');
    }
  }
}

function isClosed(dispute: Stripe.Dispute): boolean {
  return ['won', 'lost', 'warning_closed'].includes(dispute.status);
}

function disputesOf(scope: Scope, charge: string): Stripe.Dispute[] {
  const found: Stripe.Dispute[] = [];
  for (const [, { object }] of scope.store.tables.disputes.oldestFirst()) {
    if (idOf(object.charge) === charge) {
      found.push(object);
    }
  }
  return found;
}

function blank(
  scope: Scope,
  charge: Stripe.Charge,
  kind: DisputeKind,
  amount: number,
): Stripe.Dispute {
  const { disputes } = scope.store.tables;
  const brand = charge.payment_method_details?.card?.brand ?? 'visa';
  return {
    id: scope.ids.mint('du', (id) => disputes.has(id)),
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created: scope.seconds(),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: EMPTY_EVIDENCE,
    evidence_details: {
      due_by: scope.seconds() + SECONDS_TO_ANSWER,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: kind.inquiry,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: {
      type: 'card',
      card: {
        brand,
        case_type: kind.inquiry ? 'inquiry' : 'chargeback',
        network: brand,
        network_reason_code: kind.reason === 'fraudulent' ? '10.4' : '13.1',
      },
    },
    reason: kind.reason,
    status: kind.inquiry ? 'warning_needs_response' : 'needs_response',
  };
}

/** Writes the movement of money that a dispute causes; the fee goes out and comes back with it. */
function withTransaction(scope: Scope, dispute: Stripe.Dispute, amount: number): Stripe.Dispute {
  const fee = amount < 0 ? DISPUTE_FEE : -DISPUTE_FEE;
  const transaction: Stripe.BalanceTransaction = {
    id: scope.ids.mint('txn'),
    object: 'balance_transaction',
    amount,
    available_on: scope.seconds(),
    balance_type: 'payments',
    created: scope.seconds(),
    currency: dispute.currency,
    description:
      amount < 0
        ? `Chargeback withdrawal for ${idOf(dispute.charge)}`
        : `Chargeback reversal for ${idOf(dispute.charge)}`,
    exchange_rate: null,
    fee,
    fee_details: [
      {
        amount: fee,
        application: null,
        currency: dispute.currency,
        description: 'Dispute fee',
        type: 'stripe_fee',
      },
    ],
    net: amount - fee,
    reporting_category: amount < 0 ? 'dispute' : 'dispute_reversal',
    source: dispute.id,
    status: 'available',
    type: 'adjustment',
  };
  return { ...dispute, balance_transactions: [...dispute.balance_transactions, transaction] };
}

const EMPTY_EVIDENCE: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};

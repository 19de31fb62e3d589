import type { MinorUnits } from '../../billing/money';

/** Stripe's statuses of a payment intent that this product can meet. */
export type IntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'requires_capture'
  | 'processing'
  | 'succeeded'
  | 'canceled';

/** Why a charge did not go through, in Stripe's own codes. */
export interface Decline {
  /** Stripe's `error.code`: `card_declined`, `expired_card`, `authentication_required` … */
  code: string;
  /** The issuer's reason: `insufficient_funds`, `lost_card` …, when there is one. */
  declineCode: string | null;
  /** A sentence fit for the customer. */
  message: string;
}

/** A payment intent as far as billing needs it. */
export interface Intent {
  id: string;
  status: IntentStatus;
  amountMinor: MinorUnits;
  amountReceivedMinor: MinorUnits;
  currency: string;
  customerId: string | null;
  paymentMethodId: string | null;
  chargeId: string | null;
  /** The last thing that went wrong on it. */
  decline: Decline | null;
  /** What we wrote on it: `subscription_id`, `invoice_id`, `attempt`. */
  metadata: Readonly<Record<string, string>>;
}

export interface SavedCard {
  id: string;
  type: string;
  brand: string | null;
  last4: string | null;
  expMonth: number | null;
  expYear: number | null;
}

/** A payment method that can't be saved is an expected outcome, not a failure. */
export type AttachOutcome =
  | { outcome: 'attached'; card: SavedCard }
  | { outcome: 'declined'; decline: Decline }
  | { outcome: 'unknown'; message: string };

export interface IntentRequest {
  customerId: string;
  amountMinor: MinorUnits;
  currency: string;
  description: string;
  metadata: Record<string, string>;
  idempotencyKey: string;
  /** Absent: the intent is only made, and the customer confirms it. */
  charge?: { paymentMethodId: string; customerPresent: boolean };
}

/**
 * Stripe answered with a fault of its own (5xx), and will repeat that answer for this idempotency key
 * for 24 hours. Unlike after a lost reply the request is over, so that once the outcome has been
 * looked up, another key may be used.
 */
export class KeySpent extends Error {
  override name = 'KeySpent';
}

/**
 * Moving money at Stripe. A decline is a returned intent with its `decline`; what is thrown is a
 * failure (no answer, a time-out, a rate limit, a server error) after which the outcome is unknown,
 * and may be tried again with the same idempotency key, unless it is a `KeySpent`.
 */
export interface PaymentGateway {
  /** The same user always gets the same customer. */
  createCustomer(user: { id: string; email: string; name: string }): Promise<string>;
  attachPaymentMethod(request: {
    customerId: string;
    paymentMethodId: string;
    idempotencyKey: string;
  }): Promise<AttachOutcome>;
  createIntent(request: IntentRequest): Promise<Intent>;
  confirmIntent(request: {
    intentId: string;
    paymentMethodId: string;
    customerPresent: boolean;
    idempotencyKey: string;
  }): Promise<Intent>;
  retrieveIntent(intentId: string): Promise<Intent>;
  /** Looks one up by what we wrote on it, when its id was lost with the answer; canceled ones are passed over. */
  findIntent(request: { customerId: string; invoiceId: string }): Promise<Intent | undefined>;
  /** The intent afterwards: canceled, or succeeded if the money was quicker. */
  cancelIntent(intentId: string): Promise<Intent>;
  /**
   * Gives money of a succeeded intent back. Asked again for the same `refundId`, of our own row, it
   * answers the refund that was made.
   */
  refundIntent(request: {
    intentId: string;
    refundId: string;
    amountMinor: MinorUnits;
    currency: string;
  }): Promise<{ id: string; status: 'pending' | 'succeeded' | 'failed' }>;
}

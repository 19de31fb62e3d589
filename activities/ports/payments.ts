import type { Instant } from '../../billing/instant';
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
  /** Paying it saves the payment method, to be charged later without the customer. */
  savesPaymentMethod: boolean;
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

/** A payment method as Stripe knows it now. */
export interface KnownPaymentMethod {
  card: SavedCard;
  /** Null when it belongs to nobody: not attached yet, or detached. */
  customerId: string | null;
  /** Stripe's own time. */
  createdAt: Instant;
}

/** The customer's consent to being charged later with a payment method. */
export interface SetupIntent {
  id: string;
  /** Whether the payment method is set up and belongs to the customer. */
  succeeded: boolean;
  customerId: string | null;
  paymentMethodId: string | null;
  /** For the browser that asks the customer; never stored or logged (I12). */
  clientSecret: string | null;
}

/** Money given back, as Stripe knows it now. */
export interface KnownRefund {
  id: string;
  /** A failed one's money is back at Stripe; it stays failed. */
  status: 'pending' | 'succeeded' | 'failed';
  amountMinor: MinorUnits;
  currency: string;
  /** Of our own row, when our call made it; null: it was made in Stripe's dashboard. */
  refundId: string | null;
}

/** What became of a refund that we asked for; a refusal is for good, in Stripe's own code. */
export type RefundAnswer =
  Pick<KnownRefund, 'id' | 'status'> | { refused: { code: string; message: string } };

/** A payment that its holder's bank has taken back, or asks about, as Stripe knows it now. */
export interface KnownDispute {
  id: string;
  chargeId: string;
  intentId: string | null;
  amountMinor: MinorUnits;
  currency: string;
  /** Stripe's own words: `fraudulent` …; `needs_response`, `won` … */
  reason: string;
  status: string;
  evidenceDueAt: Instant | null;
  openedAt: Instant;
  /** What the bank took from us (negative) and gave back, without fees, oldest first. */
  movements: { id: string; amountMinor: MinorUnits }[];
}

/** An operator's answer to a dispute; `answerId` makes it the same one when it is sent again. */
export interface DisputeAnswer {
  disputeId: string;
  answerId: string;
  /** Stripe's names of written evidence, and the texts; absent: the dispute is accepted, and lost. */
  evidence?: Readonly<Record<string, string>>;
  /** False keeps the evidence as a draft. */
  submit?: boolean;
}

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

/** The payment method that was to be charged is the customer's no more; nothing was charged. */
export class PaymentMethodGone extends Error {
  override name = 'PaymentMethodGone';
}

/**
 * The intent by which the customer pays an invoice, made if there is none yet. Undefined while nothing
 * is payable, or while our own charge is about to make it.
 */
export type PreparePayment = (invoiceId: string) => Promise<Intent | undefined>;

/**
 * Moving money at Stripe. A decline is a returned intent with its `decline`; what is thrown is a
 * failure (no answer, a time-out, a rate limit, a server error) after which the outcome is unknown,
 * and may be tried again with the same idempotency key, unless it is a `KeySpent`.
 */
export interface PaymentGateway {
  /** The same user always gets the same customer. */
  createCustomer(user: { id: string; email: string; name: string }): Promise<string>;
  /** Has a customer forgotten, cards and all, for good; payments stay. One that is gone stays so. */
  deleteCustomer(customerId: string): Promise<void>;
  attachPaymentMethod(request: {
    customerId: string;
    paymentMethodId: string;
    idempotencyKey: string;
  }): Promise<AttachOutcome>;
  /** What Stripe knows of a payment method; undefined when it knows none of this id. */
  retrievePaymentMethod(paymentMethodId: string): Promise<KnownPaymentMethod | undefined>;
  /** Takes it from its customer, for good; one that belongs to nobody stays as it is. */
  detachPaymentMethod(paymentMethodId: string): Promise<void>;
  /** For saving a payment method that is charged without the customer later on. */
  createSetupIntent(request: {
    customerId: string;
    userId: string;
    idempotencyKey: string;
  }): Promise<SetupIntent>;
  retrieveSetupIntent(setupIntentId: string): Promise<SetupIntent>;
  createIntent(request: IntentRequest): Promise<Intent>;
  /** Says whether paying an intent saves the payment method; the intent afterwards. */
  saveOnPayment(intentId: string, saves: boolean): Promise<Intent>;
  confirmIntent(request: {
    intentId: string;
    paymentMethodId: string;
    customerPresent: boolean;
    idempotencyKey: string;
  }): Promise<Intent>;
  retrieveIntent(intentId: string): Promise<Intent>;
  /** The same for an id that we only were told; undefined when Stripe knows none of it. */
  lookUpIntent(intentId: string): Promise<Intent | undefined>;
  /**
   * Looks one up by what we wrote on it, when its id was lost with the answer; canceled ones are passed
   * over, and those in `except`.
   */
  findIntent(request: {
    customerId: string;
    invoiceId: string;
    except?: readonly string[];
  }): Promise<Intent | undefined>;
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
  }): Promise<RefundAnswer>;
  /** All refunds of an intent, whoever made them, oldest first. */
  refundsOf(intentId: string): Promise<KnownRefund[]>;
  /** Undefined when Stripe knows none of this id. */
  lookUpDispute(disputeId: string): Promise<KnownDispute | undefined>;
  /** All disputes of an intent, oldest first. */
  disputesOf(intentId: string): Promise<KnownDispute[]>;
  /** The dispute afterwards; undefined when Stripe takes no answer to it any more. */
  answerDispute(answer: DisputeAnswer): Promise<KnownDispute | undefined>;
}

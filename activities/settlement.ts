import type { Instant } from '../billing/instant';
import type { SubscriptionState } from '../billing/subscription-state';
import type { Decline, PaymentGateway } from './ports/payments';
import type {
  InvoiceRecord,
  PaymentAttemptRecord,
  RefundRecord,
  SubscriptionRecord,
} from './ports/records';
import type { BillingStore, UnitOfWork } from './ports/store';

/** What talking to Stripe needs. */
export interface Payments {
  store: BillingStore;
  payments: PaymentGateway;
}

/** What became of a call to Stripe. */
export interface Collected {
  /** With the plan, where a change of it came into force. */
  state: SubscriptionState & { planId?: string };
  /** Why the charge did not go through, if it did not. */
  declined?: Decline;
}

/** What an intent's news is about: rows locked by the caller, subscription first, then invoice. */
export interface Concerned {
  subscription: SubscriptionRecord;
  invoice: InvoiceRecord;
  /** The attempt whose outcome it is; absent when the customer acted on the intent. */
  attempt?: PaymentAttemptRecord;
  /** The intent is the answer to our own call, not an event's. */
  answered?: true;
  /** On the subscription's own time. */
  now: Instant;
}

/** What is left to do at Stripe, once the transaction has committed. */
export interface Settlement {
  subscription: SubscriptionRecord;
  declined?: Decline;
  /** Money that belongs to no open claim, to be given back. */
  refund?: RefundRecord;
  /** The intent's invoice is void: nobody must be able to pay it. */
  cancelIntent?: true;
}

/** A new revision for a change that only its invoices show. */
export const touch = (unit: UnitOfWork, subscription: SubscriptionRecord) =>
  unit.updateSubscription(subscription, {});

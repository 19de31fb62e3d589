import type { Instant } from '../../billing/instant';
import type { InvoiceStatus } from '../../billing/invoice';
import type { MinorUnits } from '../../billing/money';
import type { SubscriptionStatus } from '../../billing/subscription';
import type { Intent } from './payments';
import type { CollectionMethod } from './records';

/** A subscription that Stripe runs itself, as far as a mirror shows it. */
export interface StripeSubscription {
  /** Stripe's `sub_…`. */
  id: string;
  customerId: string;
  status: SubscriptionStatus;
  /** What it is for, in Stripe's order; most have one. */
  items: StripeItem[];
  collectionMethod: CollectionMethod;
  startedAt: Instant;
  anchorAt: Instant;
  trialEnd: Instant | null;
  /** Whether it ends with its period, in either of the two ways in which Stripe says so. */
  cancelAtPeriodEnd: boolean;
  canceledAt: Instant | null;
  /** Stripe's word: `cancellation_requested`, `payment_failed`, `payment_disputed`. */
  cancelReason: string | null;
  endedAt: Instant | null;
  latestInvoiceId: string | null;
  /** What it is charged by: its own payment method, else its customer's. */
  paymentMethodId: string | null;
}

export interface StripeItem {
  /** Stripe's `price_…`. */
  priceId: string;
  /** At least 1. */
  quantity: number;
  periodStart: Instant;
  periodEnd: Instant;
}

/** An invoice of Stripe Billing's with its payment. */
export interface StripeInvoice {
  /** Stripe's `in_…`. */
  id: string;
  /** Null for one that is of no subscription. */
  subscriptionId: string | null;
  number: string | null;
  status: InvoiceStatus;
  currency: string;
  totalMinor: MinorUnits;
  amountDueMinor: MinorUnits;
  issuedAt: Instant;
  dueAt: Instant | null;
  paidAt: Instant | null;
  periodStart: Instant;
  periodEnd: Instant;
  lines: { description: string; amountMinor: MinorUnits }[];
  /** How often Stripe has tried to be paid, and when it will try again. */
  attemptCount: number;
  nextAttemptAt: Instant | null;
  /** Stripe's own page, on which the invoice can be seen and paid. */
  hostedUrl: string | null;
  /** What it is or was to be paid by; undefined when nothing was charged for it. */
  payment?: {
    intent: Intent;
    /** All that was charged has been sent back. */
    refunded: boolean;
  };
}

/**
 * The subscriptions that Stripe Billing runs. What is thrown is a failure (no answer, a rate limit, a
 * fault at Stripe) after which the same call may be made again.
 */
export interface StripeBilling {
  /** As it is now, also when it has ended; undefined when Stripe knows none of this id. */
  subscription(id: string): Promise<StripeSubscription | undefined>;
  invoice(id: string): Promise<StripeInvoice | undefined>;
  /** Lets it end with its period. One that has ended meanwhile stays as it is. */
  cancelAtPeriodEnd(id: string): Promise<void>;
  /** Ends it at once; Stripe gives nothing back for the unused time. */
  cancelNow(id: string): Promise<void>;
  /** Takes back that it ends with its period. One that has ended meanwhile stays as it is. */
  reactivate(id: string): Promise<void>;
}

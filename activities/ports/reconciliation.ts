import type { Instant } from '../../billing/instant';
import type { DisputeRecord, InvoiceRecord, PaymentAttemptRecord, RefundRecord } from './records';
import type { ListedPayment } from './stripe-books';

/** What our books hold about a payment intent. */
export interface BookedMoney {
  /** Undefined: it is of no invoice of ours. */
  invoice: InvoiceRecord | undefined;
  attempts: PaymentAttemptRecord[];
  /** All refunds of the intent. */
  refunds: RefundRecord[];
  disputes: DisputeRecord[];
}

/** How Stripe's books and ours can differ. */
export type DifferenceKind =
  /** Money came, and no attempt says so, or its invoice was not settled with it. */
  | 'payment_not_booked'
  /** The attempt is of another amount or currency. */
  | 'payment_differs'
  /** Ours says that money came, and Stripe knows of none. */
  | 'payment_unknown_at_stripe'
  /** Money came for an invoice that is none of ours. */
  | 'payment_of_unknown_origin'
  | 'refund_not_booked'
  | 'refund_differs'
  | 'refund_unknown_at_stripe'
  | 'dispute_not_booked';

export interface Difference {
  kind: DifferenceKind;
  /** Stripe's `pi_…`, `re_…` or `du_…`. */
  stripeObject: string;
  invoiceId: string | null;
  subscriptionId: string | null;
  /** Both sides, as JSON: amounts as decimal strings of minor units. */
  details: Record<string, unknown>;
}

/** One of our own rows that Stripe's lists have not confirmed yet. */
export interface Unconfirmed {
  /** Of the row. */
  id: string;
  /** `pi_…` of an attempt, `re_…` of a refund. */
  stripeObject: string;
}

/** Our side of the comparison, and what came of it. */
export interface ReconciliationBooks {
  /** Up to when the last comparison looked that came to its end. */
  comparedTo(): Promise<Instant | undefined>;
  /** Writes that a comparison begins, once. */
  begin(run: { id: string; from: Instant; to: Instant; startedAt: Instant }): Promise<void>;
  /** Counts what it found, and ends it. */
  finish(run: {
    id: string;
    compared: number;
    finishedAt: Instant;
  }): Promise<{ healed: number; flagged: number }>;

  /** By intent; of every intent that was asked for. */
  money(
    intents: readonly Pick<ListedPayment, 'intentId' | 'claimedInvoiceId'>[],
  ): Promise<ReadonlyMap<string, BookedMoney>>;

  /** Our row of one of Stripe's refunds. */
  refundCalled(stripeRefundId: string): Promise<RefundRecord | undefined>;

  /**
   * Writes what differs, each thing once however often it is seen, and that what was looked at and
   * does not differ any more is healed. Those that are open and were first seen lately: to be healed.
   */
  report(seen: {
    objects: readonly string[];
    differences: readonly Difference[];
    at: Instant;
  }): Promise<Difference[]>;
  /**
   * The objects that differed when they were last looked at, before `at`, and the refunds and disputes
   * whose end is still to come, however long ago they began: a batch of them, in order.
   */
  openBefore(at: Instant, after?: string): Promise<string[]>;

  /** Succeeded attempts and sent refunds of the time, by their rows' last change, after one of them. */
  unconfirmed(
    kind: 'attempts' | 'refunds',
    stretch: { from: Instant; to: Instant },
    after?: string,
  ): Promise<Unconfirmed[]>;
  /** Stripe's books hold them, too: by their intents, and by their refunds. */
  confirm(seen: {
    intentIds: readonly string[];
    refundIds: readonly string[];
    at: Instant;
  }): Promise<void>;
}

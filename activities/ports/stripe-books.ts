import type { Instant } from '../../billing/instant';
import type { MinorUnits } from '../../billing/money';
import type { KnownDispute, KnownRefund } from './payments';

/** A charge: money that came, or was to come. */
export interface ListedPayment {
  chargeId: string;
  intentId: string;
  /** Otherwise it failed, or may still come. */
  succeeded: boolean;
  amountMinor: MinorUnits;
  currency: string;
  /** The invoice that its metadata say it is for, if they say so in our way. */
  claimedInvoiceId: string | undefined;
}

export type ListedRefund = KnownRefund & { intentId: string };
export type ListedDispute = KnownDispute & { intentId: string };

/** Half-open, by the time at which Stripe made the object. */
export interface Stretch {
  from: Instant;
  to: Instant;
}

/** A page of a list, newest first. */
export interface BookPage<Item> {
  items: Item[];
  /** How many objects the page had; those that are of no payment intent are not among the items. */
  read: number;
  /** Where to go on; absent on the last page. */
  next?: string;
}

/** Stripe's own books, as they are compared with ours. */
export interface StripeBooks {
  payments(stretch: Stretch, after?: string): Promise<BookPage<ListedPayment>>;
  refunds(stretch: Stretch, after?: string): Promise<BookPage<ListedRefund>>;
  disputes(stretch: Stretch, after?: string): Promise<BookPage<ListedDispute>>;
  /** One by its id; undefined when Stripe knows none, or one of no payment intent. */
  paymentOf(intentId: string): Promise<ListedPayment | undefined>;
  refund(id: string): Promise<ListedRefund | undefined>;
  dispute(id: string): Promise<ListedDispute | undefined>;
}

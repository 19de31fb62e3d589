import type { Period } from '../../billing/calendar';
import type { Instant } from '../../billing/instant';
import type { MinorUnits } from '../../billing/money';
import type { ChangeRequest, Refusal } from '../../workflows/messages';
import type { LineKind } from './records';

export interface QuotedLine {
  description: string;
  kind: LineKind;
  /** Whether it is for a part of a period, or gives one back. */
  proration: boolean;
  quantity: number;
  /** Before discount; with inclusive, without exclusive tax. */
  amountMinor: MinorUnits;
  discountMinor: MinorUnits;
  taxMinor: MinorUnits;
  period: Period;
}

/** An invoice as it would be made now; nothing is written. */
export interface InvoiceQuote {
  currency: string;
  lines: QuotedLine[];
  subtotalMinor: MinorUnits;
  discountMinor: MinorUnits;
  taxMinor: MinorUnits;
  totalMinor: MinorUnits;
  creditAppliedMinor: MinorUnits;
  amountDueMinor: MinorUnits;
  period: Period;
  /** When it would be issued. */
  issuedAt: Instant;
}

export interface ChangeQuote extends InvoiceQuote {
  /** To be sent with the change, within ten minutes, so that exactly these amounts are charged. */
  prorationDate: Instant;
}

/**
 * What something would cost, reckoned by the very code that then charges it. On a test clock it is
 * reckoned for the clock's time.
 */
export interface Quotes {
  previewChange(
    subscriptionId: string,
    request: ChangeRequest,
  ): Promise<{ refused: Refusal } | ChangeQuote>;
  /** The invoice of the next boundary; refused `no_upcoming_invoice` when none will come. */
  upcomingInvoice(subscriptionId: string): Promise<{ refused: Refusal } | InvoiceQuote>;
}

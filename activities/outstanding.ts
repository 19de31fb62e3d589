import type { MinorUnits } from '../billing/money';
import type { InvoiceRecord } from './ports/records';

/** What is still to be paid of a final invoice: what was due, less what credit notes took off it. */
export const outstandingOf = (invoice: InvoiceRecord): MinorUnits =>
  invoice.amountDueMinor - invoice.amountCreditedMinor - invoice.amountPaidMinor;

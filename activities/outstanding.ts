import type { MinorUnits } from '../billing/money';
import type { InvoiceRecord } from './ports/records';

/** What is still to be paid of a final invoice: what was due, less what was credited, carried and paid. */
export const outstandingOf = (invoice: InvoiceRecord): MinorUnits =>
  invoice.amountDueMinor -
  invoice.amountCreditedMinor -
  invoice.amountCarriedMinor -
  invoice.amountPaidMinor;

/** Whether nothing is to be paid by its intent any more, and nothing was: void, paid elsewhere, or credited. */
export const isSettledWithoutIntent = ({
  status,
  paidOutOfBand,
  amountPaidMinor,
}: InvoiceRecord): boolean =>
  status === 'void' || (status === 'paid' && (paidOutOfBand || amountPaidMinor === 0n));

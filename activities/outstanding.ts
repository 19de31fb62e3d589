import type { InvoiceRecord } from './ports/records';

export { outstandingOf } from '../billing/invoice';

/** Whether nothing is to be paid by its intent any more, and nothing was: void, paid elsewhere, or credited. */
export const isSettledWithoutIntent = ({
  status,
  paidOutOfBand,
  amountPaidMinor,
}: InvoiceRecord): boolean =>
  status === 'void' || (status === 'paid' && (paidOutOfBand || amountPaidMinor === 0n));

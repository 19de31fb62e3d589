import type { LineTax, TaxRate } from '../billing/tax';
import type { InvoicedTax, InvoiceLineRecord } from './ports/records';

type Taxed = Pick<InvoiceLineRecord, 'taxes'>;

/** The rates that a line was taxed at when its invoice was made, in their order. */
export const ratesOf = ({ taxes }: Taxed): TaxRate[] =>
  taxes.map(({ taxRateId, percentage, inclusive }) => ({ id: taxRateId, percentage, inclusive }));

/** What each rate took of the line, in the order of `ratesOf`. */
export const taxesOf = ({ taxes }: Taxed): LineTax[] =>
  taxes.map(({ taxRateId, inclusive, amount }: InvoicedTax) => ({
    taxRateId,
    inclusive,
    amount: BigInt(amount),
  }));

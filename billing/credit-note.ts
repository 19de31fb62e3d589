import type { MinorUnits } from './money';
import { split, type ChargedLine } from './proration';
import type { Rational } from './rational';
import { sumOfTaxes, taxLines, type LineTax } from './tax';

/** A line of a finalised invoice, as far as a credit note needs it. */
export interface InvoicedLine extends ChargedLine {
  taxes: readonly LineTax[];
}

/** All amounts are positive: what the customer gets back. total = net + tax. */
export interface CreditNoteAmounts {
  lines: { net: MinorUnits; tax: MinorUnits; total: MinorUnits; taxes: LineTax[] }[];
  net: MinorUnits;
  tax: MinorUnits;
  total: MinorUnits;
}

/**
 * The credit note for the unused share of invoiced lines: what each cost after its discount, with
 * tax at the line's own rates. For charges, not for credit lines. No line gives back more tax than it took, and a line credited
 * whole gives back exactly its tax.
 */
export function creditNoteFor(lines: readonly InvoicedLine[], share: Rational): CreditNoteAmounts {
  const amounts = lines.map((line) => split(line.amount - line.discount, share).unused);
  const taxes = taxLines(
    lines.map((line, index) => ({ amount: amounts[index] ?? 0n, taxRates: line.taxRates })),
  );
  const credited = lines.map((line, index) => {
    const amount = amounts[index] ?? 0n;
    const whole = amount === line.amount - line.discount;
    const own = whole ? [...line.taxes] : atMost(taxes[index] ?? [], line.taxes);
    const tax = sumOfTaxes(own);
    const net = amount - sumOfTaxes(own, 'inclusive');
    return { net, tax, total: net + tax, taxes: own };
  });
  const net = credited.reduce((sum, line) => sum + line.net, 0n);
  const tax = credited.reduce((sum, line) => sum + line.tax, 0n);
  return { lines: credited, net, tax, total: net + tax };
}

function atMost(taxes: readonly LineTax[], taken: readonly LineTax[]): LineTax[] {
  return taxes.map((tax) => {
    const limit = taken.find((other) => other.taxRateId === tax.taxRateId)?.amount ?? 0n;
    return tax.amount > limit ? { ...tax, amount: limit } : tax;
  });
}

import type { CreditAmounts, Creditable } from '../billing/credit-note';
import type { MinorUnits } from '../billing/money';
import { roundTogether } from '../billing/rational';
import { sumOfTaxes } from '../billing/tax';
import { taxesOf } from './invoiced-taxes';
import { outstandingOf } from './outstanding';
import type { InvoiceLineRecord, InvoiceRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';

/** What a credit note gives back of one line, or what of it is left to give back. */
export interface LineCredit {
  invoiceLineId: string;
  net: MinorUnits;
  tax: MinorUnits;
}

/** What is left of an invoice to credit, once its credit notes are taken off. */
export interface CreditLeft {
  /** The invoice as a whole, for `partialCredit`. */
  invoice: Creditable;
  whole: CreditAmounts;
  /** In the invoice's order; negative on lines that give something back. They add up to the whole. */
  lines: LineCredit[];
}

/** What is left to credit of a final invoice that is not void. */
export async function creditLeft(unit: UnitOfWork, invoice: InvoiceRecord): Promise<CreditLeft> {
  const { totalMinor: total, taxMinor: tax } = invoice;
  const notes = await unit.creditNotes(invoice.id);
  const noted = await unit.creditNoteLines(invoice.id);
  const lines = (await unit.linesOf(invoice.id)).map((line) => {
    const earlier = noted.filter(({ invoiceLineId }) => invoiceLineId === line.id);
    return {
      invoiceLineId: line.id,
      net: netOf(line) - sum(earlier.map(({ netMinor }) => netMinor)),
      tax: line.taxMinor - sum(earlier.map(({ taxMinor }) => taxMinor)),
    };
  });
  const creditedTotal = sum(notes.map(({ totalMinor }) => totalMinor));
  const creditedTax = sum(notes.map(({ taxMinor }) => taxMinor));
  const left = { tax: tax - creditedTax, total: total - creditedTotal };
  return {
    invoice: { total, tax, creditedTotal, creditedTax },
    whole: { ...left, net: left.total - left.tax },
    lines,
  };
}

/** What a line cost after its discount, without tax. */
const netOf = (line: InvoiceLineRecord): MinorUnits =>
  line.amountMinor - line.discountMinor - sumOfTaxes(taxesOf(line), 'inclusive');

/** As much of a credit as is left: neither its total, nor its net, nor its tax is more than that. */
export function atMostLeft(
  credit: CreditAmounts,
  left: Pick<CreditAmounts, 'net' | 'tax'>,
): CreditAmounts {
  const total = smaller(credit.total, left.net + left.tax);
  if (total <= 0n) return { net: 0n, tax: 0n, total: 0n };
  const tax = larger(smaller(credit.tax, left.tax), total - left.net);
  return { net: total - tax, tax, total };
}

/** A credit of the whole invoice, shared out over its lines in proportion to what is left of them. */
export function overLines({ net, tax }: CreditAmounts, { lines }: CreditLeft): LineCredit[] {
  const nets = inProportion(
    net,
    lines.map((line) => line.net),
  );
  const taxes = inProportion(
    tax,
    lines.map((line) => line.tax),
  );
  return lines
    .map(({ invoiceLineId }, index) => ({
      invoiceLineId,
      net: nets[index] ?? 0n,
      tax: taxes[index] ?? 0n,
    }))
    .filter((line) => line.net !== 0n || line.tax !== 0n);
}

/** Like `allocate`, with parts of either sign, whose sum is not negative. */
function inProportion(amount: MinorUnits, parts: readonly MinorUnits[]): MinorUnits[] {
  const denominator = sum(parts);
  if (amount === 0n || denominator <= 0n) return parts.map(() => 0n);
  return roundTogether(parts.map((part) => ({ numerator: amount * part, denominator })));
}

/** What of an invoice is still to be paid, or was written off: what nobody paid is never paid out. */
export const dueOf = (invoice: InvoiceRecord): MinorUnits =>
  invoice.status === 'open' || invoice.status === 'uncollectible' ? outstandingOf(invoice) : 0n;

const sum = (amounts: readonly MinorUnits[]) => amounts.reduce((all, amount) => all + amount, 0n);
const smaller = (a: MinorUnits, b: MinorUnits) => (a < b ? a : b);
const larger = (a: MinorUnits, b: MinorUnits) => (a > b ? a : b);

import type { MinorUnits } from './money';
import { parsePercentage, roundTogether, type Rational } from './rational';

/** A rate that an invoice is taxed at; immutable, as invoices quote it. */
export interface TaxRate {
  id: string;
  /** Plain decimals: "20", "8.875". */
  percentage: string;
  /** Whether prices contain the tax already (then it is a part of its line) or it is added. */
  inclusive: boolean;
}

/** What one rate takes of one line; negative on a credit. */
export interface LineTax {
  taxRateId: string;
  inclusive: boolean;
  amount: MinorUnits;
}

/** A line as tax sees it: its amount after discount, which contains the inclusive rates' tax. */
export interface TaxableLine {
  amount: MinorUnits;
  taxRates: readonly TaxRate[];
}

/**
 * The tax of each line, one entry per rate of the line, in the rates' order. Each rate's tax is
 * rounded once, over all lines that have it, and shared out by largest remainder, so that the
 * lines add up to the tax printed for the rate. Exclusive rates are taken of the amount without
 * the inclusive ones; rates never compound.
 */
export function taxLines(lines: readonly TaxableLine[]): LineTax[][] {
  const inclusive = roundPerRate(lines, true, (line, percentage) => {
    const all = sum(line.taxRates.filter((rate) => rate.inclusive).map(percentageOf));
    // amount × p / (1 + Σp), both over the same denominator.
    return {
      numerator: line.amount * percentage.numerator * all.denominator,
      denominator: percentage.denominator * (all.denominator + all.numerator),
    };
  });
  const netLines = lines.map((line, index) => ({
    ...line,
    amount: line.amount - total(inclusive[index] ?? []),
  }));
  const exclusive = roundPerRate(netLines, false, (line, percentage) => ({
    numerator: line.amount * percentage.numerator,
    denominator: percentage.denominator,
  }));
  return lines.map((line, index) =>
    inRateOrder(line.taxRates, [...(inclusive[index] ?? []), ...(exclusive[index] ?? [])]),
  );
}

/** The tax of a line, or of many, per rate: what an invoice lists below its subtotal. */
export function taxPerRate(taxes: readonly LineTax[]): LineTax[] {
  const perRate = new Map<string, LineTax>();
  for (const tax of taxes) {
    const sofar = perRate.get(tax.taxRateId);
    perRate.set(tax.taxRateId, { ...tax, amount: tax.amount + (sofar?.amount ?? 0n) });
  }
  return [...perRate.values()];
}

/** The sum of some taxes; `kind` picks the inclusive or the exclusive ones only. */
export function sumOfTaxes(
  taxes: readonly LineTax[],
  kind: 'all' | 'inclusive' | 'exclusive' = 'all',
): MinorUnits {
  return total(taxes.filter((tax) => kind === 'all' || tax.inclusive === (kind === 'inclusive')));
}

function roundPerRate(
  lines: readonly TaxableLine[],
  inclusive: boolean,
  exactTax: (line: TaxableLine, percentage: Rational) => Rational,
): LineTax[][] {
  const taxes: LineTax[][] = lines.map(() => []);
  for (const rate of distinctRates(lines, inclusive)) {
    const taxed = lines.flatMap((line, index) =>
      line.taxRates.some((own) => sameRate(own, rate)) ? [{ line, index }] : [],
    );
    const amounts = roundTogether(taxed.map(({ line }) => exactTax(line, percentageOf(rate))));
    for (const [position, { index }] of taxed.entries()) {
      const amount = amounts[position] ?? 0n;
      taxes[index]?.push({ taxRateId: rate.id, inclusive, amount });
    }
  }
  return taxes;
}

function distinctRates(lines: readonly TaxableLine[], inclusive: boolean): TaxRate[] {
  const rates = lines
    .flatMap((line) => line.taxRates)
    .filter((rate) => rate.inclusive === inclusive);
  return rates.filter((rate, index) => rates.findIndex((other) => sameRate(other, rate)) === index);
}

function sameRate(a: TaxRate, b: TaxRate): boolean {
  return a.id === b.id && a.percentage === b.percentage && a.inclusive === b.inclusive;
}

function inRateOrder(rates: readonly TaxRate[], taxes: readonly LineTax[]): LineTax[] {
  return rates.flatMap((rate) => taxes.filter((tax) => tax.taxRateId === rate.id));
}

function percentageOf(rate: TaxRate): Rational {
  return parsePercentage(rate.percentage);
}

function sum(parts: readonly Rational[]): Rational {
  return parts.reduce(
    (a, b) => ({
      numerator: a.numerator * b.denominator + b.numerator * a.denominator,
      denominator: a.denominator * b.denominator,
    }),
    { numerator: 0n, denominator: 1n },
  );
}

function total(taxes: readonly LineTax[]): MinorUnits {
  return taxes.reduce((amount, tax) => amount + tax.amount, 0n);
}

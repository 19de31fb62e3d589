import { Temporal } from 'temporal-polyfill';
import type { Period } from './calendar';
import { millisecondsBetween, toZoned, type Instant } from './instant';
import type { LineInput } from './invoice';
import { mulRational, type MinorUnits } from './money';
import { ONE, ZERO, type Rational } from './rational';
import type { TaxRate } from './tax';

/** Plan data: what a period is measured in when a part of it is charged or given back. */
export type ProrationGranularity = 'second' | 'day';

/**
 * The part of the period that is not used yet at `at`, from 1 at its start to 0 at its end. By the
 * day it is whole local days, counted back from the end, so that a started day is used; by the
 * second likewise whole seconds. Credit and debit of one change take the same share.
 */
export function unusedShare(input: {
  period: Period;
  at: Instant;
  granularity: ProrationGranularity;
  timeZone: string;
}): Rational {
  const { period, at, granularity, timeZone } = input;
  if (at <= period.start) return ONE;
  if (at >= period.end) return ZERO;
  const whole = (from: Instant): number =>
    granularity === 'day'
      ? wholeDays(from, period.end, timeZone)
      : Math.floor(millisecondsBetween(from, period.end) / 1000);
  const all = whole(period.start);
  return all === 0 ? ZERO : { numerator: BigInt(whole(at)), denominator: BigInt(all) };
}

/** The unused and the used part of a price; together they are the price. */
export function split(
  price: MinorUnits,
  share: Rational,
): { unused: MinorUnits; used: MinorUnits } {
  const unused = mulRational(price, share.numerator, share.denominator);
  return { unused, used: price - unused };
}

/** A line as it was invoiced, whose unused part is given back. */
export interface ChargedLine {
  /** Before discount; contains inclusive tax. */
  amount: MinorUnits;
  discount: MinorUnits;
  taxRates: readonly TaxRate[];
}

/** The credit of a charged line's unused part: what it cost after its discount, at its tax rates. */
export function creditLine(charged: ChargedLine, share: Rational): LineInput {
  const { unused } = split(charged.amount - charged.discount, share);
  return { amount: -unused, discountable: false, taxRates: charged.taxRates };
}

/**
 * The charge for the rest of a period that costs `fullAmount` (unit price × quantity). Coupons in
 * force discount it like the full amount; its tax rates are the invoice's unless given.
 */
export function debitLine(
  fullAmount: MinorUnits,
  share: Rational,
  taxRates?: readonly TaxRate[],
): LineInput {
  return {
    amount: split(fullAmount, share).unused,
    partOf: { fullAmount, share },
    ...(taxRates === undefined ? {} : { taxRates }),
  };
}

/** Whole local days from `from` to `to`, counted back from `to`, at its time on the wall. */
function wholeDays(from: Instant, to: Instant, timeZone: string): number {
  const start = toZoned(from, timeZone);
  const end = toZoned(to, timeZone);
  const dates = start.toPlainDate().until(end.toPlainDate(), { largestUnit: 'day' }).days;
  const begun = Temporal.ZonedDateTime.compare(end.subtract({ days: dates }), start) < 0;
  return begun ? dates - 1 : dates;
}

import { lengthOf, type Period, type Term } from './calendar';
import type { Instant } from './instant';
import type { LineInput } from './invoice';
import type { MinorUnits } from './money';
import {
  creditLine,
  debitLine,
  unusedShare,
  type ChargedLine,
  type ProrationGranularity,
} from './proration';

/** A paid line that covers the current period or the rest of it. */
export interface CoveringLine extends ChargedLine {
  /** The stretch that it was charged for: a whole period, a stub, or the rest of one after a change. */
  period: Period;
  /**
   * Of a share of a whole period: what the whole costs after its discount, from which the credit is
   * reckoned anew, so that rounding what was rounded before adds nothing.
   */
  wholeNet?: MinorUnits;
}

export interface NewPrice {
  /** Before discount; contains inclusive tax. */
  unitAmount: MinorUnits;
  /** Whole, from 1. */
  quantity: number;
}

/** How a plan measures parts of periods, and in which IANA zone its days are counted. */
interface Measure {
  granularity: ProrationGranularity;
  timeZone: string;
}

/** The lines of a change's invoice, before discount and tax. */
export interface ChangeLines<Line> {
  /** In the order of the covering lines; a line of which nothing is left to credit has none. */
  credits: (LineInput & { source: Line; period: Period })[];
  debit: LineInput & { period: Period };
}

/**
 * The lines of a change of plan or quantity at `at`, the same for its preview and for the change
 * itself. Each covering line is credited with what it cost after its discount, in the share that is
 * unused, at its own tax rates: so a change that is taken back at once is credited whole. The new
 * price is charged for the rest of the current period.
 *
 * @param input.covering the paid lines of the current period that no earlier change has credited
 * @param input.period the current period, which holds `at`
 * @param input.fullPeriod what the new price is for: the same, or, in a stub, the whole period that
 *   the stub is the last part of
 * @param input.newPeriod with a change of interval: the first whole period of the new epoch, which
 *   begins at `at` and is charged in full
 */
export function changeLines<Line extends CoveringLine>(
  input: {
    covering: readonly Line[];
    price: NewPrice;
    period: Period;
    fullPeriod: Period;
    at: Instant;
    newPeriod?: Period;
  } & Measure,
): ChangeLines<Line> {
  const { covering, price, period, fullPeriod, at, granularity, timeZone, newPeriod } = input;
  const unusedOf = (whole: Period) => unusedShare({ period: whole, at, granularity, timeZone });
  const credits = covering.flatMap((source) => {
    const { wholeNet } = source;
    const share = unusedOf(wholeNet === undefined ? source.period : fullPeriod);
    if (share.numerator === 0n) return [];
    const charged = wholeNet === undefined ? source : { ...source, amount: wholeNet, discount: 0n };
    return [
      { ...creditLine(charged, share), source, period: { start: at, end: source.period.end } },
    ];
  });
  const fullAmount = price.unitAmount * BigInt(price.quantity);
  const debit =
    newPeriod === undefined
      ? { ...debitLine(fullAmount, unusedOf(fullPeriod)), period: { start: at, end: period.end } }
      : { amount: fullAmount, period: newPeriod };
  return { credits, debit };
}

/**
 * What a period costs: `fullAmount` (unit price × quantity), or, when it is only the last part of the
 * whole period that the price is for (a stub, the rest of one after a pause), that share of it.
 */
export function periodCharge(
  input: { fullAmount: MinorUnits; period: Period; fullPeriod: Period } & Measure,
): LineInput {
  const { fullAmount, period, fullPeriod, granularity, timeZone } = input;
  if (period.start <= fullPeriod.start) return { amount: fullAmount };
  const at = period.start;
  return debitLine(fullAmount, unusedShare({ period: fullPeriod, at, granularity, timeZone }));
}

/** What a term of so many units costs. */
export interface TermPrice extends NewPrice {
  term: Term;
}

/** Whether a day of it costs more, on average, than a day of another plan and quantity. */
export function costsMorePerDay(price: TermPrice, than: TermPrice): boolean {
  const perTerm = ({ unitAmount, quantity }: TermPrice) => unitAmount * BigInt(quantity);
  return perTerm(price) * lengthOf(than.term) > perTerm(than) * lengthOf(price.term);
}

import { addDays, fromZoned, millisecondsBetween, toZoned, type Instant } from './instant';
import { BillingError } from './billing-error';

export type IntervalUnit = 'day' | 'week' | 'month' | 'year';

/** How often a plan renews: every `intervalCount` (≥ 1, whole) of `interval`. */
export interface Term {
  interval: IntervalUnit;
  intervalCount: number;
}

/**
 * A stretch of a subscription's life with one anchor and one term. Its first period, cycle number
 * `firstCycle`, starts at the anchor; cycle numbers go on through all epochs of a subscription.
 */
export interface Epoch {
  anchor: Instant;
  /** IANA name of the subscription's zone, in which days and months are counted. */
  timeZone: string;
  firstCycle: number;
  term: Term;
}

/** Half-open: the start belongs to the period, the end to the next. */
export interface Period {
  start: Instant;
  end: Instant;
}

const IANA_NAME = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

/** Whether this is an IANA zone that this runtime knows ("Europe/Paris", "UTC"); offsets are not. */
export function isTimeZone(name: string): boolean {
  if (!IANA_NAME.test(name)) return false;
  try {
    toZoned('2000-01-01T00:00:00.000Z', name);
    return true;
  } catch {
    return false;
  }
}

/** The longest term that is billed, in the term's own unit: ten years of it. */
const LONGEST: Record<IntervalUnit, number> = { day: 3660, week: 520, month: 120, year: 10 };

/** Whether a term can be billed: a whole count from 1, at most about ten years. */
export function isTerm(term: Term): boolean {
  const { interval, intervalCount } = term;
  return (
    Number.isInteger(intervalCount) && intervalCount >= 1 && intervalCount <= LONGEST[interval]
  );
}

/**
 * The instant `n` terms after the epoch's anchor (before it, if negative), counted on the zone's
 * calendar, always from the anchor and never from a neighbouring boundary (I4). A month too
 * short for the anchor's day ends at its last day; a local time that the day lacks (clocks put
 * forward) moves forward by the gap; one that it has twice is the first.
 * @throws BillingError when the epoch is not valid or the result lies beyond the year 9999.
 */
export function boundary(epoch: Epoch, n: number): Instant {
  if (!isTerm(epoch.term) || !Number.isInteger(n)) {
    throw new BillingError('term_invalid', `Not a boundary: ${n} × ${describeTerm(epoch.term)}`);
  }
  if (n === 0) return epoch.anchor;
  const anchor = toZoned(epoch.anchor, epoch.timeZone);
  const count = n * epoch.term.intervalCount;
  return fromZoned(anchor.add({ [`${epoch.term.interval}s`]: count }));
}

/** The period of a cycle number: `cycle − firstCycle` terms after the anchor, one term long. */
export function periodOf(epoch: Epoch, cycle: number): Period {
  const n = cycle - epoch.firstCycle;
  return { start: boundary(epoch, n), end: boundary(epoch, n + 1) };
}

const DAYS: Record<IntervalUnit, number> = { day: 1, week: 7, month: 30.436875, year: 365.2425 };

/** The number of the cycle whose period holds the instant. Before the anchor it is below firstCycle. */
export function cycleAt(epoch: Epoch, at: Instant): number {
  const days = millisecondsBetween(epoch.anchor, at) / 86_400_000;
  let n = Math.floor(days / (DAYS[epoch.term.interval] * epoch.term.intervalCount));
  while (boundary(epoch, n) > at) n -= 1;
  while (boundary(epoch, n + 1) <= at) n += 1;
  return epoch.firstCycle + n;
}

/** When a trial of `days` local calendar days ends; the next epoch is anchored there. */
export function trialEnd(start: Instant, days: number, timeZone: string): Instant {
  return addDays(start, days, timeZone);
}

/** A first period cut short by an explicit anchor, and what follows it. */
export interface Stub {
  /** What is billed first: from the start to the anchor. */
  period: Period;
  /** The whole period that it is the last part of: its price is charged in proportion to this. */
  fullPeriod: Period;
  /** From the anchor on; its first cycle is the one after the stub's. */
  epoch: Epoch;
}

export type AnchorRefusal = 'anchor_in_past' | 'anchor_too_far';

/**
 * The stub before an explicit billing_cycle_anchor: the cycle `cycle` runs from `start` to the
 * anchor. The anchor must lie after the start and at most one term ahead, or the first period
 * would be longer than what the plan's price is for.
 */
export function stubBefore(input: {
  start: Instant;
  anchor: Instant;
  timeZone: string;
  term: Term;
  cycle: number;
}): Stub | { refusal: AnchorRefusal } {
  const { start, anchor, timeZone, term, cycle } = input;
  if (anchor <= start) return { refusal: 'anchor_in_past' };
  const epoch: Epoch = { anchor, timeZone, firstCycle: cycle + 1, term };
  const fullPeriod = periodOf(epoch, cycle);
  if (fullPeriod.start > start) return { refusal: 'anchor_too_far' };
  return { period: { start, end: anchor }, fullPeriod, epoch };
}

/** In 4800ths of a day, on average: a calendar of 400 years has 146,097 days, thus 4,800 months. */
const LENGTHS: Record<IntervalUnit, bigint> = {
  day: 4_800n,
  week: 33_600n,
  month: 146_097n,
  year: 1_753_164n,
};

/** How long a term is on average, for comparing what a day costs; in 4800ths of a day. */
export const lengthOf = ({ interval, intervalCount }: Term): bigint =>
  LENGTHS[interval] * BigInt(intervalCount);

/** "every month", "every 3 weeks": for logs and the texts that operators read. */
export function describeTerm({ interval, intervalCount }: Term): string {
  return intervalCount === 1 ? `every ${interval}` : `every ${intervalCount} ${interval}s`;
}

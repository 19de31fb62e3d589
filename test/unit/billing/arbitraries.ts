import * as fc from 'fast-check';
import type { Period, Term } from '../../../billing/calendar';
import type { Discount } from '../../../billing/coupon';
import { toInstant, type Instant } from '../../../billing/instant';
import type { ProrationGranularity } from '../../../billing/proration';
import type { Rational } from '../../../billing/rational';
import type { TaxRate } from '../../../billing/tax';

/** Zones whose clocks do something unusual, among some that don't. */
export const timeZones = fc.constantFrom(
  'UTC',
  'Europe/Paris',
  'Europe/Dublin',
  'America/New_York',
  'America/St_Johns',
  'America/Santiago',
  'America/Sao_Paulo',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Antarctica/Troll',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Tehran',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
);

/** Instants of the years from `from` up to `to`. */
export const instantsOf = (from: number, to: number): fc.Arbitrary<Instant> =>
  fc
    .date({
      min: new Date(`${from}-01-01T00:00:00Z`),
      max: new Date(`${to}-01-01T00:00:00Z`),
      noInvalidDate: true,
    })
    .map(toInstant);

export const terms: fc.Arbitrary<Term> = fc.oneof(
  fc.record({
    interval: fc.constantFrom('day' as const, 'week' as const),
    intervalCount: fc.integer({ min: 1, max: 90 }),
  }),
  fc.record({
    interval: fc.constantFrom('month' as const, 'year' as const),
    intervalCount: fc.constantFrom(1, 2, 3, 6),
  }),
);

/** From 0 up to, but not, 1: how far into something. */
export const wheres = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** The instant so far into the period; the start itself for 0. */
export function within({ start, end }: Period, where: number): Instant {
  const [from, to] = [Date.parse(start), Date.parse(end)];
  return toInstant(new Date(from + Math.floor(where * (to - from))));
}

export const granularities = fc.constantFrom<ProrationGranularity>('day', 'second');

export const currencies = fc.constantFrom('usd', 'jpy', 'isk', 'kwd', 'czk');
export const prices = fc.bigInt({ min: 0n, max: 10_000_000n });
export const balances = fc.bigInt({ min: -100_000n, max: 100_000n });

export const shares: fc.Arbitrary<Rational> = fc
  .tuple(fc.bigInt({ min: 1n, max: 3_000_000n }), fc.bigInt({ min: 0n, max: 3_000_000n }))
  .map(([denominator, part]) => ({ numerator: part % (denominator + 1n), denominator }));

export const percentages = fc.constantFrom(
  '0',
  '5',
  '8.875',
  '10',
  '19',
  '20',
  '25',
  '33.333333',
  '100',
);

/** Up to three rates with ids of their own. */
export const taxRates: fc.Arbitrary<TaxRate[]> = fc
  .array(fc.record({ percentage: percentages, inclusive: fc.boolean() }), { maxLength: 3 })
  .map((rates) => rates.map((rate, index) => ({ id: `rate-${index}`, ...rate })));

export const coupons: fc.Arbitrary<{ coupon?: Discount }> = fc.oneof(
  fc.constant({}),
  percentages.map((percentage) => ({ coupon: { kind: 'percent' as const, percentage } })),
  fc
    .bigInt({ min: 1n, max: 1_000_000n })
    .map((amount) => ({ coupon: { kind: 'amount' as const, amount, currency: 'usd' } })),
);

export const sum = (amounts: readonly bigint[]): bigint =>
  amounts.reduce((total, amount) => total + amount, 0n);

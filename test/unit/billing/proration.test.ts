import { toInstant } from '../../../billing/instant';
import { creditLine, debitLine, split, unusedShare } from '../../../billing/proration';
import type { Rational } from '../../../billing/rational';

const share = (
  granularity: 'day' | 'second',
  [start, end]: [string, string],
  at: string,
  timeZone = 'UTC',
): Rational =>
  unusedShare({
    period: { start: toInstant(start), end: toInstant(end) },
    at: toInstant(at),
    granularity,
    timeZone,
  });

const parts = ({ numerator, denominator }: Rational) => [numerator, denominator].map(Number);
const april: [string, string] = ['2026-04-01T10:00:00Z', '2026-05-01T10:00:00Z'];

describe('by the day', () => {
  it('a started day is used', () => {
    expect(parts(share('day', april, '2026-04-16T10:00:00Z'))).toEqual([15, 30]);
    expect(parts(share('day', april, '2026-04-16T10:00:01Z'))).toEqual([14, 30]);
    expect(parts(share('day', april, '2026-04-17T09:59:59Z'))).toEqual([14, 30]);
  });

  it('days are local: one of 23 hours counts as one', () => {
    const march: [string, string] = ['2026-03-01T05:00:00Z', '2026-04-01T04:00:00Z'];
    expect(parts(share('day', march, '2026-03-01T05:00:00Z', 'America/New_York'))).toEqual([1, 1]);
    expect(parts(share('day', march, '2026-03-09T04:00:00Z', 'America/New_York'))).toEqual([
      23, 31,
    ]);
    expect(parts(share('day', march, '2026-03-09T04:00:00Z', 'UTC'))).toEqual([23, 30]);
  });

  it('a period that starts in a skipped hour still has all its days', () => {
    const skipped: [string, string] = ['2026-03-08T07:30:00Z', '2026-04-08T06:30:00Z'];
    expect(parts(share('day', skipped, '2026-03-10T06:30:00Z', 'America/New_York'))).toEqual([
      29, 31,
    ]);
  });
});

describe('by the second', () => {
  it('the share is exact', () => {
    expect(parts(share('second', april, '2026-04-16T10:00:00Z'))).toEqual([
      15 * 86_400,
      30 * 86_400,
    ]);
    expect(parts(share('second', april, '2026-05-01T09:59:59Z'))).toEqual([1, 30 * 86_400]);
  });
});

describe.each(['day', 'second'] as const)('by the %s', (granularity) => {
  it('all is unused at the start and before, nothing at the end and after', () => {
    for (const at of ['2026-04-01T10:00:00Z', '2026-01-01T00:00:00Z']) {
      expect(parts(share(granularity, april, at))).toEqual([1, 1]);
    }
    for (const at of ['2026-05-01T10:00:00Z', '2027-01-01T00:00:00Z']) {
      expect(parts(share(granularity, april, at))).toEqual([0, 1]);
    }
  });
});

describe('a period too short for its granularity', () => {
  it('is used as soon as it has started', () => {
    const hour: [string, string] = ['2026-04-01T10:00:00Z', '2026-04-01T11:00:00Z'];
    expect(parts(share('day', hour, '2026-04-01T10:30:00Z'))).toEqual([0, 1]);
  });
});

describe('lines of a change', () => {
  const third = { numerator: 1n, denominator: 3n };

  it('used and unused part of a price are the price', () => {
    expect(split(1000n, third)).toEqual({ unused: 333n, used: 667n });
    expect(split(1n, { numerator: 1n, denominator: 2n })).toEqual({ unused: 1n, used: 0n });
  });

  it('a credit is what the line cost after its discount, at its own tax, out of coupons’ reach', () => {
    const taxRates = [{ id: 'old', percentage: '7', inclusive: false }];
    expect(creditLine({ amount: 1000n, discount: 100n, taxRates }, third)).toEqual({
      amount: -300n,
      discountable: false,
      taxRates,
    });
  });

  it('a charge remembers the full amount that it is a part of', () => {
    expect(debitLine(1000n, third)).toEqual({
      amount: 333n,
      partOf: { fullAmount: 1000n, share: third },
    });
  });
});

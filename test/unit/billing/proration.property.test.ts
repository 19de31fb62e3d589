import * as fc from 'fast-check';
import { periodOf } from '../../../billing/calendar';
import { split, unusedShare, type ProrationGranularity } from '../../../billing/proration';
import {
  granularities,
  instantsOf,
  prices,
  shares,
  terms,
  timeZones,
  wheres,
  within,
} from './arbitraries';
import { luxonBoundary } from './luxon-calendar';
import { budget, PROPERTY_TIMEOUT } from './property-budget';

/** Whole periods, and the rests of some. */
const stretches = fc
  .tuple(
    fc.record({
      anchor: instantsOf(2012, 2060),
      timeZone: timeZones,
      term: terms,
      firstCycle: fc.constant(1),
    }),
    fc.option(wheres, { nil: 0 }),
  )
  .map(([epoch, where]) => {
    const period = periodOf(epoch, 1);
    return {
      period: { start: within(period, where), end: period.end },
      timeZone: epoch.timeZone,
    };
  });

const DAY = { interval: 'day', intervalCount: 1 } as const;

/** Whole seconds, or local days, that an independent calendar counts back from `to` until `from`. */
function countBack(from: string, to: string, by: ProrationGranularity, timeZone: string): bigint {
  const milliseconds = Date.parse(to) - Date.parse(from);
  if (by === 'second') return BigInt(Math.floor(milliseconds / 1000));
  let days = Math.floor(milliseconds / 86_400_000) + 2;
  while (days > 0 && luxonBoundary({ anchor: to, timeZone, term: DAY }, -days) < from) days -= 1;
  return BigInt(days);
}

/** Beyond what a floating-point number counts exactly, too. */
const amounts = fc.oneof(prices, fc.bigInt({ min: 0n, max: 10n ** 20n }));

describe('the unused part of any period', () => {
  it(
    'is what an independent calendar counts back from its end, in whole local days or in seconds',
    () => {
      fc.assert(
        fc.property(
          stretches,
          wheres,
          granularities,
          ({ period, timeZone }, where, granularity) => {
            const share = (at: string) => unusedShare({ period, at, granularity, timeZone });
            const count = (from: string) => countBack(from, period.end, granularity, timeZone);
            const at = within(period, where);
            if (at > period.start) {
              const { numerator, denominator } = share(at);
              expect(numerator * count(period.start)).toBe(denominator * count(at));
            }
            expect(share(period.start)).toEqual({ numerator: 1n, denominator: 1n });
            expect(share(period.end).numerator).toBe(0n);
            expect(share('9999-01-01T00:00:00.000Z').numerator).toBe(0n);
          },
        ),
        budget(0.03),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'is worth no more than the whole, and less as time goes on',
    () => {
      fc.assert(
        fc.property(
          amounts,
          stretches,
          fc.tuple(wheres, wheres),
          granularities,
          (price, { period, timeZone }, [a, b], granularity) => {
            const unusedAt = (where: number) => {
              const at = within(period, where);
              return split(price, unusedShare({ period, at, granularity, timeZone })).unused;
            };
            const [earlier, later] = a < b ? [a, b] : [b, a];
            expect(unusedAt(earlier) <= price).toBe(true);
            expect(unusedAt(later) <= unusedAt(earlier)).toBe(true);
          },
        ),
        budget(0.02),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'and the used part are the price, neither beyond it, and the credit is within half a unit',
    () => {
      fc.assert(
        fc.property(amounts, shares, (price, share) => {
          const { unused, used } = split(price, share);
          expect(unused + used).toBe(price);
          expect(unused >= 0n && used >= 0n).toBe(true);
          const off = 2n * (unused * share.denominator - price * share.numerator);
          expect(off >= -share.denominator && off <= share.denominator).toBe(true);
        }),
        budget(0.02),
      );
    },
    PROPERTY_TIMEOUT,
  );
});

import * as fc from 'fast-check';
import { DateTime } from 'luxon';
import { boundary, cycleAt, periodOf, type Epoch } from '../../../billing/calendar';
import { toInstant } from '../../../billing/instant';
import { budget, PROPERTY_TIMEOUT } from './property-budget';

/** Zones whose clocks do something unusual, among some that don't. */
const ZONES = [
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
];

const epochs = fc.record<Epoch>({
  anchor: fc
    .date({
      min: new Date('2012-01-01T00:00:00Z'),
      max: new Date('2060-01-01T00:00:00Z'),
      noInvalidDate: true,
    })
    .map(toInstant),
  timeZone: fc.constantFrom(...ZONES),
  firstCycle: fc.integer({ min: 0, max: 500 }),
  term: fc.oneof(
    fc.record({
      interval: fc.constantFrom('day' as const, 'week' as const),
      intervalCount: fc.integer({ min: 1, max: 90 }),
    }),
    fc.record({
      interval: fc.constantFrom('month' as const, 'year' as const),
      intervalCount: fc.constantFrom(1, 2, 3, 6),
    }),
  ),
});

const DAYS = { day: 1, week: 7, month: 30, year: 365 };

/** How many periods fifty years have, at most. */
const inFiftyYears = ({ term }: Epoch) =>
  Math.ceil((50 * 366) / (DAYS[term.interval] * term.intervalCount));

/**
 * Luxon's opinion of a boundary. In a repeated hour it keeps the anchor's offset where it can; the
 * rule here is the first of the two, so there its earlier possibility is taken.
 */
function luxonBoundary({ anchor, timeZone, term }: Epoch, n: number): string {
  const moved = DateTime.fromISO(anchor, { zone: timeZone }).plus({
    [`${term.interval}s`]: n * term.intervalCount,
  });
  const first = moved.getPossibleOffsets().toSorted((a, b) => a.toMillis() - b.toMillis())[0];
  return (first ?? moved).toJSDate().toISOString();
}

/** Compared by hand: a matcher per period would take most of the time. */
function firstFlaw(epoch: Epoch): string | undefined {
  let end = epoch.anchor;
  for (let n = 0; n < inFiftyYears(epoch); n += 1) {
    const period = periodOf(epoch, epoch.firstCycle + n);
    if (period.start !== end) return `a gap or an overlap at ${period.start}`;
    if (period.end <= period.start) return `nothing in the period at ${period.start}`;
    end = period.end;
  }
  return undefined;
}

describe('for any anchor, zone and term (I4)', () => {
  it(
    'periods tile fifty years: each ends where the next begins, and none is empty',
    () => {
      fc.assert(
        fc.property(epochs, (epoch) => {
          expect(firstFlaw(epoch)).toBeUndefined();
        }),
        budget(0.25),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'boundaries are those of an independent calendar, fifty years on and without drift',
    () => {
      fc.assert(
        fc.property(epochs, fc.double({ min: 0, max: 1, noNaN: true }), (epoch, where) => {
          const first = Math.floor(where * inFiftyYears(epoch));
          for (let n = Math.max(first, 1); n < first + 24; n += 1) {
            expect(boundary(epoch, n)).toBe(luxonBoundary(epoch, n));
          }
        }),
        budget(0.2),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'an instant lies in the period of its cycle',
    () => {
      const instants = fc
        .date({
          min: new Date('2000-01-01T00:00:00Z'),
          max: new Date('2100-01-01T00:00:00Z'),
          noInvalidDate: true,
        })
        .map(toInstant);
      fc.assert(
        fc.property(epochs, instants, (epoch, at) => {
          const { start, end } = periodOf(epoch, cycleAt(epoch, at));
          expect(start <= at && at < end).toBe(true);
        }),
        budget(0.05),
      );
    },
    PROPERTY_TIMEOUT,
  );
});

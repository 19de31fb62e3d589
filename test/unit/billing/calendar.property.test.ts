import * as fc from 'fast-check';
import {
  boundary,
  cycleAt,
  periodOf,
  stubBefore,
  trialEnd,
  type Epoch,
  type Period,
} from '../../../billing/calendar';
import { toInstant } from '../../../billing/instant';
import { instantsOf, terms, timeZones, wheres, within } from './arbitraries';
import { luxonBoundary } from './luxon-calendar';
import { budget, PROPERTY_TIMEOUT } from './property-budget';

const epochs = fc.record<Epoch>({
  anchor: instantsOf(2012, 2060),
  timeZone: timeZones,
  firstCycle: fc.integer({ min: 0, max: 500 }),
  term: terms,
});

const DAYS = { day: 1, week: 7, month: 30, year: 365 };

/** How many periods fifty years have, at most. */
const inFiftyYears = ({ term }: Epoch) =>
  Math.ceil((50 * 366) / (DAYS[term.interval] * term.intervalCount));

/** Compared by hand: a matcher per period would take most of the time. */
function firstFlaw(periods: Iterable<Period>): string | undefined {
  let end: string | undefined;
  for (const period of periods) {
    if (end !== undefined && period.start !== end) return `a gap or an overlap at ${period.start}`;
    if (period.end <= period.start) return `nothing in the period at ${period.start}`;
    end = period.end;
  }
  return undefined;
}

function* fiftyYears(epoch: Epoch): Generator<Period> {
  yield { start: boundary(epoch, -1), end: epoch.anchor };
  for (let n = 0; n < inFiftyYears(epoch); n += 1) yield periodOf(epoch, epoch.firstCycle + n);
}

describe('for any anchor, zone and term (I4)', () => {
  it(
    'periods tile fifty years: each ends where the next begins, and none is empty',
    () => {
      fc.assert(
        fc.property(epochs, (epoch) => {
          expect(firstFlaw(fiftyYears(epoch))).toBeUndefined();
        }),
        budget(0.16),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'boundaries are those of an independent calendar, fifty years on and without drift',
    () => {
      fc.assert(
        fc.property(epochs, wheres, (epoch, where) => {
          const first = Math.floor(where * inFiftyYears(epoch));
          for (let n = Math.max(first, 1); n < first + 24; n += 1) {
            expect(boundary(epoch, n)).toBe(luxonBoundary(epoch, n));
          }
        }),
        budget(0.1),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'an instant lies in the period of its cycle',
    () => {
      fc.assert(
        fc.property(epochs, instantsOf(2000, 2100), (epoch, at) => {
          const { start, end } = periodOf(epoch, cycleAt(epoch, at));
          expect(start <= at && at < end).toBe(true);
        }),
        budget(0.03),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'a stub ends at its anchor, where whole periods begin, and is the last part of a whole one',
    () => {
      fc.assert(
        fc.property(epochs, wheres, ({ anchor, timeZone, term, firstCycle: cycle }, where) => {
          const before = { start: luxonBoundary({ anchor, timeZone, term }, -1), end: anchor };
          const start = within(before, where);
          const stub = stubBefore({ start, anchor, timeZone, term, cycle });
          if ('refusal' in stub) throw new Error(stub.refusal);
          expect(stub.period).toEqual({ start, end: anchor });
          expect(stub.fullPeriod).toEqual(before);
          const next = periodOf(stub.epoch, cycle + 1);
          expect(next).toEqual({
            start: anchor,
            end: luxonBoundary({ anchor, timeZone, term }, 1),
          });
          // A millisecond further away it would be longer than a whole period.
          const tooFar = toInstant(new Date(Date.parse(before.start) - 1));
          const refused = stubBefore({ start: tooFar, anchor, timeZone, term, cycle });
          expect(refused).toEqual({ refusal: 'anchor_too_far' });
        }),
        budget(0.03),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'a life of a trial, a stub and changes of interval has no gap, no overlap, and no cycle number twice',
    () => {
      const changes = fc.array(fc.record({ term: terms, after: fc.nat(20), where: wheres }), {
        maxLength: 6,
      });
      const beginnings = fc.record({ trialDays: fc.nat(90), stubbed: fc.boolean(), where: wheres });
      fc.assert(
        fc.property(epochs, beginnings, changes, (first, beginning, later) => {
          const life = [...beginningOf(first, beginning)];
          let epoch: Epoch = { ...first, anchor: life.at(-1)?.end ?? first.anchor };
          for (const { term, after, where } of later) {
            const current = epoch.firstCycle + after;
            for (let cycle = epoch.firstCycle; cycle < current; cycle += 1) {
              life.push(periodOf(epoch, cycle));
            }
            // At the very start of a period its term changes before anything is used.
            const at = within(periodOf(epoch, current), where);
            const used = { start: periodOf(epoch, current).start, end: at };
            if (used.start !== used.end) life.push(used);
            epoch = { anchor: at, timeZone: epoch.timeZone, firstCycle: current + 1, term };
            expect(periodOf(epoch, current + 1).start).toBe(at);
            expect(cycleAt(epoch, at)).toBe(current + 1);
            expect(boundary(epoch, 7)).toBe(luxonBoundary(epoch, 7));
          }
          for (let n = 0; n < 12; n += 1) life.push(periodOf(epoch, epoch.firstCycle + n));
          expect(firstFlaw(life)).toBeUndefined();
        }),
        budget(0.08),
      );
    },
    PROPERTY_TIMEOUT,
  );
});

/** A trial, then perhaps a stub up to an anchor of the subscriber's choice. */
function* beginningOf(
  { anchor: start, timeZone, term, firstCycle }: Epoch,
  { trialDays, stubbed, where }: { trialDays: number; stubbed: boolean; where: number },
): Generator<Period> {
  const end = trialEnd(start, trialDays, timeZone);
  if (trialDays > 0) yield { start, end };
  if (!stubbed) return;
  const oneTerm = { start: end, end: luxonBoundary({ anchor: end, timeZone, term }, 1) };
  const anchor = within(oneTerm, where);
  const stub = stubBefore({ start: end, anchor, timeZone, term, cycle: firstCycle });
  if ('refusal' in stub) return;
  yield stub.period;
}

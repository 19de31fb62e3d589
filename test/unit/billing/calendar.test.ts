import {
  boundary,
  cycleAt,
  describeTerm,
  isTerm,
  isTimeZone,
  periodOf,
  stubBefore,
  trialEnd,
  type Epoch,
  type IntervalUnit,
} from '../../../billing/calendar';
import { toInstant } from '../../../billing/instant';

const epoch = (
  anchor: string,
  interval: IntervalUnit = 'month',
  intervalCount = 1,
  timeZone = 'UTC',
): Epoch => ({
  anchor: toInstant(anchor),
  timeZone,
  firstCycle: 1,
  term: { interval, intervalCount },
});

const dates = (of: Epoch, ...ns: number[]) => ns.map((n) => boundary(of, n).slice(0, 10));

describe('boundaries', () => {
  it('of a monthly plan from the 31st fall on the last day of short months, then on the 31st again', () => {
    expect(dates(epoch('2026-01-31T10:00:00Z'), 1, 2, 3, 12)).toEqual([
      '2026-02-28',
      '2026-03-31',
      '2026-04-30',
      '2027-01-31',
    ]);
  });

  it('of a monthly plan are twelve in a year, one in each month, also from the 31st', () => {
    const months = Array.from({ length: 12 }, (_, n) =>
      boundary(epoch('2026-01-31T00:00:00Z'), n).slice(0, 7),
    );
    expect(new Set(months).size).toBe(12);
  });

  it('of a yearly plan from 29 February fall on 28 February until the next leap year', () => {
    expect(dates(epoch('2024-02-29T00:00:00Z', 'year'), 1, 2, 3, 4)).toEqual([
      '2025-02-28',
      '2026-02-28',
      '2027-02-28',
      '2028-02-29',
    ]);
  });

  it('of half-yearly and quarterly plans count months, not days', () => {
    expect(dates(epoch('2025-08-31T00:00:00Z', 'month', 6), 1, 2)).toEqual([
      '2026-02-28',
      '2026-08-31',
    ]);
    expect(dates(epoch('2025-11-30T00:00:00Z', 'month', 3), 1, 2)).toEqual([
      '2026-02-28',
      '2026-05-30',
    ]);
  });

  it('of days and weeks keep the time on the wall, so that a day can have 23 hours', () => {
    const daily = epoch('2026-03-07T17:00:00Z', 'day', 1, 'America/New_York');
    expect([boundary(daily, 1), boundary(daily, 2)]).toEqual([
      '2026-03-08T16:00:00.000Z',
      '2026-03-09T16:00:00.000Z',
    ]);
    expect(boundary(epoch('2026-03-07T17:00:00Z', 'week', 2, 'America/New_York'), 1)).toBe(
      '2026-03-21T16:00:00.000Z',
    );
  });

  it('in the hour that the clocks skip move forward, and only there', () => {
    const monthly = epoch('2026-02-08T07:30:00Z', 'month', 1, 'America/New_York'); // 02:30
    expect([boundary(monthly, 1), boundary(monthly, 2)]).toEqual([
      '2026-03-08T07:30:00.000Z', // 03:30 EDT
      '2026-04-08T06:30:00.000Z', // 02:30 EDT
    ]);
  });

  it('in the hour that the clocks repeat take the first', () => {
    const monthly = epoch('2026-10-01T05:30:00Z', 'month', 1, 'America/New_York'); // 01:30 EDT
    expect(boundary(monthly, 1)).toBe('2026-11-01T05:30:00.000Z'); // 01:30 EDT, not EST
    const winter = epoch('2026-01-01T06:30:00Z', 'month', 10, 'America/New_York'); // 01:30 EST
    expect(boundary(winter, 1)).toBe('2026-11-01T05:30:00.000Z');
  });

  it('where the day begins after midnight, as in Beirut, move to its first minute', () => {
    const midnight = epoch('2026-02-28T22:00:00Z', 'day', 28, 'Asia/Beirut');
    expect(boundary(midnight, 1)).toBe('2026-03-28T22:00:00.000Z'); // 29 March, 01:00
  });

  it('number nought is the anchor itself, also in a repeated hour', () => {
    const second = epoch('2026-11-01T06:30:00Z', 'month', 1, 'America/New_York');
    expect(boundary(second, 0)).toBe('2026-11-01T06:30:00.000Z');
  });

  it('are refused where they mean nothing', () => {
    const code = (name: string) => expect.objectContaining({ code: name });
    expect(() => boundary(epoch('2026-01-01T00:00:00Z', 'month', 0), 1)).toThrow(
      code('term_invalid'),
    );
    expect(() => boundary(epoch('2026-01-01T00:00:00Z'), 1.5)).toThrow(code('term_invalid'));
    expect(() => boundary(epoch('2026-01-01T00:00:00Z', 'month', 1, 'Moon/Sea'), 1)).toThrow(
      code('time_zone_unknown'),
    );
    expect(() => boundary(epoch('9999-12-31T00:00:00Z'), 1)).toThrow(code('instant_invalid'));
  });
});

describe('periods', () => {
  it('are numbered on through epochs', () => {
    const yearly = { ...epoch('2026-04-16T00:00:00Z', 'year'), firstCycle: 4 };
    expect(periodOf(yearly, 4)).toEqual({
      start: '2026-04-16T00:00:00.000Z',
      end: '2027-04-16T00:00:00.000Z',
    });
    expect(periodOf(yearly, 5).start).toBe('2027-04-16T00:00:00.000Z');
  });

  it('hold their start and not their end', () => {
    const monthly = epoch('2026-01-31T10:00:00Z');
    expect(cycleAt(monthly, '2026-02-28T09:59:59.999Z')).toBe(1);
    expect(cycleAt(monthly, '2026-02-28T10:00:00.000Z')).toBe(2);
    expect(cycleAt(monthly, '2036-01-31T10:00:00.000Z')).toBe(121);
    expect(cycleAt(monthly, '2026-01-31T09:59:59.999Z')).toBe(0);
  });
});

describe('a trial', () => {
  it('lasts whole local days', () => {
    expect(trialEnd('2026-03-01T15:00:00.000Z', 14, 'America/New_York')).toBe(
      '2026-03-15T14:00:00.000Z',
    );
    expect(trialEnd('2026-03-01T15:00:00.000Z', 0, 'UTC')).toBe('2026-03-01T15:00:00.000Z');
  });
});

describe('an explicit anchor', () => {
  const stub = (start: string, anchor: string) =>
    stubBefore({
      start: toInstant(start),
      anchor: toInstant(anchor),
      timeZone: 'UTC',
      term: { interval: 'month', intervalCount: 1 },
      cycle: 1,
    });

  it('makes the first period a stub of the one that ends at the anchor', () => {
    expect(stub('2026-01-20T00:00:00Z', '2026-02-01T00:00:00Z')).toEqual({
      period: { start: '2026-01-20T00:00:00.000Z', end: '2026-02-01T00:00:00.000Z' },
      fullPeriod: { start: '2026-01-01T00:00:00.000Z', end: '2026-02-01T00:00:00.000Z' },
      epoch: { ...epoch('2026-02-01T00:00:00Z'), firstCycle: 2 },
    });
  });

  it('exactly one term ahead leaves the first period whole', () => {
    const whole = stub('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z');
    expect(whole).toMatchObject({ period: { start: '2026-01-01T00:00:00.000Z' } });
  });

  it('is refused in the past and more than one term ahead', () => {
    expect(stub('2026-01-20T00:00:00Z', '2026-01-20T00:00:00Z')).toEqual({
      refusal: 'anchor_in_past',
    });
    expect(stub('2026-01-20T00:00:00Z', '1826-02-01T00:00:00Z')).toEqual({
      refusal: 'anchor_in_past',
    });
    expect(stub('2026-01-20T00:00:00Z', '2026-02-21T00:00:00Z')).toEqual({
      refusal: 'anchor_too_far',
    });
    expect(stub('2026-01-20T00:00:00Z', '2426-02-01T00:00:00Z')).toEqual({
      refusal: 'anchor_too_far',
    });
  });
});

describe('what a term and a zone are', () => {
  it.each(['UTC', 'Europe/Paris', 'Asia/Kathmandu', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])(
    '%s is a zone',
    (name) => expect(isTimeZone(name)).toBe(true),
  );

  it.each(['', 'Z', '+02:00', 'UTC+1', 'Mars/Olympus', 'Europe/Paris ', '2026-01-01T00:00[UTC]'])(
    '%j is none',
    (name) => expect(isTimeZone(name)).toBe(false),
  );

  it('a term is a whole count from 1 to about ten years', () => {
    expect(isTerm({ interval: 'month', intervalCount: 12 })).toBe(true);
    expect(isTerm({ interval: 'year', intervalCount: 10 })).toBe(true);
    for (const intervalCount of [0, -1, 1.5, NaN, Infinity, 11]) {
      expect(isTerm({ interval: 'year', intervalCount })).toBe(false);
    }
  });

  it('a term reads as people say it', () => {
    expect(describeTerm({ interval: 'month', intervalCount: 1 })).toBe('every month');
    expect(describeTerm({ interval: 'month', intervalCount: 6 })).toBe('every 6 months');
  });
});

import { addDays, earliest, millisecondsBetween, toInstant } from '../../../billing/instant';

describe('an instant', () => {
  it('is written as ISO 8601 in UTC with milliseconds, whatever offset it came with', () => {
    expect(toInstant('2026-01-31T12:00:00+02:00')).toBe('2026-01-31T10:00:00.000Z');
    expect(toInstant('2026-01-31T10:00:00Z')).toBe('2026-01-31T10:00:00.000Z');
    expect(toInstant('2026-01-31T10:00:00.1239Z')).toBe('2026-01-31T10:00:00.123Z');
    expect(toInstant(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
  });

  it.each(['', 'tomorrow', '2026-01-31', '2026-01-31T10:00:00', '2026-13-01T00:00:00Z'])(
    'is not %j',
    (text) => {
      expect(() => toInstant(text)).toThrow(expect.objectContaining({ code: 'instant_invalid' }));
    },
  );

  it('lies in the years 0 to 9999, where text sorts as time does', () => {
    expect(toInstant('0000-01-01T00:00:00Z')).toBe('0000-01-01T00:00:00.000Z');
    expect(toInstant('9999-12-31T23:59:59.999Z')).toBe('9999-12-31T23:59:59.999Z');
    for (const beyond of [new Date(NaN), new Date(8.64e15), '-000001-12-31T00:00:00Z']) {
      expect(() => toInstant(beyond)).toThrow(expect.objectContaining({ code: 'instant_invalid' }));
    }
  });
});

describe('days later', () => {
  it('keep the time on the wall across the change to summer time', () => {
    expect(addDays('2026-03-07T15:00:00.000Z', 1, 'America/New_York')).toBe(
      '2026-03-08T14:00:00.000Z',
    );
    expect(addDays('2026-03-07T15:00:00.000Z', 1, 'UTC')).toBe('2026-03-08T15:00:00.000Z');
  });

  it('move forward out of the hour that does not exist', () => {
    // 02:30 on 8 March 2026 is skipped in New York: it becomes 03:30 EDT.
    expect(addDays('2026-03-07T07:30:00.000Z', 1, 'America/New_York')).toBe(
      '2026-03-08T07:30:00.000Z',
    );
  });

  it('take the first of two equal times on the wall', () => {
    // 01:30 on 1 November 2026 exists as EDT and then as EST.
    expect(addDays('2026-10-31T05:30:00.000Z', 1, 'America/New_York')).toBe(
      '2026-11-01T05:30:00.000Z',
    );
  });

  it('need a zone that exists', () => {
    expect(() => addDays('2026-03-07T07:30:00.000Z', 1, 'Mars/Olympus')).toThrow(
      expect.objectContaining({ code: 'time_zone_unknown' }),
    );
  });
});

describe('comparing instants', () => {
  it('the earliest is the first that is given', () => {
    expect(earliest('2026-02-01T00:00:00.000Z', undefined, '2026-01-01T00:00:00.000Z')).toBe(
      '2026-01-01T00:00:00.000Z',
    );
    expect(earliest(undefined)).toBeUndefined();
    expect(earliest()).toBeUndefined();
  });

  it('the time between is negative when it runs backwards', () => {
    const [a, b] = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:01.500Z'];
    expect(millisecondsBetween(a, b)).toBe(1500);
    expect(millisecondsBetween(b, a)).toBe(-1500);
  });
});

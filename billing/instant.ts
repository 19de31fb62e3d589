import { Temporal } from 'temporal-polyfill';
import { BillingError } from './billing-error';

/**
 * A point in time as ISO 8601 in UTC with milliseconds, exactly as Date#toISOString writes it, for
 * the years 0000 to 9999: so that comparing two strings compares the instants, and the value
 * survives JSON, workflow payloads and SQL unchanged.
 */
export type Instant = string;

const FIRST_MILLISECOND = Date.UTC(2000, 0, 1) - 730_485 * 86_400_000; // 0000-01-01
const LAST_MILLISECOND = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * The canonical form of an instant. Text must say its offset ("Z", "+02:00"); what is finer than
 * a millisecond is cut off.
 * @throws BillingError instant_invalid for anything else, and outside the years 0000 to 9999.
 */
export function toInstant(date: Date | string): Instant {
  const milliseconds = typeof date === 'string' ? millisecondsOfText(date) : date.getTime();
  if (!(milliseconds >= FIRST_MILLISECOND && milliseconds <= LAST_MILLISECOND)) {
    throw new BillingError(
      'instant_invalid',
      `Not an instant of the years 0 to 9999: ${String(date)}`,
    );
  }
  return new Date(milliseconds).toISOString();
}

/**
 * The instant `days` calendar days later (earlier, if negative) in the zone, at the same time on the
 * wall. A time that does not exist on that day moves forward; one that exists twice is the first.
 */
export function addDays(at: Instant, days: number, timeZone: string): Instant {
  return fromZoned(toZoned(at, timeZone).add({ days }));
}

/** The first of those given; undefined ones don't count. Undefined when there is none. */
export function earliest(...instants: readonly (Instant | undefined)[]): Instant | undefined {
  let first: Instant | undefined;
  for (const instant of instants) {
    if (instant !== undefined && (first === undefined || instant < first)) first = instant;
  }
  return first;
}

/** How long after `from` `to` is, in milliseconds; negative when it is before. */
export function millisecondsBetween(from: Instant, to: Instant): number {
  return Date.parse(to) - Date.parse(from);
}

/**
 * The instant on the wall of a zone.
 * @throws BillingError time_zone_unknown, instant_invalid.
 */
export function toZoned(at: Instant, timeZone: string): Temporal.ZonedDateTime {
  const instant = Temporal.Instant.fromEpochMilliseconds(millisecondsOfText(at));
  try {
    return instant.toZonedDateTimeISO(timeZone);
  } catch {
    throw new BillingError('time_zone_unknown', `Not a time zone: ${timeZone}`);
  }
}

/** Back from the wall to the instant. */
export function fromZoned(zoned: Temporal.ZonedDateTime): Instant {
  return toInstant(new Date(zoned.epochMilliseconds));
}

function millisecondsOfText(text: string): number {
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    throw new BillingError('instant_invalid', `Not an instant: ${text}`);
  }
}

import { DateTime } from 'luxon';
import type { Part } from './arithmetic';

/** Milliseconds since 1970. */
export type Time = number;

export type Unit = 'day' | 'week' | 'month' | 'year';

export const dayLength = 86_400_000;

/**
 * `count` units later on the calendar of the zone, at the same time on the wall; a month too short ends
 * on its last day, a time that is skipped comes by the gap later, of one that comes twice the first.
 */
export function later(at: Time, unit: Unit, count: number, zone: string): Time {
  if (count === 0) return at;
  const wall = DateTime.fromMillis(at, { zone }).plus({ [`${unit}s`]: count });
  return Math.min(...wall.getPossibleOffsets().map((moment) => moment.toMillis()));
}

/**
 * The part of the time from `start` to `end` that is ahead at `at`, in whole seconds, or in whole days of
 * the zone's calendar, counted back from the end.
 */
export function ahead(
  at: Time,
  { start, end }: { start: Time; end: Time },
  { byDay, zone }: { byDay: boolean; zone: string },
): Part {
  if (at <= start) return { of: 1n, per: 1n };
  if (at >= end) return { of: 0n, per: 1n };
  const whole = (from: Time) => {
    if (!byDay) return Math.floor((end - from) / 1000);
    let days = Math.ceil((end - from) / dayLength) + 1;
    while (later(end, 'day', -days, zone) < from) days -= 1;
    return days;
  };
  const all = whole(start);
  return all === 0 ? { of: 0n, per: 1n } : { of: BigInt(whole(at)), per: BigInt(all) };
}

export const iso = (at: Time) => new Date(at).toISOString();

/** How often a price is due. */
export interface Recurrence {
  interval: 'day' | 'week' | 'month' | 'year';
  count: number;
}

const DAYS = { day: 1, week: 7 } as const;

/**
 * The first boundary after an instant: always reckoned from the anchor, in UTC, a month's missing days clamped to
 * its last. All whole seconds since 1970.
 */
export function boundaryAfter(anchor: number, instant: number, recurrence: Recurrence): number {
  for (let cycle = 1; ; cycle += 1) {
    const boundary = boundaryAt(anchor, cycle * recurrence.count, recurrence.interval);
    if (boundary > instant) return boundary;
  }
}

function boundaryAt(anchor: number, steps: number, interval: Recurrence['interval']): number {
  if (interval === 'day' || interval === 'week') {
    return anchor + steps * DAYS[interval] * 24 * 3600;
  }
  const start = new Date(anchor * 1000);
  const months = steps * (interval === 'year' ? 12 : 1);
  const moved = new Date(start);
  moved.setUTCDate(1);
  moved.setUTCMonth(start.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0));
  moved.setUTCDate(Math.min(start.getUTCDate(), lastDay.getUTCDate()));
  return Math.floor(moved.getTime() / 1000);
}

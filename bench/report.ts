import { plainTable } from '../scripts/stack/plain-table';
import type { RenewalOptions } from './command-line';
import type { Growth } from './history';
import type { Measurement } from './measure';
import type { Wrong } from './our-renewal';

/** An activity sends its first heartbeat, a billable action that leaves no event, after this many milliseconds. */
const firstHeartbeat = 800;

/** The figures of one contender, per renewal. */
interface Figures {
  readonly renewalsPerSecond: number;
  readonly medianLateSeconds: number;
  readonly lastLateSeconds: number;
  readonly activityMilliseconds: number;
  readonly events: number;
  readonly historyBytes: number;
  readonly billableActions: number;
  readonly heartbeats: number;
  readonly cpuMilliseconds: Readonly<Record<string, number>>;
}

/** A table for people and, as the last line, the same as JSON. */
export function reportRenewal(
  options: RenewalOptions,
  { measurement, wrong }: { measurement: Measurement; wrong: Wrong },
  barestMeasurement: Measurement | undefined,
): string {
  const ours = figuresOf(measurement);
  const barest = barestMeasurement && figuresOf(barestMeasurement);
  const right = wrong.subscriptions + wrong.charges === 0;
  const json = { bench: 'renewal', ...options, ours, ...(barest && { barest }), wrong };
  return [
    `\nPer renewal, ${options.subscriptions} due at once, each call to Stripe ${options.latency} ms:\n`,
    plainTable(['', 'ours', 'barest', 'ratio'], figureRows(ours, barest)),
    '\nHistory, bytes of each event:\n',
    plainTable(
      ['event', 'ours', 'barest'],
      eventRows(measurement.growths, barestMeasurement?.growths ?? []),
    ),
    `\n  Every subscription has its second cycle billed, charged and booked once: ${right ? 'yes' : 'NO'}.\n`,
    JSON.stringify(json),
  ].join('\n');
}

function figuresOf({ count, seconds, lateness, cpu, growths }: Measurement): Figures {
  const mean = (of: (growth: Growth) => number) =>
    rounded(growths.reduce((sum, growth) => sum + of(growth), 0) / count);
  return {
    renewalsPerSecond: rounded(count / seconds),
    medianLateSeconds: rounded((lateness[Math.floor(count / 2)] ?? 0) / 1000),
    lastLateSeconds: rounded(seconds),
    activityMilliseconds: mean(({ activityMilliseconds }) => activityMilliseconds),
    events: mean(({ events }) => events),
    historyBytes: mean(({ bytes }) => bytes),
    billableActions: mean(({ actions }) => actions),
    heartbeats: mean(({ activityMilliseconds }) => (activityMilliseconds > firstHeartbeat ? 1 : 0)),
    cpuMilliseconds: Object.fromEntries([...cpu].map(([name, ms]) => [name, rounded(ms)])),
  };
}

const rounded = (value: number) => Math.round(value * 100) / 100;

function figureRows(ours: Figures, barest: Figures | undefined): string[][] {
  const row = (title: string, of: (figures: Figures) => number): string[] => {
    const [own, other] = [of(ours), barest && of(barest)];
    const ratio = other === undefined || other === 0 ? '' : (own / other).toFixed(2);
    return [title, shown(own), other === undefined ? '' : shown(other), ratio];
  };
  const inAll = ({ cpuMilliseconds }: Figures) =>
    rounded(Object.values(cpuMilliseconds).reduce((sum, each) => sum + each, 0));
  return [
    row('renewals per second', (each) => each.renewalsPerSecond),
    row('half are done after, s', (each) => each.medianLateSeconds),
    row('all are done after, s', (each) => each.lastLateSeconds),
    row('the regular activity takes, ms', (each) => each.activityMilliseconds),
    row('history events', (each) => each.events),
    row('history bytes', (each) => each.historyBytes),
    row('billable actions', (each) => each.billableActions),
    row('and heartbeats, at most about', (each) => each.heartbeats),
    ...Object.keys(ours.cpuMilliseconds).map((name) =>
      row(`CPU ms, ${name}`, (each) => each.cpuMilliseconds[name] ?? 0),
    ),
    row('CPU ms, in all', inAll),
  ];
}

const shown = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 2 });

/** The events of the most usual history, in their order. */
function eventRows(ours: readonly Growth[], barest: readonly Growth[]): string[][] {
  const [own, other] = [bytesByType(ours), bytesByType(barest)];
  return [...new Set([...own.keys(), ...other.keys()])].map((type) => [
    type,
    own.get(type) ?? '',
    other.get(type) ?? '',
  ]);
}

/** "2 × 65" for two events of 65 bytes on average in each renewal. */
function bytesByType(growths: readonly Growth[]): Map<string, string> {
  const totals = new Map<string, { events: number; bytes: number }>();
  for (const { type, bytes } of growths.flatMap(({ byType }) => byType)) {
    const total = totals.get(type) ?? { events: 0, bytes: 0 };
    totals.set(type, { events: total.events + 1, bytes: total.bytes + bytes });
  }
  return new Map(
    [...totals].map(([type, { events, bytes }]) => [
      type,
      `${shown(events / growths.length)} × ${Math.round(bytes / events)}`,
    ]),
  );
}

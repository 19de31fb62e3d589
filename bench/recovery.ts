import type { Log } from '../scripts/stack/part';
import { plainTable } from '../scripts/stack/plain-table';
import type { RecoveryOptions } from './command-line';
import { causes, failedRenewals, type FailedRenewal } from './failing-cards';
import { courseOf, schedules, type Course, type Schedule } from './recovery-schedule';

/** What a schedule made of a population. */
export interface Recovery {
  readonly schedule: string;
  /** Of all renewals, 0 to 1. */
  readonly recovered: number;
  /** From the decline to the money, of those that were recovered. */
  readonly meanDays: number;
  /** Charges after the first one, of all renewals. */
  readonly attempts: number;
  readonly wasted: number;
  readonly forbidden: number;
  /** The recovered share of each cause's renewals, by its code. */
  readonly byCause: Readonly<Record<string, number>>;
}

/** Lets a schedule loose on a population. */
export function recoveryOf(population: readonly FailedRenewal[], schedule: Schedule): Recovery {
  const courses = population.map((renewal) => ({ renewal, course: courseOf(renewal, schedule) }));
  const days = courses.flatMap(({ course }) => course.recoveredAfter ?? []);
  const sum = (of: (course: Course) => number) =>
    courses.reduce((total, { course }) => total + of(course), 0);
  const codes = new Set(population.map(({ cause }) => cause.code));
  const byCause = [...codes].map((code) => {
    const own = courses.filter(({ renewal }) => renewal.cause.code === code);
    const money = own.filter(({ course }) => course.recoveredAfter !== undefined);
    return [code, money.length / own.length] as const;
  });
  return {
    schedule: schedule.name,
    recovered: days.length / population.length,
    meanDays: days.length === 0 ? 0 : days.reduce((total, each) => total + each, 0) / days.length,
    attempts: sum(({ attempts }) => attempts),
    wasted: sum(({ wasted }) => wasted),
    forbidden: sum(({ forbidden }) => forbidden),
    byCause: Object.fromEntries(byCause),
  };
}

/** Two tables for people and, as the last line, the same as JSON. */
export function reportRecovery({ customers, seed }: RecoveryOptions): string {
  const population = failedRenewals(customers, seed);
  const recoveries = schedules.map((schedule) => recoveryOf(population, schedule));
  const row = (title: string, of: (recovery: Recovery) => string) => [title, ...recoveries.map(of)];
  const head = ['', ...recoveries.map(({ schedule }) => schedule)];
  const perHundred = (count: number) => ((count / customers) * 100).toFixed(1);
  return [
    `\n${customers} declined renewals of a modeled population (bench/failing-cards.ts says what is assumed), seed ${seed}:\n`,
    plainTable(head, [
      row('recovered', ({ recovered }) => percent(recovered)),
      row('days until then, mean', ({ meanDays }) => meanDays.toFixed(2)),
      row('more charges per 100 renewals', ({ attempts }) => perHundred(attempts)),
      row('  of cards that could not work', ({ wasted }) => perHundred(wasted)),
      row('  of them forbidden by the networks', ({ forbidden }) => perHundred(forbidden)),
    ]),
    '\nRecovered, by why the renewal was declined:\n',
    plainTable(
      ['', 'share', ...head.slice(1)],
      causes.map(({ code, share }) => [
        code,
        percent(share),
        ...recoveries.map(({ byCause }) => percent(byCause[code] ?? 0)),
      ]),
    ),
    `\n${JSON.stringify({ bench: 'recovery', customers, seed, recoveries })}`,
  ].join('\n');
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

/** What the policy recovers of failing cards, beside a schedule of fixed days. Needs no stack: it is arithmetic. */
export function benchRecovery(options: RecoveryOptions, log: Log): void {
  log(reportRecovery(options));
}

import {
  classifyDecline,
  DEFAULT_DUNNING,
  planNextAttempt,
  type DeclineClass,
  type DunningPolicy,
} from '../billing/dunning';
import { toInstant, type Instant } from '../billing/instant';
import type { FailedRenewal } from './failing-cards';

/** A way to go about declined renewals. */
export interface Schedule {
  readonly name: string;
  readonly policy: DunningPolicy;
  /** Whether it looks at why the charge was declined, or tries again whatever the reason. */
  readonly minds: boolean;
  /** Whether a new card is charged as soon as it is there, or on the next day of the schedule. */
  readonly newCardAtOnce: boolean;
}

/** What a plan may say instead of the default: the same, and on for two weeks more. */
const patient: DunningPolicy = {
  ...DEFAULT_DUNNING,
  retryDays: [...DEFAULT_DUNNING.retryDays, 10, 14, 21],
};
const fixed: DunningPolicy = { retryDays: [3, 5, 7], finalAction: 'cancel' };

/** Ours, what it is measured against, the step between them, and what more patience would bring. */
export const schedules: readonly Schedule[] = [
  { name: 'the policy', policy: DEFAULT_DUNNING, minds: true, newCardAtOnce: true },
  { name: 'fixed 3-5-7', policy: fixed, minds: false, newCardAtOnce: false },
  { name: '3-5-7, new cards at once', policy: fixed, minds: false, newCardAtOnce: true },
  { name: 'the policy till day 21', policy: patient, minds: true, newCardAtOnce: true },
];

/** What became of one renewal. */
export interface Course {
  /** Days from the decline to the money; undefined when the schedule ended without it. */
  readonly recoveredAfter: number | undefined;
  /** Charges after the first one. */
  readonly attempts: number;
  /** Of them, those of a card that nobody but its holder could make work. */
  readonly wasted: number;
  /** Of those, the ones that the card networks forbid. */
  readonly forbidden: number;
}

const dayMilliseconds = 86_400_000;
const timeZone = 'UTC';

/** Goes through one renewal's schedule, planned by the very functions that plan real ones. */
export function courseOf(renewal: FailedRenewal, schedule: Schedule): Course {
  const { cause, reactsAt, works } = renewal;
  const firstFailedAt = toInstant(renewal.failedAt);
  const actual = classifyDecline(null, cause.code);
  const plan = (attemptsMade: number) =>
    planNextAttempt({
      policy: schedule.policy,
      firstFailedAt,
      attemptsMade,
      declineClass: schedule.minds ? actual : 'retry_later',
      timeZone,
    });
  const day = (at: Instant) => (Date.parse(at) - Date.parse(firstFailedAt)) / dayMilliseconds;
  const end = day(plan(1).finalActionAt);
  // Who authenticates pays by that; a new card that is charged at once is an attempt of its own.
  const paysThemselves = cause.reaction === 'authenticates';
  const actsOn = paysThemselves || schedule.newCardAtOnce ? reactsAt : undefined;
  const tries: Tries = { attempts: 0, wasted: 0, forbidden: 0 };
  for (;;) {
    const { nextAttemptAt } = plan(tries.attempts + 1);
    const next = nextAttemptAt === undefined ? end : day(nextAttemptAt);
    if (actsOn !== undefined && actsOn <= next) {
      return recovered(tries, actsOn, paysThemselves ? 0 : 1);
    }
    if (nextAttemptAt === undefined) return { ...tries, recoveredAfter: undefined };
    const newCard = !paysThemselves && reactsAt !== undefined && reactsAt <= next;
    if (newCard || works.some(({ from, until }) => from <= next && next < until)) {
      return recovered(tries, next, 1);
    }
    failOnce(tries, actual);
  }
}

type Tries = { -readonly [Key in 'attempts' | 'wasted' | 'forbidden']: Course[Key] };

function failOnce(tries: Tries, declineClass: DeclineClass): void {
  tries.attempts += 1;
  if (declineClass === 'needs_customer' || declineClass === 'never') tries.wasted += 1;
  if (declineClass === 'never') tries.forbidden += 1;
}

const recovered = (tries: Tries, after: number, charges: number): Course => ({
  ...tries,
  attempts: tries.attempts + charges,
  recoveredAfter: after,
});

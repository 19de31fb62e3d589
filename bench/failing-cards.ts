import { chance as diceOf, type Chance } from '../sandbox/chance';

/*
 * A population of renewals that were declined, as a model: every number that is not a matter of
 * arithmetic stands here with where it is from. Nobody's real customers are like this; what
 * the model is for is to let two schedules loose on the very same ones.
 *
 * Left out, alike for every schedule: card updaters of the networks, customers who pay without having
 * been asked, second thoughts about the subscription, and mails after the first one.
 */

/** Why a renewal was declined, by Stripe's code, and what would help. */
export interface Cause {
  /** `decline_code`, or `code` for what has none. */
  readonly code: string;
  /** Of all declined renewals. */
  readonly share: number;
  /** When a repeated charge of the same card would go through. */
  readonly heals: 'after_payday' | 'within_hours' | 'by_the_bank' | 'never';
  /** Of its customers, who give another card or authenticate after the mail about it. */
  readonly reacting: number;
  /** What those who react do: another card is charged by us; who authenticates has paid there and then. */
  readonly reaction: 'new_card' | 'authenticates';
}

/**
 * Shares: 38 % insufficient funds, 24 % expired or canceled cards, 17 % refusals of the bank without a
 * reason, 21 % technical (https://www.dunningcompare.com/stats/payment-failure-causes-statistics-2026,
 * which cites Recurly, Stripe and Adyen, 2024). Six points of the technical ones are authentication,
 * by the lower end of the 6 to 8 % that the same page gives for Europe. How a group is split among
 * its codes, and who reacts, is assumed: most where nothing else helps, few where it heals by itself.
 */
export const causes: readonly Cause[] = [
  cause('insufficient_funds', 0.38, 'after_payday', 0.15),
  cause('expired_card', 0.18, 'never', 0.4),
  cause('lost_card', 0.03, 'never', 0.4),
  cause('stolen_card', 0.03, 'never', 0.4),
  cause('do_not_honor', 0.09, 'by_the_bank', 0.2),
  cause('generic_decline', 0.08, 'by_the_bank', 0.2),
  cause('processing_error', 0.1, 'within_hours', 0.05),
  cause('issuer_not_available', 0.05, 'within_hours', 0.05),
  { ...cause('authentication_required', 0.06, 'never', 0.4), reaction: 'authenticates' },
];

function cause(
  code: string,
  share: number,
  heals: Cause['heals'],
  reacting: number,
  reaction: Cause['reaction'] = 'new_card',
): Cause {
  return { code, share, heals, reacting, reaction };
}

/**
 * Days between paydays and the share of those paid so: U.S. Bureau of Labor Statistics, private
 * businesses, March 2013, https://data.bls.gov/cgi-bin/print.pl/opub/ted/2014/ted_20140605.htm.
 */
const payPeriods = [
  { days: 7, share: 0.324 },
  { days: 14, share: 0.365 },
  { days: 15.2, share: 0.198 },
  { days: 30.4, share: 0.113 },
] as const;

/**
 * Assumed: whose pay never leaves enough on this card, so many that a week recovers what the page above
 * gives for insufficient funds, 48 to 65 %.
 */
const alwaysShort = 0.2;
/** Assumed: the money of a payday lasts so long, each as likely as any between them. Days. */
const moneyLasts = { least: 2, most: 10 };
/** Assumed: how long half a bank's refusals without a reason last on average; the other half lasts for good. Days. */
const bankSulks = { healing: 0.5, meanDays: 3 };
/** "most resolve within 24hrs on retry", as the page above says of technical failures. Days. */
const faultLasts = { meanDays: 0.4 };
/** "72 hours average delay" from a new card to its being given, as the same page cites Chargebee. Days. */
const reactsAfter = { meanDays: 3 };

/** One declined renewal, and what is fated to happen whatever the schedule is. Days count from the decline. */
export interface FailedRenewal {
  readonly cause: Cause;
  /** When it was declined; UTC. */
  readonly failedAt: Date;
  /** When a charge of the same card goes through: from a day on, until one. Ascending. */
  readonly works: readonly { readonly from: number; readonly until: number }[];
  /** When the customer gives a new card, or authenticates, if ever. */
  readonly reactsAt: number | undefined;
}

const yearStart = Date.UTC(2026, 0, 1);
const dayMilliseconds = 86_400_000;
/** Beyond this no schedule looks. Days. */
const horizon = 60;

/** The same renewals for the same seed, spread over a year. */
export function failedRenewals(
  count: number,
  seed: number,
  among: readonly Cause[] = causes,
): FailedRenewal[] {
  const chance = diceOf(seed);
  return Array.from({ length: count }, () => {
    const drawn = drawOne(chance, among);
    // Always thrown, so that one number more or less in the model does not change who comes after.
    const [reacts, delay] = [chance(), chance()];
    return {
      cause: drawn,
      failedAt: new Date(yearStart + Math.floor(chance() * 365 * dayMilliseconds)),
      works: worksWhen(drawn, chance),
      reactsAt: reacts < drawn.reacting ? exponential(delay, reactsAfter.meanDays) : undefined,
    };
  });
}

function worksWhen({ heals }: Cause, chance: Chance): FailedRenewal['works'] {
  switch (heals) {
    case 'after_payday':
      return paydays(chance);
    case 'within_hours':
      return [{ from: exponential(chance(), faultLasts.meanDays), until: Infinity }];
    case 'by_the_bank': {
      const [mood, lasts] = [chance(), chance()];
      if (mood >= bankSulks.healing) return [];
      return [{ from: exponential(lasts, bankSulks.meanDays), until: Infinity }];
    }
    case 'never':
      return [];
  }
}

/** Somewhere between two paydays the money ran out; for most, each payday brings some for a while. */
function paydays(chance: Chance): FailedRenewal['works'] {
  const short = chance() < alwaysShort;
  const { days } = drawOne(chance, payPeriods);
  const lasts = moneyLasts.least + chance() * (moneyLasts.most - moneyLasts.least);
  const first = chance() * days;
  const count = short ? 0 : Math.ceil((horizon - first) / days);
  return Array.from({ length: count }, (_, index) => {
    const from = first + index * days;
    return { from, until: from + Math.min(lasts, days) };
  });
}

function drawOne<T extends { readonly share: number }>(chance: Chance, among: readonly T[]): T {
  let left = chance() * among.reduce((sum, { share }) => sum + share, 0);
  const drawn = among.find(({ share }) => (left -= share) < 0) ?? among.at(-1);
  if (drawn === undefined) throw new Error('There is nothing to draw from.');
  return drawn;
}

const exponential = (chance: number, mean: number) => -Math.log(1 - chance) * mean;

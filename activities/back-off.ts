/** Doubling from here; milliseconds. */
const firstMilliseconds = 1_000;
/** As the retry policy of the payments has it: longer nobody waits in one go. */
const longestMilliseconds = 60_000;

/**
 * How long to leave Stripe alone after it turned a call away: up to a second after the first try, then
 * twice as long after each, at most a minute. Half of it is left to chance, so that those who were
 * turned away together do not come back together (https://docs.stripe.com/rate-limits).
 *
 * @param attempt the try that was turned away, from 1
 * @param chance a number in [0, 1)
 * @returns whole milliseconds
 */
export function backOffMilliseconds(attempt: number, chance: () => number = Math.random): number {
  const doubled = firstMilliseconds * 2 ** (Math.max(attempt, 1) - 1);
  const whole = Math.min(doubled, longestMilliseconds);
  return Math.round(whole * (0.5 + chance() / 2));
}

/** A number in [0, 1), as `Math.random` gives it. */
export type Chance = () => number;

/**
 * The dice behind fault rates, shuffled and doubled webhooks: the same throws in every run for the same
 * seed (mulberry32), unpredictable without one.
 */
export function chance(seed: number | undefined): Chance {
  if (seed === undefined) {
    return Math.random;
  }
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

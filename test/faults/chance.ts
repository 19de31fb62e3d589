/** Numbers in [0, 1) that the seed decides: what a test did at random can be done again. */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of them. */
export function oneOf<T>(chance: () => number, things: readonly [T, ...T[]]): T {
  return things[Math.floor(chance() * things.length)] ?? things[0];
}

/** Of EVERBILL_FAULTS_SEED, or a new one. */
export function seedOfRun(): number {
  const given = process.env['EVERBILL_FAULTS_SEED'];
  return given === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(given);
}

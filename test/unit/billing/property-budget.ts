import type { Parameters } from 'fast-check';

/** How long all property tests of this folder may take together, in seconds. */
const SECONDS = Number(process.env['EVERBILL_PROPERTY_SECONDS'] ?? '60');

/** Jest's own limit for one property: its budget can't be what fails it. */
export const PROPERTY_TIMEOUT = SECONDS * 1000 + 60_000;

/**
 * Settings of one property that may use this share of the whole time: it tries cases until the time
 * is up, and always at least one. Shares of all properties add up to 1.
 */
export function budget<T>(share: number): Parameters<T> {
  return { numRuns: 1_000_000, interruptAfterTimeLimit: Math.ceil(SECONDS * 1000 * share) };
}

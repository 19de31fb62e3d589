import { BillingError } from './billing-error';

/** An exact fraction; the denominator is positive. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export const ONE: Rational = { numerator: 1n, denominator: 1n };
export const ZERO: Rational = { numerator: 0n, denominator: 1n };

/** The nearest whole number; a half goes away from zero, so that −x rounds to minus what x rounds to. */
export function roundHalfAway({ numerator, denominator }: Rational): bigint {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const rounded = (2n * magnitude + denominator) / (2n * denominator);
  return numerator < 0n ? -rounded : rounded;
}

/**
 * Rounds the parts so that they add up to their exact sum, rounded (half away from zero): each part
 * to one of its two neighbours, the largest remainders upwards, the earlier part first on a tie.
 */
export function roundTogether(parts: readonly Rational[]): bigint[] {
  const denominator = parts.reduce((lcm, part) => leastCommonMultiple(lcm, part.denominator), 1n);
  const numerators = parts.map((part) => part.numerator * (denominator / part.denominator));
  const floors = numerators.map((numerator) => floorDivide(numerator, denominator));
  const exactSum = numerators.reduce((sum, numerator) => sum + numerator, 0n);
  const sum = roundHalfAway({ numerator: exactSum, denominator });
  const missing = sum - floors.reduce((total, floor) => total + floor, 0n);
  const byRemainder = floors
    .map((floor, index) => ({
      index,
      remainder: (numerators[index] ?? 0n) - floor * denominator,
    }))
    .toSorted((a, b) => (a.remainder === b.remainder ? 0 : a.remainder > b.remainder ? -1 : 1));
  const raised = new Set(byRemainder.slice(0, Number(missing)).map(({ index }) => index));
  return floors.map((floor, index) => (raised.has(index) ? floor + 1n : floor));
}

/**
 * A percentage in plain decimals ("20", "8.875") as an exact fraction of one hundred per cent.
 * @throws BillingError percentage_invalid for anything else, negative ones included.
 */
export function parsePercentage(text: string): Rational {
  const match = /^(\d{1,6})(?:\.(\d{1,9}))?$/.exec(text);
  if (match === null) throw new BillingError('percentage_invalid', `Not a percentage: ${text}`);
  const [, whole = '0', fraction = ''] = match;
  return {
    numerator: BigInt(whole + fraction),
    denominator: 100n * 10n ** BigInt(fraction.length),
  };
}

function floorDivide(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient;
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return (a / x) * b;
}

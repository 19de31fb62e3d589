/** An exact part of something: `of` out of `per`, which is positive. */
export interface Part {
  of: bigint;
  per: bigint;
}

/** The whole number next to amount × part; a half goes away from zero. */
export function partOf(amount: bigint, { of, per }: Part): bigint {
  const exact = amount * of;
  const size = exact < 0n ? -exact : exact;
  const rounded = (size * 2n + per) / (per * 2n);
  return exact < 0n ? -rounded : rounded;
}

/**
 * A part of each amount, such that all together are the part of their sum, rounded once: first down,
 * then one more for those that lost most, the earlier one first.
 */
export function partsOf(amounts: readonly bigint[], part: Part): bigint[] {
  const parts = amounts.map((amount, index) => {
    const exact = amount * part.of;
    const lost = ((exact % part.per) + part.per) % part.per;
    return { index, lost, down: (exact - lost) / part.per };
  });
  let missing = partOf(sum(amounts), part) - sum(parts.map(({ down }) => down));
  const result = parts.map(({ down }) => down);
  for (const { index, down } of parts.toSorted((a, b) => Number(b.lost - a.lost))) {
    if (missing <= 0n) break;
    result[index] = down + 1n;
    missing -= 1n;
  }
  return result;
}

export const sum = (amounts: readonly bigint[]) => amounts.reduce((all, one) => all + one, 0n);
export const least = (a: bigint, b: bigint) => (a < b ? a : b);
export const most = (a: bigint, b: bigint) => (a > b ? a : b);

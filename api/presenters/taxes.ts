import type { InvoiceLineRecord, InvoicedTax } from '../../activities/ports/records';

/** What each rate took of the whole invoice, in minor units. */
export function taxesOf(
  lines: readonly InvoiceLineRecord[],
): (Omit<InvoicedTax, 'amount'> & { sum: bigint })[] {
  const byRate = new Map<string, Omit<InvoicedTax, 'amount'> & { sum: bigint }>();
  for (const { amount, ...rate } of lines.flatMap(({ taxes }) => taxes)) {
    const sum = (byRate.get(rate.taxRateId)?.sum ?? 0n) + BigInt(amount);
    byRate.set(rate.taxRateId, { ...rate, sum });
  }
  return [...byRate.values()];
}

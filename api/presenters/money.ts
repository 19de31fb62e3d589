import { formatDecimal, type Currency, type MinorUnits } from '../../billing/money';

/** For the Django clients: a decimal with the currency's digits, "9.99". */
export const asDecimal = (minor: MinorUnits, currency: Currency) => formatDecimal(minor, currency);

/**
 * For v1: the count of minor units as a JSON number.
 * @throws RangeError beyond 2^53, which no amount that can be charged reaches.
 */
export function asMinorUnits(minor: MinorUnits): number {
  const value = Number(minor);
  if (!Number.isSafeInteger(value)) throw new RangeError(`Too large for JSON: ${minor}`);
  return value;
}

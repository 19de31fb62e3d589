import { BillingError } from './billing-error';
import { parseDecimal, type Currency, type MinorUnits } from './money';

/**
 * Reads what a person of that locale writes, with or without its group separators: "1,234.50" (en-US),
 * "1.234,50" (de-DE), "−0,5" (sv-SE), "१,२३४.५०" (hi-IN with its digits). No currency sign.
 * @throws BillingError amount_invalid, amount_too_precise.
 */
export function parseLocalized(text: string, currency: Currency, locale: string): MinorUnits {
  const { group, decimal, digits } = separatorsOf(locale);
  const plain = Array.from(sameSpacesAndApostrophes(text.trim()))
    .map((character) => digits.get(character) ?? character)
    .join('')
    .replace(/^[\u200e\u200f]*[\u2212-][\u200e\u200f]*/, '-');
  const [whole = '', ...fractions] = plain.split(decimal);
  const separator = sameSpacesAndApostrophes(group);
  // Groups of three, or of two as in India; never one in the wrong place.
  const grouped = new RegExp(
    `^-?\\d{1,3}(${escaped(separator)}\\d{2,3})*${escaped(separator)}\\d{3}$`,
  );
  const joined = grouped.test(whole) ? whole.replaceAll(separator, '') : whole;
  const clean = /^-?\d+$/.test(joined) && fractions.every((fraction) => /^\d+$/.test(fraction));
  if (!clean || fractions.length > 1) {
    throw new BillingError('amount_invalid', `Not an amount: ${text}`);
  }
  return parseDecimal([joined, ...fractions].join('.'), currency);
}

/** People type the plain ones, and Unicode's tables change their mind. */
const sameSpacesAndApostrophes = (text: string) => text.replaceAll(/\s/g, ' ').replaceAll('’', "'");

function separatorsOf(locale: string) {
  const format = new Intl.NumberFormat(locale);
  const parts = format.formatToParts(-12345678.5);
  const find = (type: string, fallback: string) =>
    parts.find((part) => part.type === type)?.value ?? fallback;
  const digits = new Map<string, string>(
    Array.from({ length: 10 }, (_, digit) => [
      new Intl.NumberFormat(locale, { useGrouping: false }).format(digit),
      String(digit),
    ]),
  );
  return { group: find('group', ','), decimal: find('decimal', '.'), digits };
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

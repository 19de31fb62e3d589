import { BillingError } from './billing-error';
import { currencyRule, isCurrency, maximumCharge, type Currency } from './currency';
import { roundHalfAway, roundTogether } from './rational';

export { minimumCharge, maximumCharge, isCurrency, type Currency } from './currency';

/**
 * An amount as a count of the currency's smallest unit: cents, yen, fils. Whole, signed, unbounded.
 * Money is never a floating-point number.
 */
export type MinorUnits = bigint;

/** Decimals of the currency's minor unit: 2 for usd, 0 for jpy and isk, 3 for kwd. */
export function exponentOf(currency: Currency): number {
  return currencyRule(currency).exponent;
}

/** Chargeable amounts are multiples of this: 10 for kwd (last digit 0), else 1. */
export function stepOf(currency: Currency): MinorUnits {
  return currencyRule(currency).step;
}

export type PriceProblem =
  'currency_unknown' | 'amount_negative' | 'amount_too_large' | 'amount_not_in_step';

/** Why an amount can't be a plan's price, as a stable code. Zero is a price. */
export function priceProblem(amount: MinorUnits, currency: Currency): PriceProblem | undefined {
  if (!isCurrency(currency)) return 'currency_unknown';
  if (amount < 0n) return 'amount_negative';
  if (amount > maximumCharge(currency)) return 'amount_too_large';
  if (amount % stepOf(currency) !== 0n) return 'amount_not_in_step';
  return undefined;
}

/** The same in a sentence for whoever makes the plan; undefined when the price is good. */
export function priceRefusal(amount: MinorUnits, currency: Currency): string | undefined {
  const problem = priceProblem(amount, currency);
  return problem === undefined ? undefined : PROBLEM_IN_WORDS[problem](currency);
}

const PROBLEM_IN_WORDS: Readonly<Record<PriceProblem, (currency: Currency) => string>> = {
  currency_unknown: (currency) => `"${currency}" is not a currency that can be charged.`,
  amount_negative: () => 'A price cannot be negative.',
  amount_too_large: (currency) =>
    `A price in ${currency} is at most ${formatDecimal(maximumCharge(currency), currency)}.`,
  amount_not_in_step: (currency) =>
    `A price in ${currency} must be a multiple of ${formatDecimal(stepOf(currency), currency)}.`,
};

const MOST_UNITS = 1_000_000;

export type QuantityProblem = 'quantity_invalid' | 'amount_too_large';

/** Why so many of a unit can't be sold: quantities are whole, from 1, and must stay chargeable. */
export function quantityProblem(
  quantity: number,
  unitAmount: MinorUnits,
  currency: Currency,
): QuantityProblem | undefined {
  if (!Number.isInteger(quantity) || quantity < 1) return 'quantity_invalid';
  // A free plan has no amount to limit it.
  if (quantity > MOST_UNITS) return 'amount_too_large';
  return BigInt(quantity) * unitAmount > maximumCharge(currency) ? 'amount_too_large' : undefined;
}

/**
 * What Stripe's API takes as `amount`.
 * @throws BillingError amount_not_chargeable when the amount is off the currency's step.
 */
export function toStripeAmount(amountMinor: MinorUnits, currency: Currency): number {
  const { step, stripeFactor } = currencyRule(currency);
  const amount = Number(amountMinor * stripeFactor);
  if (amountMinor % step !== 0n || !Number.isSafeInteger(amount)) {
    throw new BillingError(
      'amount_not_chargeable',
      `Stripe cannot take ${amountMinor} ${currency}`,
    );
  }
  return amount;
}

/**
 * Our minor units of what Stripe's API gives as `amount`.
 * @throws BillingError amount_invalid for what is not a whole number of them.
 */
export function fromStripeAmount(amount: number, currency: Currency): MinorUnits {
  const { stripeFactor } = currencyRule(currency);
  if (!Number.isSafeInteger(amount) || BigInt(amount) % stripeFactor !== 0n) {
    throw new BillingError('amount_invalid', `Not an amount of ${currency}: ${amount}`);
  }
  return BigInt(amount) / stripeFactor;
}

/**
 * Reads a plain decimal ("9.99", "-0.5", "500"). Digits beyond the currency's must be zeros.
 * @throws BillingError amount_invalid, amount_too_precise.
 */
export function parseDecimal(text: string, currency: Currency): MinorUnits {
  const exponent = exponentOf(currency);
  const match = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/.exec(text);
  if (match === null) throw new BillingError('amount_invalid', `Not an amount: ${text}`);
  const [, sign = '', whole = '0', fraction = ''] = match;
  if (/[^0]/.test(fraction.slice(exponent))) {
    throw new BillingError('amount_too_precise', `${currency} has ${exponent} decimals: ${text}`);
  }
  const magnitude = BigInt(whole + fraction.slice(0, exponent).padEnd(exponent, '0'));
  return sign === '-' ? -magnitude : magnitude;
}

/** A plain decimal with all of the currency's decimals: "9.99", "-0.50", "500" (jpy), "1.230" (kwd). */
export function formatDecimal(minor: MinorUnits, currency: Currency): string {
  const exponent = exponentOf(currency);
  const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const sign = minor < 0n ? '-' : '';
  return exponent === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-exponent)}`;
}

/** For people, in their locale ("€9.99", "9,99 €"), exact however large. Locale: BCP 47. */
export function formatMoney(minor: MinorUnits, currency: Currency, locale: string): string {
  const exponent = exponentOf(currency);
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: currency.toUpperCase(),
    minimumFractionDigits: exponent,
    maximumFractionDigits: exponent,
  });
  const decimal = formatDecimal(minor, currency);
  // Intl takes decimal text without passing through a float; its type wants to be told.
  return isNumeric(decimal) ? format.format(decimal) : decimal;
}

function isNumeric(text: string): text is `${number}` {
  return /^-?\d+(\.\d+)?$/.test(text);
}

/**
 * Shares `total` in proportion to the weights by largest remainder: the parts always add up to it.
 * @throws BillingError weights_invalid when a weight is negative or all are zero.
 */
export function allocate(total: MinorUnits, weights: readonly bigint[]): MinorUnits[] {
  const denominator = weights.reduce((sum, weight) => sum + weight, 0n);
  if (denominator <= 0n || weights.some((weight) => weight < 0n)) {
    throw new BillingError('weights_invalid', 'An amount needs weights that are not negative.');
  }
  return roundTogether(weights.map((weight) => ({ numerator: total * weight, denominator })));
}

/** amount × numerator / denominator, exact until the one rounding: half away from zero. */
export function mulRational(
  amount: MinorUnits,
  numerator: bigint,
  denominator: bigint,
): MinorUnits {
  return denominator < 0n
    ? roundHalfAway({ numerator: -amount * numerator, denominator: -denominator })
    : roundHalfAway({ numerator: amount * numerator, denominator });
}

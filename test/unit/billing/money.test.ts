import {
  allocate,
  exponentOf,
  formatDecimal,
  formatMoney,
  fromStripeAmount,
  isCurrency,
  maximumCharge,
  minimumCharge,
  mulRational,
  parseDecimal,
  priceProblem,
  priceRefusal,
  quantityProblem,
  toStripeAmount,
} from '../../../billing/money';
import { parseLocalized } from '../../../billing/localized-amount';

const code = (name: string) => expect.objectContaining({ code: name });

describe('minor units', () => {
  it.each([
    ['usd', 2],
    ['eur', 2],
    ['huf', 2],
    ['twd', 2],
    ['jpy', 0],
    ['mga', 0],
    ['isk', 0],
    ['ugx', 0],
    ['kwd', 3],
    ['tnd', 3],
  ])('of %s have %i decimals', (currency, exponent) => {
    expect(exponentOf(currency)).toBe(exponent);
  });

  it('are those of currencies that Stripe presents, in lower case', () => {
    expect(isCurrency('usd')).toBe(true);
    for (const unknown of ['USD', 'xyz', '', 'constructor', 'btc']) {
      expect(isCurrency(unknown)).toBe(false);
      expect(() => exponentOf(unknown)).toThrow(code('currency_unknown'));
    }
  });
});

describe('amounts at Stripe', () => {
  it.each([
    [999n, 'usd', 999],
    [500n, 'jpy', 500],
    [5n, 'isk', 500],
    [5n, 'ugx', 500],
    [1230n, 'kwd', 1230],
    [1000n, 'mga', 1000],
    [17500n, 'huf', 17500],
  ])('%s minor units of %s are sent as %i and come back as they went', (minor, currency, sent) => {
    expect(toStripeAmount(minor, currency)).toBe(sent);
    expect(fromStripeAmount(sent, currency)).toBe(minor);
  });

  it('are not made of what Stripe does not take', () => {
    expect(() => toStripeAmount(1234n, 'kwd')).toThrow(code('amount_not_chargeable'));
    expect(() => toStripeAmount(10n ** 17n, 'usd')).toThrow(code('amount_not_chargeable'));
    expect(() => fromStripeAmount(550, 'isk')).toThrow(code('amount_invalid'));
    expect(() => fromStripeAmount(9.99, 'usd')).toThrow(code('amount_invalid'));
  });

  it('have a minimum and a maximum by currency', () => {
    expect(['usd', 'gbp', 'jpy', 'czk', 'thb'].map(minimumCharge)).toEqual([
      50n,
      30n,
      50n,
      1500n,
      1000n,
    ]);
    expect(minimumCharge('isk')).toBe(1n);
    expect(minimumCharge('kwd')).toBe(10n);
    expect(maximumCharge('usd')).toBe(99_999_999n);
    expect(maximumCharge('isk')).toBe(999_999n);
    expect(maximumCharge('kwd')).toBe(99_999_990n);
    expect(maximumCharge('idr')).toBe(999_999_999_999n);
  });
});

describe('a price', () => {
  it.each([
    [0n, 'usd'],
    [30n, 'usd'],
    [1230n, 'kwd'],
    [99_999_999n, 'usd'],
  ])('of %s %s is good', (amount, currency) => {
    expect(priceRefusal(amount, currency)).toBeUndefined();
  });

  it.each([
    [-1n, 'usd', 'amount_negative', /negative/],
    [1234n, 'kwd', 'amount_not_in_step', /multiple of 0.010/],
    [100_000_000n, 'usd', 'amount_too_large', /at most 999999.99/],
    [1n, 'xyz', 'currency_unknown', /"xyz"/],
  ])('of %s %s is refused with a code and a sentence', (amount, currency, problem, sentence) => {
    expect(priceProblem(amount, currency)).toBe(problem);
    expect(priceRefusal(amount, currency)).toMatch(sentence);
  });
});

describe('a quantity', () => {
  it.each([1, 3, 1_000_000])('of %s is good', (quantity) => {
    expect(quantityProblem(quantity, 50n, 'usd')).toBeUndefined();
  });

  it.each([0, -1, 1.5, NaN, Infinity])('of %s is refused', (quantity) => {
    expect(quantityProblem(quantity, 1000n, 'usd')).toBe('quantity_invalid');
  });

  it('is refused when its price is more than can be charged, and when it is enormous', () => {
    expect(quantityProblem(100_000, 1000n, 'usd')).toBe('amount_too_large');
    expect(quantityProblem(1e21, 0n, 'usd')).toBe('amount_too_large');
  });
});

describe('amounts as decimals', () => {
  it.each([
    ['9.99', 'usd', 999n],
    ['9.9', 'usd', 990n],
    ['29', 'usd', 2900n],
    ['0.05', 'usd', 5n],
    ['-0.50', 'usd', -50n],
    ['500', 'jpy', 500n],
    ['500.00', 'jpy', 500n],
    ['1.23', 'kwd', 1230n],
    ['90071992547409931.01', 'usd', 9007199254740993101n],
  ])('%s %s is read exactly', (text, currency, minor) => {
    expect(parseDecimal(text, currency)).toBe(minor);
  });

  it.each(['', ' 1', '1e3', '1,000.00', '.5', '5.', '+1', '0x10', '--1', 'NaN', '١'])(
    '%j is not an amount',
    (text) => expect(() => parseDecimal(text, 'usd')).toThrow(code('amount_invalid')),
  );

  it('with more decimals than the currency has are not rounded in silence', () => {
    expect(() => parseDecimal('9.999', 'usd')).toThrow(code('amount_too_precise'));
    expect(() => parseDecimal('500.5', 'jpy')).toThrow(code('amount_too_precise'));
  });

  it.each([
    [999n, 'usd', '9.99'],
    [2990n, 'usd', '29.90'],
    [5n, 'usd', '0.05'],
    [-5n, 'usd', '-0.05'],
    [0n, 'usd', '0.00'],
    [500n, 'jpy', '500'],
    [1230n, 'kwd', '1.230'],
    [9007199254740993101n, 'usd', '90071992547409931.01'],
  ])('%s minor units of %s print all their decimals', (minor, currency, text) => {
    expect(formatDecimal(minor, currency)).toBe(text);
  });

  it('for people follow their locale and stay exact', () => {
    expect(formatMoney(999n, 'eur', 'en-US')).toBe('€9.99');
    expect(formatMoney(999n, 'eur', 'de-DE')).toBe('9,99\u00a0€');
    expect(formatMoney(500n, 'jpy', 'en-US')).toBe('¥500');
    expect(formatMoney(500n, 'isk', 'en-US')).toBe('ISK\u00a0500');
    expect(formatMoney(-4387n, 'usd', 'en-US')).toBe('-$43.87');
    expect(formatMoney(9007199254740993101n, 'usd', 'en-US')).toBe('$90,071,992,547,409,931.01');
  });
});

describe('shares', () => {
  it('of an amount go by largest remainder', () => {
    expect(allocate(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
    expect(allocate(100n, [1n, 0n, 2n])).toEqual([33n, 0n, 67n]);
    expect(allocate(-100n, [1n, 1n, 1n])).toEqual([-33n, -33n, -34n]);
    expect(allocate(0n, [3n, 7n])).toEqual([0n, 0n]);
  });

  it('need weights', () => {
    for (const weights of [[], [0n, 0n], [2n, -1n]]) {
      expect(() => allocate(1n, weights)).toThrow(code('weights_invalid'));
    }
  });

  it('of one amount round a half away from zero', () => {
    expect(mulRational(1n, 1n, 2n)).toBe(1n);
    expect(mulRational(-1n, 1n, 2n)).toBe(-1n);
    expect(mulRational(1n, 1n, -2n)).toBe(-1n);
    expect(mulRational(2900n, 16n, 31n)).toBe(1497n);
    expect(mulRational(5n, 1n, 3n)).toBe(2n);
  });
});

describe('an amount as people write it', () => {
  it.each([
    ['9.99', 'usd', 'en-US', 999n],
    ['1,234,567.5', 'usd', 'en-US', 123_456_750n],
    ['1.234.567,50', 'eur', 'de-DE', 123_456_750n],
    ['1234,5', 'eur', 'de-DE', 123_450n],
    ['1\u202f234,50', 'eur', 'fr-FR', 123_450n],
    ['1 234,50', 'eur', 'fr-FR', 123_450n],
    ['12,34,567.00', 'inr', 'en-IN', 123_456_700n],
    ['1’234.50', 'chf', 'de-CH', 123_450n],
    ['−0,5', 'sek', 'sv-SE', -50n],
    ['-7', 'jpy', 'ja-JP', -7n],
    ['١٬٢٣٤٫٥٠', 'egp', 'ar-EG', 123_450n],
  ])('%s %s is read in %s', (text, currency, locale, minor) => {
    expect(parseLocalized(text, currency, locale)).toBe(minor);
  });

  it.each([
    ['1,23', 'en-US'],
    ['1.234.5', 'de-DE'],
    ['1,5,0', 'de-DE'],
    ['12.34', 'de-DE'],
    ['$5', 'en-US'],
    ['', 'en-US'],
    ['1,,000', 'en-US'],
  ])('%s is none in %s', (text, locale) => {
    expect(() => parseLocalized(text, 'usd', locale)).toThrow(code('amount_invalid'));
  });
});

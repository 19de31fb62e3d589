import { invalidRequest } from './errors';

/**
 * Smallest charge per currency in minor units, from https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts.
 */
const MINIMUM: Readonly<Record<string, number>> = {
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
  usd: 50,
};

/** For currencies that have no minimum of their own: about half a dollar is asked. */
const MINIMUM_ELSEWHERE = 50;

/** Eight digits is the most that Stripe takes. */
const MAXIMUM = 99_999_999;

/** Currencies that Stripe charges in. */
const SUPPORTED = new Set(
  (
    'usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf ' +
    'clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ' +
    'ils inr isk jmd jpy kes kgs khr kmf krw kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk ' +
    'mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp ' +
    'sle sos srd std szl thb tjs top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw ' +
    'bhd jod kwd omr tnd'
  ).split(' '),
);

/** Whole units only, written as they are: 500 is 500 yen. */
const ZERO_DECIMAL = new Set(
  'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '),
);

/** Three decimals, the last of which must be 0. */
const THREE_DECIMAL = new Set('bhd jod kwd omr tnd'.split(' '));

/** Whole units only, and yet written with two decimals: 500 is 5 krónur. */
const HUNDREDFOLD = new Set(['isk', 'ugx']);

/**
 * Checks what a payment asks for.
 *
 * @param amount minor units as Stripe counts them for the currency
 * @throws ApiError 400 parameter_invalid_integer, amount_too_small, amount_too_large, invalid_charge_amount
 */
export function checkAmount(amount: number, currency: string): void {
  checkCurrency(currency);
  const param = 'amount';
  if (amount < 1) {
    throw invalidRequest('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param,
    });
  }
  if (amount > MAXIMUM) {
    throw invalidRequest(`Amount must be no more than ${format(MAXIMUM, currency)}`, {
      code: 'amount_too_large',
      param,
    });
  }
  const minimum = MINIMUM[currency] ?? MINIMUM_ELSEWHERE;
  if (amount < minimum) {
    throw invalidRequest(`Amount must be at least ${format(minimum, currency)}`, {
      code: 'amount_too_small',
      param,
    });
  }
  const step = HUNDREDFOLD.has(currency) ? 100 : THREE_DECIMAL.has(currency) ? 10 : 1;
  if (amount % step !== 0) {
    throw invalidRequest(`Amount must be divisible by ${step} for ${currency.toUpperCase()}`, {
      code: 'invalid_charge_amount',
      param,
    });
  }
}

/** @throws ApiError 400 unless it is a currency of Stripe's, in lower case */
export function checkCurrency(currency: string): void {
  if (!SUPPORTED.has(currency)) {
    throw invalidRequest(
      `Invalid currency: ${currency}. Give the three letters of a supported currency in lower case.`,
      { param: 'currency' },
    );
  }
}

/** An amount for people: 1099 usd → "10.99 USD". */
export function format(amount: number, currency: string): string {
  const decimals = ZERO_DECIMAL.has(currency) ? 0 : THREE_DECIMAL.has(currency) ? 3 : 2;
  const digits = String(amount).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const number = decimals === 0 ? digits : `${whole}.${digits.slice(-decimals)}`;
  return `${number} ${currency.toUpperCase()}`;
}

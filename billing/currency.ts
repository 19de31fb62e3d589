import { BillingError } from './billing-error';

/** Three letters of ISO 4217 in lower case, as Stripe writes them ("usd"). */
export type Currency = string;

/** How a currency is counted here and at Stripe. */
interface CurrencyRule {
  /** Decimals of our minor unit: 2 for cents, 0 for yen. */
  exponent: number;
  /** What our minor units are multiplied by to become Stripe's `amount`. */
  stripeFactor: bigint;
  /** Chargeable amounts are multiples of this many of our minor units. */
  step: bigint;
}

/*
 * The source of the tables of this file is Stripe's page "Supported currencies",
 * https://docs.stripe.com/currencies: presentment currencies, zero-decimal list, special cases,
 * minimum and maximum charge amounts. The rule for three-decimal currencies (last digit 0) stood
 * there until 2023 and still holds for cards.
 */

const PRESENTMENT = new Set(
  `aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd
   cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq
   gyd hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd
   lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk
   php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top
   try ttd twd tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw`.split(/\s+/),
);

const TWO_DECIMALS: CurrencyRule = { exponent: 2, stripeFactor: 1n, step: 1n };
const NO_DECIMALS: CurrencyRule = { exponent: 0, stripeFactor: 1n, step: 1n };
/** No fractions, but Stripe counts in hundredths all the same: 5 ISK is sent as 500. */
const NO_DECIMALS_SENT_AS_TWO: CurrencyRule = { exponent: 0, stripeFactor: 100n, step: 1n };
/** Thousandths, of which the last digit must be 0. */
const THREE_DECIMALS: CurrencyRule = { exponent: 3, stripeFactor: 1n, step: 10n };

const RULES = new Map<Currency, CurrencyRule>([
  ...withRule(NO_DECIMALS, 'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'),
  // UGX stands in Stripe's zero-decimal list too; the special case is the one with an example.
  ...withRule(NO_DECIMALS_SENT_AS_TWO, 'isk ugx'),
  ...withRule(THREE_DECIMALS, 'bhd jod kwd omr tnd'),
]);

function withRule(rule: CurrencyRule, currencies: string): [Currency, CurrencyRule][] {
  return currencies.split(' ').map((currency) => [currency, rule]);
}

/** Minimum charges in Stripe's `amount`, for a bank account in the same currency. */
const STRIPE_MINIMUM: Readonly<Record<Currency, bigint>> = {
  usd: 50n,
  aed: 200n,
  ars: 50n,
  aud: 50n,
  brl: 50n,
  cad: 50n,
  chf: 50n,
  cop: 50n,
  czk: 1500n,
  dkk: 250n,
  eur: 50n,
  gbp: 30n,
  hkd: 400n,
  huf: 17500n,
  idr: 50n,
  ils: 50n,
  inr: 50n,
  jpy: 50n,
  krw: 50n,
  mxn: 1000n,
  myr: 200n,
  nok: 300n,
  nzd: 50n,
  php: 50n,
  pln: 200n,
  ron: 200n,
  rub: 50n,
  sek: 300n,
  sgd: 50n,
  thb: 1000n,
  zar: 50n,
};

/** Digits that Stripe's `amount` may have whatever the payment method; 8 where not listed. */
const STRIPE_DIGITS: Readonly<Record<Currency, bigint>> = { idr: 12n, cop: 10n, inr: 9n };

/** Whether Stripe presents prices in this currency; lower case only. */
export function isCurrency(text: string): boolean {
  return PRESENTMENT.has(text);
}

/** @throws BillingError currency_unknown. */
export function currencyRule(currency: Currency): CurrencyRule {
  if (!isCurrency(currency)) {
    throw new BillingError('currency_unknown', `Not a currency: ${currency}`);
  }
  return RULES.get(currency) ?? TWO_DECIMALS;
}

/**
 * The least that Stripe charges, in our minor units. A currency outside Stripe's table has the
 * equivalent of its settlement currency's minimum, which needs a rate of exchange: there it is
 * the smallest chargeable amount, and Stripe's own refusal decides.
 */
export function minimumCharge(currency: Currency): bigint {
  const { stripeFactor, step } = currencyRule(currency);
  const minimum = STRIPE_MINIMUM[currency];
  return minimum === undefined ? step : minimum / stripeFactor;
}

/** The most that Stripe charges by every kind of payment method, in our minor units. */
export function maximumCharge(currency: Currency): bigint {
  const { stripeFactor, step } = currencyRule(currency);
  const largest = (10n ** (STRIPE_DIGITS[currency] ?? 8n) - 1n) / stripeFactor;
  return largest - (largest % step);
}

import { formatMoney } from '../../billing/money';

/** How one customer reads amounts and instants. Everything here returns plain text, not markup. */
export interface Formats {
  /** The IANA time zone in which instants are told; UTC when the stored one is unknown. */
  timeZone: string;
  /** Minor units as a decimal string ("2000") → "$20.00" in the customer's locale. */
  money: (minorUnits: string, currency: string) => string;
  /** An ISO instant → day, time and zone, as "31 January 2026 at 14:00 CET". */
  at: (instant: string) => string;
  /** An ISO instant → the day that it falls on in the customer's zone, as "31 January 2026". */
  day: (instant: string) => string;
  /** A month of a year, counted from 1, as "March 2027". */
  month: (year: number, month: number) => string;
}

/** A customer's locale and zone come from outside: a bad one must not hold back a mail, so it falls back. */
export function formatsFor(customer: { locale: string; timeZone: string }): Formats {
  const locale = knownLocale(customer.locale);
  const timeZone = knownTimeZone(customer.timeZone);
  const date = { day: 'numeric', month: 'long', year: 'numeric', timeZone } as const;
  const days = new Intl.DateTimeFormat(locale, date);
  const months = new Intl.DateTimeFormat(locale, {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  const instants = new Intl.DateTimeFormat(locale, {
    ...date,
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  return {
    timeZone,
    money: (minorUnits, currency) => formatMoney(BigInt(minorUnits), currency, locale),
    at: (instant) => plainSpaces(instants.format(new Date(instant))),
    day: (instant) => plainSpaces(days.format(new Date(instant))),
    month: (year, month) => plainSpaces(months.format(new Date(Date.UTC(year, month - 1)))),
  };
}

/** "per month", "every 3 months". */
export function everyInterval(interval: string, count: number): string {
  return count === 1 ? `per ${interval}` : `every ${count} ${interval}s`;
}

/** "Visa ending in 4242". */
export function cardName(card: { brand: string; last4: string }): string {
  return `${cardBrands[card.brand] ?? card.brand} ending in ${card.last4}`;
}

/** Stripe's brand codes; an unlisted one is shown as it is. */
const cardBrands: Record<string, string> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'American Express',
  discover: 'Discover',
  diners: 'Diners Club',
  jcb: 'JCB',
  unionpay: 'UnionPay',
  cartes_bancaires: 'Cartes Bancaires',
  eftpos_au: 'eftpos',
  unknown: 'Card',
};

/** Some locales set narrow no-break spaces around the time, which older mail programs show as boxes. */
function plainSpaces(text: string): string {
  return text.replaceAll('\u202f', '\u00a0');
}

function knownLocale(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? 'en';
  } catch {
    return 'en';
  }
}

function knownTimeZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

import { toZoned, type Instant } from '../../billing/instant';
import { formatMoney, isCurrency, type MinorUnits } from '../../billing/money';

/** The words, amounts and days of an event's data, as sentences need them. */
export interface Facts {
  has: (key: string) => boolean;
  /** As it was written; underscores are for machines. */
  text: (key: string) => string;
  /** A count of minor units; undefined where there is none. */
  minor: (key: string) => MinorUnits | undefined;
  /** "$9.99", in the event's currency. */
  money: (key: string) => string;
  /** An amount in the event's currency. */
  inMoney: (minor: MinorUnits) => string;
  /** The calendar day where the subscription is: "2031-02-28". */
  day: (key: string) => string;
  /** Rows under a key, each with facts of its own in the same currency. */
  rows: (key: string) => Facts[];
  /** "Pro" or "3 × Pro", of the keys of a plan's name and of a quantity. */
  bought: (plan: string, quantity: string) => string;
}

export function factsOf(data: Record<string, unknown>, timeZone: string): Facts {
  const text = (key: string) => wordsOf(data[key]);
  const minor = (key: string) => minorOf(data[key]);
  const inMoney = (amount: MinorUnits) => moneyOf(amount, data['currency']);
  return {
    has: (key) => data[key] !== undefined && data[key] !== null,
    text,
    minor,
    money(key) {
      const amount = minor(key);
      return amount === undefined ? 'an unknown amount' : inMoney(amount);
    },
    inMoney,
    day: (key) => dayOf(data[key], timeZone),
    rows: (key) => rowsOf(data[key]).map((row) => factsOf({ ...data, ...row }, timeZone)),
    bought: (plan, quantity) =>
      data[quantity] === undefined || data[quantity] === 1
        ? text(plan)
        : `${text(quantity)} × ${text(plan)}`,
  };
}

function wordsOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number'
    ? String(value).replaceAll('_', ' ')
    : 'unknown';
}

function minorOf(value: unknown): MinorUnits | undefined {
  return typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : undefined;
}

/** In the words of the sentences around it: English. */
export function moneyOf(amount: MinorUnits, currency: unknown): string {
  if (typeof currency !== 'string') return String(amount);
  return isCurrency(currency) ? formatMoney(amount, currency, 'en-US') : `${amount} ${currency}`;
}

function dayOf(value: unknown, timeZone: string): string {
  return typeof value === 'string' ? localDay(value, timeZone) : 'an unknown day';
}

/** The calendar day of an instant in an IANA zone: "2031-02-28". */
export const localDay = (at: Instant, timeZone: string) =>
  toZoned(at, timeZone).toPlainDate().toString();

function rowsOf(value: unknown): object[] {
  const rows: unknown[] = Array.isArray(value) ? value : [];
  return rows.filter((row) => typeof row === 'object' && row !== null);
}

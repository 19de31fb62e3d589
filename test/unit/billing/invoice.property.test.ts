import * as fc from 'fast-check';
import type { Discount } from '../../../billing/coupon';
import { creditNoteFor } from '../../../billing/credit-note';
import { toInstant } from '../../../billing/instant';
import { computeInvoice, type LineInput } from '../../../billing/invoice';
import { allocate, minimumCharge, stepOf } from '../../../billing/money';
import { creditLine, debitLine, split, unusedShare } from '../../../billing/proration';
import { ONE, type Rational } from '../../../billing/rational';
import type { TaxRate } from '../../../billing/tax';
import { budget, PROPERTY_TIMEOUT } from './property-budget';

const sum = (amounts: bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

const currencies = fc.constantFrom('usd', 'jpy', 'isk', 'kwd', 'czk');
const prices = fc.bigInt({ min: 0n, max: 10_000_000n });
const balances = fc.bigInt({ min: -100_000n, max: 100_000n });
const shares: fc.Arbitrary<Rational> = fc
  .tuple(fc.bigInt({ min: 1n, max: 3_000_000n }), fc.bigInt({ min: 0n, max: 3_000_000n }))
  .map(([denominator, part]) => ({ numerator: part % (denominator + 1n), denominator }));

const percentages = fc.constantFrom('0', '5', '8.875', '10', '19', '20', '25', '33.333333', '100');
/** Up to three rates with ids of their own. */
const taxRates: fc.Arbitrary<TaxRate[]> = fc
  .array(fc.record({ percentage: percentages, inclusive: fc.boolean() }), { maxLength: 3 })
  .map((rates) => rates.map((rate, index) => ({ id: `rate-${index}`, ...rate })));

const coupons: fc.Arbitrary<{ coupon?: Discount }> = fc.oneof(
  fc.constant({}),
  percentages.map((percentage) => ({ coupon: { kind: 'percent' as const, percentage } })),
  fc
    .bigInt({ min: 1n, max: 1_000_000n })
    .map((amount) => ({ coupon: { kind: 'amount' as const, amount, currency: 'usd' } })),
);

const lines: fc.Arbitrary<LineInput[]> = fc.array(
  fc.oneof(
    prices.map((amount) => ({ amount })),
    fc.tuple(prices, shares).map(([price, share]) => debitLine(price, share)),
    fc
      .tuple(prices, shares, taxRates)
      .map(([amount, share, rates]) =>
        creditLine({ amount, discount: amount / 7n, taxRates: rates }, share),
      ),
  ),
  { maxLength: 6 },
);

describe('any invoice', () => {
  it(
    'adds up: Σ lines − discount + exclusive tax = total, of the invoice and of each line (I2)',
    () => {
      fc.assert(
        fc.property(currencies, lines, coupons, taxRates, balances, (currency, ...rest) => {
          const [input, coupon, rates, balance] = rest;
          const invoice = computeInvoice({
            currency,
            lines: input,
            ...coupon,
            taxRates: rates,
            balance,
          });
          expect(invoice.subtotal).toBe(sum(input.map((line) => line.amount)));
          expect(invoice.subtotal - invoice.discount + invoice.exclusiveTax).toBe(invoice.total);
          expect(sum(invoice.lines.map((line) => line.total))).toBe(invoice.total);
          expect(sum(invoice.lines.map((line) => line.tax))).toBe(invoice.tax);
          expect(sum(invoice.taxes.map((tax) => tax.amount))).toBe(invoice.tax);
          for (const line of invoice.lines) {
            expect(line.net + line.tax).toBe(line.total);
            expect(
              line.discount >= 0n && (line.discount === 0n || line.discount <= line.amount),
            ).toBe(true);
          }
        }),
        budget(0.12),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'loses no money to the balance, and asks only for what Stripe can charge',
    () => {
      fc.assert(
        fc.property(currencies, lines, balances, (currency, input, balance) => {
          const invoice = computeInvoice({ currency, lines: input, balance });
          expect(invoice.amountDue + invoice.creditApplied).toBe(invoice.total);
          expect(invoice.balanceAfter).toBe(balance - invoice.creditApplied);
          expect(invoice.amountDue % stepOf(currency)).toBe(0n);
          const { amountDue } = invoice;
          expect(amountDue === 0n || amountDue >= minimumCharge(currency)).toBe(true);
          // What is charged settles the balance too, but for what is off the step.
          const { balanceAfter } = invoice;
          const left = balanceAfter < 0n ? -balanceAfter : balanceAfter;
          expect(amountDue === 0n || left < stepOf(currency)).toBe(true);
        }),
        budget(0.06),
      );
    },
    PROPERTY_TIMEOUT,
  );
});

describe('any amount', () => {
  it(
    'is conserved when it is shared, each share next to its exact value',
    () => {
      const weights = fc
        .array(fc.bigInt({ min: 0n, max: 1_000_000n }), { minLength: 1, maxLength: 12 })
        .filter((all) => all.some((weight) => weight > 0n));
      fc.assert(
        fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), weights, (total, all) => {
          const parts = allocate(total, all);
          const whole = sum(all);
          expect(sum(parts)).toBe(total);
          for (const [index, weight] of all.entries()) {
            const off = (parts[index] ?? 0n) * whole - total * weight;
            expect(off > -whole && off < whole).toBe(true);
          }
        }),
        budget(0.05),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'is its credit and its used part, neither beyond it, and the credit is within half a unit',
    () => {
      fc.assert(
        fc.property(prices, shares, (price, share) => {
          const { unused, used } = split(price, share);
          expect(unused + used).toBe(price);
          expect(unused >= 0n && used >= 0n).toBe(true);
          const off = 2n * (unused * share.denominator - price * share.numerator);
          expect(off >= -share.denominator && off <= share.denominator).toBe(true);
        }),
        budget(0.05),
      );
    },
    PROPERTY_TIMEOUT,
  );
});

describe('any change of plan', () => {
  const period = {
    start: toInstant('2026-03-15T09:30:00Z'),
    end: toInstant('2026-04-15T08:30:00Z'),
  };
  const instants = fc
    .integer({ min: Date.parse(period.start), max: Date.parse(period.end) - 1 })
    .map((at) => toInstant(new Date(at)));
  const granularities = fc.constantFrom('day' as const, 'second' as const);
  const timeZone = 'Europe/Paris';

  it(
    'and its immediate reversal are worth nothing together, with any coupon in force and any tax',
    () => {
      fc.assert(
        fc.property(
          fc.array(prices, { minLength: 1, maxLength: 3 }),
          fc.array(prices, { minLength: 1, maxLength: 3 }),
          coupons,
          taxRates,
          instants,
          granularities,
          (oldPrices, newPrices, coupon, rates, at, granularity) => {
            const shared = { currency: 'usd', ...coupon, taxRates: rates, balance: 0n };
            const first = computeInvoice({
              ...shared,
              lines: oldPrices.map((amount) => ({ amount })),
            });
            const rest = unusedShare({ period, at, granularity, timeZone });
            const credits = first.lines.map((line) =>
              creditLine({ ...line, taxRates: rates }, rest),
            );
            const change = computeInvoice({
              ...shared,
              lines: [...credits, ...newPrices.map((price) => debitLine(price, rest))],
            });
            const charged = change.lines.slice(credits.length);
            // What is reversed was charged for [at, end): at `at` all of it is unused.
            const all = unusedShare({
              period: { start: at, end: period.end },
              at,
              granularity,
              timeZone,
            });
            const reversal = computeInvoice({
              ...shared,
              lines: [
                ...charged.map((line) => creditLine({ ...line, taxRates: rates }, all)),
                ...oldPrices.map((price) => debitLine(price, rest)),
              ],
            });
            expect(change.total + reversal.total).toBe(0n);
            expect(change.tax + reversal.tax).toBe(0n);
          },
        ),
        budget(0.15),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'never credits more of a line than it cost, and less as time goes on',
    () => {
      fc.assert(
        fc.property(prices, instants, instants, granularities, (price, a, b, granularity) => {
          const unusedAt = (at: string) =>
            split(price, unusedShare({ period, at, granularity, timeZone })).unused;
          const [earlier, later] = a < b ? [a, b] : [b, a];
          expect(unusedAt(earlier) <= price).toBe(true);
          expect(unusedAt(later) <= unusedAt(earlier)).toBe(true);
        }),
        budget(0.03),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'a credit note gives back no more than was taken, and all of it for the whole',
    () => {
      fc.assert(
        fc.property(
          fc.array(prices, { minLength: 1, maxLength: 4 }),
          coupons,
          taxRates,
          shares,
          (amounts, coupon, rates, share) => {
            const invoice = computeInvoice({
              currency: 'usd',
              lines: amounts.map((amount) => ({ amount })),
              ...coupon,
              taxRates: rates,
              balance: 0n,
            });
            const invoiced = invoice.lines.map((line) => ({ ...line, taxRates: rates }));
            const part = creditNoteFor(invoiced, share);
            for (const [index, line] of part.lines.entries()) {
              expect(line.total <= (invoice.lines[index]?.total ?? 0n)).toBe(true);
              expect(line.tax <= (invoice.lines[index]?.tax ?? 0n)).toBe(true);
            }
            const oneByOne = invoiced.map((line) => creditNoteFor([line], ONE).total);
            expect(sum(oneByOne)).toBe(invoice.total);
          },
        ),
        budget(0.04),
      );
    },
    PROPERTY_TIMEOUT,
  );
});

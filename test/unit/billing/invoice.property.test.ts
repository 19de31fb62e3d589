import * as fc from 'fast-check';
import { creditNoteFor } from '../../../billing/credit-note';
import { computeInvoice, type LineInput } from '../../../billing/invoice';
import { allocate, minimumCharge, stepOf } from '../../../billing/money';
import { creditLine, debitLine } from '../../../billing/proration';
import { ONE, parsePercentage } from '../../../billing/rational';
import {
  balances,
  coupons,
  currencies,
  percentages,
  prices,
  shares,
  sum,
  taxRates,
} from './arbitraries';
import { budget, PROPERTY_TIMEOUT } from './property-budget';

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
        budget(0.08),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'is taxed at each rate as if it were one line, to the nearest unit',
    () => {
      const amounts = fc.array(prices, { minLength: 1, maxLength: 8 });
      fc.assert(
        fc.property(amounts, percentages, fc.boolean(), (of, percentage, inclusive) => {
          const rates = [{ id: 'vat', percentage, inclusive }];
          const taxed = (all: bigint[]) =>
            computeInvoice({
              currency: 'usd',
              lines: all.map((amount) => ({ amount })),
              taxRates: rates,
              balance: 0n,
            });
          expect(taxed(of).tax).toBe(taxed([sum(of)]).tax);
          const { numerator, denominator } = parsePercentage(percentage);
          // tax / base = percentage, where an inclusive base is the rest.
          const { tax } = taxed(of);
          const of100 = inclusive ? denominator + numerator : denominator;
          const off = 2n * (tax * of100 - sum(of) * numerator);
          expect(off >= -of100 && off <= of100).toBe(true);
        }),
        budget(0.02),
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
        budget(0.04),
      );
    },
    PROPERTY_TIMEOUT,
  );
});

describe('any invoices in a row', () => {
  it(
    'charge what they come to in all, but for what is left on the balance',
    () => {
      fc.assert(
        fc.property(
          currencies,
          balances,
          fc.array(lines, { maxLength: 8 }),
          (currency, start, series) => {
            let [balance, charged, totals] = [start, 0n, 0n];
            for (const input of series) {
              const invoice = computeInvoice({ currency, lines: input, balance });
              if (invoice.total <= 0n && balance >= 0n) expect(invoice.amountDue).toBe(0n);
              balance = invoice.balanceAfter;
              charged += invoice.amountDue;
              totals += invoice.total;
            }
            expect(charged).toBe(totals - start + balance);
            // Nobody is left in debt by more than what is too small to charge.
            if (series.length > 0) expect(-balance < minimumCharge(currency)).toBe(true);
          },
        ),
        budget(0.02),
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
        budget(0.03),
      );
    },
    PROPERTY_TIMEOUT,
  );
});

describe('any credit note', () => {
  it(
    'gives back no more than was taken, and all of it for the whole',
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
        budget(0.03),
      );
    },
    PROPERTY_TIMEOUT,
  );
});

import * as fc from 'fast-check';
import { periodOf, stubBefore, type Period } from '../../../billing/calendar';
import { changeLines, periodCharge, type NewPrice } from '../../../billing/change';
import type { Discount } from '../../../billing/coupon';
import { creditNoteFor, spreadCredit, type InvoicedLine } from '../../../billing/credit-note';
import type { Instant } from '../../../billing/instant';
import { computeInvoice, type InvoiceAmounts, type LineInput } from '../../../billing/invoice';
import { unusedShare, type ProrationGranularity } from '../../../billing/proration';
import type { TaxRate } from '../../../billing/tax';
import {
  coupons,
  granularities,
  instantsOf,
  prices,
  sum,
  taxRates,
  terms,
  timeZones,
  wheres,
  within,
} from './arbitraries';
import { budget, PROPERTY_TIMEOUT } from './property-budget';

/** A subscription within one period: what it is billed by. */
interface Setting {
  period: Period;
  fullPeriod: Period;
  granularity: ProrationGranularity;
  timeZone: string;
  taxRates: TaxRate[];
  coupon?: Discount;
}

type Covering = InvoicedLine & { period: Period };

/** What has been invoiced in the period, and the line that covers what is left of it. */
interface Life {
  invoices: InvoiceAmounts[];
  covering: Covering[];
}

const setting = (periods: fc.Arbitrary<Pick<Setting, 'period' | 'fullPeriod' | 'timeZone'>>) =>
  fc
    .tuple(periods, fc.record({ granularity: granularities, taxRates }), coupons)
    .map(([where, how, coupon]): Setting => ({ ...where, ...how, ...coupon }));

const whole = fc
  .record({
    anchor: instantsOf(2012, 2060),
    timeZone: timeZones,
    term: terms,
    firstCycle: fc.constant(1),
  })
  .map((epoch) => {
    const period = periodOf(epoch, 1);
    return { period, fullPeriod: period, timeZone: epoch.timeZone, epoch };
  });

const stubs = fc.tuple(whole, wheres).map(([{ period, timeZone, epoch }, where]) => {
  const stub = stubBefore({
    start: within(period, where),
    anchor: periodOf(epoch, 1).end,
    timeZone,
    term: epoch.term,
    cycle: 1,
  });
  return 'refusal' in stub ? { period, fullPeriod: period, timeZone } : { ...stub, timeZone };
});

const newPrices: fc.Arbitrary<NewPrice> = fc.record({
  unitAmount: prices,
  quantity: fc.integer({ min: 1, max: 1000 }),
});

const chains = fc
  .array(fc.record({ where: wheres, price: newPrices }), { maxLength: 6 })
  .map((changes) => changes.toSorted((a, b) => a.where - b.where));

function invoiceOf<Line extends LineInput>(of: Setting, lines: Line[]): InvoiceAmounts<Line> {
  const coupon = of.coupon === undefined ? {} : { coupon: of.coupon };
  return computeInvoice({ currency: 'usd', lines, ...coupon, taxRates: of.taxRates, balance: 0n });
}

function begin(of: Setting, { unitAmount, quantity }: NewPrice): Life {
  const charge = periodCharge({ ...of, fullAmount: unitAmount * BigInt(quantity) });
  const invoice = invoiceOf(of, [{ ...charge, period: of.period }]);
  return {
    invoices: [invoice],
    covering: invoice.lines.map((line) => ({ ...line, taxRates: of.taxRates })),
  };
}

function change(of: Setting, life: Life, price: NewPrice, at: Instant): Life {
  const { credits, debit } = changeLines({ ...of, covering: life.covering, price, at });
  const invoice = invoiceOf<LineInput & { period: Period }>(of, [...credits, debit]);
  return {
    invoices: [...life.invoices, invoice],
    covering: invoice.lines.slice(-1).map((line) => ({ ...line, taxRates: of.taxRates })),
  };
}

const totalOf = (invoices: InvoiceAmounts[]) => sum(invoices.map(({ total }) => total));
const taxOf = (invoices: InvoiceAmounts[]) => sum(invoices.map(({ tax }) => tax));
const magnitude = (amount: bigint) => (amount < 0n ? -amount : amount);

describe('any change of plan or quantity', () => {
  it(
    'and its immediate reversal are worth nothing together, also by way of other plans, with any coupon in force and any tax',
    () => {
      const detours = fc.array(newPrices, { minLength: 1, maxLength: 5 });
      fc.assert(
        fc.property(setting(whole), newPrices, detours, wheres, (of, price, detour, where) => {
          const at = within(of.period, where);
          const first = begin(of, price);
          const last = [...detour, price].reduce((life, next) => change(of, life, next, at), first);
          const changes = last.invoices.slice(1);
          // Amounts are given back to the unit; of tax, each invoice on the way rounds its own.
          const net = sum(changes.map(({ subtotal, discount }) => subtotal - discount));
          expect(net).toBe(0n);
          const roundings = changes.length > 2 ? BigInt(changes.length * of.taxRates.length) : 0n;
          expect(magnitude(totalOf(changes)) <= roundings).toBe(true);
          expect(magnitude(taxOf(changes)) <= roundings).toBe(true);
        }),
        budget(0.08),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'in a chain of them, or in a stub, is reversed to the unit as well',
    () => {
      fc.assert(
        fc.property(
          setting(fc.oneof(whole, stubs)),
          newPrices,
          chains,
          newPrices,
          wheres,
          (of, start, chain, other, where) => {
            const kept = chain.filter((step) => step.where <= where);
            const before = kept.reduce(
              (life, step) => change(of, life, step.price, within(of.period, step.where)),
              begin(of, start),
            );
            const price = kept.at(-1)?.price ?? start;
            const at = within(of.period, where);
            const there = change(of, before, other, at);
            const back = change(of, there, price, at);
            const pair = back.invoices.slice(-2);
            const net = sum(pair.map(({ subtotal, discount }) => subtotal - discount));
            expect(net).toBe(0n);
            // The first of the two is given back whole, whatever it came to.
            expect(back.invoices.at(-1)?.lines[0]?.amount).toBe(
              -sum(there.covering.map(({ amount, discount }) => amount - discount)),
            );
          },
        ),
        budget(0.05),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'and many of them, then a cancellation, never give back more than was paid',
    () => {
      fc.assert(
        fc.property(
          setting(fc.oneof(whole, stubs)),
          newPrices,
          chains,
          wheres,
          (of, start, chain, where) => {
            const life = chain.reduce(
              (sofar, step) => {
                const next = change(of, sofar, step.price, within(of.period, step.where));
                // At no time is more given back than was charged before.
                expect(sum(next.invoices.map(netOfDiscount)) >= 0n).toBe(true);
                return next;
              },
              begin(of, start),
            );
            const last = chain.at(-1)?.where ?? 0;
            const at = within(of.period, last + (1 - last) * where);
            const note = cancel(of, life, at);
            const { parts, rest } = spreadCredit(
              note,
              life.invoices.map(({ total }) => total).toReversed(),
            );
            const back = sum(parts.map(({ total }) => total));
            const paid = totalOf(life.invoices);
            expect(back <= (paid > 0n ? paid : 0n)).toBe(true);
            // What is held back is no more than the roundings of tax on the way.
            expect(rest <= BigInt(life.invoices.length * of.taxRates.length)).toBe(true);
          },
        ),
        budget(0.05),
      );
    },
    PROPERTY_TIMEOUT,
  );
});

const netOfDiscount = ({ subtotal, discount }: InvoiceAmounts) => subtotal - discount;

function cancel(of: Setting, { covering }: Life, at: Instant) {
  const notes = covering.map((line) =>
    creditNoteFor([line], unusedShare({ ...of, period: line.period, at })),
  );
  return {
    net: sum(notes.map(({ net }) => net)),
    tax: sum(notes.map(({ tax }) => tax)),
    total: sum(notes.map(({ total }) => total)),
  };
}

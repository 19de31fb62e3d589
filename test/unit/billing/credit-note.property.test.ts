import * as fc from 'fast-check';
import {
  destinationsOf,
  partialCredit,
  spreadCredit,
  type Creditable,
} from '../../../billing/credit-note';
import { sum } from './arbitraries';
import { budget, PROPERTY_TIMEOUT } from './property-budget';

const amounts = fc.bigInt({ min: 0n, max: 1_000_000n });
const taxed = fc.tuple(amounts, amounts).map(([net, tax]) => ({ net, tax, total: net + tax }));

describe('credits of any invoice', () => {
  it(
    'give back, in any number of steps, exactly its net and tax, and at each step in proportion',
    () => {
      const steps = fc.array(fc.bigInt({ min: 1n, max: 200_000n }), { maxLength: 20 });
      fc.assert(
        fc.property(taxed, steps, ({ net, tax, total }, wanted) => {
          let invoice: Creditable = { total, tax, creditedTotal: 0n, creditedTax: 0n };
          for (const want of [...wanted, total]) {
            const left = total - invoice.creditedTotal;
            const amount = want < left ? want : left;
            if (amount === 0n) continue;
            const credit = partialCredit(invoice, amount);
            expect(credit.total).toBe(amount);
            expect(credit.net + credit.tax).toBe(amount);
            expect(credit.net >= 0n && credit.tax >= 0n).toBe(true);
            const creditedTotal = invoice.creditedTotal + amount;
            const creditedTax = invoice.creditedTax + credit.tax;
            const off = 2n * (creditedTax * total - tax * creditedTotal);
            expect(off >= -total && off <= total).toBe(true);
            invoice = { total, tax, creditedTotal, creditedTax };
          }
          expect(invoice.creditedTotal - invoice.creditedTax).toBe(net);
          expect(invoice.creditedTax).toBe(tax);
        }),
        budget(0.01),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'after notes for single lines give back no more net and no more tax than is left, and then all',
    () => {
      fc.assert(
        fc.property(taxed, taxed, amounts, (credited, left, part) => {
          fc.pre(left.total > 0n);
          const before = { creditedTotal: credited.total, creditedTax: credited.tax };
          const invoice = { total: credited.total + left.total, tax: credited.tax + left.tax };
          const first = partialCredit({ ...invoice, ...before }, 1n + (part % left.total));
          expect(first.net >= 0n && first.net <= left.net).toBe(true);
          expect(first.tax >= 0n && first.tax <= left.tax).toBe(true);
          if (first.total === left.total) return;
          const after = {
            creditedTotal: before.creditedTotal + first.total,
            creditedTax: before.creditedTax + first.tax,
          };
          const rest = partialCredit({ ...invoice, ...after }, left.total - first.total);
          expect([first.net + rest.net, first.tax + rest.tax]).toEqual([left.net, left.tax]);
        }),
        budget(0.01),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'are shared out over invoices with nothing lost and none beyond its room',
    () => {
      const rooms = fc.array(fc.bigInt({ min: -200_000n, max: 800_000n }), { maxLength: 6 });
      fc.assert(
        fc.property(taxed, rooms, (credit, room) => {
          const { parts, rest } = spreadCredit(credit, room);
          expect(parts).toHaveLength(room.length);
          expect(sum(parts.map(({ total }) => total)) + rest).toBe(credit.total);
          const spread = credit.total - rest;
          const all = sum(room);
          expect(rest >= 0n && spread <= (all > 0n ? all : 0n)).toBe(true);
          if (all >= credit.total) expect(rest).toBe(0n);
          if (rest === 0n) expect(sum(parts.map(({ tax }) => tax))).toBe(credit.tax);
          for (const [index, part] of parts.entries()) {
            expect(part.net + part.tax).toBe(part.total);
            expect(part.net >= 0n && part.tax >= 0n).toBe(true);
            const left = room[index] ?? 0n;
            expect(part.total <= (left > 0n ? left : 0n)).toBe(true);
          }
        }),
        budget(0.01),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'go to the invoice, the card and the balance with nothing lost',
    () => {
      fc.assert(
        fc.property(
          fc.tuple(amounts, amounts, amounts),
          fc.constantFrom('card' as const, 'balance' as const),
          fc.constantFrom(1n, 10n),
          ([total, outstanding, paidByCard], wanted, step) => {
            const to = destinationsOf({ total, outstanding, paidByCard, wanted, step });
            expect(to.toInvoice + to.toCard + to.toBalance).toBe(total);
            expect(to.toInvoice <= outstanding && to.toCard <= paidByCard).toBe(true);
            expect(to.toInvoice >= 0n && to.toCard >= 0n && to.toBalance >= 0n).toBe(true);
            expect(to.toCard % step).toBe(0n);
            if (wanted === 'balance') expect(to.toCard).toBe(0n);
          },
        ),
        budget(0.01),
      );
    },
    PROPERTY_TIMEOUT,
  );
});

import {
  destinationsOf,
  partialCredit,
  spreadCredit,
  type Creditable,
} from '../../../billing/credit-note';
import { codeOf } from './billing-error-code';

const invoice: Creditable = { total: 1199n, tax: 199n, creditedTotal: 0n, creditedTax: 0n };

describe('a credit of a part of an invoice', () => {
  it('has the invoice’s proportion of tax', () => {
    expect(partialCredit(invoice, 600n)).toEqual({ net: 500n, tax: 100n, total: 600n });
  });

  it('gives back with the last step exactly what is left of net and tax', () => {
    const after = { ...invoice, creditedTotal: 600n, creditedTax: 100n };
    expect(partialCredit(after, 599n)).toEqual({ net: 500n, tax: 99n, total: 599n });
  });

  it('cent by cent gives back as much tax as at once', () => {
    let [creditedTotal, creditedTax] = [0n, 0n];
    for (let cent = 0; cent < 1199; cent += 1) {
      const { total, tax } = partialCredit({ ...invoice, creditedTotal, creditedTax }, 1n);
      creditedTotal += total;
      creditedTax += tax;
    }
    expect([creditedTotal, creditedTax]).toEqual([1199n, 199n]);
  });

  it('gives back no tax twice that a note for a single line gave back before', () => {
    const taxGone = { total: 1200n, tax: 200n, creditedTotal: 400n, creditedTax: 200n };
    expect(partialCredit(taxGone, 100n)).toEqual({ net: 100n, tax: 0n, total: 100n });
  });

  it('of an invoice whose tax is negative, by a credit at another rate, still ends at nothing', () => {
    const odd = { total: 10n, tax: -20n, creditedTotal: 0n, creditedTax: 0n };
    expect(partialCredit(odd, 5n)).toEqual({ net: 15n, tax: -10n, total: 5n });
    expect(partialCredit(odd, 10n)).toEqual({ net: 30n, tax: -20n, total: 10n });
  });

  it.each<[Creditable, bigint, string]>([
    [invoice, 1200n, 'credit_exceeds_invoice'],
    [{ ...invoice, creditedTotal: 1199n, creditedTax: 199n }, 1n, 'credit_exceeds_invoice'],
    [{ ...invoice, total: -500n, tax: 0n }, 1n, 'credit_exceeds_invoice'],
    [invoice, 0n, 'amount_not_positive'],
    [invoice, -1n, 'amount_not_positive'],
  ])('%# is refused: %s of %s', (of, amount, code) => {
    expect(codeOf(() => partialCredit(of, amount))).toBe(code);
  });
});

describe('a credit over several invoices', () => {
  const credit = { net: 1000n, tax: 200n, total: 1200n };

  it('fills the first, then the next, in proportion', () => {
    expect(spreadCredit(credit, [500n, 0n, 2000n])).toEqual({
      parts: [
        { net: 417n, tax: 83n, total: 500n },
        { net: 0n, tax: 0n, total: 0n },
        { net: 583n, tax: 117n, total: 700n },
      ],
      rest: 0n,
    });
  });

  it('says what fits nowhere', () => {
    expect(spreadCredit(credit, [300n])).toEqual({
      parts: [{ net: 250n, tax: 50n, total: 300n }],
      rest: 900n,
    });
    expect(spreadCredit(credit, [])).toEqual({ parts: [], rest: 1200n });
  });

  it('counts what an invoice of a negative total gave back already', () => {
    const { parts, rest } = spreadCredit(credit, [-400n, 1300n]);
    expect(parts.map(({ total }) => total)).toEqual([0n, 900n]);
    expect(rest).toBe(300n);
  });
});

describe('the money of a credit', () => {
  const to = { total: 1000n, outstanding: 300n, paidByCard: 500n };

  it('goes first against what is due, then to the card as far as it paid, then to the balance', () => {
    expect(destinationsOf({ ...to, wanted: 'card' })).toEqual({
      toInvoice: 300n,
      toCard: 500n,
      toBalance: 200n,
    });
  });

  it('stays off the card when the balance is wanted', () => {
    expect(destinationsOf({ ...to, wanted: 'balance' })).toEqual({
      toInvoice: 300n,
      toCard: 0n,
      toBalance: 700n,
    });
  });

  it('goes to the card in steps that the currency can be refunded in', () => {
    const odd = { total: 1234n, outstanding: 0n, paidByCard: 5000n, step: 10n };
    expect(destinationsOf({ ...odd, wanted: 'card' })).toEqual({
      toInvoice: 0n,
      toCard: 1230n,
      toBalance: 4n,
    });
  });
});

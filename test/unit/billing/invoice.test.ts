import { creditNoteFor } from '../../../billing/credit-note';
import { computeInvoice, settle, type LineInput } from '../../../billing/invoice';
import { debitLine } from '../../../billing/proration';
import { ONE } from '../../../billing/rational';
import type { TaxRate } from '../../../billing/tax';

const exclusive = (percentage: string, id = `ex-${percentage}`): TaxRate => ({
  id,
  percentage,
  inclusive: false,
});
const inclusive = (percentage: string, id = `in-${percentage}`): TaxRate => ({
  id,
  percentage,
  inclusive: true,
});

const invoice = (
  lines: LineInput[],
  rest: Partial<Parameters<typeof computeInvoice<LineInput>>[0]> = {},
) => computeInvoice({ currency: 'usd', lines, balance: 0n, ...rest });

describe('an invoice', () => {
  it('without lines is nothing', () => {
    expect(invoice([])).toMatchObject({ subtotal: 0n, total: 0n, amountDue: 0n, balanceAfter: 0n });
  });

  it('of a price of nought is paid by itself', () => {
    expect(invoice([{ amount: 0n }])).toMatchObject({ total: 0n, amountDue: 0n });
  });

  it('gives its lines back in order with what they carried', () => {
    const lines = [
      { amount: 1000n, description: 'Pro' },
      { amount: 500n, description: 'Seats' },
    ];
    const { lines: computed } = computeInvoice({ currency: 'usd', lines, balance: 0n });
    expect(computed.map(({ description, total }) => [description, total])).toEqual([
      ['Pro', 1000n],
      ['Seats', 500n],
    ]);
  });
});

describe('discount', () => {
  it('comes before tax', () => {
    const result = invoice([{ amount: 1000n }], {
      coupon: { kind: 'amount', amount: 250n, currency: 'usd' },
      taxRates: [exclusive('20')],
    });
    expect(result).toMatchObject({ discount: 250n, tax: 150n, total: 900n });
  });

  it('is shared by the lines to the cent', () => {
    const result = invoice([{ amount: 333n }, { amount: 333n }, { amount: 334n }], {
      coupon: { kind: 'amount', amount: 100n, currency: 'usd' },
    });
    expect(result.discount).toBe(100n);
    expect(result.lines.map((line) => line.discount)).toEqual([33n, 33n, 34n]);
  });

  it('never makes an invoice negative', () => {
    const coupon = { kind: 'amount', amount: 5000n, currency: 'usd' } as const;
    expect(invoice([{ amount: 1000n }], { coupon })).toMatchObject({ discount: 1000n, total: 0n });
  });

  it('leaves credits and lines marked so alone', () => {
    const result = invoice([{ amount: -400n }, { amount: 1000n, discountable: false }], {
      coupon: { kind: 'percent', percentage: '50' },
    });
    expect(result).toMatchObject({ discount: 0n, total: 600n });
  });

  it('of an amount is shared like the period it is charged for', () => {
    const coupon = { kind: 'amount', amount: 400n, currency: 'usd' } as const;
    const half = debitLine(2000n, { numerator: 1n, denominator: 2n });
    expect(invoice([half], { coupon })).toMatchObject({ discount: 200n, total: 800n });
  });
});

describe('tax', () => {
  it('of several exclusive rates is added, each of the same base', () => {
    const result = invoice([{ amount: 1000n }], { taxRates: [exclusive('5'), exclusive('9.975')] });
    expect(result.taxes.map((tax) => tax.amount)).toEqual([50n, 100n]);
    expect(result).toMatchObject({ tax: 150n, exclusiveTax: 150n, total: 1150n });
  });

  it('of several inclusive rates is a part of the price', () => {
    const result = invoice([{ amount: 1150n }], { taxRates: [inclusive('5'), inclusive('10')] });
    expect(result.taxes.map((tax) => tax.amount)).toEqual([50n, 100n]);
    expect(result).toMatchObject({ tax: 150n, exclusiveTax: 0n, total: 1150n });
    expect(result.lines[0]).toMatchObject({ net: 1000n, total: 1150n });
  });

  it('of both kinds takes the exclusive one of the net price', () => {
    const result = invoice([{ amount: 1200n }], { taxRates: [inclusive('20'), exclusive('10')] });
    expect(result).toMatchObject({ tax: 300n, exclusiveTax: 100n, total: 1300n });
  });

  it('is rounded once per rate, and the lines add up to it', () => {
    const result = invoice([{ amount: 3n }, { amount: 3n }, { amount: 3n }], {
      taxRates: [exclusive('10')],
    });
    expect(result.tax).toBe(1n);
    expect(result.lines.map((line) => line.tax)).toEqual([1n, 0n, 0n]);
  });

  it('of a credit is the credit’s own, not the invoice’s', () => {
    const result = invoice(
      [{ amount: -1000n, discountable: false, taxRates: [exclusive('5')] }, { amount: 2000n }],
      { taxRates: [exclusive('20')] },
    );
    expect(result.lines.map((line) => line.tax)).toEqual([-50n, 400n]);
    expect(result.total).toBe(1350n);
  });
});

describe('the balance', () => {
  it.each([
    // total, balance, applied, due, after
    [1000n, 0n, 0n, 1000n, 0n],
    [1000n, 400n, 400n, 600n, 0n],
    [1000n, 1500n, 1000n, 0n, 500n],
    [-500n, 0n, -500n, 0n, 500n],
    [-500n, -30n, -500n, 0n, 470n],
    [1000n, -30n, -30n, 1030n, 0n],
    [30n, 0n, 30n, 0n, -30n],
    [30n, -25n, -25n, 55n, 0n],
    [500n, 480n, 500n, 0n, -20n],
    [0n, 100n, 0n, 0n, 100n],
    [50n, 0n, 0n, 50n, 0n],
  ])('with a total of %s and a balance of %s gives %s: %s due, %s left', (...numbers) => {
    const [total, balance, creditApplied, amountDue, balanceAfter] = numbers;
    expect(settle(total, balance, 'usd')).toEqual({ creditApplied, amountDue, balanceAfter });
  });

  it('takes what is off the currency’s step, so that Stripe can charge the rest', () => {
    expect(settle(1234n, 0n, 'kwd')).toEqual({
      creditApplied: 4n,
      amountDue: 1230n,
      balanceAfter: -4n,
    });
    expect(settle(1236n, 0n, 'kwd')).toMatchObject({ amountDue: 1240n, balanceAfter: 4n });
    expect(settle(1230n, 0n, 'kwd')).toMatchObject({ amountDue: 1230n, balanceAfter: 0n });
  });
});

describe('a credit note', () => {
  const taxRates = [exclusive('10')];
  const invoiced = (amounts: bigint[]) =>
    invoice(
      amounts.map((amount) => ({ amount })),
      { taxRates },
    ).lines.map((line) => ({ ...line, taxRates }));

  it('for the whole of an invoice gives back exactly what it took, line by line', () => {
    const lines = invoiced([3n, 3n, 3n]);
    const note = creditNoteFor(lines, ONE);
    expect(note.lines.map((line) => line.total)).toEqual(lines.map((line) => line.total));
    expect(note.total).toBe(10n);
  });

  it('for one line gives back the tax that this line took, also where rounding favoured it', () => {
    const [first, second] = invoiced([3n, 3n, 3n]).map((line) => creditNoteFor([line], ONE));
    expect([first?.tax, second?.tax]).toEqual([1n, 0n]);
  });

  it('for a part gives back no more tax than a line took', () => {
    const [first, , third] = invoiced([6n, 6n, 6n]).map((line) =>
      creditNoteFor([line], { numerator: 5n, denominator: 6n }),
    );
    expect([first?.tax, third?.tax]).toEqual([1n, 0n]);
  });

  it('keeps inclusive tax inside', () => {
    const rates = [inclusive('20')];
    const lines = invoice([{ amount: 1200n }], { taxRates: rates }).lines;
    const note = creditNoteFor(
      lines.map((line) => ({ ...line, taxRates: rates })),
      { numerator: 1n, denominator: 2n },
    );
    expect(note).toMatchObject({ net: 500n, tax: 100n, total: 600n });
  });
});

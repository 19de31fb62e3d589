import {
  boundary,
  cycleAt,
  periodOf,
  stubBefore,
  trialEnd,
  type Epoch,
} from '../../../billing/calendar';
import { catchUp } from '../../../billing/catch-up';
import { changeLines, periodCharge, type CoveringLine } from '../../../billing/change';
import { isInForce } from '../../../billing/coupon';
import { creditNoteFor } from '../../../billing/credit-note';
import { toInstant } from '../../../billing/instant';
import { computeInvoice, type InvoiceAmounts } from '../../../billing/invoice';
import { parseDecimal, priceProblem, toStripeAmount } from '../../../billing/money';
import { unusedShare } from '../../../billing/proration';
import type { Rational } from '../../../billing/rational';
import facts from './facts/facts.json';

/** Facts that other billing systems and this one's own rules agree on: see the fixture's sources. */

const APRIL = { start: toInstant('2026-04-01T00:00:00Z'), end: toInstant('2026-05-01T00:00:00Z') };
const MIDDLE = toInstant('2026-04-16T00:00:00Z');
const bySecond = { granularity: 'second', timeZone: 'UTC' } as const;
const HALF: Rational = unusedShare({ period: APRIL, at: MIDDLE, ...bySecond });
const untaxed = { discount: 0n, taxRates: [] };

const paidFor = (amount: number, period = APRIL): CoveringLine => ({
  amount: BigInt(amount),
  ...untaxed,
  period,
});

/** The lines of a change at half of April. */
const inTheMiddle = (
  from: CoveringLine,
  to: { unitAmount: bigint; quantity?: number; newPeriod?: { start: string; end: string } },
) => {
  const { unitAmount, quantity = 1, newPeriod } = to;
  const { credits, debit } = changeLines({
    covering: [from],
    price: { unitAmount, quantity },
    period: APRIL,
    fullPeriod: APRIL,
    at: MIDDLE,
    ...bySecond,
    ...(newPeriod === undefined ? {} : { newPeriod }),
  });
  return [...credits, debit];
};

const monthly = (anchor: string): Epoch => ({
  anchor: toInstant(anchor),
  timeZone: 'UTC',
  firstCycle: 1,
  term: { interval: 'month', intervalCount: 1 },
});

/** The fact's own words for an invoice's amounts. */
const amounts = (invoice: InvoiceAmounts) => ({
  lines: invoice.lines.map((line) => Number(line.amount)),
  lines_net: invoice.lines.map((line) => Number(line.net)),
  discount: Number(invoice.discount),
  net: Number(invoice.total - invoice.tax),
  tax: Number(invoice.tax),
  total: Number(invoice.total),
  credit_applied: Number(invoice.creditApplied),
  amount_due: Number(invoice.amountDue),
  balance: Number(invoice.balanceAfter),
});

const proven = new Set<string>();

const expected = (name: string): unknown => {
  const fact = facts.worked_invoices.find((worked) => worked.name === name);
  if (fact === undefined) throw new Error(`No such fact: ${name}`);
  proven.add(name);
  return fact.expect;
};

describe('boundaries', () => {
  it.each(facts.boundaries)('$name ($source)', (fact) => {
    const anchor = toInstant(fact.anchor);
    const unit = fact.interval;
    if (unit !== 'month') throw new Error(`Unforeseen interval: ${unit}`);
    const epoch: Epoch = {
      anchor,
      timeZone: fact.time_zone,
      firstCycle: 1,
      term: { interval: unit, intervalCount: fact.interval_count },
    };
    const stated = fact.boundaries.map((text) =>
      // A date without a time keeps the anchor's.
      toInstant(text.includes('T') ? text : text + anchor.slice(10)),
    );
    expect(stated.map((_, index) => boundary(epoch, index + 1))).toEqual(stated);
  });
});

describe('prorations', () => {
  it.each(facts.prorations)('$name ($source)', (fact) => {
    const [start = '', end = ''] = fact.period;
    const { granularity } = fact;
    if (granularity !== 'day' && granularity !== 'second')
      throw new Error('Unforeseen granularity');
    const period = { start: toInstant(start), end: toInstant(end) };
    const change = (credited: number[], debited: number) =>
      changeLines({
        covering: credited.map((amount) => paidFor(amount, period)),
        price: { unitAmount: BigInt(debited), quantity: 1 },
        period,
        fullPeriod: period,
        at: toInstant(fact.at),
        granularity,
        timeZone: 'UTC',
      });
    const invoice = computeInvoice({
      currency: 'usd',
      // A change has one new price; where a fact names several, each is its own charge.
      lines: [
        ...change(fact.credit_of, 0).credits,
        ...fact.debit_of.map((amount) => change([], amount).debit),
      ],
      balance: 0n,
    });
    const { lines, total, amount_due, balance } = amounts(invoice);
    expect({ lines, total }).toEqual({ lines: fact.lines, total: fact.total });
    expect({ amount_due, balance }).toEqual({
      amount_due: fact.amount_due ?? Math.max(fact.total, 0),
      balance: fact.credit_balance ?? Math.max(-fact.total, 0),
    });
  });

  it('the first charge after a trial with an anchor on the 31st is the stub before that anchor', () => {
    const stub = stubBefore({
      start: toInstant('2012-03-02T00:00:00Z'),
      anchor: toInstant('2012-03-31T00:00:00Z'),
      timeZone: 'UTC',
      term: { interval: 'month', intervalCount: 1 },
      cycle: 1,
    });
    expect(stub).toMatchObject({
      period: { start: '2012-03-02T00:00:00.000Z', end: '2012-03-31T00:00:00.000Z' },
      fullPeriod: { start: '2012-02-29T00:00:00.000Z', end: '2012-03-31T00:00:00.000Z' },
      epoch: { firstCycle: 2 },
    });
    if ('refusal' in stub) throw new Error(stub.refusal);
    const charge = periodCharge({
      ...stub,
      fullAmount: 59995n,
      granularity: 'day',
      timeZone: 'UTC',
    });
    const fact = facts.prorations.find(({ name }) => name.startsWith('trial ends 2 March'));
    expect(Number(charge.amount)).toBe(fact?.total);
  });
});

describe('credits', () => {
  it.each(facts.credits)('$name ($source)', (fact) => {
    const [start = '', end = ''] = fact.period;
    const share = unusedShare({
      period: { start: toInstant(start), end: toInstant(end) },
      at: toInstant(fact.at),
      granularity: 'day',
      timeZone: 'UTC',
    });
    const taxRates = [{ id: 'vat', percentage: '25', inclusive: false }];
    const paid = computeInvoice({
      currency: 'usd',
      lines: [{ amount: 20000n }],
      taxRates,
      balance: 0n,
    });
    const note = creditNoteFor(
      paid.lines.map((line) => ({ ...line, taxRates })),
      share,
    );
    expect([note.net, note.tax, note.total].map(Number)).toEqual([fact.net, fact.tax, fact.total]);
  });
});

describe('worked invoices', () => {
  it('trial of 14 days, monthly 10.00, from 2026-01-31T10:00Z', () => {
    expect(expected('trial of 14 days, monthly 10.00, from 2026-01-31T10:00Z')).toMatch(
      /for \[2026-02-14T10:00Z, 2026-03-14T10:00Z\), then the 14th of every month/,
    );
    const end = trialEnd(toInstant('2026-01-31T10:00:00Z'), 14, 'UTC');
    expect(periodOf(monthly(end), 1)).toEqual({
      start: '2026-02-14T10:00:00.000Z',
      end: '2026-03-14T10:00:00.000Z',
    });
    for (const cycle of [2, 3, 12, 25]) {
      expect(periodOf(monthly(end), cycle).start).toMatch(/-14T10:00:00.000Z$/);
    }
  });

  it('upgrade at half of April, 10.00 to 20.00, coupon 20% for ever, tax 10% exclusive', () => {
    const taxRates = [{ id: 'vat', percentage: '10', inclusive: false }];
    const shared = {
      currency: 'usd',
      coupon: { kind: 'percent', percentage: '20' },
      taxRates,
      balance: 0n,
    } as const;
    const first = computeInvoice({ ...shared, lines: [{ amount: 1000n }] });
    const [paid] = first.lines;
    if (paid === undefined) throw new Error('No line');
    const change = computeInvoice({
      ...shared,
      lines: inTheMiddle({ ...paid, taxRates, period: APRIL }, { unitAmount: 2000n }),
    });
    const { discount, tax, total } = amounts(first);
    const { lines_net, tax: changeTax, total: changeTotal } = amounts(change);
    expect({
      first_invoice: { discount, tax, total },
      lines_net,
      tax: changeTax,
      total: changeTotal,
    }).toEqual(
      expected('upgrade at half of April, 10.00 to 20.00, coupon 20% for ever, tax 10% exclusive'),
    );
  });

  it('downgrade now at half of April, 20.00 to 10.00', () => {
    const change = computeInvoice({
      currency: 'usd',
      lines: inTheMiddle(paidFor(2000), { unitAmount: 1000n }),
      balance: 0n,
    });
    const renewal = computeInvoice({
      currency: 'usd',
      lines: [{ amount: 1000n }],
      balance: change.balanceAfter,
    });
    const { lines, total, amount_due, balance } = amounts(change);
    const next = amounts(renewal);
    expect({
      lines,
      total,
      amount_due,
      balance,
      next: {
        total: next.total,
        credit_applied: next.credit_applied,
        amount_due: next.amount_due,
      },
    }).toEqual(expected('downgrade now at half of April, 20.00 to 10.00'));
  });

  it('cancel now at half of April, 10.00 paid', () => {
    const note = creditNoteFor([{ amount: 1000n, ...untaxed, taxes: [] }], HALF);
    expect({ credit_note: Number(note.total), balance: Number(note.total) }).toEqual(
      expected('cancel now at half of April, 10.00 paid'),
    );
  });

  it('pause on 10 April, resume on 16 June 00:00, anchor 1 April, 10.00', () => {
    const epoch = monthly('2026-04-01T00:00:00Z');
    const [pausedAt, resumedAt] = [
      toInstant('2026-04-10T00:00:00Z'),
      toInstant('2026-06-16T00:00:00Z'),
    ];
    const [paid, current] = [cycleAt(epoch, pausedAt), cycleAt(epoch, resumedAt)];
    const skipped = [];
    for (let cycle = paid + 1; cycle <= current; cycle += 1) {
      skipped.push(periodOf(epoch, cycle).start.slice(0, 10));
    }
    const period = periodOf(epoch, current);
    const rest = periodCharge({
      fullAmount: 1000n,
      period: { start: resumedAt, end: period.end },
      fullPeriod: period,
      ...bySecond,
    });
    const onResume = computeInvoice({ currency: 'usd', lines: [rest], balance: 0n });
    expect({
      skipped,
      on_resume: {
        period: [resumedAt.slice(0, 10), period.end.slice(0, 10)],
        total: Number(onResume.total),
      },
      next: { period_start: periodOf(epoch, current + 1).start.slice(0, 10), total: 1000 },
    }).toEqual(expected('pause on 10 April, resume on 16 June 00:00, anchor 1 April, 10.00'));
  });

  it('seats 3 to 5 at half of April, 10.00 each', () => {
    const change = computeInvoice({
      currency: 'usd',
      lines: inTheMiddle(paidFor(3000), { unitAmount: 1000n, quantity: 5 }),
      balance: 0n,
    });
    const { lines, total } = amounts(change);
    expect({ lines, total }).toEqual(expected('seats 3 to 5 at half of April, 10.00 each'));
  });

  it('monthly 10.00 to yearly 96.00 on 16 April 00:00', () => {
    const yearly: Epoch = {
      ...monthly(MIDDLE),
      firstCycle: 2,
      term: { interval: 'year', intervalCount: 1 },
    };
    const change = computeInvoice({
      currency: 'usd',
      lines: inTheMiddle(paidFor(1000), { unitAmount: 9600n, newPeriod: periodOf(yearly, 2) }),
      balance: 0n,
    });
    const { lines, total } = amounts(change);
    expect({ lines, total, next_boundary: boundary(yearly, 1).replace('.000Z', 'Z') }).toEqual(
      expected('monthly 10.00 to yearly 96.00 on 16 April 00:00'),
    );
  });

  it('an invoice of 0.30 USD, below the minimum of 0.50', () => {
    const small = computeInvoice({ currency: 'usd', lines: [{ amount: 30n }], balance: 0n });
    const next = computeInvoice({
      currency: 'usd',
      lines: [{ amount: 1000n }],
      balance: small.balanceAfter,
    });
    const { amount_due, balance } = amounts(small);
    expect({
      status: amount_due === 0 ? 'paid' : 'open',
      amount_due,
      balance,
      next_of_1000: { amount_due: amounts(next).amount_due },
    }).toEqual(expected('an invoice of 0.30 USD, below the minimum of 0.50'));
    expect(next.balanceAfter).toBe(0n);
  });

  it('tax 20% inclusive on 12.00', () => {
    const invoice = computeInvoice({
      currency: 'usd',
      lines: [{ amount: 1200n }],
      taxRates: [{ id: 'vat', percentage: '20', inclusive: true }],
      balance: 0n,
    });
    const { net, tax, total } = amounts(invoice);
    expect({ net, tax, total }).toEqual(expected('tax 20% inclusive on 12.00'));
  });

  it('coupon 50% for 3 months on 10.00', () => {
    const epoch = monthly('2026-01-31T10:00:00Z');
    const discount = { kind: 'percent', percentage: '50' } as const;
    const totals = [1, 2, 3, 4].map((cycle) => {
      const inForce = isInForce(
        {
          coupon: { discount, duration: { kind: 'repeating', months: 3 } },
          startsAt: epoch.anchor,
          timeZone: 'UTC',
          invoicesDiscounted: cycle - 1,
        },
        { at: periodOf(epoch, cycle).start, planCode: 'basic', currency: 'usd' },
      );
      const lines = [{ amount: 1000n }];
      return Number(
        computeInvoice({
          currency: 'usd',
          lines,
          balance: 0n,
          ...(inForce ? { coupon: discount } : {}),
        }).total,
      );
    });
    expect({ totals }).toEqual(expected('coupon 50% for 3 months on 10.00'));
  });

  it('JPY 500, ISK 500, KWD 1.230', () => {
    const sent = [
      ['500', 'jpy'],
      ['500', 'isk'],
      ['1.230', 'kwd'],
    ].map(([text = '', currency = '']) => toStripeAmount(parseDecimal(text, currency), currency));
    expect({ sent_to_stripe: sent }).toEqual(expected('JPY 500, ISK 500, KWD 1.230'));
  });

  it('KWD 1.234 as a price is refused', () => {
    expect(expected('KWD 1.234 as a price')).toMatch(/refused/);
    expect(priceProblem(parseDecimal('1.234', 'kwd'), 'kwd')).toBe('amount_not_in_step');
  });

  it('down over three monthly boundaries, card good', () => {
    expect(expected('down over three monthly boundaries, card good')).toMatch(
      /three invoices with their true periods, in order/,
    );
    const epoch = monthly('2026-01-31T10:00:00Z');
    const backAt = toInstant('2026-05-02T00:00:00Z');
    const due = [2, 3, 4].map((cycle) => periodOf(epoch, cycle));
    expect(due.map((period) => [period.start, catchUp('bill_all', period, backAt)])).toEqual([
      ['2026-02-28T10:00:00.000Z', 'bill'],
      ['2026-03-31T10:00:00.000Z', 'bill'],
      ['2026-04-30T10:00:00.000Z', 'bill'],
    ]);
    expect(cycleAt(epoch, backAt)).toBe(4);
  });

  it('are all here but for what only a running system shows', () => {
    const left = facts.worked_invoices.filter(({ name }) => !proven.has(name));
    expect(left.map(({ name }) => name)).toEqual(['the same, the first charge declines']);
  });
});

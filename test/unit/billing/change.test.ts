import { changeLines, periodCharge, type CoveringLine } from '../../../billing/change';
import { toInstant } from '../../../billing/instant';

const april = { start: toInstant('2026-04-01T00:00:00Z'), end: toInstant('2026-05-01T00:00:00Z') };
const at = toInstant('2026-04-16T00:00:00Z');
const bySecond = { granularity: 'second', timeZone: 'UTC' } as const;
const charged = (amount: bigint, period = april): CoveringLine & { id: string } => ({
  id: `line of ${amount}`,
  amount,
  discount: 0n,
  taxRates: [],
  period,
});
const whole = { period: april, fullPeriod: april, ...bySecond };

describe('the lines of a change', () => {
  it('credit what is left of each covering line, and charge the rest of the period', () => {
    const covering = [charged(1000n), charged(500n)];
    const { credits, debit } = changeLines({
      ...whole,
      covering,
      price: { unitAmount: 700n, quantity: 3 },
      at,
    });
    const rest = { start: at, end: april.end };
    expect(credits.map(({ amount, period, source }) => [amount, period, source.id])).toEqual([
      [-500n, rest, 'line of 1000'],
      [-250n, rest, 'line of 500'],
    ]);
    expect(debit).toMatchObject({ amount: 1050n, period: rest, partOf: { fullAmount: 2100n } });
  });

  it('credit a line of its own tax and discount, out of reach of coupons', () => {
    const taxRates = [{ id: 'old', percentage: '7', inclusive: false }];
    const { credits } = changeLines({
      ...whole,
      covering: [{ amount: 1000n, discount: 200n, taxRates, period: april }],
      price: { unitAmount: 1n, quantity: 1 },
      at,
    });
    expect(credits).toMatchObject([{ amount: -400n, discountable: false, taxRates }]);
  });

  it('give back the whole of what was charged for the rest, when that is changed at once', () => {
    const rest = charged(333n, { start: at, end: april.end });
    const price = { unitAmount: 1000n, quantity: 1 };
    const reversal = changeLines({ ...whole, covering: [rest], price, at });
    expect(reversal.credits.map(({ amount }) => amount)).toEqual([-333n]);
    const later = toInstant('2026-04-26T00:00:00Z');
    const third = changeLines({ ...whole, covering: [rest], price, at: later });
    expect(third.credits.map(({ amount }) => amount)).toEqual([-111n]);
  });

  it('have no credit where nothing is left to credit', () => {
    const used = charged(1000n, { start: april.start, end: at });
    const price = { unitAmount: 1000n, quantity: 1 };
    expect(changeLines({ ...whole, covering: [used], price, at }).credits).toEqual([]);
    const lastHours = toInstant('2026-04-30T12:00:00Z');
    const byDay = changeLines({
      ...whole,
      covering: [charged(1000n)],
      price,
      at: lastHours,
      granularity: 'day',
    });
    expect(byDay.credits).toEqual([]);
    expect(byDay.debit.amount).toBe(0n);
  });

  it('charge the rest of a stub in proportion to the whole period', () => {
    const stub = { start: toInstant('2026-04-11T00:00:00Z'), end: april.end };
    const { debit } = changeLines({
      ...whole,
      period: stub,
      covering: [],
      price: { unitAmount: 3000n, quantity: 1 },
      at,
    });
    expect(debit).toMatchObject({ amount: 1500n, period: { start: at, end: april.end } });
  });

  it('charge the first period of a new interval in full, and credit the rest of the old one', () => {
    const newPeriod = { start: at, end: toInstant('2027-04-16T00:00:00Z') };
    const { credits, debit } = changeLines({
      ...whole,
      covering: [charged(1000n)],
      price: { unitAmount: 9600n, quantity: 1 },
      at,
      newPeriod,
    });
    expect(credits.map(({ amount }) => amount)).toEqual([-500n]);
    expect(debit).toEqual({ amount: 9600n, period: newPeriod });
  });
});

describe('a period', () => {
  it('costs its price', () => {
    expect(periodCharge({ ...whole, fullAmount: 1000n })).toEqual({ amount: 1000n });
  });

  it('that is only the last part of a whole one costs that part', () => {
    const period = { start: toInstant('2026-04-21T00:00:00Z'), end: april.end };
    expect(periodCharge({ ...whole, period, fullAmount: 1000n })).toMatchObject({
      amount: 333n,
      partOf: { fullAmount: 1000n },
    });
  });
});

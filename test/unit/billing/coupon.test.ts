import {
  couponProblem,
  discountsOf,
  isInForce,
  redemptionRefusal,
  type AppliedCoupon,
  type Coupon,
} from '../../../billing/coupon';
import { toInstant } from '../../../billing/instant';

const half = { kind: 'percent', percentage: '50' } as const;
const fiver = { kind: 'amount', amount: 500n, currency: 'usd' } as const;
const forever = { kind: 'forever' } as const;
const at = (text: string) => toInstant(`${text}T10:00:00Z`);

describe('a coupon can be made', () => {
  it.each<[Coupon]>([
    [{ discount: half, duration: forever }],
    [{ discount: { kind: 'percent', percentage: '100' }, duration: { kind: 'once' } }],
    [{ discount: fiver, duration: { kind: 'repeating', months: 12 } }],
  ])('%#', (coupon) => expect(couponProblem(coupon)).toBeUndefined());

  it.each(['0', '100.01', '-5', 'half', '1e2', ''])('not with %j per cent', (percentage) => {
    expect(couponProblem({ discount: { kind: 'percent', percentage }, duration: forever })).toBe(
      'percentage_out_of_range',
    );
  });

  it('not with an amount of nothing, nor for no months', () => {
    expect(couponProblem({ discount: { ...fiver, amount: 0n }, duration: forever })).toBe(
      'amount_not_positive',
    );
    for (const months of [0, 1.5, 121]) {
      expect(couponProblem({ discount: half, duration: { kind: 'repeating', months } })).toBe(
        'months_invalid',
      );
    }
  });
});

describe('a coupon is redeemed', () => {
  const limited: Coupon = {
    discount: fiver,
    duration: forever,
    redeemBy: at('2026-02-01'),
    maxRedemptions: 2,
    planCodes: ['pro'],
  };
  const use = { at: at('2026-01-31'), redemptions: 1, planCode: 'pro', currency: 'usd' };

  it('within its limits', () => {
    expect(redemptionRefusal(limited, use)).toBeUndefined();
    const unlimited = { discount: half, duration: forever };
    expect(redemptionRefusal(unlimited, { ...use, redemptions: 1e6 })).toBeUndefined();
  });

  it.each([
    [{ at: at('2026-02-01') }, 'coupon_expired'],
    [{ redemptions: 2 }, 'coupon_exhausted'],
    [{ planCode: 'basic' }, 'coupon_not_for_plan'],
    [{ currency: 'eur' }, 'coupon_currency_mismatch'],
  ])('not with %j: %s', (other, refusal) => {
    expect(redemptionRefusal(limited, { ...use, ...other })).toBe(refusal);
  });
});

describe('an applied coupon', () => {
  const applied = (coupon: Coupon, invoicesDiscounted = 0): AppliedCoupon => ({
    coupon,
    startsAt: at('2026-01-31'),
    timeZone: 'UTC',
    invoicesDiscounted,
  });
  const invoice = (date: string) => ({ at: at(date), planCode: 'pro', currency: 'usd' });

  it('for ever stays, also after its last day of redemption', () => {
    const coupon = { discount: half, duration: forever, redeemBy: at('2026-02-01') };
    expect(isInForce(applied(coupon, 99), invoice('2036-01-31'))).toBe(true);
  });

  it('once discounts one invoice', () => {
    const coupon: Coupon = { discount: half, duration: { kind: 'once' } };
    expect(isInForce(applied(coupon), invoice('2026-01-31'))).toBe(true);
    expect(isInForce(applied(coupon, 1), invoice('2026-02-28'))).toBe(false);
  });

  it('for two months discounts what falls before the end of the second', () => {
    const coupon: Coupon = { discount: half, duration: { kind: 'repeating', months: 2 } };
    expect(isInForce(applied(coupon, 1), invoice('2026-02-28'))).toBe(true);
    expect(isInForce(applied(coupon, 2), invoice('2026-03-31'))).toBe(false);
  });

  it('does nothing on a plan or in a currency that it is not for', () => {
    const coupon: Coupon = { discount: fiver, duration: forever, planCodes: ['pro'] };
    expect(isInForce(applied(coupon), { ...invoice('2026-02-28'), planCode: 'basic' })).toBe(false);
    expect(isInForce(applied(coupon), { ...invoice('2026-02-28'), currency: 'eur' })).toBe(false);
  });
});

describe('a discount', () => {
  it('by percentage is rounded once and shared out', () => {
    const third = { kind: 'percent', percentage: '33.333333' } as const;
    expect(discountsOf([100n, 100n, 100n], third)).toEqual([34n, 33n, 33n]);
  });

  it('of an amount takes no more than there is', () => {
    expect(discountsOf([200n, 100n], fiver)).toEqual([200n, 100n]);
    expect(discountsOf([], fiver)).toEqual([]);
  });

  it('takes nothing of credits', () => {
    expect(discountsOf([-300n, 1000n], half)).toEqual([0n, 500n]);
  });
});

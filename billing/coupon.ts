import { boundary } from './calendar';
import type { Instant } from './instant';
import type { Currency, MinorUnits } from './money';
import { parsePercentage, roundTogether } from './rational';

/** What a coupon takes off an invoice. A percentage is plain decimals above 0, up to "100". */
export type Discount =
  | { kind: 'percent'; percentage: string }
  | { kind: 'amount'; amount: MinorUnits; currency: Currency };

/** once: the first invoice with something to discount; repeating: that many months; or forever. */
export type CouponDuration =
  { kind: 'once' } | { kind: 'repeating'; months: number } | { kind: 'forever' };

/** A coupon as it is offered. Absent limits are no limits. */
export interface Coupon {
  discount: Discount;
  duration: CouponDuration;
  /** Can be applied before this instant; once applied it lasts for its own duration. */
  redeemBy?: Instant;
  maxRedemptions?: number;
  /** Codes of the only plans that it discounts; a code is shared by all versions of a plan. */
  planCodes?: readonly string[];
}

/** A coupon on a subscription. */
export interface AppliedCoupon {
  coupon: Coupon;
  /** What a repeating coupon's months are counted from: the application, or a trial's end. */
  startsAt: Instant;
  timeZone: string;
  /** How many invoices it has discounted. */
  invoicesDiscounted: number;
}

export type CouponRefusal =
  'coupon_expired' | 'coupon_exhausted' | 'coupon_not_for_plan' | 'coupon_currency_mismatch';

export type CouponProblem = 'percentage_out_of_range' | 'amount_not_positive' | 'months_invalid';

/** Why such a coupon can't be made. */
export function couponProblem({ discount, duration }: Coupon): CouponProblem | undefined {
  if (discount.kind === 'amount' && discount.amount <= 0n) return 'amount_not_positive';
  if (discount.kind === 'percent' && !isUpToHundred(discount.percentage)) {
    return 'percentage_out_of_range';
  }
  if (duration.kind === 'repeating') {
    const { months } = duration;
    if (!Number.isInteger(months) || months < 1 || months > 120) return 'months_invalid';
  }
  return undefined;
}

function isUpToHundred(text: string): boolean {
  if (!/^\d{1,3}(\.\d{1,9})?$/.test(text)) return false;
  const { numerator, denominator } = parsePercentage(text);
  return numerator > 0n && numerator <= denominator;
}

/** Why a coupon can't be applied now to a subscription of this plan. */
export function redemptionRefusal(
  coupon: Coupon,
  use: { at: Instant; redemptions: number; planCode: string; currency: Currency },
): CouponRefusal | undefined {
  if (coupon.redeemBy !== undefined && use.at >= coupon.redeemBy) return 'coupon_expired';
  if (coupon.maxRedemptions !== undefined && use.redemptions >= coupon.maxRedemptions) {
    return 'coupon_exhausted';
  }
  if (!coversPlan(coupon, use.planCode)) return 'coupon_not_for_plan';
  if (!coversCurrency(coupon, use.currency)) return 'coupon_currency_mismatch';
  return undefined;
}

/**
 * Whether an applied coupon discounts what is invoiced for `at`: the true start of the period, also
 * when the invoice is issued late. Three months of a monthly plan are three invoices.
 */
export function isInForce(
  applied: AppliedCoupon,
  invoice: { at: Instant; planCode: string; currency: Currency },
): boolean {
  const { coupon, startsAt, timeZone, invoicesDiscounted } = applied;
  const { duration } = coupon;
  if (!coversPlan(coupon, invoice.planCode)) return false;
  if (!coversCurrency(coupon, invoice.currency)) return false;
  if (duration.kind === 'once') return invoicesDiscounted === 0;
  if (duration.kind === 'forever') return true;
  const term = { interval: 'month', intervalCount: 1 } as const;
  return (
    invoice.at < boundary({ anchor: startsAt, timeZone, firstCycle: 0, term }, duration.months)
  );
}

/**
 * The discount of each amount; amounts that are not positive have none. A percentage is rounded
 * once over all of them, an amount never takes more than there is; both are shared out by largest
 * remainder.
 */
export function discountsOf(amounts: readonly MinorUnits[], discount: Discount): MinorUnits[] {
  const positive = amounts.map((amount) => (amount > 0n ? amount : 0n));
  const sum = positive.reduce((total, amount) => total + amount, 0n);
  if (sum === 0n) return positive;
  if (discount.kind === 'percent') {
    const { numerator, denominator } = parsePercentage(discount.percentage);
    return roundTogether(
      positive.map((amount) => ({ numerator: amount * numerator, denominator })),
    );
  }
  const taken = discount.amount < sum ? discount.amount : sum;
  return roundTogether(positive.map((amount) => ({ numerator: amount * taken, denominator: sum })));
}

function coversPlan(coupon: Coupon, planCode: string): boolean {
  return coupon.planCodes === undefined || coupon.planCodes.includes(planCode);
}

function coversCurrency({ discount }: Coupon, currency: Currency): boolean {
  return discount.kind === 'percent' || discount.currency === currency;
}

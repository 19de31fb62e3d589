import { z } from 'zod';
import { instant, minorUnits } from '../http/fields';
import type { AppliedCoupon } from '../queries/coupons';
import { asMinorUnits } from './money';

/** A coupon on a subscription, or the one that an invoice was discounted by. */
export const appliedCoupon = z
  .object({
    code: z.string(),
    name: z.string(),
    percent_off: z.string().nullable().describe('Plain decimals: "20", "12.5".'),
    amount_off: minorUnits.nullable(),
    currency: z.string().nullable(),
    duration: z.enum(['once', 'repeating', 'forever']),
    duration_months: z.int().nullable(),
    applied_at: instant.describe('What the months of a repeating one are counted from.'),
  })
  .meta({ id: 'AppliedCoupon' });

export function presentCoupon({ coupon, discount }: AppliedCoupon) {
  return {
    code: coupon.code,
    name: coupon.name,
    percent_off: coupon.percentOff,
    amount_off: coupon.amountOffMinor === null ? null : asMinorUnits(coupon.amountOffMinor),
    currency: coupon.currency,
    duration: coupon.duration,
    duration_months: coupon.durationMonths,
    applied_at: discount.startsAt,
  };
}

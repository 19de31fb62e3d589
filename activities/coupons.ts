import {
  isInForce,
  redemptionRefusal,
  type Coupon,
  type CouponDuration,
  type Discount,
} from '../billing/coupon';
import type { Instant } from '../billing/instant';
import type { Refusal } from '../workflows/messages';
import { command, type Addressed } from './command';
import { planOf } from './plan-of';
import type { CouponRecord, PlanRecord, SubscriptionRecord } from './ports/records';
import type { BillingStore, UnitOfWork } from './ports/store';
import { refusal, refusedBy } from './refusal';

/** A coupon's row as billing sees it. */
export function couponOf(record: CouponRecord): Coupon {
  const { redeemBy, maxRedemptions, planCodes } = record;
  return {
    discount: discountOf(record),
    duration: durationOf(record),
    ...(redeemBy === null ? {} : { redeemBy }),
    ...(maxRedemptions === null ? {} : { maxRedemptions }),
    ...(planCodes === null ? {} : { planCodes }),
  };
}

function discountOf({ id, percentOff, amountOffMinor, currency }: CouponRecord): Discount {
  if (percentOff !== null) return { kind: 'percent', percentage: percentOff };
  if (amountOffMinor === null || currency === null)
    throw new Error(`Coupon ${id} has no discount.`);
  return { kind: 'amount', amount: amountOffMinor, currency };
}

function durationOf({ duration, durationMonths }: CouponRecord): CouponDuration {
  if (duration !== 'repeating') return { kind: duration };
  return { kind: duration, months: durationMonths ?? 0 };
}

/** A coupon that somebody wants for a subscription of this plan. */
interface Wanted {
  couponId: string;
  plan: PlanRecord;
  /** On the subscription's own time. */
  at: Instant;
}

/** Why a coupon can't be taken now, if it can't. A subscription that has had it has its redemption. */
export async function couponRefusal(
  unit: UnitOfWork,
  { couponId, plan, at, subscriptionId }: Wanted & { subscriptionId?: string },
): Promise<Refusal | undefined> {
  const coupon = await unit.lockCoupon(couponId);
  if (coupon === undefined || coupon.archivedAt !== null) return refusal('coupon_not_found');
  const own =
    subscriptionId === undefined ? undefined : await unit.earlierDiscount(subscriptionId, couponId);
  const code = redemptionRefusal(couponOf(coupon), {
    at,
    redemptions: (await unit.redemptions(couponId)) - (own === undefined ? 0 : 1),
    planCode: plan.code,
    currency: plan.currency,
  });
  return code === undefined ? undefined : refusal(code);
}

/**
 * Puts a coupon on a subscription, whose row exists, in the place of one that is there; or says why
 * it can't be. One that the subscription has had before goes on where it was: taking it off and on
 * again neither prolongs it nor makes `once` twice.
 */
export async function redeem(
  unit: UnitOfWork,
  wanted: Wanted & {
    subscriptionId: string;
    /** What a repeating coupon's months are counted from: now, or a trial's end. */
    startsAt: Instant;
  },
): Promise<Refusal | undefined> {
  const { couponId, subscriptionId, at, startsAt } = wanted;
  const refused = await couponRefusal(unit, wanted);
  if (refused !== undefined) return refused;
  const current = await unit.discount(subscriptionId);
  if (current?.coupon.id === couponId) return undefined;
  if (current !== undefined) await takeOff(unit, current, at);
  const earlier = await unit.earlierDiscount(subscriptionId, couponId);
  if (earlier === undefined) await unit.insertDiscount({ subscriptionId, couponId, startsAt });
  else await unit.restoreDiscount(earlier.id);
  const applied = await unit.discount(subscriptionId);
  await unit.recordEvent(subscriptionId, at, 'coupon_applied', {
    code: applied?.coupon.code,
    name: applied?.coupon.name,
  });
  return undefined;
}

type Applied = NonNullable<Awaited<ReturnType<UnitOfWork['discount']>>>;

async function takeOff(unit: UnitOfWork, { discount, coupon }: Applied, at: Instant) {
  await unit.removeDiscount(discount.id, at);
  await unit.recordEvent(discount.subscriptionId, at, 'coupon_removed', { code: coupon.code });
}

/** The discount of what is invoiced for `at`, the true start of its period, if a coupon is in force. */
export async function discountInForce(
  unit: UnitOfWork,
  { id, timeZone }: SubscriptionRecord,
  plan: PlanRecord,
  at: Instant,
): Promise<{ discountId: string; discount: Discount } | undefined> {
  const current = await unit.discount(id);
  if (current === undefined) return undefined;
  const { id: discountId, startsAt } = current.discount;
  const coupon = couponOf(current.coupon);
  const invoicesDiscounted = await unit.invoicesDiscounted(discountId);
  return isInForce(
    { coupon, startsAt, timeZone, invoicesDiscounted },
    { at, planCode: plan.code, currency: plan.currency },
  )
    ? { discountId, discount: coupon.discount }
    : undefined;
}

/** Puts a coupon on a running subscription; the one that is there already changes nothing. */
export const applyCoupon = (store: BillingStore, request: Addressed & { couponId: string }) =>
  command(store, request, async (unit, subscription) => {
    const { couponId, now } = request;
    const refused = refusedBy(subscription, 'apply_coupon');
    if (refused !== undefined) return refused;
    const current = await unit.discount(subscription.id);
    if (current?.coupon.id === couponId) return subscription;
    const inTrial = subscription.status === 'trialing' ? subscription.trialEnd : null;
    const unredeemed = await redeem(unit, {
      couponId,
      subscriptionId: subscription.id,
      plan: await planOf(unit, subscription),
      at: now,
      startsAt: inTrial ?? now,
    });
    return unredeemed ?? subscription;
  });

/** Takes the coupon off a running subscription; invoices that it has discounted keep their discount. */
export const removeCoupon = (store: BillingStore, request: Addressed) =>
  command(store, request, async (unit, subscription) => {
    const refused = refusedBy(subscription, 'remove_coupon');
    if (refused !== undefined) return refused;
    const current = await unit.discount(subscription.id);
    if (current === undefined) return refusal('no_coupon');
    await takeOff(unit, current, request.now);
    return subscription;
  });

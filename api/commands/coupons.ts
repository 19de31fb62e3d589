import type { SubscriptionRecord } from '../../activities/ports/records';
import { applyCouponUpdate, removeCouponUpdate } from '../../workflows/messages';
import type { Dependencies } from '../dependencies';
import { findCoupon } from '../queries/coupons';
import { Refused } from '../http/refusals';
import { ask } from './ask-subscription';
import { updateIdOf } from './repeatable';

/**
 * Puts a coupon on a subscription, in the place of the one it has.
 * @throws Refused `coupon_not_found`, and as its workflow does.
 */
export async function applyCoupon(
  dependencies: Dependencies,
  subscription: SubscriptionRecord,
  code: string,
  idempotencyKey?: string,
): Promise<SubscriptionRecord> {
  const couponId = await couponIdOf(dependencies, code);
  const asking = { subscriptionId: subscription.id, action: 'apply_coupon', request: { couponId } };
  return ask(
    dependencies,
    subscription,
    (handle, options) =>
      handle.startUpdate(applyCouponUpdate, { ...options, args: [{ couponId }] }),
    updateIdOf(idempotencyKey, asking),
  );
}

/** @throws Refused `no_coupon` */
export function removeCoupon(
  dependencies: Dependencies,
  subscription: SubscriptionRecord,
  idempotencyKey?: string,
): Promise<SubscriptionRecord> {
  const asking = { subscriptionId: subscription.id, action: 'remove_coupon', request: {} };
  return ask(
    dependencies,
    subscription,
    (handle, options) => handle.startUpdate(removeCouponUpdate, options),
    updateIdOf(idempotencyKey, asking),
  );
}

/** @throws Refused `coupon_not_found`, also for one that is no longer given out. */
export async function couponIdOf({ database }: Dependencies, code: string): Promise<string> {
  const coupon = await findCoupon(database, code);
  if (coupon !== undefined) return coupon.id;
  throw new Refused({ code: 'coupon_not_found', message: 'There is no such coupon.' });
}

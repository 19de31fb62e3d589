import { randomUUID } from 'node:crypto';
import type { CouponRecord } from '../../activities/ports/records';
import {
  applyCouponUpdate,
  removeCouponUpdate,
  subscriptionWorkflowId,
} from '../../workflows/messages';
import { advance, clockAt, invoicesOf, planLike, subscribe } from '../support/customers';
import { createWorld, quietRuntime, type World } from '../support/world';

let world: World;
beforeAll(async () => {
  quietRuntime();
  world = await createWorld();
});
afterAll(() => world.close());

const handle = (id: string) => world.temporal.client.workflow.getHandle(subscriptionWorkflowId(id));
const apply = (id: string, couponId: string) =>
  handle(id).executeUpdate(applyCouponUpdate, { args: [{ couponId }] });

async function couponWith(changes: Partial<CouponRecord>): Promise<string> {
  const id = randomUUID();
  const welcome = { code: id, name: 'Welcome', percentOff: '50', duration: 'once' } as const;
  await world.database.coupons.create({ id, ...welcome, ...changes });
  return id;
}

/** Subscribes at $10.00 a month on a clock that stands at the start of January 2026. */
async function subscribed(request: { couponId?: string; trialDays?: number } = {}) {
  const { couponId, trialDays = 0 } = request;
  const plan = await planLike(world, 'basic_monthly', { amountMinor: 1000n, trialDays });
  const clock = await clockAt(world, '2026-01-01T00:00:00.000Z');
  const { subscriptionId, outcome } = await subscribe(world, {
    planId: plan.id,
    testClockId: clock,
    paymentMethodId: 'pm_card_visa',
    ...(couponId === undefined ? {} : { couponId }),
  });
  return {
    subscriptionId,
    outcome,
    to: (date: string) => advance(world, clock, `${date}T00:00:00.000Z`),
    charged: async () =>
      (await invoicesOf(world, subscriptionId)).map(({ amountPaidMinor }) => amountPaidMinor),
  };
}

describe('a coupon', () => {
  it('given when subscribing takes off the first charge, and once means once', async () => {
    const couponId = await couponWith({});
    const { to, charged } = await subscribed({ couponId });
    await to('2026-02-02');
    expect(await charged()).toEqual([500n, 1000n]);
  });

  it('that has expired refuses the subscription, and nothing is made', async () => {
    const couponId = await couponWith({ redeemBy: '2025-12-31T00:00:00.000Z' });
    const { outcome, charged } = await subscribed({ couponId });
    expect(outcome).toMatchObject({ refused: { code: 'coupon_expired' } });
    expect(await charged()).toEqual([]);
  });

  it('applied in a trial lasts its months from the trial’s end', async () => {
    const couponId = await couponWith({ duration: 'repeating', durationMonths: 2 });
    const { subscriptionId, to, charged } = await subscribed({ trialDays: 14 });
    expect(await apply(subscriptionId, couponId)).toEqual({ status: 'trialing' });
    await to('2026-03-16');
    expect(await charged()).toEqual([500n, 500n, 1000n]);
  });

  it('applied later takes off the next renewals until it is removed', async () => {
    const couponId = await couponWith({ duration: 'forever', percentOff: '10' });
    const { subscriptionId, to, charged } = await subscribed();
    expect(await apply(subscriptionId, couponId)).toEqual({ status: 'active' });
    await to('2026-03-02');
    expect(await handle(subscriptionId).executeUpdate(removeCouponUpdate)).toEqual({
      status: 'active',
    });
    expect(await handle(subscriptionId).executeUpdate(removeCouponUpdate)).toMatchObject({
      refused: { code: 'no_coupon' },
    });
    await to('2026-04-02');
    expect(await charged()).toEqual([1000n, 900n, 900n, 1000n]);
  });
});

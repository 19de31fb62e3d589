import { randomUUID } from 'node:crypto';
import { applyCoupon, couponRefusal, redeem, removeCoupon } from '../../activities/coupons';
import type { PlanRecord, SubscriptionRecord } from '../../activities/ports/records';
import { openBillingGround, type BillingGround } from './fixture';

let ground: BillingGround;
beforeAll(async () => {
  ground = await openBillingGround();
});
afterAll(() => ground.close());
afterEach(() => ground.proveBooks());

const start = '2026-01-01T00:00:00.000Z';
const later = '2026-01-10T00:00:00.000Z';

async function subscribed(changes: Partial<SubscriptionRecord> = {}) {
  const plan = await ground.plan({ amountMinor: 1000n });
  return { plan, subscription: await ground.subscription(plan, start, changes) };
}

const apply = ({ id }: SubscriptionRecord, couponId: string, now = later) =>
  applyCoupon(ground.store, { subscriptionId: id, commandId: randomUUID(), couponId, now });
const remove = ({ id }: SubscriptionRecord, now = later) =>
  removeCoupon(ground.store, { subscriptionId: id, commandId: randomUUID(), now });
const discountOf = ({ id }: SubscriptionRecord) =>
  ground.inTransaction((unit) => unit.discount(id));

/** What the coupon takes off the invoices of these cycles, one after the other. */
async function discounts(subscription: SubscriptionRecord, plan: PlanRecord, cycles: number[]) {
  const amounts: bigint[] = [];
  for (const cycle of cycles) {
    amounts.push((await ground.bill(subscription, plan, { cycle })).discountMinor);
  }
  return amounts;
}

describe('a coupon is refused', () => {
  it.each([
    ['that nobody knows', 'coupon_not_found', () => Promise.resolve({ id: randomUUID() })],
    [
      'that is no longer offered',
      'coupon_not_found',
      () => ground.coupon({ archivedAt: '2026-01-01T00:00:00.000Z' }),
    ],
    ['from its last day on', 'coupon_expired', () => ground.coupon({ redeemBy: later })],
    ['for other plans', 'coupon_not_for_plan', () => ground.coupon({ planCodes: ['other'] })],
    [
      'in another currency',
      'coupon_currency_mismatch',
      () => ground.coupon({ amountOffMinor: 100n, currency: 'eur' }),
    ],
  ])('%s, and nothing is changed', async (_, code, made) => {
    const { subscription } = await subscribed();
    const good = await ground.coupon();
    await apply(subscription, good.id);
    const coupon = await made();
    expect(await apply(subscription, coupon.id)).toMatchObject({ refused: { code } });
    expect((await discountOf(subscription))?.coupon.id).toBe(good.id);
  });

  it('that has been taken as often as it may be; of two at once, one gets the last', async () => {
    const coupon = await ground.coupon({ maxRedemptions: 2 });
    const all = await Promise.all([subscribed(), subscribed(), subscribed()]);
    const [first, ...others] = all;
    await apply(first.subscription, coupon.id);
    const answers = await Promise.all(
      others.map(({ subscription }) => apply(subscription, coupon.id)),
    );
    const refused = answers.filter((answer) => 'refused' in answer);
    expect(refused).toMatchObject([{ refused: { code: 'coupon_exhausted' } }]);
  });

  it('of a subscription that has ended, and there is none to take off one that has none', async () => {
    const ended = await subscribed({ status: 'canceled' });
    const coupon = await ground.coupon();
    const refused = { refused: { code: 'subscription_ended' } };
    expect(await apply(ended.subscription, coupon.id)).toMatchObject(refused);
    expect(await remove(ended.subscription)).toMatchObject(refused);
    const { subscription } = await subscribed();
    expect(await remove(subscription)).toMatchObject({ refused: { code: 'no_coupon' } });
  });
});

describe('a redemption', () => {
  it('by a subscription that never began does not count', async () => {
    const coupon = await ground.coupon({ maxRedemptions: 1 });
    const never = await subscribed({ status: 'incomplete_expired' });
    const { subscription, plan } = await subscribed();
    const { id: couponId } = coupon;
    await ground.inTransaction((unit) =>
      redeem(unit, {
        couponId,
        subscriptionId: never.subscription.id,
        plan: never.plan,
        at: start,
        startsAt: start,
      }),
    );
    const refusalNow = () =>
      ground.inTransaction((unit) => couponRefusal(unit, { couponId, plan, at: later }));
    expect(await refusalNow()).toBeUndefined();
    expect(await apply(subscription, couponId)).not.toHaveProperty('refused');
    expect(await refusalNow()).toMatchObject({ code: 'coupon_exhausted' });
  });

  it('of the coupon that is there already changes nothing', async () => {
    const { subscription } = await subscribed();
    const coupon = await ground.coupon({ maxRedemptions: 1 });
    await apply(subscription, coupon.id);
    const before = await discountOf(subscription);
    expect(await apply(subscription, coupon.id)).not.toHaveProperty('refused');
    expect(await discountOf(subscription)).toEqual(before);
    expect(await ground.told(subscription.id, 'coupon_applied')).toEqual([
      { code: coupon.code, name: 'Welcome' },
    ]);
  });

  it('is the subscription’s own: it may put the coupon on again though it was the last', async () => {
    const { subscription } = await subscribed();
    const coupon = await ground.coupon({ maxRedemptions: 1 });
    await apply(subscription, coupon.id);
    await remove(subscription);
    expect(await apply(subscription, coupon.id)).not.toHaveProperty('refused');
  });

  it('takes the place of another coupon, and both are told', async () => {
    const { subscription } = await subscribed();
    const first = await ground.coupon();
    const second = await ground.coupon({ name: 'Summer' });
    await apply(subscription, first.id);
    await apply(subscription, second.id);
    expect((await discountOf(subscription))?.coupon.id).toBe(second.id);
    expect(await ground.told(subscription.id, 'coupon_removed')).toEqual([{ code: first.code }]);
    await remove(subscription);
    expect(await discountOf(subscription)).toBeUndefined();
  });
});

describe('a coupon takes off', () => {
  it('the first invoice only, once; a void one does not count', async () => {
    const { subscription, plan } = await subscribed();
    const coupon = await ground.coupon({ percentOff: '25', duration: 'once' });
    await apply(subscription, coupon.id, start);
    const first = await ground.bill(subscription, plan);
    expect(first).toMatchObject({ discountMinor: 250n, totalMinor: 750n });
    expect(await discounts(subscription, plan, [2])).toEqual([0n]);
    await ground.word(first, later, { action: 'void' });
    expect(await discounts(subscription, plan, [3, 4])).toEqual([250n, 0n]);
  });

  it('one invoice once, however often it is taken off and put on again', async () => {
    const { subscription, plan } = await subscribed();
    const once = await ground.coupon({ duration: 'once' });
    const other = await ground.coupon({ percentOff: '1', planCodes: null });
    await apply(subscription, once.id);
    expect(await discounts(subscription, plan, [1])).toEqual([500n]);
    await remove(subscription);
    await apply(subscription, once.id);
    await apply(subscription, other.id);
    await apply(subscription, once.id);
    expect(await discounts(subscription, plan, [2])).toEqual([0n]);
  });

  it('three months from when it was applied, and putting it on again prolongs nothing', async () => {
    const { subscription, plan } = await subscribed();
    const coupon = await ground.coupon({ duration: 'repeating', durationMonths: 3 });
    await apply(subscription, coupon.id);
    expect(await discounts(subscription, plan, [2, 3])).toEqual([500n, 500n]);
    await remove(subscription, '2026-03-02T00:00:00.000Z');
    await apply(subscription, coupon.id, '2026-03-03T00:00:00.000Z');
    // Until 10 April: the invoices of February, March and April.
    expect(await discounts(subscription, plan, [4, 5])).toEqual([500n, 0n]);
  });

  it('its months from a trial’s end, when it is applied in the trial', async () => {
    const trialEnd = '2026-02-01T00:00:00.000Z';
    const { subscription } = await subscribed({ status: 'trialing', trialEnd });
    const coupon = await ground.coupon({ duration: 'repeating', durationMonths: 1 });
    await apply(subscription, coupon.id);
    expect((await discountOf(subscription))?.discount.startsAt).toBe(trialEnd);
  });

  it('every invoice for ever, but of its own plans only', async () => {
    const { subscription, plan } = await subscribed();
    const { id } = await ground.coupon({
      percentOff: null,
      amountOffMinor: 300n,
      currency: 'usd',
      duration: 'forever',
      planCodes: [plan.code],
    });
    await apply(subscription, id);
    expect(await discounts(subscription, plan, [1, 2, 3])).toEqual([300n, 300n, 300n]);
    expect(await discounts(subscription, { ...plan, code: 'another' }, [4])).toEqual([0n]);
  });

  it('nothing more once it is removed; what it has discounted stays', async () => {
    const { subscription, plan } = await subscribed();
    const coupon = await ground.coupon({ duration: 'forever' });
    await apply(subscription, coupon.id);
    const first = await ground.bill(subscription, plan);
    await remove(subscription);
    expect(await discounts(subscription, plan, [2])).toEqual([0n]);
    expect(await ground.invoice(first.id)).toMatchObject({ discountMinor: 500n });
  });
});

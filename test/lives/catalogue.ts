import { randomUUID } from 'node:crypto';
import { planLike } from '../support/customers';
import type { World } from '../support/world';
import type { Part } from './arithmetic';
import { dayLength, type Time, type Unit } from './calendar';

/** What the policy does at the end of dunning. */
type Ending = 'cancel' | 'unpaid' | 'leave_past_due';

export interface Plan {
  id: string;
  code: string;
  amount: bigint;
  currency: string;
  unit: Unit;
  count: number;
  trialDays: number;
  /** Parts of periods are measured in days of the calendar, not in seconds. */
  byDay: boolean;
  ending: Ending;
  archived: boolean;
}

export interface Coupon {
  id: string;
  code: string;
  off: Part | bigint;
  lasts: 'once' | 'forever' | { months: number };
  redeemBefore?: Time;
  /** The codes of the only plans that it is for. */
  plans?: string[];
}

/** What lives choose from. */
export interface Catalogue {
  /** Those measured by the second, and the same ones by the day. */
  plans: Record<'bySecond' | 'byDay', readonly Plan[]>;
  coupons: readonly Coupon[];
  /** Countries with the exclusive tax of each; none in the first. */
  countries: readonly { code: string; tax?: Part }[];
}

type Offer = Pick<Plan, 'amount' | 'unit' | 'count'> & Partial<Plan>;

/** The first `offersToStartWith` can be subscribed to; the others are only changed to. */
const offers: readonly Offer[] = [
  { amount: 999n, unit: 'month', count: 1 },
  { amount: 2000n, unit: 'month', count: 1 },
  { amount: 1501n, unit: 'month', count: 1, trialDays: 14 },
  { amount: 2700n, unit: 'month', count: 3 },
  { amount: 9601n, unit: 'year', count: 1 },
  { amount: 333n, unit: 'week', count: 1 },
  { amount: 120n, unit: 'day', count: 10, trialDays: 3 },
  { amount: 27n, unit: 'month', count: 1 },
  { amount: 4003n, unit: 'month', count: 1, ending: 'unpaid' },
  { amount: 1999n, unit: 'month', count: 1, ending: 'leave_past_due' },
  { amount: 0n, unit: 'month', count: 1 },
  { amount: 2500n, unit: 'month', count: 1, archived: true },
  { amount: 900n, unit: 'month', count: 1, currency: 'eur' },
];
export const offersToStartWith = 11;
export const offerCount = offers.length;

type CouponOffer = Pick<Coupon, 'off' | 'lasts'> & { expired?: true; onlyFirstPlans?: true };

const percent = (of: bigint, per = 100n): Part => ({ of, per });

const couponOffers: readonly CouponOffer[] = [
  { off: percent(25n), lasts: 'once' },
  { off: percent(33_333n, 100_000n), lasts: 'forever' },
  { off: percent(50n), lasts: { months: 3 } },
  { off: 700n, lasts: 'forever' },
  { off: 451n, lasts: 'once' },
  { off: percent(100n), lasts: { months: 1 } },
  { off: percent(10n), lasts: 'forever', onlyFirstPlans: true },
  { off: percent(90n), lasts: 'forever', expired: true },
];
export const couponCount = couponOffers.length;

const countries = [
  { code: 'US' },
  { code: 'DE', tax: percent(19n) },
  { code: 'NL', tax: percent(8875n, 100_000n) },
];
export const countryCount = countries.length;

/** Writes plans, coupons and taxes into a world's database. */
export async function openCatalogue(world: World): Promise<Catalogue> {
  const plansOf = async (byDay: boolean) => {
    const made: Plan[] = [];
    for (const offer of offers) made.push(await makePlan(world, offer, byDay));
    return made;
  };
  const plans = { bySecond: await plansOf(false), byDay: await plansOf(true) };
  const coupons: Coupon[] = [];
  for (const offer of couponOffers) {
    const first = [...plans.bySecond.slice(0, 2), ...plans.byDay.slice(0, 2)];
    coupons.push(await makeCoupon(world, offer, first));
  }
  for (const { code, tax } of countries) {
    if (tax === undefined) continue;
    await world.database.taxRates.create({
      id: randomUUID(),
      name: `Tax of ${code}`,
      percentage: percentageOf(tax),
      inclusive: false,
      country: code,
      customerStatus: 'any',
      archivedAt: null,
    });
  }
  return { plans, coupons, countries };
}

async function makePlan(world: World, offer: Offer, byDay: boolean): Promise<Plan> {
  const plan = {
    currency: 'usd',
    trialDays: 0,
    ending: 'cancel' as const,
    archived: false,
    ...offer,
    byDay,
  };
  const { id, code } = await planLike(world, 'basic_monthly', {
    name: `${plan.amount} a ${plan.count} ${plan.unit}`,
    amountMinor: plan.amount,
    currency: plan.currency,
    interval: plan.unit,
    intervalCount: plan.count,
    trialDays: plan.trialDays,
    proration: byDay ? 'day' : 'second',
    dunning: { retryDays: [1, 3, 5, 7], finalAction: plan.ending },
    archivedAt: plan.archived ? '2020-01-01T00:00:00.000Z' : null,
  });
  return { ...plan, id, code };
}

async function makeCoupon(
  { database }: World,
  { expired, onlyFirstPlans, ...offer }: CouponOffer,
  firstPlans: readonly Plan[],
): Promise<Coupon> {
  const coupon: Coupon = {
    ...offer,
    id: randomUUID(),
    code: `OFF-${randomUUID().slice(0, 8)}`,
    ...(expired === undefined ? {} : { redeemBefore: 365 * 50 * dayLength }),
    ...(onlyFirstPlans === undefined ? {} : { plans: firstPlans.map(({ code }) => code) }),
  };
  const { id, code, off, lasts, redeemBefore, plans } = coupon;
  const amount = typeof off === 'bigint' ? off : null;
  await database.coupons.create({
    id,
    code,
    name: code,
    percentOff: typeof off === 'bigint' ? null : percentageOf(off),
    amountOffMinor: amount,
    currency: amount === null ? null : 'usd',
    duration: typeof lasts === 'string' ? lasts : 'repeating',
    durationMonths: typeof lasts === 'string' ? null : lasts.months,
    redeemBy: redeemBefore === undefined ? null : new Date(redeemBefore).toISOString(),
    maxRedemptions: null,
    planCodes: plans ?? null,
    archivedAt: null,
  });
  return coupon;
}

/** "33.333" of 33333 in 100000. */
function percentageOf({ of, per }: Part): string {
  const thousandths = String((of * 100_000n) / per).padStart(4, '0');
  return `${thousandths.slice(0, -3)}.${thousandths.slice(-3)}`;
}

import { QueryTypes } from 'sequelize';
import type { SubscriptionStatus } from '../../../billing/subscription';
import type { Database } from '../../../db/database';

/**
 * Monthly recurring revenue (MRR): what a subscription's plan brings in over a month. Its definition
 * is here once, for today's figure and for its history:
 *
 * - plan × quantity, less the coupon in force (a `once` coupon is a gift, not a price, and never
 *   counts), as an invoice would round it; without taxes that come on top;
 * - normalised to a month: a year is 12 months, 52 weeks or 365 days;
 * - rounded, half away from zero, per subscription, so that sums of sums agree to the minor unit;
 * - of subscriptions that are active or past due; trialing, paused, unpaid and ended ones bring
 *   nothing in; those on test clocks are no business.
 */
const mrrOf = (net: string, plan: string) =>
  `div(2 * ${net} * case ${plan}.interval when 'day' then 365 when 'week' then 52 else 1 end
     + ${plan}.interval_count * case ${plan}.interval when 'month' then 1 else 12 end,
   2 * ${plan}.interval_count * case ${plan}.interval when 'month' then 1 else 12 end)`;

/** Price × quantity less a coupon, whose row may be missing. */
const netOf = (quantity: string) =>
  `(plan.amount_minor * ${quantity}::numeric - coalesce(case
     when coupon.plan_codes is not null and not jsonb_exists(coupon.plan_codes, plan.code) then 0
     when coupon.percent_off is not null
       then round(plan.amount_minor * ${quantity}::numeric * coupon.percent_off::numeric / 100)
     when coupon.currency = plan.currency
       then least(coupon.amount_off_minor, plan.amount_minor * ${quantity}::numeric)
   end, 0))`;

/** When a repeating coupon's months are over, in the subscription's zone; null: never. */
const couponEnd = `((discount.starts_at at time zone subscription.time_zone
  + make_interval(months => coupon.duration_months)) at time zone subscription.time_zone)`;

/** How many subscriptions there are of a status in a currency, and what they bring in. */
export interface StandingRevenue {
  currency: string;
  status: SubscriptionStatus;
  subscriptions: number;
  /** Of them, those that are their user's only one that lives, by a unique index. */
  exclusive: number;
  mrrMinor: bigint;
}

/** As things stand now. */
export async function standingRevenue({ sequelize }: Database): Promise<StandingRevenue[]> {
  const rows = await sequelize.query<Omit<StandingRevenue, 'mrrMinor'> & { mrr: string }>(
    standing,
    { type: QueryTypes.SELECT },
  );
  return rows.map(({ mrr, ...row }) => ({ ...row, mrrMinor: BigInt(mrr) }));
}

/** Most subscriptions are alike: what they bring in is reckoned once for those of one plan, quantity and coupon. */
const standing = `
  with alike as (
    select subscription.plan_id, subscription.quantity, subscription.status, coupon.id as coupon_id,
      count(*) as subscriptions, count(*) filter (where subscription.exclusive) as exclusive
    from subscriptions subscription
    left join discounts discount on discount.subscription_id = subscription.id
      and discount.removed_at is null and discount.starts_at <= now()
    left join coupons coupon on coupon.id = discount.coupon_id and coupon.duration <> 'once'
      and (coupon.duration = 'forever' or ${couponEnd} > now())
    where subscription.test_clock_id is null
      and subscription.status in ('trialing', 'active', 'past_due', 'unpaid', 'paused')
    group by subscription.plan_id, subscription.quantity, subscription.status, coupon.id
  )
  select plan.currency, alike.status, sum(subscriptions)::int as subscriptions,
    sum(exclusive)::int as exclusive,
    sum(case when alike.status in ('active', 'past_due')
      then subscriptions * ${mrrOf(netOf('alike.quantity'), 'plan')} else 0 end)::text as mrr
  from alike join plans plan on plan.id = alike.plan_id
  left join coupons coupon on coupon.id = alike.coupon_id
  group by plan.currency, alike.status`;

/** Who pays: how many users have an active or past due subscription, by its currency. */
export async function payingCustomers(
  { sequelize }: Database,
  standingNow: readonly StandingRevenue[],
): Promise<Map<string, number>> {
  const paying = standingNow.filter(({ status }) => status === 'active' || status === 'past_due');
  // Where nobody has two, they need not be told apart.
  if (paying.every(({ subscriptions, exclusive }) => subscriptions === exclusive)) {
    const currencies = [...new Set(paying.map(({ currency }) => currency))];
    return new Map(
      currencies.map((currency) => [
        currency,
        paying
          .filter((row) => row.currency === currency)
          .reduce((sum, { subscriptions }) => sum + subscriptions, 0),
      ]),
    );
  }
  const rows = await sequelize.query<{ currency: string; customers: number }>(
    `select plan.currency, count(distinct subscription.user_id)::int as customers
     from subscriptions subscription join plans plan on plan.id = subscription.plan_id
     where subscription.test_clock_id is null and subscription.status in ('active', 'past_due')
     group by plan.currency`,
    { type: QueryTypes.SELECT },
  );
  return new Map(rows.map(({ currency, customers }) => [currency, customers]));
}

/** Why recurring revenue changed. */
export type Movement = 'new' | 'expansion' | 'contraction' | 'paused' | 'resumed' | 'churned';

/** What one kind of change did to recurring revenue in one month. */
export interface RevenueMovement {
  currency: string;
  /** `2026-03`, in the zone that was asked for; null: before the first month asked for. */
  month: string | null;
  movement: Movement;
  /** Of `new` and `churned`: how many subscriptions. */
  subscriptions: number;
  /** What it added; negative: took away. */
  mrrMinor: bigint;
}

/**
 * The history of recurring revenue by calendar months in `timeZone`: the running sum of these is what
 * it was at the end of each.
 * @param months how many, the present one the last
 */
export async function revenueMovements(
  database: Database,
  { months, timeZone }: { months: number; timeZone: string },
): Promise<RevenueMovement[]> {
  const { sequelize } = database;
  const rows = await database.transaction(async (transaction) => {
    // Sorting what happened to all subscriptions need not go by way of the disk.
    await sequelize.query(`set local work_mem = '64MB'`, { transaction });
    return sequelize.query<Omit<RevenueMovement, 'mrrMinor'> & { mrr: string }>(movements, {
      replacements: { months, timeZone },
      transaction,
      type: QueryTypes.SELECT,
    });
  });
  return rows.map(({ mrr, ...row }) => ({ ...row, mrrMinor: BigInt(mrr) }));
}

const monthOf = (at: string) => `date_trunc('month', ${at} at time zone :timeZone)`;

/** A trial brings nothing in. */
const beginning = 'greatest(subscription.started_at, subscription.trial_end)';

/** What has begun to bring something in, and whether it still does. */
const begun = `subscription.test_clock_id is null
  and subscription.status in ('active', 'past_due', 'unpaid', 'paused', 'canceled')
  and (subscription.ended_at is null or subscription.ended_at > ${beginning})`;

/** Whether a discount is as old as what the subscription brings in, and goes on as long. */
const always = `(discount.removed_at is null and discount.starts_at <= ${beginning}
  and exists (select from coupons always where always.id = discount.coupon_id and always.duration = 'forever'))`;

/** What comes later is greater. */
const numbered = (text: string) =>
  `case when ${text} is not null then (lpad(number::text, 7, '0') || ${text}) collate "C" end`;

const telling = `type in ('plan_changed', 'paused', 'resumed', 'recovered', 'final_action')`;

/**
 * A subscription begins to bring something in when it starts or its trial has ended, and ceases to at
 * its end. The few to which more has happened (`eventful`) are followed from step to step: a step's
 * plan and quantity are those that the next change came from, else today's; whether it pays, and its
 * coupon, are as they were told last. All are then counted by what they changed from and to, and
 * reckoned once for those that are alike.
 */
const movements = `
  with eventful as materialized (
    select subscription.id, subscription.plan_id, subscription.quantity, subscription.time_zone,
      ${beginning} as start_at, subscription.ended_at as end_at
    from (
      select subscription_id from subscription_events where ${telling}
      union select discount.subscription_id from discounts discount
      join coupons coupon on coupon.id = discount.coupon_id and coupon.duration <> 'once'
      join subscriptions subscription on subscription.id = discount.subscription_id
      where not ${always}
    ) told join subscriptions subscription on subscription.id = told.subscription_id
    where ${begun}
  ), plain as (
    select subscription.plan_id, subscription.quantity, ${monthOf(beginning)} as began,
      ${monthOf('subscription.ended_at')} as ended, coupon.id as coupon_id, count(*) as count
    from subscriptions subscription
    left join eventful on eventful.id = subscription.id
    left join discounts discount on discount.subscription_id = subscription.id and ${always}
    left join coupons coupon on coupon.id = discount.coupon_id and coupon.duration = 'forever'
    where ${begun} and eventful.id is null
    group by 1, 2, 3, 4, 5
  ), changes as (
    select id, start_at as at, 0::bigint as turn, 'start' as kind, null as came_from, 1 as pays,
      null as coupon
    from eventful
    union all
    select id, end_at, 9223372036854775807, 'end', null, 0, null from eventful where end_at is not null
    union all
    select subscription_id, at, event.id, type,
      (data ->> 'from_plan_id') || '/' || (data ->> 'from_quantity'),
      case when type in ('resumed', 'recovered') then 1
        when type = 'paused' or data ->> 'action' = 'unpaid' then 0 end, null
    from subscription_events event where ${telling}
    union all
    select subscription.id, edge.at, edge.turn, 'coupon', null, null, edge.coupon
    from discounts discount join eventful subscription on subscription.id = discount.subscription_id
    join coupons coupon on coupon.id = discount.coupon_id and coupon.duration <> 'once'
    cross join lateral (values
      (discount.starts_at, -1, coupon.id::text),
      (least(discount.removed_at, case coupon.duration when 'repeating' then ${couponEnd} end), -2, '')
    ) as edge (at, turn, coupon)
    where edge.at <= now() and (discount.removed_at is null or discount.removed_at > discount.starts_at)
  ), numbered as (
    select *, row_number() over (partition by id order by at, turn) as number from changes
  ), told as (
    select id, at, turn, kind,
      max(number * 2 + pays) over upto % 2 = 1 as pays,
      substr(max(${numbered('coupon')}) over upto, 8) as coupon,
      substr(min(${numbered('came_from')}) over onwards, 8) as state
    from numbered
    window upto as (partition by id order by at, turn rows unbounded preceding),
      onwards as (partition by id order by at, turn rows between 1 following and unbounded following)
  ), stated as (
    select told.id, told.at, told.turn, told.kind, told.pays, nullif(told.coupon, '') as coupon,
      coalesce(told.state, eventful.plan_id || '/' || eventful.quantity) as state
    from told join eventful on eventful.id = told.id
  ), stepped as (
    select kind, at, case when pays then state end as state, coupon,
      lag(case when pays then state end) over story as state_before,
      lag(coupon) over story as coupon_before
    from stated window story as (partition by id order by at, turn)
  ), alike as (
    select ${monthOf('at')} as month, kind, state, coupon, state_before, coupon_before, count(*) as count
    from stepped group by 1, 2, 3, 4, 5, 6
  ), worth as materialized (
    select combination.state, combination.coupon, plan.currency,
      ${mrrOf(netOf("split_part(combination.state, '/', 2)"), 'plan')} as mrr
    from (select state, coupon from alike union select state_before, coupon_before from alike) combination
    join plans plan on plan.id = split_part(combination.state, '/', 1)::uuid
    left join coupons coupon on coupon.id = combination.coupon::uuid
  ), movements as (
    select plan.currency, edge.month, edge.movement, count as subscriptions,
      edge.sign * count * ${mrrOf(netOf('plain.quantity'), 'plan')} as mrr
    from plain join plans plan on plan.id = plain.plan_id
    left join coupons coupon on coupon.id = plain.coupon_id
    cross join lateral (values (plain.began, 'new', 1), (plain.ended, 'churned', -1))
      as edge (month, movement, sign)
    where edge.month is not null
    union all
    select coalesce(now_worth.currency, then_worth.currency), month, case
        when kind = 'start' then 'new'
        when kind = 'end' then 'churned'
        when kind in ('paused', 'final_action') then 'paused'
        when kind in ('resumed', 'recovered') then 'resumed'
        when coalesce(now_worth.mrr, 0) > coalesce(then_worth.mrr, 0) then 'expansion'
        else 'contraction' end,
      case when kind in ('start', 'end') then count else 0 end,
      count * (coalesce(now_worth.mrr, 0) - coalesce(then_worth.mrr, 0))
    from alike
    left join worth now_worth on now_worth.state = alike.state
      and now_worth.coupon is not distinct from alike.coupon
    left join worth then_worth on then_worth.state = alike.state_before
      and then_worth.coupon is not distinct from alike.coupon_before
    where coalesce(now_worth.currency, then_worth.currency) is not null
  )
  select currency, movement,
    case when month >= ${monthOf('now()')} - make_interval(months => :months - 1)
      then to_char(month, 'YYYY-MM') end as month,
    sum(subscriptions)::int as subscriptions, sum(mrr)::text as mrr
  from movements group by 1, 2, 3`;

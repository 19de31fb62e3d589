import { QueryTypes } from 'sequelize';
import type { Instant } from '../../../billing/instant';
import type { Database } from '../../../db/database';

/** How the renewals of one calendar day go. A renewal is a boundary of a subscription: no first period. */
export interface BillingDay {
  date: string;
  /** [from, to). */
  from: Instant;
  to: Instant;
  at: Instant;
  /** Went over their boundary: to the next period, billed or skipped, or to their end. */
  done: { billed: number; skipped: number; ended: number };
  /** Their instant has passed, and they were not seen to. */
  late: number;
  /** Their instant is still to come. */
  upcoming: number;
  /** Of earlier days, and still late. */
  lateBefore: number;
  oldestLate: { subscriptionId: string; dueAt: Instant } | null;
  /** When the last one falls due that is not done. */
  lastDueAt: Instant | null;
  needsAttention: number;
  /** What became of the invoices of the periods that began. */
  invoices: Record<'paid' | 'open' | 'failed' | 'draft' | 'void' | 'uncollectible', number>;
  /** Renewals done in the last five minutes. */
  doneLately: number;
}

interface DayRow {
  date: string;
  from: Date;
  to: Date;
  at: Date;
  billed: number;
  skipped: number;
  ended: number;
  late: number;
  upcoming: number;
  lateBefore: number;
  oldestId: string | null;
  oldestAt: Date | null;
  lastDueAt: Date | null;
  needsAttention: number;
  paid: number;
  open: number;
  failed: number;
  draft: number;
  voided: number;
  uncollectible: number;
  doneLately: number;
}

/** For how long back the rate is measured. */
export const rateMinutes = 5;

/** @param date a day of `timeZone`, `2026-03-31`; undefined: today */
export async function billingDay(
  { sequelize }: Database,
  { date, timeZone }: { date: string | undefined; timeZone: string },
): Promise<BillingDay> {
  const [row] = await sequelize.query<DayRow>(day, {
    replacements: { date: date ?? null, timeZone, rateMinutes },
    type: QueryTypes.SELECT,
  });
  if (row === undefined) throw new Error('one day, one row');
  const { billed, skipped, ended, oldestId, oldestAt, ...rest } = row;
  const { paid, open, failed, draft, voided, uncollectible, ...facts } = rest;
  return {
    ...facts,
    from: row.from.toISOString(),
    to: row.to.toISOString(),
    at: row.at.toISOString(),
    lastDueAt: row.lastDueAt?.toISOString() ?? null,
    done: { billed, skipped, ended },
    oldestLate:
      oldestId === null || oldestAt === null
        ? null
        : { subscriptionId: oldestId, dueAt: oldestAt.toISOString() },
    invoices: { paid, open, failed, draft, void: voided, uncollectible },
  };
}

/** Run by ourselves and in real time: what Stripe renews, or a test clock, is another matter. */
const ours = `subscription.test_clock_id is null and subscription.managed_by = 'everbill'`;
const waits = `subscription.status in ('trialing', 'active', 'past_due', 'unpaid', 'paused') and ${ours}`;

const day = `
  with asked as (
    select day, day::timestamp at time zone :timeZone as from_at,
      (day + 1)::timestamp at time zone :timeZone as to_at
    from (select coalesce(cast(:date as date), (now() at time zone :timeZone)::date) as day) chosen
  ), crossed as (
    select count(*) filter (where cycle.outcome <> 'skipped')::int as billed,
      count(*) filter (where cycle.outcome = 'skipped')::int as skipped,
      count(*) filter (where cycle.created_at > now() - make_interval(mins => :rateMinutes))::int as lately
    from asked join subscription_cycles cycle
      on cycle.period_start >= from_at and cycle.period_start < to_at
    join subscriptions subscription on subscription.id = cycle.subscription_id
      and cycle.period_start > subscription.started_at
    where ${ours}
  ), gone as (
    select count(*)::int as ended,
      count(*) filter (where subscription.updated_at > now() - make_interval(mins => :rateMinutes))::int as lately
    from asked join subscriptions subscription
      on subscription.ended_at >= from_at and subscription.ended_at < to_at
    where subscription.status = 'canceled'
      and subscription.ended_at = subscription.current_period_end and ${ours}
  ), waiting as (
    select count(*) filter (where current_period_end <= now())::int as late,
      count(*) filter (where current_period_end > now())::int as upcoming,
      max(current_period_end) as last_due_at
    from asked join subscriptions subscription
      on current_period_end >= from_at and current_period_end < to_at
    where ${waits}
  ), before as (
    select count(*)::int as late from asked join subscriptions subscription
      on current_period_end < least(from_at, now())
    where ${waits}
  ), oldest as (
    select subscription.id, current_period_end as due_at from asked
    join subscriptions subscription
      on current_period_end >= from_at and current_period_end < least(to_at, now())
    where ${waits}
    order by current_period_end limit 1
  ), attention as (
    select count(*)::int as count from asked join subscriptions subscription
      on (current_period_end >= from_at and current_period_end < to_at)
      or (current_period_start >= from_at and current_period_start < to_at)
    where needs_attention is not null and ${ours}
  ), billed as (
    select count(*) filter (where invoice.status = 'paid')::int as paid,
      count(*) filter (where invoice.status = 'open' and first_failed_at is null)::int as open,
      count(*) filter (where invoice.status = 'open' and first_failed_at is not null)::int as failed,
      count(*) filter (where invoice.status = 'draft')::int as draft,
      count(*) filter (where invoice.status = 'void')::int as voided,
      count(*) filter (where invoice.status = 'uncollectible')::int as uncollectible
    from asked join invoices invoice
      on invoice.period_start >= from_at and invoice.period_start < to_at and invoice.reason = 'cycle'
    join subscriptions subscription on subscription.id = invoice.subscription_id
      and invoice.period_start > subscription.started_at
    where ${ours}
  )
  select to_char(day, 'YYYY-MM-DD') as date, from_at as "from", to_at as "to", now() as at,
    crossed.billed, crossed.skipped, gone.ended, crossed.lately + gone.lately as "doneLately",
    waiting.late, waiting.upcoming, waiting.last_due_at as "lastDueAt", before.late as "lateBefore",
    oldest.id as "oldestId", oldest.due_at as "oldestAt", attention.count as "needsAttention",
    billed.paid, billed.open, billed.failed, billed.draft, billed.voided, billed.uncollectible
  from asked, crossed, gone, waiting, before, attention, billed left join oldest on true`;

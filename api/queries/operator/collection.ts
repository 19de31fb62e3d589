import { QueryTypes } from 'sequelize';
import type { Database } from '../../../db/database';

/** How collecting went in one month, in one currency. */
export interface CollectionMonth {
  currency: string;
  /** `2026-03`, in the zone that was asked for. */
  month: string;
  /** Attempts that failed in it. */
  failedPayments: number;
  failedMinor: bigint;
  /** Invoices paid in it that had been charged in vain, or overdue, before. */
  recoveredInvoices: number;
  recoveredMinor: bigint;
}

/** What became of the invoices that were charged in vain, or got overdue, since the first month. */
export interface Dunning {
  currency: string;
  /** Not settled now, whenever it began: invoices, whose subscriptions, and what is still owed of them. */
  openInvoices: number;
  openSubscriptions: number;
  atRiskMinor: bigint;
  /** Of those that began in the months asked for. */
  recovered: number;
  recoveredMinor: bigint;
  /** Written off, or void. */
  lost: number;
  lostMinor: bigint;
}

interface Window {
  months: number;
  timeZone: string;
}

const firstMonth = `(date_trunc('month', now() at time zone :timeZone)
  - make_interval(months => :months - 1)) at time zone :timeZone`;

/** What is on a test clock is no business. */
const real = `not exists (select from subscriptions subscription
  where subscription.id = invoice.subscription_id and subscription.test_clock_id is not null)`;

const byMonth = `
  select currency, to_char(at at time zone :timeZone, 'YYYY-MM') as month,
    count(*) filter (where failed)::int as "failedPayments",
    coalesce(sum(minor) filter (where failed), 0)::text as "failedMinor",
    count(*) filter (where not failed)::int as "recoveredInvoices",
    coalesce(sum(minor) filter (where not failed), 0)::text as "recoveredMinor"
  from (
    select attempt.currency, attempt.attempted_at as at, attempt.amount_minor as minor, true as failed
    from payment_attempts attempt
    where attempt.status = 'failed' and attempt.attempted_at >= ${firstMonth}
      and not exists (select from subscriptions subscription
        join invoices invoice on invoice.subscription_id = subscription.id
        where subscription.test_clock_id is not null and invoice.id = attempt.invoice_id)
    union all
    select currency, paid_at, amount_paid_minor, false from invoices invoice
    where (first_failed_at is not null or overdue_at is not null) and status = 'paid'
      and paid_at >= ${firstMonth} and paid_at > least(first_failed_at, overdue_at) and ${real}
  ) happened
  group by 1, 2`;

const asItStands = `
  select currency,
    count(*) filter (where status = 'open')::int as "openInvoices",
    count(distinct subscription_id) filter (where status = 'open')::int as "openSubscriptions",
    coalesce(sum(amount_due_minor - amount_paid_minor - amount_credited_minor - amount_carried_minor)
      filter (where status = 'open'), 0)::text as "atRiskMinor",
    count(*) filter (where recent and status = 'paid')::int as recovered,
    coalesce(sum(amount_due_minor) filter (where recent and status = 'paid'), 0)::text as "recoveredMinor",
    count(*) filter (where recent and status in ('void', 'uncollectible'))::int as lost,
    coalesce(sum(amount_due_minor) filter (where recent and status in ('void', 'uncollectible')), 0)::text
      as "lostMinor"
  from (
    select invoice.*, least(first_failed_at, overdue_at) >= ${firstMonth} as recent
    from invoices invoice
    where (first_failed_at is not null or overdue_at is not null)
      and (status = 'open' or least(first_failed_at, overdue_at) >= ${firstMonth}) and ${real}
  ) dunned
  group by currency`;

/** The months in which anything happened. */
export async function collectionByMonth(
  { sequelize }: Database,
  window: Window,
): Promise<CollectionMonth[]> {
  const rows = await sequelize.query<Texts<CollectionMonth, 'failedMinor' | 'recoveredMinor'>>(
    byMonth,
    { replacements: { ...window }, type: QueryTypes.SELECT },
  );
  return rows.map((row) => ({
    ...row,
    failedMinor: BigInt(row.failedMinor),
    recoveredMinor: BigInt(row.recoveredMinor),
  }));
}

export async function dunningNow({ sequelize }: Database, window: Window): Promise<Dunning[]> {
  const rows = await sequelize.query<
    Texts<Dunning, 'atRiskMinor' | 'recoveredMinor' | 'lostMinor'>
  >(asItStands, { replacements: { ...window }, type: QueryTypes.SELECT });
  return rows.map((row) => ({
    ...row,
    atRiskMinor: BigInt(row.atRiskMinor),
    recoveredMinor: BigInt(row.recoveredMinor),
    lostMinor: BigInt(row.lostMinor),
  }));
}

/** As the driver gives it: sums of money as text. */
type Texts<Row, Amount extends keyof Row> = Omit<Row, Amount> & Record<Amount, string>;

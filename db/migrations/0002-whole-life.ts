import type { Migration } from '../migration';

/**
 * What the whole life of a subscription needs: changes, pauses, future starts, coupons, taxes, one-off
 * items, credit notes by line, and what free text was said about a request (which never goes
 * through a workflow's payloads).
 */
export const up: Migration = ({ sequelize, transaction }) =>
  sequelize.query(schema, { transaction });

const schema = `
alter table users
  add column country text check (country ~ '^[A-Z]{2}$'),
  -- Which of a country's tax rates apply: a business reckons the tax itself where none is for it.
  add column tax_status text not null default 'consumer'
    check (tax_status in ('consumer', 'business', 'exempt'));

alter table plans
  -- What a pause leaves of the access: the time that is paid for, or nothing.
  add column pause_access text not null default 'paid_time' check (pause_access in ('paid_time', 'none'));

alter table subscriptions
  -- A change that waits: for its payment, or for the period's end.
  add column pending_change jsonb,
  add column paused_at timestamptz(3),
  add column resume_at timestamptz(3),
  -- Agreed for the future by an operator; until then it is incomplete and nothing is owed.
  add column starts_at timestamptz(3),
  -- When the customer is told that the trial ends; null once they were.
  add column trial_notice_at timestamptz(3),
  -- Whether the part of a period before an explicit anchor is charged.
  add column stub_charged boolean not null default true;

alter table subscription_cycles
  -- A skipped cycle during which the subscription was resumed: from when on it was billed.
  add column billed_from timestamptz(3);

create table coupons (
  id uuid primary key,
  code text not null,
  name text not null,
  percent_off text,
  amount_off_minor bigint check (amount_off_minor > 0),
  currency text,
  duration text not null check (duration in ('once', 'repeating', 'forever')),
  duration_months integer check (duration_months > 0),
  redeem_by timestamptz(3),
  max_redemptions integer check (max_redemptions > 0),
  -- Codes of the only plans that it discounts; null: all.
  plan_codes jsonb,
  archived_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  check ((percent_off is null) <> (amount_off_minor is null)),
  check ((amount_off_minor is null) = (currency is null)),
  check ((duration = 'repeating') = (duration_months is not null))
);
create unique index coupons_code_key on coupons (lower(code));

-- A coupon on a subscription; one at a time.
create table discounts (
  id uuid primary key,
  subscription_id uuid not null references subscriptions (id),
  coupon_id uuid not null references coupons (id),
  -- What a repeating coupon's months are counted from.
  starts_at timestamptz(3) not null,
  removed_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create unique index discounts_one_per_subscription on discounts (subscription_id) where removed_at is null;
create index discounts_coupon on discounts (coupon_id);

create table tax_rates (
  id uuid primary key,
  name text not null,
  percentage text not null,
  inclusive boolean not null,
  country text not null check (country ~ '^[A-Z]{2}$'),
  customer_status text not null default 'any' check (customer_status in ('any', 'consumer', 'business')),
  archived_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create index tax_rates_country on tax_rates (country) where archived_at is null;

-- One-off charges and credits that wait for the customer's next invoice.
create table invoice_items (
  id uuid primary key,
  user_id uuid not null references users (id),
  subscription_id uuid not null references subscriptions (id),
  description text not null,
  quantity integer not null default 1 check (quantity > 0),
  amount_minor bigint not null,
  currency text not null,
  created_by uuid references users (id),
  invoice_id uuid references invoices (id),
  removed_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create index invoice_items_waiting on invoice_items (subscription_id)
  where invoice_id is null and removed_at is null;

alter table invoices
  add column discount_id uuid references discounts (id),
  -- What credit notes took off what was due while it was open.
  add column amount_credited_minor bigint not null default 0,
  -- What was left of it, too little to be charged, and went on the customer's balance as a debt.
  add column amount_carried_minor bigint not null default 0,
  add column paid_out_of_band boolean not null default false,
  -- The customer asked for it just now and can authenticate.
  add column customer_present boolean not null default false,
  -- A draft that an operator decides on, after an outage.
  add column held boolean not null default false,
  -- Invoices of one catching up after an outage; one mail lists them.
  add column digest text,
  add constraint invoices_not_more_than_due check (
    amount_paid_minor + amount_credited_minor + amount_carried_minor <= amount_due_minor);
create index invoices_discount on invoices (discount_id) where discount_id is not null;

alter table invoice_lines
  -- period: charges a stretch of time of a plan; unused: gives back what is left of such a line.
  add column kind text not null default 'period' check (kind in ('period', 'unused', 'item')),
  add column plan_id uuid references plans (id),
  add column reverses_line_id uuid references invoice_lines (id),
  -- Of a share of a period: what the whole costs after its discount.
  add column whole_net_minor bigint,
  -- What each rate took: [{tax_rate_id, name, percentage, inclusive, amount}].
  add column taxes jsonb not null default '[]';
create index invoice_lines_reverses on invoice_lines (reverses_line_id) where reverses_line_id is not null;

alter table credit_notes
  add column to_card_minor bigint not null default 0,
  add column memo text,
  drop constraint credit_notes_check1,
  add constraint credit_notes_parts check (total_minor = to_balance_minor + to_invoice_minor + to_card_minor);
create table credit_note_lines (
  credit_note_id uuid not null references credit_notes (id),
  invoice_line_id uuid not null references invoice_lines (id),
  net_minor bigint not null,
  tax_minor bigint not null,
  primary key (credit_note_id, invoice_line_id)
);
create index credit_note_lines_line on credit_note_lines (invoice_line_id);
create trigger credit_note_lines_final before update or delete on credit_note_lines
  for each row execute function refuse_change();

alter table refunds add column credit_note_id uuid references credit_notes (id);

-- Money that came another way than through Stripe is booked on its own account.
alter table ledger_postings
  drop constraint ledger_postings_account_check,
  add constraint ledger_postings_account_check check (account in ('receivable', 'revenue', 'tax', 'cash',
    'bank', 'customer_balance', 'write_off', 'suspense'));

-- Free text about a request: reasons, notes, metadata. A workflow knows its id only.
create table request_details (
  id uuid primary key,
  data jsonb not null,
  created_at timestamptz(3) not null default now()
);
`;

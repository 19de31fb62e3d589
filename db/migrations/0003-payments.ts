import type { Migration } from '../migration';

/**
 * What Stripe knows and tells besides payments: disputes, refunds from its dashboard, subscriptions
 * that it runs itself, and the reconciliation of its books with ours.
 */
export const up: Migration = ({ sequelize, transaction }) =>
  sequelize.query(schema, { transaction });

const schema = `
-- Why an event changed nothing, for the operators who look at it.
alter table webhook_events add column reason text;
create index webhook_events_listed on webhook_events (received_at, id);
create index webhook_events_failed on webhook_events (received_at) where status = 'failed';
create index emails_failed on emails (created_at) where status = 'failed';

-- When an attempt that waits for its customer or its bank is looked at again by ourselves.
alter table payment_attempts add column read_again_at timestamptz(3);
create index payment_attempts_waiting on payment_attempts (read_again_at)
  where status in ('requires_action', 'processing');
create index payment_attempts_intent on payment_attempts (stripe_payment_intent_id);

-- When Stripe's books were seen to hold what ours say was paid, or was given back.
alter table payment_attempts add column confirmed_at timestamptz(3);
create index payment_attempts_unconfirmed on payment_attempts (updated_at)
  where status = 'succeeded' and confirmed_at is null;
alter table refunds add column confirmed_at timestamptz(3);
create index refunds_unconfirmed on refunds (updated_at)
  where stripe_refund_id is not null and confirmed_at is null;

create index refunds_intent on refunds (stripe_payment_intent_id);
create index refunds_pending on refunds (stripe_refund_id) where status = 'pending';

-- A customer's bank has taken a payment back, or asks about it.
create table disputes (
  -- Stripe's du_….
  id text primary key,
  invoice_id uuid references invoices (id),
  user_id uuid references users (id),
  stripe_payment_intent_id text,
  stripe_charge_id text not null,
  -- What is disputed; and what of it the bank has taken from us at the moment.
  amount_minor bigint not null check (amount_minor > 0),
  withdrawn_minor bigint not null default 0,
  currency text not null,
  -- Stripe's own words for both.
  reason text not null,
  status text not null,
  evidence_due_at timestamptz(3),
  opened_at timestamptz(3) not null,
  closed_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create index disputes_invoice on disputes (invoice_id);
create index disputes_open on disputes (evidence_due_at) where closed_at is null;

-- disputed: money that a bank holds until a dispute is decided; dispute_losses: what was lost so.
alter table ledger_postings
  drop constraint ledger_postings_account_check,
  add constraint ledger_postings_account_check check (account in ('receivable', 'revenue', 'tax', 'cash',
    'bank', 'customer_balance', 'write_off', 'suspense', 'disputed', 'dispute_losses'));

-- One row mirrors one subscription of Stripe's, however often and in whatever order it is told of.
create unique index subscriptions_mirrored on subscriptions (external_id) where managed_by = 'stripe';

-- Payments of subscriptions that Stripe runs itself: its invoices are not ours and not in our ledger.
create table stripe_payments (
  id uuid primary key,
  user_id uuid not null references users (id),
  subscription_id uuid not null references subscriptions (id),
  stripe_invoice_id text not null unique,
  stripe_payment_intent_id text,
  amount_minor bigint not null,
  currency text not null,
  status text not null check (status in ('pending', 'succeeded', 'failed', 'refunded')),
  description text not null,
  paid_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create index stripe_payments_user on stripe_payments (user_id, created_at);
create index stripe_payments_intent on stripe_payments (stripe_payment_intent_id);

-- Where the books and Stripe's were compared, and what differed.
create table reconciliations (
  id uuid primary key,
  -- What Stripe made in [from_at, to_at).
  from_at timestamptz(3) not null,
  to_at timestamptz(3) not null,
  started_at timestamptz(3) not null,
  finished_at timestamptz(3),
  compared integer not null default 0,
  healed integer not null default 0,
  flagged integer not null default 0
);
create table discrepancies (
  id uuid primary key,
  kind text not null,
  -- Stripe's pi_…, re_… or du_….
  stripe_object text not null,
  invoice_id uuid references invoices (id),
  subscription_id uuid references subscriptions (id),
  details jsonb not null default '{}',
  status text not null check (status in ('open', 'healed', 'resolved')),
  found_at timestamptz(3) not null,
  seen_at timestamptz(3) not null,
  closed_at timestamptz(3),
  unique (kind, stripe_object)
);
create index discrepancies_open on discrepancies (found_at) where status = 'open';
create index discrepancies_listed on discrepancies (found_at, id);
create index reconciliations_listed on reconciliations (started_at);

-- Up to where the events of a Stripe account without a public webhook address were fetched.
create table event_polls (
  source text primary key,
  -- Stripe's evt_… of the newest one that is stored.
  last_event_id text,
  polled_at timestamptz(3) not null
);
`;

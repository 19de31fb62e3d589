import type { Migration } from '../migration';

/**
 * The first schema. Conventions: snake_case; `…_minor` is an integer count of the currency's minor
 * units; `…_at` is an instant (timestamptz with milliseconds). What must never happen is refused
 * here by a constraint, whatever the code above it does.
 */
export const up: Migration = ({ sequelize, transaction }) =>
  sequelize.query(schema, { transaction });

const schema = `
create table users (
  id uuid primary key,
  email text not null,
  username text,
  name text not null default '',
  first_name text not null default '',
  last_name text not null default '',
  password_hash text not null,
  role text not null default 'customer' check (role in ('customer', 'operator')),
  is_active boolean not null default true,
  stripe_customer_id text unique,
  locale text not null default 'en-US',
  time_zone text not null default 'UTC',
  invoice_prefix text not null unique,
  last_invoice_number integer not null default 0,
  trial_used_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
-- E-mail addresses are the same whatever their case.
create unique index users_email_key on users (lower(email));
create unique index users_username_key on users (lower(username)) where username is not null;

create table refresh_tokens (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  family_id uuid not null,
  expires_at timestamptz(3) not null,
  used_at timestamptz(3),
  revoked_at timestamptz(3),
  created_at timestamptz(3) not null default now()
);
create index refresh_tokens_family on refresh_tokens (family_id);
create index refresh_tokens_user on refresh_tokens (user_id);

-- A plan row is one immutable version; a new version is a new row with the same code.
create table plans (
  id uuid primary key,
  code text not null,
  version integer not null default 1,
  name text not null,
  description text not null default '',
  amount_minor bigint not null check (amount_minor >= 0),
  currency text not null check (currency = lower(currency) and length(currency) = 3),
  interval text not null check (interval in ('day', 'week', 'month', 'year')),
  interval_count integer not null check (interval_count > 0),
  trial_days integer not null default 0 check (trial_days >= 0),
  features jsonb not null default '[]',
  collection_method text not null default 'send_invoice'
    check (collection_method in ('charge_automatically', 'send_invoice')),
  dunning jsonb not null,
  catch_up text not null default 'bill_all' check (catch_up in ('bill_all', 'bill_current', 'hold')),
  proration text not null default 'second' check (proration in ('second', 'day')),
  stripe_price_id text not null default '',
  archived_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  unique (code, version)
);

create table test_clocks (
  id uuid primary key,
  owner_id uuid not null references users (id),
  frozen_time timestamptz(3) not null,
  target_time timestamptz(3) not null,
  status text not null default 'ready' check (status in ('ready', 'advancing')),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create index test_clocks_owner on test_clocks (owner_id, created_at);

create table payment_methods (
  id text primary key,
  user_id uuid not null references users (id),
  type text not null,
  brand text,
  last4 text,
  exp_month integer,
  exp_year integer,
  is_default boolean not null default false,
  detached_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create unique index payment_methods_default on payment_methods (user_id) where is_default;
create index payment_methods_user on payment_methods (user_id);

create table subscriptions (
  id uuid primary key,
  user_id uuid not null references users (id),
  plan_id uuid not null references plans (id),
  status text not null check (status in ('incomplete', 'incomplete_expired', 'trialing', 'active',
    'past_due', 'unpaid', 'paused', 'canceled')),
  -- Counts every change, so that of two answers the workflow can tell the newer.
  revision integer not null default 1,
  quantity integer not null default 1 check (quantity > 0),
  collection_method text not null check (collection_method in ('charge_automatically', 'send_invoice')),
  time_zone text not null,
  anchor_at timestamptz(3) not null,
  epoch_cycle integer not null,
  cycle integer not null,
  current_period_start timestamptz(3) not null,
  current_period_end timestamptz(3) not null,
  trial_end timestamptz(3),
  expires_at timestamptz(3),
  cancel_at_period_end boolean not null default false,
  canceled_at timestamptz(3),
  cancel_reason text,
  ended_at timestamptz(3),
  needs_attention text,
  -- The last change that was asked for, so that asking twice for the same one answers the same.
  last_command_id uuid,
  test_clock_id uuid references test_clocks (id),
  managed_by text not null default 'everbill' check (managed_by in ('everbill', 'stripe')),
  -- One live subscription per user while the setting is on; off writes false here.
  exclusive boolean not null default true,
  external_id text,
  metadata jsonb not null default '{}',
  started_at timestamptz(3) not null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  check (current_period_end > current_period_start)
);
create unique index subscriptions_one_live_per_user on subscriptions (user_id)
  where exclusive and status in ('incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused');
create index subscriptions_user on subscriptions (user_id, created_at);
create index subscriptions_test_clock on subscriptions (test_clock_id) where test_clock_id is not null;
create index subscriptions_attention on subscriptions (id) where needs_attention is not null;

-- What became of each cycle (I5): billed, free as a trial, or skipped, and never two rows for one.
create table subscription_cycles (
  subscription_id uuid not null references subscriptions (id),
  cycle integer not null,
  period_start timestamptz(3) not null,
  period_end timestamptz(3) not null,
  outcome text not null check (outcome in ('trial', 'billed', 'skipped')),
  created_at timestamptz(3) not null default now(),
  primary key (subscription_id, cycle),
  unique (subscription_id, period_start),
  check (period_end > period_start)
);

create table invoices (
  id uuid primary key,
  user_id uuid not null references users (id),
  subscription_id uuid references subscriptions (id),
  reason text not null check (reason in ('cycle', 'change', 'cancel', 'resume', 'manual')),
  occasion text not null,
  cycle integer,
  number text unique,
  status text not null check (status in ('draft', 'open', 'paid', 'void', 'uncollectible')),
  collection_method text not null check (collection_method in ('charge_automatically', 'send_invoice')),
  currency text not null,
  subtotal_minor bigint not null,
  discount_minor bigint not null,
  tax_minor bigint not null,
  total_minor bigint not null,
  credit_applied_minor bigint not null,
  amount_due_minor bigint not null check (amount_due_minor >= 0),
  amount_paid_minor bigint not null default 0,
  amount_refunded_minor bigint not null default 0,
  period_start timestamptz(3) not null,
  period_end timestamptz(3) not null,
  issued_at timestamptz(3) not null,
  due_at timestamptz(3) not null,
  overdue_at timestamptz(3),
  paid_at timestamptz(3),
  closed_at timestamptz(3),
  stripe_payment_intent_id text unique,
  attempt_count integer not null default 0,
  first_failed_at timestamptz(3),
  next_attempt_at timestamptz(3),
  next_reminder_at timestamptz(3),
  final_action_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  -- I1: one invoice per subscription, reason and occasion, whatever is retried.
  unique (subscription_id, reason, occasion),
  -- A draft has no number yet, so that one that is thrown away leaves no gap (I9).
  check (number is not null or status in ('draft', 'void')),
  check (amount_paid_minor <= amount_due_minor)
);
create index invoices_user on invoices (user_id, created_at);
create index invoices_open on invoices (subscription_id, period_start) where status in ('draft', 'open');

create table invoice_lines (
  id uuid primary key,
  invoice_id uuid not null references invoices (id),
  position integer not null,
  description text not null,
  quantity integer not null,
  amount_minor bigint not null,
  discount_minor bigint not null,
  tax_minor bigint not null,
  proration boolean not null default false,
  period_start timestamptz(3) not null,
  period_end timestamptz(3) not null,
  created_at timestamptz(3) not null default now(),
  unique (invoice_id, position)
);

-- I9: a final invoice's money, lines and number never change.
create function refuse_change_of_final_invoice() returns trigger language plpgsql as $$
begin
  if old.status <> 'draft' and (
    new.number, new.user_id, new.subscription_id, new.reason, new.occasion, new.currency,
    new.subtotal_minor, new.discount_minor, new.tax_minor, new.total_minor,
    new.credit_applied_minor, new.amount_due_minor, new.period_start, new.period_end, new.issued_at
  ) is distinct from (
    old.number, old.user_id, old.subscription_id, old.reason, old.occasion, old.currency,
    old.subtotal_minor, old.discount_minor, old.tax_minor, old.total_minor,
    old.credit_applied_minor, old.amount_due_minor, old.period_start, old.period_end, old.issued_at
  ) then
    raise exception 'invoice % is final and cannot change', old.number;
  end if;
  return new;
end $$;
create trigger invoices_final before update on invoices
  for each row execute function refuse_change_of_final_invoice();
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never changed or deleted', tg_table_name;
end $$;
create trigger invoice_lines_final before update or delete on invoice_lines
  for each row execute function refuse_change();
create trigger invoices_kept before delete on invoices for each row execute function refuse_change();

-- I3: the row comes before the call; its key is what Stripe is given.
create table payment_attempts (
  id uuid primary key,
  invoice_id uuid not null references invoices (id),
  number integer not null,
  status text not null check (status in ('pending', 'processing', 'requires_action', 'succeeded',
    'failed', 'canceled')),
  idempotency_key text not null unique,
  payment_method_id text,
  stripe_payment_intent_id text,
  stripe_charge_id text,
  amount_minor bigint not null,
  currency text not null,
  error_code text,
  decline_code text,
  message text,
  attempted_at timestamptz(3) not null,
  settled_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  unique (invoice_id, number)
);
create unique index payment_attempts_one_pending on payment_attempts (invoice_id) where status = 'pending';

create table refunds (
  id uuid primary key,
  invoice_id uuid references invoices (id),
  user_id uuid references users (id),
  stripe_payment_intent_id text not null,
  stripe_refund_id text unique,
  reason text not null,
  occasion text not null unique,
  status text not null check (status in ('pending', 'succeeded', 'failed')),
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

create table credit_notes (
  id uuid primary key,
  invoice_id uuid not null references invoices (id),
  number text not null unique,
  reason text not null,
  occasion text not null,
  currency text not null,
  net_minor bigint not null,
  tax_minor bigint not null,
  total_minor bigint not null check (total_minor = net_minor + tax_minor),
  to_balance_minor bigint not null,
  to_invoice_minor bigint not null,
  issued_at timestamptz(3) not null,
  created_at timestamptz(3) not null default now(),
  unique (invoice_id, reason, occasion),
  check (total_minor = to_balance_minor + to_invoice_minor)
);
create trigger credit_notes_final before update or delete on credit_notes
  for each row execute function refuse_change();

-- The customer's balance per currency is the sum of these; positive is credit, negative is debt.
create table balance_transactions (
  id uuid primary key,
  user_id uuid not null references users (id),
  currency text not null,
  amount_minor bigint not null,
  kind text not null,
  occasion text not null unique,
  invoice_id uuid references invoices (id),
  created_at timestamptz(3) not null default now()
);
create index balance_transactions_user on balance_transactions (user_id, currency);
create trigger balance_transactions_final before update or delete on balance_transactions
  for each row execute function refuse_change();

-- I13: the double-entry ledger; debit positive, credit negative; an entry's postings sum to zero.
create table ledger_entries (
  id uuid primary key,
  occasion text not null unique,
  kind text not null,
  currency text not null,
  invoice_id uuid references invoices (id),
  user_id uuid references users (id),
  at timestamptz(3) not null,
  created_at timestamptz(3) not null default now()
);
create index ledger_entries_invoice on ledger_entries (invoice_id);
create table ledger_postings (
  entry_id uuid not null references ledger_entries (id),
  account text not null check (account in ('receivable', 'revenue', 'tax', 'cash', 'customer_balance',
    'write_off', 'suspense')),
  amount_minor bigint not null check (amount_minor <> 0),
  primary key (entry_id, account)
);
create function refuse_unbalanced_entry() returns trigger language plpgsql as $$
begin
  if (select sum(amount_minor) from ledger_postings where entry_id = new.entry_id) <> 0 then
    raise exception 'ledger entry % does not balance', new.entry_id;
  end if;
  return null;
end $$;
create constraint trigger ledger_balances after insert on ledger_postings
  deferrable initially deferred for each row execute function refuse_unbalanced_entry();
create trigger ledger_entries_final before update or delete on ledger_entries
  for each row execute function refuse_change();
create trigger ledger_postings_final before update or delete on ledger_postings
  for each row execute function refuse_change();

-- I7: an event of Stripe's is stored once by its id, before it is acknowledged.
create table webhook_events (
  id text primary key,
  type text not null,
  payload jsonb not null,
  status text not null default 'received' check (status in ('received', 'done', 'ignored', 'failed')),
  attempts integer not null default 0,
  due_at timestamptz(3) not null default now(),
  last_error text,
  received_at timestamptz(3) not null default now(),
  settled_at timestamptz(3)
);
create index webhook_events_due on webhook_events (due_at) where status = 'received';

-- I8: the outbox; one mail per kind, thing and occasion, written together with what it announces.
create table emails (
  id uuid primary key,
  kind text not null,
  thing text not null,
  occasion text not null,
  user_id uuid not null references users (id),
  subscription_id uuid references subscriptions (id),
  data jsonb not null,
  status text not null default 'queued' check (status in ('queued', 'sent', 'failed')),
  attempts integer not null default 0,
  due_at timestamptz(3) not null default now(),
  message_id text not null unique,
  last_error text,
  sent_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  unique (kind, thing, occasion)
);
create index emails_due on emails (due_at) where status = 'queued';
create index emails_subscription on emails (subscription_id);

-- The story of a subscription, in the order it happened.
create table subscription_events (
  id bigint generated always as identity primary key,
  subscription_id uuid not null references subscriptions (id),
  at timestamptz(3) not null,
  type text not null,
  data jsonb not null default '{}',
  created_at timestamptz(3) not null default now()
);
create index subscription_events_subscription on subscription_events (subscription_id, id);

create table idempotency_keys (
  user_id uuid not null references users (id) on delete cascade,
  key text not null,
  request_hash text not null,
  status integer,
  body jsonb,
  locked_at timestamptz(3) not null default now(),
  created_at timestamptz(3) not null default now(),
  primary key (user_id, key)
);

create table audit_log (
  id bigint generated always as identity primary key,
  actor_id uuid references users (id),
  action text not null,
  object text not null,
  before jsonb,
  after jsonb,
  reason text,
  created_at timestamptz(3) not null default now()
);

-- The worker's two queues wake at once when a row arrives, and poll slowly besides.
create function announce_queued_row() returns trigger language plpgsql as $$
begin
  perform pg_notify(tg_argv[0], '');
  return null;
end $$;
create trigger emails_announce after insert on emails
  for each statement execute function announce_queued_row('emails');
create trigger webhook_events_announce after insert on webhook_events
  for each statement execute function announce_queued_row('webhook_events');
`;

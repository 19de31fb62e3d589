import type { Migration } from '../migration';

/**
 * What operators do and see besides money: erasing a person, the outbox, the business's figures and
 * how a billing day goes. Most of it are the indexes by which those figures stay quick.
 */
export const up: Migration = ({ sequelize, transaction }) =>
  sequelize.query(schema, { transaction });

const schema = `
alter table users
  -- When a person was erased here; their row stays, as the books refer to it.
  add column erased_at timestamptz(3),
  -- When Stripe had forgotten them too.
  add column stripe_erased_at timestamptz(3),
  add constraint users_erased_are_inactive check (erased_at is null or not is_active);
create index users_erased_here_only on users (erased_at)
  where erased_at is not null and stripe_erased_at is null;

-- Whose subscription, invoice or dispute the words are about; erased with the person.
alter table request_details add column user_id uuid references users (id);
create index request_details_user on request_details (user_id);

create index emails_listed on emails (created_at, id);
create index emails_user on emails (user_id, created_at);

-- The events that change what a subscription brings in.
create index subscription_events_revenue on subscription_events (subscription_id, at)
  where type in ('plan_changed', 'paused', 'resumed', 'recovered', 'final_action');
create index payment_attempts_failed on payment_attempts (attempted_at) where status = 'failed';
-- Invoices that were charged in vain or are overdue, by when that began.
create index invoices_dunned on invoices (least(first_failed_at, overdue_at))
  where first_failed_at is not null or overdue_at is not null;

-- A billing day: what is due, what was done, and what became of its invoices.
create index subscriptions_boundary on subscriptions (current_period_end)
  where status in ('trialing', 'active', 'past_due', 'unpaid', 'paused');
create index subscriptions_ended on subscriptions (ended_at) where ended_at is not null;
create index subscription_cycles_due on subscription_cycles (period_start);
create index invoices_of_cycles on invoices (period_start) where reason = 'cycle';
`;

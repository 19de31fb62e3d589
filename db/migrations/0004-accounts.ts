import type { Migration } from '../migration';

/**
 * Accounts beyond a password: addresses that are confirmed, forgotten passwords, limits against
 * guessing that hold over all processes, API keys, and the names that another system has for its
 * customers.
 */
export const up: Migration = ({ sequelize, transaction }) =>
  sequelize.query(schema, { transaction });

const schema = `
alter table users
  add column email_verified_at timestamptz(3),
  -- What the business calls this customer in its own system, and what it notes about them.
  add column external_id text,
  add column metadata jsonb not null default '{}';
create unique index users_external_id_key on users (external_id) where external_id is not null;
create index users_listed on users (created_at, id);

create index subscriptions_external_id on subscriptions (external_id) where external_id is not null;

-- What a link in a mail allows, once. The link's token is made of the id and a signature that is not
-- stored: who can read this table can't use it.
create table account_tokens (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  purpose text not null check (purpose in ('verify_email', 'reset_password')),
  expires_at timestamptz(3) not null,
  used_at timestamptz(3),
  -- By a newer one, or because what it was made for is over.
  revoked_at timestamptz(3),
  created_at timestamptz(3) not null default now()
);
create unique index account_tokens_live on account_tokens (user_id, purpose)
  where used_at is null and revoked_at is null;

-- How often somebody tried something lately. The keys are hashes: no address can be read from them.
create table rate_limits (
  key text primary key,
  -- Attempts, of which time takes away again.
  level double precision not null,
  seen_at timestamptz(3) not null,
  blocked_until timestamptz(3),
  -- Somebody logged in to this account from this address, so nobody else can keep them out there.
  trusted_until timestamptz(3)
);
create index rate_limits_seen on rate_limits (seen_at);

create table api_keys (
  id uuid primary key,
  name text not null,
  -- SHA-256 of the key, which is random enough to need no more; and its end, to tell keys apart.
  key_hash text not null unique,
  last4 text not null,
  live boolean not null,
  scopes jsonb not null,
  made_by uuid not null references users (id),
  expires_at timestamptz(3),
  last_used_at timestamptz(3),
  revoked_at timestamptz(3),
  created_at timestamptz(3) not null default now()
);
create index api_keys_listed on api_keys (created_at, id);
create index api_keys_made_by on api_keys (made_by);

alter table audit_log add column api_key_id uuid references api_keys (id);
`;

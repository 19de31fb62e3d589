import type { Migration } from '../migration';

/** What the API keeps of requests that came with an Idempotency-Key, so that each happens once. */
export const up: Migration = ({ sequelize, transaction }) =>
  sequelize.query(schema, { transaction });

const schema = `
alter table idempotency_keys
  drop column body,
  -- The answer, sealed by the API; null while the request is under way, or where it held a secret.
  add column answer text,
  -- Who works on it: a request that was given up for dead must not answer over its successor.
  add column claim uuid not null default gen_random_uuid(),
  add constraint idempotency_keys_key_check check (length(key) between 1 and 255),
  add constraint idempotency_keys_answer_check check (answer is null or status is not null);
-- They are kept for a day.
create index idempotency_keys_created on idempotency_keys (created_at);
`;

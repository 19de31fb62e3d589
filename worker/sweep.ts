import { QueryTypes } from 'sequelize';
import type { Database } from '../db/database';
import type { Logger } from '../platform/logger';
import { rebuildWorkflow } from '../platform/rebuild-workflow';
import type { TemporalClient } from '../platform/temporal-client';

/** A workflow acts within seconds of an instant; one that is this late is not there or stuck. */
const lateMinutes = 10;

/** How often it is looked. */
export const sweepMilliseconds = 60_000;

/**
 * Proves that no subscription is forgotten (I6): one whose time has passed and on which nobody acted
 * gets its workflow anew from the database. Where the workflow runs all the same (it waits for
 * Stripe, or needs attention) starting it changes nothing. How many were late.
 */
export async function sweepLateSubscriptions(deps: {
  database: Database;
  temporal: TemporalClient;
  logger: Logger;
}): Promise<number> {
  const late = await deps.database.sequelize.query<{ id: string }>(lateSubscriptions, {
    replacements: { lateMinutes },
    type: QueryTypes.SELECT,
  });
  for (const { id } of late) {
    deps.logger.warn({ subscriptionId: id }, 'nobody acted on a subscription in time');
    await rebuildWorkflow(deps.temporal, id);
  }
  return late.length;
}

const lateSubscriptions = `
  select id from subscriptions
  where test_clock_id is null and managed_by = 'everbill' and needs_attention is null and (
    (status in ('trialing', 'active', 'past_due', 'unpaid', 'paused')
      and current_period_end < now() - make_interval(mins => :lateMinutes))
    or (status = 'incomplete'
      and least(expires_at, starts_at) < now() - make_interval(mins => :lateMinutes))
    or (status = 'paused' and resume_at < now() - make_interval(mins => :lateMinutes))
    or (status = 'trialing' and trial_notice_at < now() - make_interval(mins => :lateMinutes))
    or (pending_change ->> 'expiresAt')::timestamptz < now() - make_interval(mins => :lateMinutes)
    or exists (
      select from invoices where invoices.subscription_id = subscriptions.id
      and invoices.status = 'open'
      and least(next_attempt_at, next_reminder_at, final_action_at) < now() - make_interval(mins => :lateMinutes)
    )
  )
  order by random() limit 1000`;

/** A workflow that should be running; `mirrors` is Stripe's id of a subscription that Stripe runs itself. */
export interface Unfinished {
  id: string;
  mirrors?: string;
}

/** Every subscription whose workflow should be running, oldest first. */
export async function unfinishedSubscriptions(database: Database): Promise<Unfinished[]> {
  const rows = await database.sequelize.query<{ id: string; mirrors: string | null }>(
    `select id, case managed_by when 'stripe' then external_id end as mirrors from subscriptions
     where status in ('incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused')
       or pending_change ->> 'expiresAt' is not null
       or exists (select from invoices where invoices.subscription_id = subscriptions.id
         and invoices.status in ('draft', 'open'))
     order by created_at`,
    { type: QueryTypes.SELECT },
  );
  return rows.map(({ id, mirrors }) => (mirrors === null ? { id } : { id, mirrors }));
}

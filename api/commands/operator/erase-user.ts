import { QueryTypes, type Transaction } from 'sequelize';
import type { UserRecord } from '../../../activities/ports/records';
import type { Database } from '../../../db/database';
import { eraseAtStripe } from '../../../platform/erase-at-stripe';
import type { Dependencies } from '../../dependencies';
import { Problem } from '../../http/problem';
import type { Actor } from '../../accounts/authenticate';
import { anyRow } from '../../queries/operator/any';
import { recordAct } from './audit';
import { lockedUser, refuseKey, refuseOwnAccount, type AccessAct } from './user-access';

/**
 * Erases a person: everything personal that the books need not keep is gone here in one transaction,
 * then at Stripe. When Stripe can't be reached it is done later by the worker, or by asking again;
 * `stripeErasedAt` says that it was. Asked again it answers the same, and is in the audit log once.
 * Which data stays, and why: docs/decisions/0019.
 * @throws Problem 404; 409 `own_account`, `live_subscription_exists`, `invoice_open`,
 *   `payment_disputed` or `refund_pending`.
 */
export async function eraseUser(
  { database, payments, logger }: Dependencies,
  operator: Actor,
  { id, reason }: AccessAct,
): Promise<UserRecord> {
  refuseOwnAccount(operator, id);
  await database.transaction(async (transaction) => {
    const user = await lockedUser(database, transaction, id);
    refuseKey(operator, user);
    if (user.erasedAt !== null) return;
    await refuseWhatGoesOn(database, transaction, id);
    await forget(database, transaction, id);
    await recordAct(
      database,
      transaction,
      { operator, action: 'user.erase', object: `user/${id}`, reason },
      { before: { erased: false }, after: { erased: true } },
    );
  });
  try {
    await eraseAtStripe({ database, payments }, id);
  } catch (error) {
    logger.warn({ userId: id, err: error }, 'an erased user is not forgotten at Stripe yet');
  }
  return anyRow(database.users, id);
}

/** What must be brought to its end before, and how it is called. */
const hindrances = [
  [
    'live_subscription_exists',
    'There is a live subscription: cancel it first.',
    `select from subscriptions where user_id = :id
     and status in ('incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused')`,
  ],
  [
    'invoice_open',
    'An invoice is not settled: have it paid, voided or written off first.',
    `select from invoices where user_id = :id and status in ('draft', 'open')`,
  ],
  [
    'payment_disputed',
    'A payment is disputed: its evidence is needed until the bank has decided.',
    `select from disputes where user_id = :id and closed_at is null`,
  ],
  [
    'refund_pending',
    'A refund is under way: its card is needed until it has arrived.',
    `select from refunds where user_id = :id and status = 'pending'`,
  ],
] as const;

async function refuseWhatGoesOn(
  { sequelize }: Database,
  transaction: Transaction,
  id: string,
): Promise<void> {
  for (const [code, detail, rows] of hindrances) {
    const [found] = await sequelize.query<{ exists: boolean }>(`select exists (${rows})`, {
      replacements: { id },
      transaction,
      type: QueryTypes.SELECT,
    });
    if (found?.exists === true) throw new Problem(409, code, detail);
  }
}

/**
 * In the order of the tables. Invoices, lines, credit notes, attempts, refunds and the ledger hold
 * numbers, plans and Stripe's ids only, and stay.
 */
const erasing: readonly string[] = [
  // The address is free again; one of a domain that can't exist (RFC 2606) takes its place.
  `update users set email = 'erased-' || id || '@erased.invalid', username = null, name = '',
     first_name = '', last_name = '', password_hash = '', is_active = false, locale = 'en-US',
     time_zone = 'UTC', external_id = null, metadata = '{}', email_verified_at = null,
     erased_at = now(), updated_at = now()
   where id = :id`,
  `delete from refresh_tokens where user_id = :id`,
  `delete from account_tokens where user_id = :id`,
  `update api_keys set revoked_at = now() where made_by = :id and revoked_at is null`,
  `delete from idempotency_keys where user_id = :id`,
  `delete from request_details where user_id = :id`,
  `update subscriptions set metadata = '{}',
     external_id = case managed_by when 'stripe' then external_id end,
     cancel_reason = case when cancel_reason in ('not_paid', 'replaced') then cancel_reason end
   where user_id = :id`,
  `update subscription_events set data = data - 'description'
   where data ? 'description' and subscription_id in (select id from subscriptions where user_id = :id)`,
  `update invoice_items set description = '' where user_id = :id`,
  `update payment_methods set type = 'erased', brand = null, last4 = null, exp_month = null,
     exp_year = null, is_default = false, detached_at = coalesce(detached_at, now()), updated_at = now()
   where user_id = :id`,
  // What waits is not sent any more; of what was sent remains that it was.
  `update emails set data = '{}', last_error = null,
     status = case status when 'queued' then 'failed' else status end
   where user_id = :id`,
];

async function forget(
  { sequelize }: Database,
  transaction: Transaction,
  id: string,
): Promise<void> {
  for (const statement of erasing) {
    await sequelize.query(statement, { replacements: { id }, transaction });
  }
}

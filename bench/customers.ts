import { randomUUID } from 'node:crypto';
import { QueryTypes } from 'sequelize';
import { collect } from '../activities/collect';
import { createSubscription } from '../activities/create-subscription';
import type { PaymentGateway } from '../activities/ports/payments';
import type { BillingStore } from '../activities/ports/store';
import { savePaymentMethod } from '../activities/save-payment-method';
import { toInstant } from '../billing/instant';
import type { Database } from '../db/database';
import { StackError } from '../scripts/stack/part';

/** What customers are made with: the activities' own ports, so that every row is as in real life. */
export interface Billing {
  readonly database: Database;
  readonly store: BillingStore;
  readonly payments: PaymentGateway;
}

const dayMilliseconds = 86_400_000;

/** A plan that renews every day, of which every term is equally long. */
export async function addDailyPlan({ database }: Billing): Promise<string> {
  const monthly = await database.plans.findOne({ where: { code: 'basic_monthly' } });
  if (monthly === null) throw new StackError('The plan basic_monthly is not seeded.');
  const id = randomUUID();
  const code = 'bench_daily';
  await database.plans.create({ ...monthly.get({ plain: true }), id, code, interval: 'day' });
  return id;
}

/**
 * A customer with a saved card and a subscription whose first invoice is paid, by the steps that the
 * workflow takes but without a workflow. The subscription's id.
 */
export async function addCustomer(billing: Billing, planId: string): Promise<string> {
  const userId = randomUUID();
  const subscriptionId = randomUUID();
  await billing.database.users.create({
    id: userId,
    email: `${userId}@everbill.test`,
    name: 'Benny Bench',
    passwordHash: 'none',
    invoicePrefix: userId.slice(0, 13).toUpperCase(),
  });
  const now = toInstant(new Date());
  const paymentMethodId = 'pm_card_visa';
  const request = {
    userId,
    planId,
    quantity: 1,
    timeZone: 'UTC',
    exclusive: true,
    paymentMethodId,
  };
  const about = { subscriptionId, request, now };
  const saved = await savePaymentMethod(billing, about);
  if ('refused' in saved) throw new StackError(saved.refused.message);
  const created = await createSubscription(billing.store, { ...about, ...saved });
  if ('refused' in created) throw new StackError(created.refused.message);
  const invoiceId = created.state.invoices[0]?.id ?? '';
  const { state } = await collect(billing, { subscriptionId, invoiceId, now });
  if (state.status !== 'active') throw new StackError(`A new subscription is ${state.status}.`);
  return subscriptionId;
}

/** Moves first cycles, and the anchor with them, so that all end at `at` (milliseconds since 1970). */
export async function makeDue(
  { database }: Billing,
  subscriptionIds: readonly string[],
  at: number,
): Promise<void> {
  const replacements = {
    ids: [...subscriptionIds],
    start: toInstant(new Date(at - dayMilliseconds)),
    end: toInstant(new Date(at)),
  };
  await database.sequelize.query(
    `update subscriptions set anchor_at = :start, current_period_start = :start,
       current_period_end = :end where id in (:ids);
     update subscription_cycles set period_start = :start, period_end = :end
       where subscription_id in (:ids) and cycle = 1`,
    { replacements },
  );
}

/** How many second cycles are paid. */
export function renewedCount(billing: Billing): Promise<number> {
  return count(billing, `from invoices where occasion = '2' and status = 'paid'`);
}

/** How many mails and events of Stripe's still wait. */
export function waitingCount(billing: Billing): Promise<number> {
  return count(
    billing,
    `from (select 1 from emails where status = 'queued'
       union all select 1 from webhook_events where status = 'received') as waiting`,
  );
}

/** How many subscriptions have anything else than two cycles, two paid invoices and two charges. */
export function wrongCount(billing: Billing): Promise<number> {
  return count(
    billing,
    `from subscriptions s where status <> 'active' or cycle <> 2 or needs_attention is not null
     or 2 <> (select count(*) from subscription_cycles c where c.subscription_id = s.id)
     or array['1', '2'] is distinct from (
       select array_agg(occasion order by occasion) from invoices i
       where i.subscription_id = s.id and i.status = 'paid' and i.reason = 'cycle')
     or array['succeeded', 'succeeded'] is distinct from (
       select array_agg(a.status) from payment_attempts a join invoices i on i.id = a.invoice_id
       where i.subscription_id = s.id)
     or 4 <> (select count(*) from ledger_entries e join invoices i on i.id = e.invoice_id
       where i.subscription_id = s.id)`,
  );
}

async function count({ database }: Billing, from: string): Promise<number> {
  const [row] = await database.sequelize.query<{ count: number }>(
    `select count(*)::integer as count ${from}`,
    { type: QueryTypes.SELECT },
  );
  return row?.count ?? 0;
}

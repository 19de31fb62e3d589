import { QueryTypes } from 'sequelize';
import type {
  InvoiceRecord,
  PaymentAttemptRecord,
  StripePaymentRecord,
} from '../../activities/ports/records';
import type { Database } from '../../db/database';
import { invalidField } from '../http/problem';
import type { Page, PageRequest } from './newest-first';

/** One attempt to collect one invoice of ours, or the payment of one of Stripe Billing's. */
export type PaymentView =
  { attempt: PaymentAttemptRecord; invoice: InvoiceRecord } | { mirrored: StripePaymentRecord };

/** A user's payments of both kinds. */
const payments = `with payments as (
  select payment_attempts.id, payment_attempts.created_at from payment_attempts
  join invoices on invoices.id = payment_attempts.invoice_id where invoices.user_id = :userId
  union all
  select id, created_at from stripe_payments where user_id = :userId)`;

/** How many payments a user has made or tried to make. */
export async function countPayments({ sequelize }: Database, userId: string): Promise<number> {
  const [row] = await sequelize.query<{ count: number }>(
    `${payments} select count(*)::int as count from payments`,
    { replacements: { userId }, type: QueryTypes.SELECT },
  );
  return row?.count ?? 0;
}

/** A user's payments, newest first. */
export async function paymentsOf(
  database: Database,
  userId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<PaymentView[]> {
  const ids = await database.sequelize.query<{ id: string }>(
    `${payments} select id from payments order by created_at desc, id desc limit :limit offset :offset`,
    { replacements: { userId, limit, offset }, type: QueryTypes.SELECT },
  );
  return viewsOf(
    database,
    ids.map(({ id }) => id),
  );
}

/** The same as a page of v1. @throws Problem 400 when `starting_after` is not one of them. */
export async function paymentsPage(
  database: Database,
  userId: string,
  { limit, starting_after }: PageRequest,
): Promise<Page<PaymentView>> {
  const after = starting_after ?? null;
  const ids = await database.sequelize.query<{ id: string }>(
    `${payments} select id from payments
     where cast(:after as uuid) is null or (created_at, id) <
       (select last.created_at, last.id from payments last where last.id = cast(:after as uuid))
     order by created_at desc, id desc limit :limit`,
    { replacements: { userId, after, limit: limit + 1 }, type: QueryTypes.SELECT },
  );
  if (after !== null && ids.length === 0) await refuseUnknown(database, userId, after);
  const rows = await viewsOf(
    database,
    ids.slice(0, limit).map(({ id }) => id),
  );
  return { rows, hasMore: ids.length > limit };
}

async function refuseUnknown({ sequelize }: Database, userId: string, id: string): Promise<void> {
  const own = await sequelize.query<{ id: string }>(
    `${payments} select id from payments where id = :id`,
    { replacements: { userId, id }, type: QueryTypes.SELECT },
  );
  if (own.length === 0) throw invalidField('starting_after', 'There is no such item.');
}

/** In the order of their ids. */
async function viewsOf(database: Database, ids: string[]): Promise<PaymentView[]> {
  if (ids.length === 0) return [];
  const [ours, stripes] = await Promise.all([
    withInvoices(database, ids),
    database.stripePayments.findAll({ where: { id: ids } }),
  ]);
  const views = new Map<string, PaymentView>(ours.map((view) => [view.attempt.id, view]));
  for (const row of stripes) {
    const mirrored = row.get({ plain: true });
    views.set(mirrored.id, { mirrored });
  }
  return ids.flatMap((id) => views.get(id) ?? []);
}

async function withInvoices(database: Database, ids: string[]) {
  const rows = await database.paymentAttempts.findAll({ where: { id: ids } });
  const attempts = rows.map((row) => row.get({ plain: true }));
  const invoiceIds = attempts.map(({ invoiceId }) => invoiceId);
  const invoiceRows = await database.invoices.findAll({ where: { id: [...new Set(invoiceIds)] } });
  const invoices = new Map(
    invoiceRows.map((row) => row.get({ plain: true })).map((invoice) => [invoice.id, invoice]),
  );
  return attempts.flatMap((attempt) => {
    const invoice = invoices.get(attempt.invoiceId);
    return invoice === undefined ? [] : [{ attempt, invoice }];
  });
}

import { QueryTypes } from 'sequelize';
import type { InvoiceRecord, PaymentAttemptRecord } from '../../activities/ports/records';
import type { Database } from '../../db/database';
import { invalidField } from '../http/problem';
import type { Page, PageRequest } from './newest-first';

/** One attempt to collect one invoice. */
export interface PaymentView {
  attempt: PaymentAttemptRecord;
  invoice: InvoiceRecord;
}

/** How many payments a user has made or tried to make. */
export async function countPayments({ sequelize }: Database, userId: string): Promise<number> {
  const [row] = await sequelize.query<{ count: number }>(
    `select count(*)::int as count from payment_attempts
     join invoices on invoices.id = payment_attempts.invoice_id
     where invoices.user_id = :userId`,
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
    `select payment_attempts.id from payment_attempts
     join invoices on invoices.id = payment_attempts.invoice_id
     where invoices.user_id = :userId
     order by payment_attempts.created_at desc, payment_attempts.id desc
     limit :limit offset :offset`,
    { replacements: { userId, limit, offset }, type: QueryTypes.SELECT },
  );
  return withInvoices(
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
    `select payment_attempts.id from payment_attempts
     join invoices on invoices.id = payment_attempts.invoice_id
     where invoices.user_id = :userId
       and (cast(:after as uuid) is null or (payment_attempts.created_at, payment_attempts.id) <
         (select last.created_at, last.id from payment_attempts last
          join invoices owner on owner.id = last.invoice_id
          where last.id = cast(:after as uuid) and owner.user_id = :userId))
     order by payment_attempts.created_at desc, payment_attempts.id desc
     limit :limit`,
    { replacements: { userId, after, limit: limit + 1 }, type: QueryTypes.SELECT },
  );
  if (after !== null && ids.length === 0) await refuseUnknown(database, userId, after);
  const rows = await withInvoices(
    database,
    ids.slice(0, limit).map(({ id }) => id),
  );
  return { rows, hasMore: ids.length > limit };
}

async function refuseUnknown(database: Database, userId: string, id: string): Promise<void> {
  const attempt = await database.paymentAttempts.findByPk(id);
  const invoiceId = attempt?.get({ plain: true }).invoiceId;
  const owned =
    invoiceId !== undefined &&
    (await database.invoices.count({ where: { id: invoiceId, userId } })) > 0;
  if (!owned) throw invalidField('starting_after', 'There is no such item.');
}

async function withInvoices(database: Database, ids: string[]): Promise<PaymentView[]> {
  if (ids.length === 0) return [];
  const rows = await database.paymentAttempts.findAll({ where: { id: ids } });
  const attempts = new Map(
    rows.map((row) => row.get({ plain: true })).map((attempt) => [attempt.id, attempt]),
  );
  const invoiceIds = [...attempts.values()].map(({ invoiceId }) => invoiceId);
  const invoiceRows = await database.invoices.findAll({ where: { id: [...new Set(invoiceIds)] } });
  const invoices = new Map(
    invoiceRows.map((row) => row.get({ plain: true })).map((invoice) => [invoice.id, invoice]),
  );
  return ids.flatMap((id) => {
    const attempt = attempts.get(id);
    const invoice = attempt && invoices.get(attempt.invoiceId);
    return attempt === undefined || invoice === undefined ? [] : [{ attempt, invoice }];
  });
}

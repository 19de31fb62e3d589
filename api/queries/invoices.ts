import type {
  InvoiceLineRecord,
  InvoiceRecord,
  PaymentAttemptRecord,
} from '../../activities/ports/records';
import type { Database } from '../../db/database';
import { notFound } from '../http/problem';

/** An invoice as it is shown: with its lines and what was tried to collect it. */
export interface InvoiceView {
  invoice: InvoiceRecord;
  lines: InvoiceLineRecord[];
  attempts: PaymentAttemptRecord[];
}

/** @throws Problem 404, also when it is somebody else's (I10). */
export async function ownInvoice(
  { invoices }: Database,
  userId: string,
  id: string,
): Promise<InvoiceRecord> {
  const row = await invoices.findOne({ where: { id, userId } });
  if (row === null) throw notFound();
  return row.get({ plain: true });
}

/** All of a user's invoices, newest first. */
export async function invoicesOf({ invoices }: Database, userId: string): Promise<InvoiceRecord[]> {
  const rows = await invoices.findAll({
    where: { userId },
    order: [
      ['createdAt', 'DESC'],
      ['id', 'DESC'],
    ],
  });
  return rows.map((row) => row.get({ plain: true }));
}

/** Adds lines and attempts, in two queries for all of them. */
export async function viewInvoices(
  { invoiceLines, paymentAttempts }: Database,
  invoices: readonly InvoiceRecord[],
): Promise<InvoiceView[]> {
  if (invoices.length === 0) return [];
  const where = { invoiceId: invoices.map(({ id }) => id) };
  const [lineRows, attemptRows] = await Promise.all([
    invoiceLines.findAll({ where, order: [['position', 'ASC']] }),
    paymentAttempts.findAll({ where, order: [['number', 'ASC']] }),
  ]);
  const lines = lineRows.map((row) => row.get({ plain: true }));
  const attempts = attemptRows.map((row) => row.get({ plain: true }));
  return invoices.map((invoice) => ({
    invoice,
    lines: lines.filter(({ invoiceId }) => invoiceId === invoice.id),
    attempts: attempts.filter(({ invoiceId }) => invoiceId === invoice.id),
  }));
}

export async function viewInvoice(
  database: Database,
  invoice: InvoiceRecord,
): Promise<InvoiceView> {
  const [view] = await viewInvoices(database, [invoice]);
  if (view === undefined) throw new Error('one in, one out');
  return view;
}

import type {
  CreditNoteRecord,
  InvoiceLineRecord,
  InvoiceRecord,
  PaymentAttemptRecord,
} from '../../activities/ports/records';
import { outstandingOf } from '../../billing/invoice';
import type { Database } from '../../db/database';
import { notFound } from '../http/problem';
import { discountsById, type AppliedCoupon } from './coupons';

/** An invoice as it is shown: with its lines, what was tried to collect it and what it was credited. */
export interface InvoiceView {
  invoice: InvoiceRecord;
  lines: InvoiceLineRecord[];
  attempts: PaymentAttemptRecord[];
  creditNotes: CreditNoteRecord[];
  /** Whose discount it has. */
  coupon: AppliedCoupon | undefined;
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

/** Whether it can be paid; one that was given up still can be. */
export const isPayable = (invoice: InvoiceRecord): boolean =>
  (invoice.status === 'open' || invoice.status === 'uncollectible') && outstandingOf(invoice) > 0n;

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

/** Adds what showing them needs, in as many queries for all of them as for one. */
export async function viewInvoices(
  database: Database,
  invoices: readonly InvoiceRecord[],
): Promise<InvoiceView[]> {
  if (invoices.length === 0) return [];
  const where = { invoiceId: invoices.map(({ id }) => id) };
  const [lineRows, attemptRows, noteRows, discounts] = await Promise.all([
    database.invoiceLines.findAll({ where, order: [['position', 'ASC']] }),
    database.paymentAttempts.findAll({ where, order: [['number', 'ASC']] }),
    database.creditNotes.findAll({ where, order: [['number', 'ASC']] }),
    discountsById(
      database,
      invoices.flatMap(({ discountId }) => discountId ?? []),
    ),
  ]);
  const lines = lineRows.map((row) => row.get({ plain: true }));
  const attempts = attemptRows.map((row) => row.get({ plain: true }));
  const notes = noteRows.map((row) => row.get({ plain: true }));
  return invoices.map((invoice) => ({
    invoice,
    lines: lines.filter(({ invoiceId }) => invoiceId === invoice.id),
    attempts: attempts.filter(({ invoiceId }) => invoiceId === invoice.id),
    creditNotes: notes.filter(({ invoiceId }) => invoiceId === invoice.id),
    coupon: discounts.get(invoice.discountId ?? ''),
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

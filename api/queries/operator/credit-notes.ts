import type {
  CreditNoteLineRecord,
  CreditNoteRecord,
  RefundRecord,
} from '../../../activities/ports/records';
import type { Database } from '../../../db/database';

/** A credit note as operators see it: with its lines, and how its refunds got on. */
export interface CreditNoteView {
  note: CreditNoteRecord;
  lines: CreditNoteLineRecord[];
  refunds: RefundRecord[];
}

export async function viewCreditNotes(
  database: Database,
  notes: readonly CreditNoteRecord[],
): Promise<CreditNoteView[]> {
  if (notes.length === 0) return [];
  const where = { creditNoteId: notes.map(({ id }) => id) };
  const [lineRows, refundRows] = await Promise.all([
    database.creditNoteLines.findAll({ where }),
    database.refunds.findAll({ where }),
  ]);
  const lines = lineRows.map((row) => row.get({ plain: true }));
  const refunds = refundRows.map((row) => row.get({ plain: true }));
  return notes.map((note) => ({
    note,
    lines: lines.filter(({ creditNoteId }) => creditNoteId === note.id),
    refunds: refunds.filter(({ creditNoteId }) => creditNoteId === note.id),
  }));
}

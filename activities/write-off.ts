import type { Instant } from '../billing/instant';
import { outstandingOf } from './outstanding';
import type { InvoiceRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';
import { voidInvoice } from './void-invoice';

/** Gives up a claim, which stays payable; a draft was none yet, and is only put away. */
export async function writeOff(
  unit: UnitOfWork,
  invoice: InvoiceRecord,
  now: Instant,
): Promise<InvoiceRecord> {
  if (invoice.status === 'draft') return voidInvoice(unit, { invoice, now });
  const writtenOff = await unit.updateInvoice(invoice, {
    status: 'uncollectible',
    closedAt: now,
    nextAttemptAt: null,
    nextReminderAt: null,
    finalActionAt: null,
  });
  const amount = outstandingOf(invoice);
  await unit.postToLedger({
    occasion: `write-off/${invoice.id}`,
    kind: 'invoice_written_off',
    currency: invoice.currency,
    invoiceId: invoice.id,
    userId: invoice.userId,
    at: now,
    postings: { write_off: amount, receivable: -amount },
  });
  return writtenOff;
}

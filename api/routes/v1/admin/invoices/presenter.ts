import type { PayLinks } from '../../../../../platform/pay-links';
import { asMinorUnits } from '../../../../presenters/money';
import type { InvoiceView } from '../../../../queries/invoices';
import type { CreditNoteView } from '../../../../queries/operator/credit-notes';
import { presentInvoice } from '../../invoices/presenter';

export const presentForOperator = (view: InvoiceView, payLinks: PayLinks) => ({
  ...presentInvoice(view, payLinks),
  user: view.invoice.userId,
  paid_out_of_band: view.invoice.paidOutOfBand,
  held: view.invoice.held,
});

export function presentCreditNote({ note, lines, refunds }: CreditNoteView) {
  return {
    id: note.id,
    number: note.number,
    invoice: note.invoiceId,
    reason: note.reason,
    memo: note.memo,
    currency: note.currency,
    net: asMinorUnits(note.netMinor),
    tax: asMinorUnits(note.taxMinor),
    total: asMinorUnits(note.totalMinor),
    to_invoice: asMinorUnits(note.toInvoiceMinor),
    to_card: asMinorUnits(note.toCardMinor),
    to_balance: asMinorUnits(note.toBalanceMinor),
    lines: lines.map(({ invoiceLineId, netMinor, taxMinor }) => ({
      invoice_line: invoiceLineId,
      net: asMinorUnits(netMinor),
      tax: asMinorUnits(taxMinor),
    })),
    refunds: refunds.map(({ id, amountMinor, status, stripeRefundId }) => ({
      id,
      amount: asMinorUnits(amountMinor),
      status,
      external_id: stripeRefundId,
    })),
    issued_at: note.issuedAt,
  };
}

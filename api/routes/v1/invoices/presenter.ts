import type { PayLinks } from '../../../../platform/pay-links';
import { presentCoupon } from '../../../presenters/coupon';
import { asMinorUnits } from '../../../presenters/money';
import { taxesOf } from '../../../presenters/taxes';
import type { InvoiceView } from '../../../queries/invoices';

export function presentInvoice(
  { invoice, lines, attempts, creditNotes, coupon }: InvoiceView,
  payLinks: PayLinks,
) {
  return {
    id: invoice.id,
    number: invoice.number,
    subscription: invoice.subscriptionId,
    cycle: invoice.cycle,
    reason: invoice.reason,
    status: invoice.status,
    currency: invoice.currency,
    subtotal: asMinorUnits(invoice.subtotalMinor),
    discount: asMinorUnits(invoice.discountMinor),
    tax: asMinorUnits(invoice.taxMinor),
    total: asMinorUnits(invoice.totalMinor),
    credit_applied: asMinorUnits(invoice.creditAppliedMinor),
    amount_due: asMinorUnits(invoice.amountDueMinor),
    amount_paid: asMinorUnits(invoice.amountPaidMinor),
    amount_refunded: asMinorUnits(invoice.amountRefundedMinor),
    amount_credited: asMinorUnits(invoice.amountCreditedMinor),
    coupon: coupon === undefined ? null : presentCoupon(coupon),
    taxes: taxesOf(lines).map(({ name, percentage, inclusive, sum }) => ({
      name,
      percentage,
      inclusive,
      amount: asMinorUnits(sum),
    })),
    period_start: invoice.periodStart,
    period_end: invoice.periodEnd,
    issued_at: invoice.issuedAt,
    due_at: invoice.dueAt,
    paid_at: invoice.paidAt,
    lines: lines.map((line) => ({
      description: line.description,
      amount: asMinorUnits(line.amountMinor),
      quantity: line.quantity,
      proration: line.proration,
      period_start: line.periodStart,
      period_end: line.periodEnd,
      discount: asMinorUnits(line.discountMinor),
      tax: asMinorUnits(line.taxMinor),
    })),
    credit_notes: creditNotes.map((note) => ({
      id: note.id,
      number: note.number,
      total: asMinorUnits(note.totalMinor),
      tax: asMinorUnits(note.taxMinor),
      reason: note.reason,
      to_balance: asMinorUnits(note.toBalanceMinor),
      to_invoice: asMinorUnits(note.toInvoiceMinor),
      to_card: asMinorUnits(note.toCardMinor),
      issued_at: note.issuedAt,
    })),
    attempts: attempts.map(({ id, status, declineCode, errorCode, attemptedAt }) => ({
      id,
      status,
      decline_code: declineCode ?? errorCode,
      at: attemptedAt,
    })),
    next_attempt_at: invoice.nextAttemptAt,
    hosted_url: isShown(invoice) ? payLinks.urlFor(invoice.id) : null,
  };
}

/** Whether there is something to see at its pay page: something to pay, or that it is paid. */
const isShown = ({ status }: InvoiceView['invoice']) => status !== 'draft' && status !== 'void';

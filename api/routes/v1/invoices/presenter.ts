import { asMinorUnits } from '../../../presenters/money';
import type { InvoiceView } from '../../../queries/invoices';

export function presentInvoice({ invoice, lines, attempts }: InvoiceView) {
  return {
    id: invoice.id,
    number: invoice.number,
    subscription: invoice.subscriptionId,
    cycle: invoice.cycle,
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
    })),
    attempts: attempts.map(({ id, status, declineCode, errorCode, attemptedAt }) => ({
      id,
      status,
      decline_code: declineCode ?? errorCode,
      at: attemptedAt,
    })),
    next_attempt_at: invoice.nextAttemptAt,
    hosted_url: null,
  };
}

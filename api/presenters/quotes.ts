import { z } from 'zod';
import type { ChangeQuote, InvoiceQuote } from '../../activities/ports/quotes';
import { instant, minorUnits } from '../http/fields';
import { asMinorUnits } from './money';

/** What an invoice and a quote of one say of a line. */
export const lineAmounts = z.object({
  description: z.string(),
  amount: minorUnits.describe('Before discount and exclusive tax; negative for time given back.'),
  quantity: z.int(),
  proration: z.boolean().describe('Whether it is for a part of a period, or gives one back.'),
  period_start: instant,
  period_end: instant,
  discount: minorUnits,
  tax: minorUnits,
});

const amounts = {
  currency: z.string(),
  lines: z.array(lineAmounts),
  subtotal: minorUnits,
  discount: minorUnits,
  tax: minorUnits,
  total: minorUnits.describe('Below zero: the rest is put on the balance.'),
  credit_applied: minorUnits.describe('From the balance; negative for a debt on it.'),
  amount_due: minorUnits,
  period_start: instant,
  period_end: instant,
};

export const changePreview = z.object({
  proration_date: instant.describe(
    'Send it with the change within 10 minutes, and exactly these amounts are charged.',
  ),
  ...amounts,
});

export const upcomingInvoice = z.object({ ...amounts, issued_at: instant });

export const presentPreview = (quote: ChangeQuote) => ({
  proration_date: quote.prorationDate,
  ...presentAmounts(quote),
});

export const presentUpcoming = (quote: InvoiceQuote) => ({
  ...presentAmounts(quote),
  issued_at: quote.issuedAt,
});

function presentAmounts(quote: InvoiceQuote) {
  return {
    currency: quote.currency,
    lines: quote.lines.map((line) => ({
      description: line.description,
      amount: asMinorUnits(line.amountMinor),
      quantity: line.quantity,
      proration: line.proration,
      period_start: line.period.start,
      period_end: line.period.end,
      discount: asMinorUnits(line.discountMinor),
      tax: asMinorUnits(line.taxMinor),
    })),
    subtotal: asMinorUnits(quote.subtotalMinor),
    discount: asMinorUnits(quote.discountMinor),
    tax: asMinorUnits(quote.taxMinor),
    total: asMinorUnits(quote.totalMinor),
    credit_applied: asMinorUnits(quote.creditAppliedMinor),
    amount_due: asMinorUnits(quote.amountDueMinor),
    period_start: quote.period.start,
    period_end: quote.period.end,
  };
}

import type { Instant } from '../billing/instant';
import { about } from './email-facts';
import type {
  CreditNoteRecord,
  InvoiceRecord,
  RefundRecord,
  SubscriptionRecord,
} from './ports/records';
import type { UnitOfWork } from './ports/store';

/** Tells the customer what they were given back, once for the credit note, and where it went. */
export async function mailCredit(
  unit: UnitOfWork,
  credit: {
    subscription: SubscriptionRecord;
    invoice: InvoiceRecord;
    note: CreditNoteRecord;
    toCard: bigint;
    toBalance: bigint;
    now: Instant;
  },
): Promise<void> {
  const { subscription, invoice, note, toCard, toBalance: toBalanceMinor, now } = credit;
  // What only goes from the balance and back to it is no news.
  if (toCard === 0n && toBalanceMinor <= 0n) return;
  await unit.queueEmail({
    kind: 'refund_issued',
    ...about(subscription, note.id, 'issued'),
    data: {
      invoice_id: invoice.id,
      invoice_number: invoice.number ?? '',
      credit_note_number: note.number,
      currency: note.currency,
      amount: String(toCard + larger(toBalanceMinor, 0n)),
      ...(toCard === 0n ? {} : { to_card: String(toCard), ...(await chargedCard(unit, invoice)) }),
      ...(toBalanceMinor > 0n ? { to_balance: String(toBalanceMinor) } : {}),
      ...(toBalanceMinor < 0n ? { from_balance: String(-toBalanceMinor) } : {}),
      refunded_at: now,
    },
  });
}

/** Tells the customer, once, that what was on its way to the card came back and is on their balance. */
export async function mailReturned(
  unit: UnitOfWork,
  returned: {
    subscription: SubscriptionRecord;
    invoice: InvoiceRecord;
    note: CreditNoteRecord | undefined;
    refund: RefundRecord;
    now: Instant;
  },
): Promise<void> {
  const { subscription, invoice, note, refund, now } = returned;
  const amount = String(refund.amountMinor);
  await unit.queueEmail({
    kind: 'refund_issued',
    ...about(subscription, refund.id, 'returned'),
    data: {
      invoice_id: invoice.id,
      invoice_number: invoice.number ?? '',
      ...(note === undefined ? {} : { credit_note_number: note.number }),
      currency: refund.currency,
      amount,
      to_balance: amount,
      returned: true,
      ...(await chargedCard(unit, invoice)),
      refunded_at: now,
    },
  });
}

/** The card that the invoice was paid by, while it is the customer's default. */
async function chargedCard(unit: UnitOfWork, invoice: InvoiceRecord) {
  const attempts = await unit.attempts(invoice.id);
  const paidBy = attempts.findLast(({ status }) => status === 'succeeded')?.paymentMethodId;
  const card = await unit.defaultPaymentMethod(invoice.userId);
  if (card === undefined || card.id !== paidBy) return {};
  return card.brand === null || card.last4 === null
    ? {}
    : { card: { brand: card.brand, last4: card.last4 } };
}

const larger = (a: bigint, b: bigint) => (a > b ? a : b);

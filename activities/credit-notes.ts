import type { CreditDestinations } from '../billing/credit-note';
import type { Instant } from '../billing/instant';
import { minimumCharge, stepOf, type MinorUnits } from '../billing/money';
import type { LineCredit } from './credit-left';
import { outstandingOf } from './outstanding';
import type {
  CreditNoteRecord,
  InvoiceRecord,
  RefundRecord,
  SubscriptionRecord,
} from './ports/records';
import type { UnitOfWork } from './ports/store';

/** A credit note to be written. */
export interface CreditOrder {
  subscription: Pick<SubscriptionRecord, 'id'>;
  /** Locked by the caller, and neither a draft nor void. */
  invoice: InvoiceRecord;
  /** Their net and tax together are the note's. */
  lines: LineCredit[];
  /** They add up to the note's total. */
  to: CreditDestinations;
  /** With invoice and occasion, what makes the note the only one of its kind. */
  reason: 'cancel' | 'requested' | 'dashboard';
  occasion: string;
  /** Whose money goes to the card; by default that of the intent that has paid the invoice. */
  intentId?: string;
  /** For people. */
  memo?: string;
  now: Instant;
}

export interface Credited {
  note: CreditNoteRecord;
  /** What is to be sent back to the card, if anything is: by `sendRefund`, after the commit. */
  refund?: RefundRecord;
  /** As it now is: an open one of which nothing is due any more is paid. */
  invoice: InvoiceRecord;
}

/**
 * Writes a credit note, once for its invoice, reason and occasion: its lines, the ledger's entry, what
 * it gives to the customer's balance and takes off what is due, and the refund that it asks for (I9,
 * I13).
 */
export async function issueCreditNote(unit: UnitOfWork, order: CreditOrder): Promise<Credited> {
  const { subscription, invoice, lines, to, reason, occasion, now } = order;
  const earlier = await unit.creditNotes(invoice.id);
  const known = earlier.find((note) => note.reason === reason && note.occasion === occasion);
  if (known !== undefined) return { note: known, invoice, ...(await refundOf(unit, known)) };
  const netMinor = lines.reduce((sum, { net }) => sum + net, 0n);
  const taxMinor = lines.reduce((sum, { tax }) => sum + tax, 0n);
  const note = await unit.insertCreditNote(
    {
      invoiceId: invoice.id,
      number: `${invoice.number}-CN${earlier.length + 1}`,
      reason,
      occasion,
      currency: invoice.currency,
      netMinor,
      taxMinor,
      totalMinor: netMinor + taxMinor,
      toBalanceMinor: to.toBalance,
      toInvoiceMinor: to.toInvoice,
      toCardMinor: to.toCard,
      memo: order.memo ?? null,
      issuedAt: now,
    },
    lines.map(({ invoiceLineId, net, tax }) => ({ invoiceLineId, netMinor: net, taxMinor: tax })),
  );
  await post(unit, invoice, note);
  await unit.recordEvent(subscription.id, now, 'credited', {
    invoice_id: invoice.id,
    number: note.number,
    invoice_number: invoice.number,
    amount: String(note.totalMinor),
    currency: note.currency,
    to_card: String(to.toCard),
    to_balance: String(to.toBalance),
    to_invoice: String(to.toInvoice),
  });
  return {
    note,
    invoice: await lower(unit, invoice, note),
    ...(await askForRefund(unit, order, note)),
  };
}

/** Books what is given back, and where it goes; what goes to the card waits for Stripe in suspense. */
async function post(unit: UnitOfWork, invoice: InvoiceRecord, note: CreditNoteRecord) {
  const occasion = `credit-note/${note.id}`;
  const { userId, currency } = invoice;
  const claim = invoice.status === 'uncollectible' ? 'write_off' : 'receivable';
  await unit.postToLedger({
    occasion,
    kind: 'credit_note_issued',
    currency,
    invoiceId: invoice.id,
    userId,
    at: note.issuedAt,
    postings: {
      revenue: note.netMinor,
      tax: note.taxMinor,
      [claim]: -note.toInvoiceMinor,
      customer_balance: -note.toBalanceMinor,
      suspense: -note.toCardMinor,
    },
  });
  if (note.toBalanceMinor === 0n) return;
  await unit.addToBalance({
    userId,
    currency,
    amountMinor: note.toBalanceMinor,
    kind: 'credit_note',
    occasion,
    invoiceId: invoice.id,
  });
}

/** Takes the note off what is due; an open invoice with nothing due, or too little to be charged, is paid. */
async function lower(
  unit: UnitOfWork,
  invoice: InvoiceRecord,
  note: CreditNoteRecord,
): Promise<InvoiceRecord> {
  if (note.toInvoiceMinor === 0n) return invoice;
  const amountCreditedMinor = invoice.amountCreditedMinor + note.toInvoiceMinor;
  const lowered = { ...invoice, amountCreditedMinor };
  if (invoice.status !== 'open') return unit.updateInvoice(invoice, { amountCreditedMinor });
  const rest = outstandingOf(lowered);
  // What the currency's minimum and step leave over is carried, as when an invoice is made.
  const offStep = rest % stepOf(invoice.currency);
  const carried = rest - offStep < minimumCharge(invoice.currency) ? rest : offStep;
  await carry(unit, invoice, note, carried);
  return unit.updateInvoice(invoice, {
    amountCreditedMinor,
    amountCarriedMinor: invoice.amountCarriedMinor + carried,
    ...(rest === carried
      ? {
          status: 'paid',
          paidAt: note.issuedAt,
          closedAt: note.issuedAt,
          nextAttemptAt: null,
          nextReminderAt: null,
          finalActionAt: null,
        }
      : {}),
  });
}

/** Puts what is left of an invoice on the balance as a debt, to be collected with the next. */
async function carry(
  unit: UnitOfWork,
  { id: invoiceId, userId, currency }: InvoiceRecord,
  note: CreditNoteRecord,
  carried: MinorUnits,
): Promise<void> {
  if (carried === 0n) return;
  const occasion = `carried/${note.id}`;
  await unit.addToBalance({
    userId,
    currency,
    amountMinor: -carried,
    kind: 'carried_from_invoice',
    occasion,
    invoiceId,
  });
  await unit.postToLedger({
    occasion,
    kind: 'balance_applied',
    currency,
    invoiceId,
    userId,
    at: note.issuedAt,
    postings: { customer_balance: carried, receivable: -carried },
  });
}

/** The refund's row comes before the call to Stripe (I3). */
async function askForRefund(
  unit: UnitOfWork,
  { invoice, intentId, reason }: CreditOrder,
  note: CreditNoteRecord,
): Promise<{ refund?: RefundRecord }> {
  if (note.toCardMinor === 0n) return {};
  const stripePaymentIntentId = intentId ?? invoice.stripePaymentIntentId;
  if (stripePaymentIntentId === null) {
    throw new Error(`Invoice ${invoice.id} was not paid by card.`);
  }
  const refund = await unit.ensureRefund({
    invoiceId: invoice.id,
    userId: invoice.userId,
    creditNoteId: note.id,
    stripePaymentIntentId,
    stripeRefundId: null,
    reason: reason === 'dashboard' ? 'dashboard' : 'credit_note',
    occasion: `credit-note/${note.id}`,
    status: 'pending',
    amountMinor: note.toCardMinor,
    currency: note.currency,
  });
  return { refund };
}

/** The refund that a credit note has asked for, if it has. */
export async function refundOf(
  unit: UnitOfWork,
  note: CreditNoteRecord,
): Promise<{ refund?: RefundRecord }> {
  const refunds = await unit.refundsOf(note.invoiceId);
  const refund = refunds.find(({ creditNoteId }) => creditNoteId === note.id);
  return refund === undefined ? {} : { refund };
}

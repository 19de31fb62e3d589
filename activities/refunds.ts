import type { Instant } from '../billing/instant';
import { about } from './email-facts';
import type {
  CreditNoteRecord,
  InvoiceRecord,
  RefundRecord,
  SubscriptionRecord,
} from './ports/records';
import type { PaymentGateway } from './ports/payments';
import type { UnitOfWork } from './ports/store';
import { touch, type Payments } from './settlement';

/**
 * Sends money back through Stripe. The refund's row came first (I3), and its id is the key; a refund
 * that has its outcome is left alone. What Stripe will not send back goes to the customer's balance.
 */
export async function sendRefund(
  { store, payments }: Payments,
  { refundId, now }: { refundId: string; now: Instant },
): Promise<void> {
  const refund = await store.transaction((unit) => unit.refund(refundId));
  if (isAnswered(refund)) return;
  const answer = await payments.refundIntent({
    intentId: refund.stripePaymentIntentId,
    amountMinor: refund.amountMinor,
    currency: refund.currency,
    refundId: refund.id,
  });
  await store.transaction(async (unit) => {
    const concerned = await lockConcerned(unit, refund);
    const locked = await unit.refund(refund.id);
    if (!isAnswered(locked)) await record(unit, { ...concerned, refund: locked, now }, answer);
  });
}

/** Sends a surplus back, which belongs to no open claim. */
export const refundSurplus = (
  deps: Payments,
  { id: refundId }: RefundRecord,
  now: Instant,
): Promise<void> => sendRefund(deps, { refundId, now });

const isAnswered = ({ stripeRefundId, status }: RefundRecord) =>
  stripeRefundId !== null || status !== 'pending';

/** What a refund changes besides its own row. */
interface Concerned {
  refund: RefundRecord;
  subscription: SubscriptionRecord | undefined;
  invoice: InvoiceRecord | undefined;
  note: CreditNoteRecord | undefined;
  /** On the subscription's own time. */
  now: Instant;
}

/** Subscription, invoice and refund are locked in this order everywhere. */
async function lockConcerned(
  unit: UnitOfWork,
  { invoiceId, creditNoteId }: RefundRecord,
): Promise<Omit<Concerned, 'refund' | 'now'>> {
  if (invoiceId === null) return { subscription: undefined, invoice: undefined, note: undefined };
  const subscriptionId = (await unit.findInvoiceById(invoiceId))?.subscriptionId ?? null;
  const subscription =
    subscriptionId === null ? undefined : await unit.lockSubscription(subscriptionId);
  const notes = await unit.creditNotes(invoiceId);
  return {
    subscription,
    invoice: await unit.lockInvoice(invoiceId),
    note: notes.find(({ id }) => id === creditNoteId),
  };
}

type Answer = Awaited<ReturnType<PaymentGateway['refundIntent']>>;

async function record(unit: UnitOfWork, concerned: Concerned, answer: Answer): Promise<void> {
  const { refund, subscription } = concerned;
  await unit.updateRefund(refund.id, { stripeRefundId: answer.id, status: answer.status });
  if (answer.status === 'failed') await toBalance(unit, concerned);
  else await sent(unit, concerned);
  if (subscription !== undefined) await touch(unit, subscription);
}

/** The money is on its way: it has left the balance at Stripe even while the bank is working on it. */
async function sent(unit: UnitOfWork, concerned: Concerned): Promise<void> {
  const { refund, subscription, invoice, note, now } = concerned;
  const { invoiceId, userId, currency, amountMinor } = refund;
  await unit.postToLedger({
    occasion: `refund/${refund.id}`,
    kind: note === undefined ? 'surplus_refunded' : 'refund_sent',
    currency,
    invoiceId,
    userId,
    at: now,
    postings: { suspense: amountMinor, cash: -amountMinor },
  });
  if (subscription !== undefined) await tell(unit, subscription.id, 'refunded', concerned);
  if (invoice === undefined || note === undefined) return;
  await unit.updateInvoice(invoice, {
    amountRefundedMinor: invoice.amountRefundedMinor + amountMinor,
  });
  if (subscription === undefined) return;
  await mailCredit(unit, {
    subscription,
    invoice,
    note,
    toCard: amountMinor,
    toBalance: note.toBalanceMinor,
    now,
  });
}

/** What can't be sent back is the customer's all the same; it pays toward what they owe next. */
async function toBalance(unit: UnitOfWork, concerned: Concerned): Promise<void> {
  const { refund, subscription, invoice, note, now } = concerned;
  const { invoiceId, userId, currency, amountMinor } = refund;
  if (userId === null)
    throw new Error(`Refund ${refund.id} failed, and nobody is known to get it.`);
  const occasion = `refund-failed/${refund.id}`;
  await unit.addToBalance({
    userId,
    currency,
    amountMinor,
    kind: 'refund_failed',
    occasion,
    invoiceId,
  });
  await unit.postToLedger({
    occasion,
    kind: 'refund_failed',
    currency,
    invoiceId,
    userId,
    at: now,
    postings: { suspense: amountMinor, customer_balance: -amountMinor },
  });
  if (subscription === undefined) return;
  await tell(unit, subscription.id, 'refund_failed', concerned);
  if (invoice === undefined || note === undefined) return;
  const balance = note.toBalanceMinor + amountMinor;
  await mailCredit(unit, { subscription, invoice, note, toCard: 0n, toBalance: balance, now });
}

function tell(
  unit: UnitOfWork,
  subscriptionId: string,
  type: 'refunded' | 'refund_failed',
  { refund, invoice, note, now }: Concerned,
) {
  return unit.recordEvent(subscriptionId, now, type, {
    invoice_id: refund.invoiceId,
    invoice_number: invoice?.number ?? null,
    ...(note === undefined ? {} : { credit_note: note.number }),
    amount: String(refund.amountMinor),
    currency: refund.currency,
    reason: refund.reason,
  });
}

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
  await unit.queueEmail({
    kind: 'refund_issued',
    ...about(subscription, note.id, 'issued'),
    data: {
      invoice_id: invoice.id,
      invoice_number: invoice.number ?? '',
      credit_note_number: note.number,
      currency: note.currency,
      amount: String(toCard + toBalanceMinor),
      ...(toCard === 0n ? {} : { to_card: String(toCard), ...(await chargedCard(unit, invoice)) }),
      ...(toBalanceMinor === 0n ? {} : { to_balance: String(toBalanceMinor) }),
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

import type { Instant } from '../billing/instant';
import type { MinorUnits } from '../billing/money';
import { mailCredit, mailReturned } from './mail-credit';
import type { KnownRefund } from './ports/payments';
import type {
  CreditNoteRecord,
  InvoiceRecord,
  RefundRecord,
  SubscriptionRecord,
} from './ports/records';
import type { UnitOfWork } from './ports/store';

/** What a refund changes besides its own row. Subscription, invoice and refund are locked, in this order. */
export interface RefundConcerned {
  refund: RefundRecord;
  subscription: SubscriptionRecord | undefined;
  invoice: InvoiceRecord | undefined;
  note: CreditNoteRecord | undefined;
  /** On the subscription's own time. */
  now: Instant;
}

/** Whether it is known what became of it at Stripe. */
export const isAnswered = ({ stripeRefundId, status }: RefundRecord): boolean =>
  stripeRefundId !== null || status !== 'pending';

/** Locks what a refund concerns, and the refund as it then is. */
export async function lockRefund(
  unit: UnitOfWork,
  { id, invoiceId, creditNoteId }: RefundRecord,
  now: Instant,
): Promise<RefundConcerned> {
  if (invoiceId === null) {
    const refund = await unit.refund(id);
    return { subscription: undefined, invoice: undefined, note: undefined, refund, now };
  }
  const subscriptionId = (await unit.findInvoiceById(invoiceId))?.subscriptionId ?? null;
  const subscription =
    subscriptionId === null ? undefined : await unit.lockSubscription(subscriptionId);
  const invoice = await unit.lockInvoice(invoiceId);
  const notes = await unit.creditNotes(invoiceId);
  const note = notes.find((each) => each.id === creditNoteId);
  return { subscription, invoice, note, refund: await unit.refund(id), now };
}

/**
 * Writes what Stripe says of a refund into the books, in whatever order it is heard and however often:
 * pending, succeeded and failed only ever follow one another in this order. Whether it was news.
 */
export async function recordRefund(
  unit: UnitOfWork,
  concerned: RefundConcerned,
  { id: stripeRefundId, status }: Pick<KnownRefund, 'id' | 'status'>,
): Promise<boolean> {
  const { refund } = concerned;
  if (!isAnswered(refund)) {
    await unit.updateRefund(refund.id, { stripeRefundId, status });
    if (status === 'failed') await toBalance(unit, concerned, 'suspense');
    else await sent(unit, concerned);
    return true;
  }
  if (refund.stripeRefundId !== stripeRefundId || refund.status === status) return false;
  if (refund.status === 'failed' || status === 'pending') return false;
  await unit.updateRefund(refund.id, { status });
  if (status === 'failed') await cameBack(unit, concerned);
  return true;
}

/** What Stripe will not send at all: nothing has left, and the money is the customer's all the same. */
export async function recordRefusal(unit: UnitOfWork, concerned: RefundConcerned): Promise<void> {
  await unit.updateRefund(concerned.refund.id, { status: 'failed' });
  await toBalance(unit, concerned, 'suspense');
}

/**
 * What the bank has given the customer by a dispute that we lost need not be sent as well: it is that
 * much less of a loss. What it has not given goes to the balance, for Stripe sends nothing any more.
 */
export async function recordPaidByBank(
  unit: UnitOfWork,
  concerned: RefundConcerned,
  byBank: MinorUnits,
): Promise<void> {
  const { refund } = concerned;
  await unit.updateRefund(refund.id, { status: 'failed' });
  await post(unit, concerned, `refund-by-bank/${refund.id}`, 'refund_by_bank', {
    suspense: byBank,
    dispute_losses: -byBank,
  });
  await tell(unit, concerned, 'refund_by_bank', byBank);
  const rest = refund.amountMinor - byBank;
  if (rest > 0n) await toBalance(unit, concerned, 'suspense', rest);
}

/** The money is on its way: it has left the balance at Stripe even while the bank is working on it. */
async function sent(unit: UnitOfWork, concerned: RefundConcerned): Promise<void> {
  const { refund, subscription, invoice, note, now } = concerned;
  const { amountMinor } = refund;
  const kind = note === undefined ? 'surplus_refunded' : 'refund_sent';
  await post(unit, concerned, `refund/${refund.id}`, kind, {
    suspense: amountMinor,
    cash: -amountMinor,
  });
  await tell(unit, concerned, 'refunded');
  if (invoice === undefined || note === undefined) return;
  await unit.updateInvoice(invoice, {
    amountRefundedMinor: invoice.amountRefundedMinor + amountMinor,
  });
  if (subscription === undefined) return;
  const toBalanceMinor = note.toBalanceMinor;
  await mailCredit(unit, {
    subscription,
    invoice,
    note,
    toCard: amountMinor,
    toBalance: toBalanceMinor,
    now,
  });
}

/** It had left, and Stripe has it again. */
async function cameBack(unit: UnitOfWork, concerned: RefundConcerned): Promise<void> {
  const { refund, invoice, note } = concerned;
  await toBalance(unit, concerned, 'cash');
  if (invoice === undefined || note === undefined) return;
  await unit.updateInvoice(invoice, {
    amountRefundedMinor: invoice.amountRefundedMinor - refund.amountMinor,
  });
}

/** What can't be sent back is the customer's all the same; it pays toward what they owe next. */
async function toBalance(
  unit: UnitOfWork,
  concerned: RefundConcerned,
  from: 'suspense' | 'cash',
  amountMinor: MinorUnits = concerned.refund.amountMinor,
): Promise<void> {
  const { subscription, invoice, note, now } = concerned;
  const refund = { ...concerned.refund, amountMinor };
  const { invoiceId, userId, currency } = refund;
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
  await post(unit, concerned, occasion, 'refund_failed', {
    [from]: amountMinor,
    customer_balance: -amountMinor,
  });
  await tell(unit, concerned, 'refund_failed', amountMinor);
  if (subscription === undefined || invoice === undefined) return;
  if (from === 'cash' || note === undefined) {
    await mailReturned(unit, { subscription, invoice, note, refund, now });
    return;
  }
  const balance = note.toBalanceMinor + amountMinor;
  await mailCredit(unit, { subscription, invoice, note, toCard: 0n, toBalance: balance, now });
}

const post = (
  unit: UnitOfWork,
  { refund: { currency, invoiceId, userId }, now }: RefundConcerned,
  occasion: string,
  kind: string,
  postings: Parameters<UnitOfWork['postToLedger']>[0]['postings'],
) => unit.postToLedger({ occasion, kind, currency, invoiceId, userId, at: now, postings });

async function tell(
  unit: UnitOfWork,
  { refund, subscription, invoice, note, now }: RefundConcerned,
  type: 'refunded' | 'refund_failed' | 'refund_by_bank',
  amountMinor: MinorUnits = refund.amountMinor,
): Promise<void> {
  if (subscription === undefined) return;
  await unit.recordEvent(subscription.id, now, type, {
    invoice_id: refund.invoiceId,
    invoice_number: invoice?.number ?? null,
    ...(note === undefined ? {} : { credit_note: note.number }),
    amount: String(amountMinor),
    currency: refund.currency,
    reason: refund.reason,
  });
}

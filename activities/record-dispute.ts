import type { Instant } from '../billing/instant';
import type { MinorUnits } from '../billing/money';
import type { KnownDispute } from './ports/payments';
import type { DisputeRecord, InvoiceRecord, SubscriptionRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';
import { isAnswered, lockRefund, recordPaidByBank } from './refund-outcome';

/** Whose payment is disputed; locked, subscription first, then invoice. */
export interface DisputeConcerned {
  subscription: SubscriptionRecord;
  invoice: InvoiceRecord;
  /** On the subscription's own time. */
  now: Instant;
}

/** How far a dispute has come, by Stripe's statuses; it only ever goes on. */
const ranks: Readonly<Record<string, number>> = {
  warning_needs_response: 0,
  warning_under_review: 1,
  needs_response: 2,
  under_review: 3,
  warning_closed: 4,
  prevented: 4,
  charge_refunded: 4,
  won: 4,
  lost: 4,
};
const rankOf = (status: string) => ranks[status] ?? 3;

/** Whether a dispute is decided, or came to nothing. */
export const isOver = (status: string): boolean => rankOf(status) === 4;

/** An inquiry takes no money, and a refund answers it. */
const isInquiry = (status: string) => status.startsWith('warning_');

type Withheld = Pick<DisputeRecord, 'status'> &
  (Pick<DisputeRecord, 'withdrawnMinor'> | Pick<KnownDispute, 'movements'>);

/** Whether the bank has the money, or is taking it: Stripe refunds nothing of such a payment. */
export function withholds(dispute: Withheld): boolean {
  const withdrawn =
    'withdrawnMinor' in dispute ? dispute.withdrawnMinor : withdrawnBy(dispute.movements);
  return withdrawn > 0n || (!isInquiry(dispute.status) && !isOver(dispute.status));
}

const withdrawnBy = (movements: KnownDispute['movements']): MinorUnits =>
  movements.reduce((sum, { amountMinor }) => sum - amountMinor, 0n);

/**
 * Writes what Stripe says of a dispute into the books: its row, the money that it moves, each movement
 * once, and the loss when it is lost. The invoice stays paid. Any order and any number of calls end in
 * the same rows (I7); what was read before what is written already is left alone.
 */
export async function recordDispute(
  unit: UnitOfWork,
  concerned: DisputeConcerned,
  dispute: KnownDispute,
): Promise<void> {
  const { invoice } = concerned;
  const known = await unit.dispute(dispute.id);
  if (await isOutdated(unit, concerned, known, dispute)) return;
  const withdrawnMinor = withdrawnBy(dispute.movements);
  for (const { id, amountMinor } of dispute.movements) {
    const kind = amountMinor < 0n ? 'dispute_withdrawn' : 'dispute_reinstated';
    await post(unit, concerned, dispute, `dispute/${dispute.id}/${id}`, kind, {
      disputed: -amountMinor,
      cash: amountMinor,
    });
  }
  await postLoss(unit, concerned, known, dispute);
  await unit.saveDispute(
    {
      id: dispute.id,
      invoiceId: invoice.id,
      userId: invoice.userId,
      stripePaymentIntentId: dispute.intentId,
      stripeChargeId: dispute.chargeId,
      amountMinor: dispute.amountMinor,
      withdrawnMinor,
      currency: dispute.currency,
      reason: dispute.reason,
      status: dispute.status,
      evidenceDueAt: dispute.evidenceDueAt,
      openedAt: dispute.openedAt,
    },
    isOver(dispute.status),
  );
  await tell(unit, concerned, known, dispute);
  if (dispute.status === 'lost') await settleHeldRefunds(unit, concerned, dispute);
}

/** Two readers of one dispute may write in the other order than they read. */
async function isOutdated(
  unit: UnitOfWork,
  { invoice }: DisputeConcerned,
  known: DisputeRecord | undefined,
  { id, status, movements }: KnownDispute,
): Promise<boolean> {
  if (known === undefined) return false;
  const posted = await unit.postings(invoice.id, 'disputed', `dispute/${id}/`);
  const read = new Set(movements.map((movement) => `dispute/${id}/${movement.id}`));
  if ([...posted.keys()].some((occasion) => !read.has(occasion))) return true;
  return posted.size === read.size && rankOf(status) < rankOf(known.status);
}

/** What a lost dispute has taken is a loss; what comes back all the same is none. */
async function postLoss(
  unit: UnitOfWork,
  concerned: DisputeConcerned,
  known: DisputeRecord | undefined,
  dispute: KnownDispute,
): Promise<void> {
  const before = known?.status === 'lost' ? known.withdrawnMinor : 0n;
  const after = dispute.status === 'lost' ? withdrawnBy(dispute.movements) : 0n;
  const loss = after - before;
  const occasion = `dispute-loss/${dispute.id}/${dispute.movements.length}/${dispute.status}`;
  const kind = loss > 0n ? 'dispute_lost' : 'dispute_loss_reversed';
  await post(unit, concerned, dispute, occasion, kind, { dispute_losses: loss, disputed: -loss });
}

/**
 * Refunds that waited for the decision: as far as the bank has paid them, nothing is to be sent. One that
 * it has paid a part of waits until every dispute of the payment is decided.
 */
async function settleHeldRefunds(
  unit: UnitOfWork,
  { now }: DisputeConcerned,
  { intentId }: KnownDispute,
): Promise<void> {
  if (intentId === null) return;
  const refunds = await unit.refundsOfIntent(intentId);
  const disputes = await unit.disputesOf(intentId);
  const decided = disputes.every(({ status }) => isOver(status) || isInquiry(status));
  let left = disputes
    .filter(({ status }) => status === 'lost')
    .reduce((sum, { withdrawnMinor }) => sum + withdrawnMinor, 0n);
  for (const { id, invoiceId } of refunds) {
    if (invoiceId === null) continue;
    const byBank = await unit.postings(invoiceId, 'suspense', `refund-by-bank/${id}`);
    for (const amount of byBank.values()) left -= amount;
  }
  for (const refund of refunds) {
    const byBank = refund.amountMinor < left ? refund.amountMinor : left;
    const isWhole = byBank === refund.amountMinor;
    if (isAnswered(refund) || byBank <= 0n || (!isWhole && !decided)) continue;
    left -= byBank;
    await recordPaidByBank(unit, await lockRefund(unit, refund, now), byBank);
  }
}

const post = (
  unit: UnitOfWork,
  { invoice, now }: DisputeConcerned,
  { currency }: KnownDispute,
  occasion: string,
  kind: string,
  postings: Parameters<UnitOfWork['postToLedger']>[0]['postings'],
) =>
  unit.postToLedger({
    occasion,
    kind,
    currency,
    invoiceId: invoice.id,
    userId: invoice.userId,
    at: now,
    postings,
  });

/** The story tells that it began, when an inquiry became serious, and how it ended; each once. */
async function tell(
  unit: UnitOfWork,
  { subscription, invoice, now }: DisputeConcerned,
  known: DisputeRecord | undefined,
  dispute: KnownDispute,
): Promise<void> {
  const { id, reason, status, currency } = dispute;
  const facts = {
    dispute: id,
    invoice_id: invoice.id,
    invoice_number: invoice.number,
    amount: String(dispute.amountMinor),
    currency,
    reason,
  };
  const due = { evidence_due_by: dispute.evidenceDueAt };
  const record = (
    type: 'dispute_inquiry' | 'disputed' | 'dispute_won' | 'dispute_lost' | 'dispute_closed',
    more: object = {},
  ) => unit.recordEvent(subscription.id, now, type, { ...facts, ...more });
  const wasInquiry = known === undefined || isInquiry(known.status);
  if (known === undefined && isInquiry(status)) await record('dispute_inquiry', due);
  if (wasInquiry && !isInquiry(status)) await record('disputed', due);
  if (!isOver(status) || known?.status === status) return;
  if (status === 'won') await record('dispute_won');
  else await record(status === 'lost' ? 'dispute_lost' : 'dispute_closed');
}

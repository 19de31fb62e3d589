import { destinationsOf, partialCredit } from '../billing/credit-note';
import type { Instant } from '../billing/instant';
import { stepOf, type MinorUnits } from '../billing/money';
import type { InvoiceCommand, Refusal } from '../workflows/messages';
import { command, type Addressed, type Commanded } from './command';
import { creditLeft, dueOf, overLines } from './credit-left';
import { issueCreditNote, refundOf } from './credit-notes';
import { finalizeDraft } from './issue-invoice';
import { markPaid } from './mark-paid';
import { outstandingOf } from './outstanding';
import { dropChange } from './pending-change';
import { planOf } from './plan-of';
import type { InvoiceRecord, SubscriptionRecord } from './ports/records';
import type { BillingStore, UnitOfWork } from './ports/store';
import { withholds } from './record-dispute';
import { recover } from './recover';
import { mailCredit } from './mail-credit';
import { refusal } from './refusal';
import { touch } from './settlement';
import { voidInvoice } from './void-invoice';
import { writeOff } from './write-off';

type Request = Addressed & { command: InvoiceCommand };

/** What is left to do at Stripe after an operator's word on an invoice. */
export type InvoiceCommanded = Commanded & {
  creditNoteId?: string;
  /** To be sent by `sendRefund`. */
  refundId?: string;
  /** The invoice whose intent nobody may pay any more: nothing, or another amount, is due. */
  cancelIntentOf?: string;
};

/** What an operator does to one invoice, also when its subscription has ended. */
export async function invoiceCommand(
  store: BillingStore,
  request: Request,
): Promise<InvoiceCommanded> {
  const commanded = await command(store, request, async (unit, subscription) => {
    const { invoiceId } = request.command;
    const known = await unit.findInvoiceById(invoiceId);
    if (known?.subscriptionId !== subscription.id) return refusal('invoice_not_found');
    const invoice = await unit.lockInvoice(invoiceId);
    return act(unit, { subscription, invoice, now: request.now }, request);
  });
  if ('refused' in commanded) return commanded;
  return { ...commanded, ...(await store.transaction((unit) => leftToDo(unit, request))) };
}

interface Concerned {
  subscription: SubscriptionRecord;
  invoice: InvoiceRecord;
  now: Instant;
}

type Acted = Promise<SubscriptionRecord | Refusal>;

function act(unit: UnitOfWork, concerned: Concerned, request: Request): Acted {
  switch (request.command.action) {
    case 'void':
      return takeBack(unit, concerned);
    case 'mark_uncollectible':
      return giveUp(unit, concerned);
    case 'mark_paid':
      return payOutOfBand(unit, concerned);
    case 'finalize':
      return finalize(unit, concerned);
    case 'retry':
      return retry(unit, concerned);
    case 'credit':
      return credit(unit, concerned, request, request.command);
  }
}

async function takeBack(unit: UnitOfWork, { subscription, invoice, now }: Concerned): Acted {
  if (invoice.status !== 'open' && invoice.status !== 'draft') return refusal('invoice_not_open');
  if (subscription.status === 'incomplete') return refusal('subscription_incomplete');
  if (await isPaymentUnderWay(unit, invoice, subscription)) return refusal('payment_under_way');
  await tell(unit, { subscription, invoice, now }, 'invoice_voided', invoice.totalMinor);
  if (paysForChange(subscription, invoice)) {
    return dropChange(unit, subscription, 'withdrawn', now);
  }
  await voidInvoice(unit, { invoice, now });
  return recover(unit, subscription, now);
}

async function giveUp(unit: UnitOfWork, { subscription, invoice, now }: Concerned): Acted {
  if (invoice.status !== 'open') return refusal('invoice_not_open');
  if (subscription.status === 'incomplete') return refusal('subscription_incomplete');
  if (paysForChange(subscription, invoice)) return refusal('change_pending');
  await tell(unit, { subscription, invoice, now }, 'invoice_written_off', outstandingOf(invoice));
  await writeOff(unit, invoice, now);
  return recover(unit, subscription, now);
}

async function payOutOfBand(unit: UnitOfWork, concerned: Concerned): Acted {
  const { subscription, invoice } = concerned;
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible') {
    return refusal('invoice_not_open');
  }
  // Its customer has called it off, and it is about to expire.
  const calledOff = subscription.status === 'incomplete' && subscription.canceledAt !== null;
  if (calledOff) return refusal('invoice_not_payable');
  if (outstandingOf(invoice) === 0n) return refusal('invoice_not_payable');
  if (await isPaymentUnderWay(unit, invoice, subscription)) return refusal('payment_under_way');
  return markPaid(unit, concerned, 'bank');
}

async function finalize(unit: UnitOfWork, { subscription, invoice, now }: Concerned): Acted {
  if (invoice.status !== 'draft') return refusal('invoice_not_draft');
  await finalizeDraft(unit, subscription, await planOf(unit, subscription), invoice, now);
  return touch(unit, subscription);
}

/** Brings the next attempt forward to now; the collecting itself follows. */
async function retry(unit: UnitOfWork, { subscription, invoice, now }: Concerned): Acted {
  if (invoice.status !== 'open') return refusal('invoice_not_open');
  if (await isPaymentUnderWay(unit, invoice)) return refusal('payment_under_way');
  await unit.updateInvoice(invoice, { nextAttemptAt: now });
  return touch(unit, subscription);
}

/** Why an operator makes a credit note; its occasion is the command, so that it is made once. */
const reason = 'requested';

async function credit(
  unit: UnitOfWork,
  { subscription, invoice, now }: Concerned,
  { commandId }: Request,
  { amount, to: wanted, detailsId }: InvoiceCommand & { action: 'credit' },
): Acted {
  if (invoice.status === 'draft' || invoice.status === 'void') {
    return refusal('invoice_not_creditable');
  }
  if (subscription.status === 'incomplete') return refusal('subscription_incomplete');
  if (invoice.status === 'open') {
    if (paysForChange(subscription, invoice)) return refusal('change_pending');
    if (await isPaymentUnderWay(unit, invoice)) return refusal('payment_under_way');
  }
  const left = await creditLeft(unit, invoice);
  const total = amount === undefined ? left.whole.total : BigInt(amount);
  if (total <= 0n || total > left.whole.total) return refusal('credit_exceeds_invoice');
  const to = destinationsOf({
    total,
    outstanding: dueOf(invoice),
    paidByCard: await paidByCard(unit, invoice),
    wanted,
    step: stepOf(invoice.currency),
  });
  if (to.toCard > 0n && (await isDisputed(unit, invoice))) return refusal('payment_disputed');
  const details = await unit.requestDetails(detailsId);
  const memo = details.memo ?? details.reason;
  const { note, refund } = await issueCreditNote(unit, {
    subscription,
    invoice,
    lines: overLines(partialCredit(left.invoice, total), left),
    to,
    reason,
    occasion: commandId,
    ...(memo === undefined ? {} : { memo }),
    now,
  });
  // With a refund the customer is told when Stripe has answered.
  if (refund === undefined && note.toBalanceMinor > 0n) {
    const { toBalanceMinor: toBalance } = note;
    await mailCredit(unit, { subscription, invoice, note, toCard: 0n, toBalance, now });
  }
  return recover(unit, subscription, now);
}

/** What of the payment by card no credit note has sent back, nor is about to. */
async function paidByCard(unit: UnitOfWork, invoice: InvoiceRecord): Promise<MinorUnits> {
  if (invoice.stripePaymentIntentId === null || invoice.paidOutOfBand) return 0n;
  const refunds = await unit.refundsOf(invoice.id);
  const left = refunds
    .filter(({ status, creditNoteId }) => status !== 'failed' && creditNoteId !== null)
    .reduce((rest, { amountMinor }) => rest - amountMinor, invoice.amountPaidMinor);
  return left > 0n ? left : 0n;
}

/** Whether a bank holds the payment, or has taken it: Stripe sends nothing of it back. */
async function isDisputed(unit: UnitOfWork, invoice: InvoiceRecord): Promise<boolean> {
  const { stripePaymentIntentId: intentId } = invoice;
  return intentId !== null && (await unit.disputesOf(intentId)).some(withholds);
}

const paysForChange = ({ pendingChange }: SubscriptionRecord, { id }: InvoiceRecord) =>
  pendingChange?.invoiceId === id;

/**
 * Whether Stripe may be taking the money at this moment, or the bank is. One whose `stopped` subscription
 * waits for a person gets no further by itself; should its money come all the same, it goes back.
 */
async function isPaymentUnderWay(
  unit: UnitOfWork,
  { id }: InvoiceRecord,
  stopped?: Pick<SubscriptionRecord, 'needsAttention'>,
): Promise<boolean> {
  const attempts = await unit.attempts(id);
  const isStuck = stopped !== undefined && stopped.needsAttention !== null;
  return attempts.some(
    ({ status }) => status === 'processing' || (status === 'pending' && !isStuck),
  );
}

function tell(
  unit: UnitOfWork,
  { subscription, invoice, now }: Concerned,
  type: 'invoice_voided' | 'invoice_written_off',
  amount: MinorUnits,
) {
  return unit.recordEvent(subscription.id, now, type, {
    invoice_id: invoice.id,
    number: invoice.number,
    amount: String(amount),
    currency: invoice.currency,
  });
}

/** Read from the books, so that a repeat of the command answers the same. */
async function leftToDo(
  unit: UnitOfWork,
  { command: { action, invoiceId }, commandId }: Request,
): Promise<Omit<InvoiceCommanded, keyof Commanded>> {
  const invoice = await unit.lockInvoice(invoiceId);
  const cancelIntent = invoice.stripePaymentIntentId === null ? {} : { cancelIntentOf: invoice.id };
  if (action === 'void' || action === 'mark_paid') return cancelIntent;
  if (action !== 'credit') return {};
  const notes = await unit.creditNotes(invoiceId);
  const note = notes.find((row) => row.reason === reason && row.occasion === commandId);
  if (note === undefined) return {};
  const { refund } = await refundOf(unit, note);
  return {
    creditNoteId: note.id,
    ...(refund === undefined ? {} : { refundId: refund.id }),
    ...(note.toInvoiceMinor > 0n && invoice.status !== 'uncollectible' ? cancelIntent : {}),
  };
}

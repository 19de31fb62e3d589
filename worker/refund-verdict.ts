import { z } from 'zod';
import type { InvoiceRecord, RefundRecord } from '../activities/ports/records';
import { claimedInvoice, disputedIntent, type StoredEvent } from '../activities/stripe-event';
import { fromStripeAmount } from '../billing/money';
import type { Database } from '../db/database';
import type { Verdict } from './event-verdict';
import { judgeRefundOfMirrored } from './mirrored-verdict';

/** What is to be done about money that was given back. */
export async function judgeRefunds(
  database: Database,
  event: StoredEvent,
  intentId: string,
): Promise<Verdict> {
  const invoice = await invoiceOfPayment(database, intentId, claimedInvoice(event));
  if (invoice === undefined || invoice.subscriptionId === null) {
    const reason = `${intentId} is of no payment of ours.`;
    return (await judgeRefundOfMirrored(database, event, intentId)) ?? { say: 'ignored', reason };
  }
  const found = await database.refunds.findAll({ where: { stripePaymentIntentId: intentId } });
  const rows = found.map((row) => row.get({ plain: true }));
  const news = newsOf(event, rows);
  return news === 'signal'
    ? { say: 'signal', subscriptionId: invoice.subscriptionId }
    : { say: news };
}

/** A dispute of a payment that is not in the books is asked after at Stripe: its event does not say whose it is. */
export async function judgeDispute(database: Database, event: StoredEvent): Promise<Verdict> {
  const intentId = disputedIntent(event);
  if (intentId === undefined) return { say: 'apply' };
  if (intentId === null) {
    return { say: 'ignored', reason: 'A dispute without a payment intent is none of ours.' };
  }
  const invoice = await invoiceOfPayment(database, intentId);
  return invoice === undefined || invoice.subscriptionId === null
    ? { say: 'apply' }
    : { say: 'signal', subscriptionId: invoice.subscriptionId };
}

async function invoiceOfPayment(
  { invoices, paymentAttempts }: Database,
  stripePaymentIntentId: string,
  claimed?: string,
): Promise<InvoiceRecord | undefined> {
  const own = await invoices.findOne({ where: { stripePaymentIntentId } });
  if (own !== null) return own.get({ plain: true });
  const attempt = await paymentAttempts.findOne({ where: { stripePaymentIntentId } });
  const id = attempt?.get({ plain: true }).invoiceId ?? claimed;
  const invoice = id === undefined ? null : await invoices.findByPk(id);
  return invoice?.get({ plain: true });
}

const aboutRefund = z.object({
  object: z.literal('refund'),
  id: z.string(),
  status: z.string().nullable(),
  metadata: z.object({ refund_id: z.string().optional() }).nullish(),
});
const aboutCharge = z.object({
  object: z.literal('charge'),
  amount_refunded: z.int(),
  currency: z.string(),
});

function objectOf<T>({ payload }: StoredEvent, schema: z.ZodType<T>): T | undefined {
  const { data } = z.object({ data: z.object({ object: schema }) }).safeParse(payload);
  return data?.data.object;
}

/** Outcomes that we wrote down ourselves are no news; of a call that is under way we hear by its answer. */
function newsOf(event: StoredEvent, rows: readonly RefundRecord[]): 'done' | 'later' | 'signal' {
  const refund = objectOf(event, aboutRefund);
  if (refund !== undefined) {
    const row = rows.find(({ stripeRefundId }) => stripeRefundId === refund.id);
    if (row !== undefined) return isWritten(row, refund.status) ? 'done' : 'signal';
    const asked = rows.find(({ id }) => id === refund.metadata?.refund_id);
    return asked !== undefined && isUnanswered(asked) ? 'later' : 'signal';
  }
  const charge = objectOf(event, aboutCharge);
  const isAllAnswered = rows.length > 0 && !rows.some(isUnanswered);
  const sent = rows
    .filter(({ status, stripeRefundId }) => status !== 'failed' && stripeRefundId !== null)
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  if (!isAllAnswered || charge === undefined) return 'signal';
  return sent === fromStripeAmount(charge.amount_refunded, charge.currency) ? 'done' : 'signal';
}

const isUnanswered = ({ stripeRefundId, status }: RefundRecord) =>
  stripeRefundId === null && status === 'pending';

/** Whether the row says so, or more: a refund that failed stays so. */
const isWritten = (row: RefundRecord, status: string | null) =>
  row.status === 'failed' ||
  row.status === status ||
  (row.status === 'succeeded' && status === 'pending');

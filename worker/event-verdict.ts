import type { InvoiceRecord, PaymentAttemptRecord } from '../activities/ports/records';
import {
  claimedInvoice,
  foreignness,
  latestCharge,
  subjectOf,
  type StoredEvent,
} from '../activities/stripe-event';
import type { Database } from '../db/database';
import { isYoung } from './event-age';
import { judgePaymentMethod } from './payment-method-verdict';
import { judgeDispute, judgeRefunds } from './refund-verdict';
import { judgeMirrored } from './mirrored-verdict';

/** What is to be done about an event of Stripe's. */
export type Verdict =
  /** The books hold what it tells already (I7). */
  | { say: 'done' }
  | { say: 'ignored'; reason: string }
  /** We are at it ourselves: look again soon. */
  | { say: 'later' }
  /** For the subscription's own workflow. */
  | { say: 'signal'; subscriptionId: string }
  /** For the workflow that mirrors a subscription of Stripe's. */
  | { say: 'mirror'; stripeSubscriptionId: string }
  /** For a workflow of its own: the subscription's has ended. */
  | { say: 'apply' }
  /** The same, because it concerns a customer and all their subscriptions. */
  | { say: 'payment_method' };

/** Events that tell nothing which the intent's own events do not. */
const tellNothing = new Set([
  'payment_intent.created',
  'charge.succeeded',
  'charge.failed',
  'charge.updated',
]);

/** How long our own call may take to write down the intent that it has made; a lost answer is looked up. */
const makingMilliseconds = 5 * 60_000;

/** Reads the books, and nothing at Stripe. */
export async function judge(
  database: Database,
  event: StoredEvent,
  { isLive }: { isLive: boolean },
): Promise<Verdict> {
  const foreign = foreignness(event, { isLive });
  if (foreign !== undefined) return { say: 'ignored', reason: foreign };
  if (tellNothing.has(event.type)) return { say: 'done' };
  const subject = subjectOf(event);
  switch (subject?.kind) {
    case 'stripe_subscription':
      return judgeMirrored(database, event, subject);
    case 'intent':
      return judgeIntent(database, event, subject.intentId);
    case 'refunds':
      return judgeRefunds(database, event, subject.intentId);
    case 'dispute':
      return judgeDispute(database, event);
    case 'payment_method':
    case 'setup_intent':
      return judgePaymentMethod(database, event);
    case undefined:
      return { say: 'ignored', reason: `Nothing here depends on ${event.type}.` };
  }
}

async function judgeIntent(
  database: Database,
  event: StoredEvent,
  intentId: string,
): Promise<Verdict> {
  const invoice = await invoiceOf(database, event, intentId);
  if (invoice === undefined || invoice.subscriptionId === null) {
    return { say: 'ignored', reason: `${intentId} is of no invoice of ours.` };
  }
  const rows = await database.paymentAttempts.findAll({ where: { invoiceId: invoice.id } });
  const attempts = rows.map((row) => row.get({ plain: true }));
  if (isRecorded(event, intentId, invoice, attempts)) return { say: 'done' };
  const underWay = attempts.some(({ status }) => status === 'pending');
  const noIntentYet = invoice.stripePaymentIntentId === null && invoice.status === 'open';
  if (underWay || (noIntentYet && (await isYoung(database, event, makingMilliseconds)))) {
    return { say: 'later' };
  }
  const ownIntent = invoice.stripePaymentIntentId === intentId;
  if (!ownIntent && event.type !== 'payment_intent.succeeded') {
    return { say: 'ignored', reason: `${intentId} is not the intent of its invoice, nor paid.` };
  }
  return { say: 'signal', subscriptionId: invoice.subscriptionId };
}

/**
 * By the intent that is written on the invoice, else by what the intent says of itself. Metadata is
 * never believed to pay an invoice: an intent that is not the invoice's own is waited for while our
 * call may be making it, and its money is refunded otherwise.
 */
async function invoiceOf(
  database: Database,
  event: StoredEvent,
  intentId: string,
): Promise<InvoiceRecord | undefined> {
  const known = await database.invoices.findOne({ where: { stripePaymentIntentId: intentId } });
  if (known !== null) return known.get({ plain: true });
  const id = claimedInvoice(event);
  const claimed = id === undefined ? null : await database.invoices.findOne({ where: { id } });
  return claimed?.get({ plain: true });
}

/** Whether the books hold this very outcome already, as they do of what we charged ourselves. */
function isRecorded(
  event: StoredEvent,
  intentId: string,
  invoice: InvoiceRecord,
  attempts: PaymentAttemptRecord[],
): boolean {
  switch (event.type) {
    case 'payment_intent.succeeded':
      return invoice.status === 'paid' && intentId === invoice.stripePaymentIntentId;
    case 'payment_intent.canceled':
      return invoice.status === 'void';
    case 'payment_intent.requires_action':
      return attempts.some(({ status }) => status === 'requires_action' || status === 'succeeded');
    case 'payment_intent.payment_failed': {
      const chargeId = latestCharge(event) ?? null;
      // Two failures without a charge look alike: what waits is read again.
      if (attempts.some(({ status }) => status === 'requires_action' || status === 'processing')) {
        return false;
      }
      return attempts.some(
        ({ status, stripeChargeId }) => status === 'failed' && stripeChargeId === chargeId,
      );
    }
    default:
      return false;
  }
}

import { isAtRest } from '../billing/subscription-state';
import { prepareIntent } from './charge';
import { ensureCustomer } from './ensure-customer';
import { outstandingOf } from './outstanding';
import type { Intent } from './ports/payments';
import type { InvoiceRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';
import type { Payments } from './settlement';

/**
 * The intent by which a customer pays an invoice on their own, made if there is none yet: an invoice
 * that is charged automatically has none until a card was charged for it. There is one for all that
 * try at once, so that two open pages and our own charge pay it once (I3).
 *
 * @returns undefined while nothing is payable, or while our own charge is about to make it
 */
export async function preparePayment(
  deps: Payments,
  invoiceId: string,
): Promise<Intent | undefined> {
  const { store, payments } = deps;
  const waiting = await store.transaction((unit) => readWaiting(unit, invoiceId));
  if (waiting === undefined) return undefined;
  const { invoice, ours } = waiting;
  const known = invoice.stripePaymentIntentId;
  // While `collect` is at it, the intent is not ours to replace.
  if (ours) return known === null ? undefined : payments.retrieveIntent(known);
  const customerId = await ensureCustomer(deps, invoice.userId);
  const intent = await prepareIntent(deps, { invoice }, customerId);
  if (intent.id === known) return intent;
  const kept = await store.transaction((unit) => keepIntent(unit, invoice, intent));
  if (kept) return intent;
  await payments.cancelIntent(intent.id);
  return undefined;
}

/** A payable invoice, and whether our own charge has its intent in hand. */
async function readWaiting(
  unit: UnitOfWork,
  invoiceId: string,
): Promise<{ invoice: InvoiceRecord; ours: boolean } | undefined> {
  const invoice = await unit.findInvoiceById(invoiceId);
  if (invoice === undefined || !isPayable(invoice)) return undefined;
  const attempts = await unit.attempts(invoiceId);
  const begun = attempts.some(({ status }) => status === 'pending');
  const neverTried = attempts.length === 0 && invoice.stripePaymentIntentId === null;
  const comesNext = neverTried && invoice.nextAttemptAt !== null;
  return { invoice, ours: begun || (comesNext && !(await waitsBehindAnother(unit, invoice))) };
}

/** Of invoices that we charge, the others wait until the oldest is paid or at rest: for days, perhaps. */
async function waitsBehindAnother(
  unit: UnitOfWork,
  { id, subscriptionId, collectionMethod }: InvoiceRecord,
): Promise<boolean> {
  if (subscriptionId === null || collectionMethod === 'send_invoice') return false;
  const charged = (await unit.unsettledInvoices(subscriptionId)).filter(
    (each) => each.status === 'open' && each.collectionMethod === 'charge_automatically',
  );
  const oldest = charged.find((invoice) => !isAtRest(invoice));
  return oldest !== undefined && oldest.id !== id;
}

/** Whether it became the invoice's: not, if another did meanwhile, or nothing is to be paid any more. */
async function keepIntent(
  unit: UnitOfWork,
  { id, stripePaymentIntentId }: InvoiceRecord,
  intent: Intent,
): Promise<boolean> {
  const invoice = await unit.lockInvoice(id);
  if (invoice.stripePaymentIntentId === intent.id) return true;
  const attempts = await unit.attempts(id);
  const free =
    isPayable(invoice) &&
    invoice.stripePaymentIntentId === stripePaymentIntentId &&
    !attempts.some(({ status }) => status === 'pending');
  if (free) await unit.updateInvoice(invoice, { stripePaymentIntentId: intent.id });
  return free;
}

const isPayable = (invoice: InvoiceRecord) =>
  (invoice.status === 'open' || invoice.status === 'uncollectible') && outstandingOf(invoice) > 0n;

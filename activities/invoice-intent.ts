import { ensureCustomer } from './ensure-customer';
import type { Intent } from './ports/payments';
import type { InvoiceRecord } from './ports/records';
import type { Payments } from './settlement';

/** The intent of an invoice, if it has one, even one whose id was lost with Stripe's answer (I3). */
export async function intentOfInvoice(
  deps: Payments,
  invoice: InvoiceRecord,
  customerId: string,
): Promise<Intent | undefined> {
  return invoice.stripePaymentIntentId === null
    ? findLostIntent(deps, invoice, customerId)
    : deps.payments.retrieveIntent(invoice.stripePaymentIntentId);
}

/**
 * The intent that says it is for the invoice and is not canceled; but none whose money was no payment
 * of it, and goes back.
 */
export async function findLostIntent(
  { store, payments }: Payments,
  { id: invoiceId }: InvoiceRecord,
  customerId: string,
): Promise<Intent | undefined> {
  const refunds = await store.transaction((unit) => unit.refundsOf(invoiceId));
  const except = refunds
    .filter(({ reason }) => reason === 'surplus')
    .map(({ stripePaymentIntentId }) => stripePaymentIntentId);
  return payments.findIntent({ customerId, invoiceId, except });
}

/** Cancels it, so that nobody can pay any more; the intent afterwards, if there is one. */
export async function cancelIntentOf(
  deps: Payments,
  invoice: InvoiceRecord,
): Promise<Intent | undefined> {
  const customerId = await ensureCustomer(deps, invoice.userId);
  const intent = await intentOfInvoice(deps, invoice, customerId);
  return intent === undefined ? undefined : deps.payments.cancelIntent(intent.id);
}

import { ensureCustomer } from './ensure-customer';
import type { Intent, PaymentGateway } from './ports/payments';
import type { InvoiceRecord } from './ports/records';
import type { Payments } from './settlement';

/** The intent of an invoice, if it has one, even one whose id was lost with Stripe's answer (I3). */
export async function intentOfInvoice(
  payments: PaymentGateway,
  { id: invoiceId, stripePaymentIntentId }: InvoiceRecord,
  customerId: string,
): Promise<Intent | undefined> {
  return stripePaymentIntentId === null
    ? payments.findIntent({ customerId, invoiceId })
    : payments.retrieveIntent(stripePaymentIntentId);
}

/** Cancels it, so that nobody can pay any more; the intent afterwards, if there is one. */
export async function cancelIntentOf(
  deps: Payments,
  invoice: InvoiceRecord,
): Promise<Intent | undefined> {
  const customerId = await ensureCustomer(deps, invoice.userId);
  const intent = await intentOfInvoice(deps.payments, invoice, customerId);
  return intent === undefined ? undefined : deps.payments.cancelIntent(intent.id);
}

import { setTimeout as delay } from 'node:timers/promises';
import type { InvoiceRecord } from '../../activities/ports/records';
import type { Dependencies } from '../dependencies';
import { unavailable } from '../http/problem';
import { Refused } from '../http/refusals';
import { ownInvoice } from '../queries/invoices';

/** How long to wait for a payment intent that the worker is just making. */
const patienceMilliseconds = 3_000;
const pauseMilliseconds = 150;

/** Intents that the customer can still confirm. */
const confirmable = new Set([
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
]);

/**
 * What a browser needs to pay an invoice. Read from Stripe each time and never stored (I12).
 * @throws Refused `invoice_not_payable`; Problem 503 while the intent is not made yet.
 */
export async function clientSecretOf(
  dependencies: Dependencies,
  userId: string,
  invoiceId: string,
): Promise<string> {
  const intentId = await intentOf(dependencies, userId, invoiceId);
  const intent = await dependencies.stripe.paymentIntents.retrieve(intentId);
  if (intent.client_secret === null || !confirmable.has(intent.status)) throw notPayable();
  return intent.client_secret;
}

async function intentOf(
  { database }: Dependencies,
  userId: string,
  invoiceId: string,
): Promise<string> {
  for (let waited = 0; waited <= patienceMilliseconds; waited += pauseMilliseconds) {
    const invoice = await ownInvoice(database, userId, invoiceId);
    if (!isPayable(invoice)) throw notPayable();
    if (invoice.stripePaymentIntentId !== null) return invoice.stripePaymentIntentId;
    await delay(pauseMilliseconds);
  }
  throw unavailable(
    'payment_not_ready',
    'The payment of this invoice is being prepared. Try again in a second.',
    1,
  );
}

const isPayable = ({ status, amountDueMinor }: InvoiceRecord) =>
  status === 'open' && amountDueMinor > 0n;

const notPayable = () =>
  new Refused({ code: 'invoice_not_payable', message: 'Nothing is payable on this invoice.' });

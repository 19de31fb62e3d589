import { setTimeout as delay } from 'node:timers/promises';
import type { Intent } from '../../activities/ports/payments';
import type { Dependencies } from '../dependencies';
import { unavailable } from '../http/problem';
import { Refused } from '../http/refusals';
import { isPayable, ownInvoice } from '../queries/invoices';

/** How long to wait for a payment intent that the worker is just making. */
const patienceMilliseconds = 3_000;
const pauseMilliseconds = 150;

/** Intents that the customer can still confirm. */
const confirmable: ReadonlySet<Intent['status']> = new Set([
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
]);

/** Whether the customer can pay by it: the money neither came nor is under way. */
export const isConfirmable = ({ status }: Intent) => confirmable.has(status);

/**
 * What a browser needs to pay an invoice. Read from Stripe each time and never stored (I12).
 * @throws Refused `invoice_not_payable`; Problem 503 while the intent is not made yet.
 */
export async function clientSecretOf(
  dependencies: Dependencies,
  userId: string,
  invoiceId: string,
): Promise<string> {
  const invoice = await ownInvoice(dependencies.database, userId, invoiceId);
  if (!isPayable(invoice)) throw notPayable();
  const intent = await awaitIntent(dependencies, invoiceId);
  if (intent === undefined) {
    // Meanwhile it may have been paid.
    if (!isPayable(await ownInvoice(dependencies.database, userId, invoiceId))) throw notPayable();
    throw notReady();
  }
  if (!isConfirmable(intent)) throw notPayable();
  return secretOf(dependencies, intent.id);
}

/** The intent of an invoice; undefined when the worker has not made it after a while either. */
export async function awaitIntent(
  { preparePayment }: Pick<Dependencies, 'preparePayment'>,
  invoiceId: string,
  patience = patienceMilliseconds,
): Promise<Intent | undefined> {
  for (let waited = 0; ; waited += pauseMilliseconds) {
    const intent = await preparePayment(invoiceId);
    if (intent !== undefined || waited >= patience) return intent;
    await delay(pauseMilliseconds);
  }
}

/** The client secret of an intent, with which a browser may confirm it and nothing else. */
export async function secretOf(
  { stripe }: Pick<Dependencies, 'stripe'>,
  intentId: string,
): Promise<string> {
  const { client_secret } = await stripe.paymentIntents.retrieve(intentId);
  if (client_secret === null) throw notPayable();
  return client_secret;
}

const notPayable = () =>
  new Refused({ code: 'invoice_not_payable', message: 'Nothing is payable on this invoice.' });

const notReady = () =>
  unavailable(
    'payment_not_ready',
    'The payment of this invoice is being prepared. Try again in a second.',
    1,
  );

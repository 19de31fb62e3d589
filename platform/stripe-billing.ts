import Stripe from 'stripe';
import type {
  StripeBilling,
  StripeInvoice,
  StripeItem,
  StripeSubscription,
} from '../activities/ports/stripe-billing';
import type { CollectionMethod } from '../activities/ports/records';
import type { Instant } from '../billing/instant';
import type { InvoiceStatus } from '../billing/invoice';
import { fromStripeAmount } from '../billing/money';
import { SUBSCRIPTION_STATUSES, type SubscriptionStatus } from '../billing/subscription';
import { idOf, intentOf } from './stripe-gateway';

/** The port to Stripe Billing on the `stripe` package: Stripe itself or the sandbox, by the same code. */
export function createStripeBilling(stripe: Stripe): StripeBilling {
  const retrieve = (id: string) =>
    unlessMissing(() => stripe.subscriptions.retrieve(id, { expand: ['customer'] }));
  return {
    async subscription(id) {
      const found = await retrieve(id);
      return found && subscriptionOf(found);
    },
    async invoice(id) {
      const found = await unlessMissing(() =>
        stripe.invoices.retrieve(id, { expand: ['payments'] }),
      );
      return found && invoiceOf(found, await paymentOf(stripe, found));
    },
    cancelAtPeriodEnd: (id) =>
      unlessEnded(
        () => stripe.subscriptions.update(id, { cancel_at_period_end: true }),
        () => retrieve(id),
      ),
    cancelNow: (id) =>
      unlessEnded(
        () => stripe.subscriptions.cancel(id),
        () => retrieve(id),
      ),
    reactivate: (id) =>
      unlessEnded(
        async () => {
          const found = await retrieve(id);
          if (found?.cancel_at_period_end === true) {
            await stripe.subscriptions.update(id, { cancel_at_period_end: false });
          } else if (typeof found?.cancel_at === 'number') {
            await stripe.subscriptions.update(id, { cancel_at: '' });
          }
        },
        () => retrieve(id),
      ),
  };
}

async function unlessMissing<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isInvalid(error) && error.code === 'resource_missing') return undefined;
    throw error;
  }
}

/** Stripe refuses any change of what has ended: whoever asked for it finds that when reading it again. */
async function unlessEnded(
  change: () => Promise<unknown>,
  retrieve: () => Promise<Stripe.Subscription | undefined>,
): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (!isInvalid(error)) throw error;
    const found = await retrieve();
    if (found !== undefined && found.ended_at === null) throw error;
  }
}

const isInvalid = (error: unknown) => error instanceof Stripe.errors.StripeInvalidRequestError;

function subscriptionOf(found: Stripe.Subscription): StripeSubscription {
  const items = found.items.data.map(itemOf);
  const { customer } = found;
  const payer = typeof customer === 'string' || customer.deleted === true ? undefined : customer;
  return {
    id: found.id,
    customerId: idOf(customer) ?? '',
    status: statusOf(found),
    items,
    collectionMethod: collectionMethodOf(found),
    startedAt: instantOf(found.start_date),
    anchorAt: instantOf(found.billing_cycle_anchor),
    trialEnd: instantOrNull(found.trial_end),
    cancelAtPeriodEnd: found.cancel_at_period_end || endsWithin(found.cancel_at, items),
    canceledAt: instantOrNull(found.canceled_at),
    cancelReason: found.cancellation_details?.reason ?? null,
    endedAt: instantOrNull(found.ended_at),
    latestInvoiceId: idOf(found.latest_invoice),
    paymentMethodId:
      idOf(found.default_payment_method) ??
      idOf(payer?.invoice_settings.default_payment_method ?? null),
  };
}

/** A metered item has no quantity, and one of nothing is shown as one all the same. */
const itemOf = (item: Stripe.SubscriptionItem): StripeItem => ({
  priceId: item.price.id,
  quantity: Math.max(item.quantity ?? 1, 1),
  periodStart: instantOf(item.current_period_start),
  periodEnd: instantOf(item.current_period_end),
});

/** With flexible billing, Stripe names the day on which the period ends instead of setting the flag. */
function endsWithin(cancelAt: number | null, items: readonly StripeItem[]): boolean {
  if (cancelAt === null) return false;
  const at = instantOf(cancelAt);
  return items.some(({ periodEnd }) => at <= periodEnd);
}

/** The payment that paid it, else the one that is to. */
async function paymentOf(
  stripe: Stripe,
  invoice: Stripe.Invoice,
): Promise<StripeInvoice['payment']> {
  const payments = invoice.payments?.data ?? [];
  const chosen =
    payments.find(({ status }) => status === 'paid') ??
    payments.find(({ is_default: isDefault }) => isDefault) ??
    payments[0];
  const intentId = idOf(chosen?.payment.payment_intent ?? null);
  if (intentId === null) return undefined;
  const intent = await stripe.paymentIntents.retrieve(intentId, { expand: ['latest_charge'] });
  const charge = intent.latest_charge;
  const refunded = typeof charge === 'object' && charge !== null && charge.refunded;
  return { intent: intentOf(intent), refunded };
}

function invoiceOf(found: Stripe.Invoice, payment: StripeInvoice['payment']): StripeInvoice {
  const { id, currency, lines } = found;
  const periods = lines.data.map(({ period }) => period);
  return {
    id,
    subscriptionId: idOf(found.parent?.subscription_details?.subscription ?? null),
    number: found.number,
    status: invoiceStatusOf(found),
    currency,
    totalMinor: fromStripeAmount(found.total, currency),
    amountDueMinor: fromStripeAmount(found.amount_due, currency),
    issuedAt: instantOf(found.created),
    dueAt: instantOrNull(found.due_date),
    paidAt: instantOrNull(found.status_transitions.paid_at),
    // The invoice's own period is the one before, in which usage and single items were gathered.
    periodStart: instantOf(Math.min(...periods.map(({ start }) => start), found.period_end)),
    periodEnd: instantOf(Math.max(...periods.map(({ end }) => end), found.period_end)),
    lines: lines.data.map(({ description, amount }) => ({
      description: description ?? '',
      amountMinor: fromStripeAmount(amount, currency),
    })),
    attemptCount: found.attempt_count,
    nextAttemptAt: instantOrNull(found.next_payment_attempt),
    hostedUrl: found.hosted_invoice_url ?? null,
    ...(payment === undefined ? {} : { payment }),
  };
}

const subscriptionStatuses: readonly string[] = SUBSCRIPTION_STATUSES;
const isSubscriptionStatus = (word: string): word is SubscriptionStatus =>
  subscriptionStatuses.includes(word);

/** A word that Stripe may add one day is no reason to guess: the mirror stops for a person to look. */
function statusOf({ id, status }: Stripe.Subscription): SubscriptionStatus {
  if (isSubscriptionStatus(status)) return status;
  throw new Error(`Subscription ${id} has the unknown status ${status}.`);
}

const invoiceStatuses: readonly string[] = ['draft', 'open', 'paid', 'void', 'uncollectible'];
const isInvoiceStatus = (word: string): word is InvoiceStatus => invoiceStatuses.includes(word);

function invoiceStatusOf({ id, status }: Stripe.Invoice): InvoiceStatus {
  if (status !== null && isInvoiceStatus(status)) return status;
  throw new Error(`Invoice ${id} has the unknown status ${status}.`);
}

function collectionMethodOf({ id, collection_method: method }: Stripe.Subscription) {
  if (isCollectionMethod(method)) return method;
  throw new Error(`Subscription ${id} has the unknown collection method ${method}.`);
}
const isCollectionMethod = (word: string): word is CollectionMethod =>
  word === 'charge_automatically' || word === 'send_invoice';

const instantOf = (seconds: number): Instant => new Date(seconds * 1_000).toISOString();
const instantOrNull = (seconds: number | null) => (seconds === null ? null : instantOf(seconds));

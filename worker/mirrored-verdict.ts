import { z } from 'zod';
import { mirroredId } from '../activities/mirror/mirrored-id';
import type { StoredEvent } from '../activities/stripe-event';
import { isLive } from '../billing/subscription';
import type { Database } from '../db/database';

/** What is to be done about an event of a subscription that Stripe runs itself. */
export type MirrorVerdict =
  | { say: 'done' }
  | { say: 'ignored'; reason: string }
  /** For the workflow that mirrors it, which is started where it does not run. */
  | { say: 'mirror'; stripeSubscriptionId: string };

/** Of Stripe Billing's invoices, what bears on their payment. */
const ofPayments = new Set([
  'invoice.paid',
  'invoice.payment_succeeded',
  'invoice.payment_failed',
  'invoice.payment_action_required',
  'invoice.voided',
  'invoice.marked_uncollectible',
]);

/**
 * Whether an event of a subscription of Stripe's, or of one of its invoices, can tell the mirror
 * anything: not when the subscription had ended, for none comes back to life, not when the invoice
 * was paid, and not when its customer is nobody here.
 */
export async function judgeMirrored(
  database: Database,
  event: StoredEvent,
  about: { stripeSubscriptionId: string; stripeInvoiceId?: string },
): Promise<MirrorVerdict> {
  const { stripeSubscriptionId, stripeInvoiceId } = about;
  if (stripeInvoiceId !== undefined && !ofPayments.has(event.type)) {
    return { say: 'ignored', reason: `Nothing here depends on ${event.type}.` };
  }
  const row = await database.subscriptions.findByPk(mirroredId(stripeSubscriptionId));
  if (row === null) {
    const customer = customerOf(event);
    const known = await database.users.count({ where: { stripeCustomerId: customer } });
    if (known === 0) {
      return { say: 'ignored', reason: `${customer} is no customer of ours.` };
    }
  } else if (await isTold(database, row.get({ plain: true }).status, stripeInvoiceId)) {
    return { say: 'done' };
  }
  return { say: 'mirror', stripeSubscriptionId };
}

async function isTold(
  { stripePayments }: Database,
  status: Parameters<typeof isLive>[0],
  stripeInvoiceId: string | undefined,
): Promise<boolean> {
  if (stripeInvoiceId === undefined) return !isLive(status);
  const settled = { stripeInvoiceId, status: ['succeeded', 'refunded'] };
  return (await stripePayments.count({ where: settled })) > 0;
}

/**
 * The mirror of the subscription that an intent has paid, if that is one of Stripe's. An intent that is
 * in no books may be about to be written down by its customer's mirror, which then reads it again.
 */
export async function judgeRefundOfMirrored(
  { stripePayments, subscriptions, users }: Database,
  event: StoredEvent,
  stripePaymentIntentId: string,
): Promise<MirrorVerdict | undefined> {
  const payment = await stripePayments.findOne({ where: { stripePaymentIntentId } });
  const user = await users.findOne({ where: { stripeCustomerId: customerOf(event) } });
  const { subscriptionId: id } = payment?.get({ plain: true }) ?? {};
  const userId = user?.get({ plain: true }).id;
  if (id === undefined && userId === undefined) return undefined;
  const row = await subscriptions.findOne({
    where: { managedBy: 'stripe', ...(id === undefined ? { userId } : { id }) },
    order: [['createdAt', 'DESC']],
  });
  const stripeSubscriptionId = row?.get({ plain: true }).externalId ?? null;
  return stripeSubscriptionId === null ? undefined : { say: 'mirror', stripeSubscriptionId };
}

const ofCustomer = z.object({
  data: z.object({
    object: z.object({ customer: z.union([z.string(), z.object({ id: z.string() })]) }),
  }),
});

/** Whose it is; that never changes, so the event's own word is good for it. */
function customerOf({ payload }: StoredEvent): string {
  const customer = ofCustomer.safeParse(payload).data?.data.object.customer;
  return typeof customer === 'object' ? customer.id : (customer ?? 'Nobody');
}

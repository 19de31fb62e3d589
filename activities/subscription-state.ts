import type { OpenInvoice, SubscriptionState } from '../billing/schedule';
import { isLive } from '../billing/subscription';
import type { InvoiceRecord, SubscriptionRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';

/** What the workflow must know of a subscription, read inside the transaction that changed it. */
export async function stateOf(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
): Promise<SubscriptionState> {
  const invoices = await unit.unsettledInvoices(subscription.id);
  return stateFrom(subscription, invoices);
}

/** The same of rows already read: `invoices` are the unsettled ones, oldest period first. */
export function stateFrom(
  subscription: SubscriptionRecord,
  invoices: InvoiceRecord[],
): SubscriptionState {
  const { revision, status, cycle, currentPeriodEnd, expiresAt } = subscription;
  return {
    revision,
    status,
    cycle,
    ...(isLive(status) && status !== 'incomplete' ? { boundaryAt: currentPeriodEnd } : {}),
    ...(subscription.cancelAtPeriodEnd ? { ends: true } : {}),
    ...(status === 'incomplete' && expiresAt !== null ? { expiresAt } : {}),
    invoices: invoices.map(openInvoice),
  };
}

function openInvoice(invoice: InvoiceRecord): OpenInvoice {
  const { id, collectionMethod, nextAttemptAt, nextReminderAt, dueAt, overdueAt } = invoice;
  const sent = collectionMethod === 'send_invoice';
  return {
    id,
    ...(sent ? { sent } : {}),
    ...(nextAttemptAt === null ? {} : { attemptAt: nextAttemptAt }),
    ...(nextReminderAt === null ? {} : { reminderAt: nextReminderAt }),
    ...(sent && overdueAt === null ? { dueAt } : {}),
    ...(invoice.finalActionAt === null ? {} : { finalAt: invoice.finalActionAt }),
  };
}

import { collectionSchedule } from '../billing/dunning';
import { addDays, type Instant } from '../billing/instant';
import type { SubscriptionState } from '../billing/subscription-state';
import { nextReminder } from './dun';
import { giveUpChange } from './pending-change';
import { planOf } from './plan-of';
import { about, consequence, invoiceFacts, subscriptionFacts } from './email-facts';
import { outstandingOf } from './outstanding';
import type { InvoiceRecord, PlanRecord, SubscriptionRecord } from './ports/records';
import type { BillingStore, UnitOfWork } from './ports/store';
import { transitionOf } from './refusal';
import { stateOf } from './subscription-state';
import { writeOff } from './write-off';

/** One open invoice whose moment has come. */
export interface Deadline {
  subscriptionId: string;
  invoiceId: string;
  /** On the subscription's own time. */
  now: Instant;
}

interface Due {
  unit: UnitOfWork;
  subscription: SubscriptionRecord;
  invoice: InvoiceRecord;
  plan: PlanRecord;
  now: Instant;
}

/**
 * Mails the reminder that is due, unless the money is on its way, and plans the one after; called twice
 * it finds nothing due.
 */
export const remind = (store: BillingStore, deadline: Deadline) =>
  whileOpen(store, deadline, async ({ unit, subscription, invoice, plan, now }) => {
    const due = invoice.nextReminderAt;
    if (due === null || due > now) return subscription;
    const charged = invoice.collectionMethod === 'charge_automatically';
    const { reminderAts } = collectionSchedule(invoice.issuedAt, subscription.timeZone);
    const next = charged
      ? nextReminder(subscription, plan, invoice, now)
      : reminderAts.find((at) => at > now);
    await unit.updateInvoice(invoice, { nextReminderAt: next ?? null });
    if (await isOnItsWay(unit, invoice)) return unit.updateSubscription(subscription, {});
    await unit.recordEvent(subscription.id, now, 'reminder_sent', {
      invoice_id: invoice.id,
      number: invoice.number,
    });
    const { due_at: _, ...facts } = await invoiceFacts(unit, invoice, plan);
    await unit.queueEmail({
      kind: 'payment_reminder',
      ...about(subscription, invoice.id, due),
      data: charged
        ? { ...facts, ...consequence(invoice, plan) }
        : { ...facts, due_at: invoice.dueAt },
    });
    return unit.updateSubscription(subscription, {});
  });

/** The due date has passed: the invoice is overdue and its subscription past due. */
export const markOverdue = (store: BillingStore, deadline: Deadline) =>
  whileOpen(store, deadline, async ({ unit, subscription, invoice, plan, now }) => {
    if (invoice.overdueAt !== null || invoice.dueAt > now) return subscription;
    const overdue = await unit.updateInvoice(invoice, { overdueAt: now, nextReminderAt: null });
    await unit.recordEvent(subscription.id, now, 'invoice_overdue', {
      invoice_id: invoice.id,
      number: invoice.number,
      amount: String(outstandingOf(invoice)),
      currency: invoice.currency,
    });
    await unit.queueEmail({
      kind: 'invoice_overdue',
      ...about(subscription, invoice.id, 'overdue'),
      data: {
        ...(await invoiceFacts(unit, overdue, plan)),
        ...consequence(overdue, plan),
      },
    });
    const { status } = transitionOf(subscription, 'payment_past_due');
    return unit.updateSubscription(subscription, { status });
  });

const finalEvents = {
  cancel: 'final_action_cancel',
  unpaid: 'final_action_unpaid',
  leave_past_due: 'final_action_leave_past_due',
} as const;

/**
 * The policy's end for an invoice that nobody paid. With `cancel` the subscription ends and everything
 * that it owes is written off; else the invoice stays open, and nothing more happens by itself to it.
 */
export const giveUp = (store: BillingStore, deadline: Deadline) =>
  whileOpen(store, deadline, async ({ unit, subscription, invoice, plan, now }) => {
    if (invoice.finalActionAt === null || invoice.finalActionAt > now) return subscription;
    if (await isOnItsWay(unit, invoice)) {
      // Nobody's subscription ends while the bank is at their last payment.
      const finalActionAt = addDays(now, 1, subscription.timeZone);
      await unit.updateInvoice(invoice, { finalActionAt });
      return unit.updateSubscription(subscription, {});
    }
    if (subscription.status === 'canceled') {
      await writeOff(unit, invoice, now);
      return unit.updateSubscription(subscription, {});
    }
    const { finalAction } = plan.dunning;
    await unit.recordEvent(subscription.id, now, 'final_action', {
      invoice_id: invoice.id,
      number: invoice.number,
      action: finalAction,
    });
    const { status } = transitionOf(subscription, finalEvents[finalAction]);
    if (finalAction !== 'cancel') {
      const rest = { nextAttemptAt: null, nextReminderAt: null, finalActionAt: null };
      await unit.updateInvoice(invoice, rest);
      return unit.updateSubscription(subscription, { status });
    }
    for (const other of await unit.unsettledInvoices(subscription.id)) {
      await writeOff(unit, other, now);
    }
    const canceled = await unit.updateSubscription(subscription, {
      status,
      canceledAt: now,
      endedAt: now,
      cancelReason: 'not_paid',
      cancelAtPeriodEnd: false,
      pendingChange: await giveUpChange(unit, subscription, now),
      pausedAt: null,
      resumeAt: null,
    });
    await unit.queueEmail({
      kind: 'subscription_canceled',
      ...about(canceled, canceled.id, 'ended'),
      data: { ...subscriptionFacts(canceled, plan), canceled_at: now, reason: 'not_paid' },
    });
    return canceled;
  });

/** Whether the bank has a payment of it, and has not said yet whether the money comes. */
const isOnItsWay = async (unit: UnitOfWork, { id }: InvoiceRecord): Promise<boolean> =>
  (await unit.attempts(id)).some(({ status }) => status === 'processing');

/** Locks both rows, and acts only on an invoice that is still open. */
function whileOpen(
  store: BillingStore,
  { subscriptionId, invoiceId, now }: Deadline,
  act: (due: Due) => Promise<SubscriptionRecord>,
): Promise<SubscriptionState> {
  return store.transaction(async (unit) => {
    const subscription = await unit.lockSubscription(subscriptionId);
    const invoice = await unit.lockInvoice(invoiceId);
    if (invoice.status !== 'open') return stateOf(unit, subscription);
    const plan = await planOf(unit, subscription);
    return stateOf(unit, await act({ unit, subscription, invoice, plan, now }));
  });
}

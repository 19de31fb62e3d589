import type { EmailData } from '../templates/emails/schemas';
import type { InvoiceRecord, PlanRecord, SubscriptionRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';

/** The facts of an invoice as mails tell them. */
export async function invoiceFacts(
  unit: UnitOfWork,
  invoice: InvoiceRecord,
  plan: PlanRecord,
): Promise<EmailData<'invoice_issued'>> {
  const lines = await unit.linesOf(invoice.id);
  const { amountDueMinor: amountDue, amountCreditedMinor: amountCredited } = invoice;
  const { amountCarriedMinor: amountCarried } = invoice;
  return {
    invoice_id: invoice.id,
    invoice_number: invoice.number ?? 'draft',
    plan_name: plan.name,
    currency: invoice.currency,
    amount_due: String(amountDue - amountCredited - amountCarried),
    total: String(invoice.totalMinor),
    issued_at: invoice.issuedAt,
    due_at: invoice.dueAt,
    period_start: invoice.periodStart,
    period_end: invoice.periodEnd,
    lines: lines.map(({ description, amountMinor }) => ({
      description,
      amount: String(amountMinor),
    })),
  };
}

/** What happens when it stays unpaid. */
export const consequence = ({ finalActionAt }: InvoiceRecord, { dunning }: PlanRecord) =>
  finalActionAt === null
    ? {}
    : { final_action_at: finalActionAt, final_action: dunning.finalAction };

/** The facts of a subscription as mails tell them. */
export function subscriptionFacts(
  subscription: SubscriptionRecord,
  plan: PlanRecord,
): EmailData<'subscription_confirmed'> {
  return {
    subscription_id: subscription.id,
    plan_name: plan.name,
    amount: String(plan.amountMinor * BigInt(subscription.quantity)),
    currency: plan.currency,
    interval: plan.interval,
    interval_count: plan.intervalCount,
    current_period_end: subscription.currentPeriodEnd,
    ...(subscription.trialEnd === null ? {} : { trial_end: subscription.trialEnd }),
    ...(subscription.cancelAtPeriodEnd ? {} : { next_charge_at: subscription.currentPeriodEnd }),
  };
}

/** The card that a subscription is charged by, if it is. */
export async function cardOf(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
): Promise<Pick<EmailData<'receipt'>, 'card'>> {
  if (subscription.collectionMethod === 'send_invoice') return {};
  const method = await unit.defaultPaymentMethod(subscription.userId);
  if (method === undefined || method.brand === null || method.last4 === null) return {};
  return { card: { brand: method.brand, last4: method.last4 } };
}

/** Whom a mail about a subscription goes to, and what makes it the only one of its kind (I8). */
export function about(subscription: SubscriptionRecord, thing: string, occasion: string | number) {
  return {
    thing,
    occasion: String(occasion),
    userId: subscription.userId,
    subscriptionId: subscription.id,
  };
}

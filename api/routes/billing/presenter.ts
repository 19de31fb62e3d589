import type {
  InvoiceRecord,
  PlanRecord,
  SubscriptionRecord,
} from '../../../activities/ports/records';
import {
  SUBSCRIPTION_WORDS,
  firstSeedPaymentStatus,
  planTermOf,
} from '../../../billing/seed-vocabulary';
import { asDecimal } from '../../presenters/money';

/** The calendar day, in UTC, of an instant. */
const dayOf = (instant: string) => instant.slice(0, 10);

/** Undefined for a plan whose term this API has no word for. */
export function presentPlan(plan: PlanRecord) {
  const planTerm = planTermOf(plan);
  if (planTerm === undefined) return undefined;
  const { id, name, description, amountMinor, currency } = plan;
  return { id, name, plan_term: planTerm, description, price: asDecimal(amountMinor, currency) };
}

export function presentSubscription({ id, userId, planId, startedAt, status }: SubscriptionRecord) {
  return {
    id,
    user: userId,
    plan: planId,
    start_date: dayOf(startedAt),
    status: SUBSCRIPTION_WORDS[status].firstSeed,
  };
}

/** Undefined for what this API has no word for: drafts and void invoices, which ask for no money. */
export function presentInvoice(invoice: InvoiceRecord) {
  const { id, userId, subscriptionId, status, overdueAt } = invoice;
  const paymentStatus = firstSeedPaymentStatus(status, overdueAt !== null);
  if (paymentStatus === undefined || subscriptionId === null) return undefined;
  return {
    id,
    user: userId,
    subscription: subscriptionId,
    amount: asDecimal(invoice.amountDueMinor, invoice.currency),
    issue_date: dayOf(invoice.issuedAt),
    due_date: dayOf(invoice.dueAt),
    payment_status: paymentStatus,
  };
}

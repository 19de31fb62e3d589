import type { PlanRecord, StripePaymentRecord } from '../../../activities/ports/records';
import { secondSeedPaymentStatus } from '../../../billing/seed-vocabulary';
import { hasAccess } from '../../presenters/access';
import { asDecimal } from '../../presenters/money';
import type { PaymentView } from '../../queries/payments';
import type { SubscriptionView } from '../../queries/subscriptions';

/** These clients know months and years, and no counts of them. */
export const isListed = ({ interval, intervalCount }: PlanRecord) =>
  intervalCount === 1 && (interval === 'month' || interval === 'year');

export function presentPlan(plan: PlanRecord) {
  const { id, name, description, stripePriceId, amountMinor, currency, interval, features } = plan;
  return {
    id,
    name,
    description,
    stripe_price_id: stripePriceId,
    amount: asDecimal(amountMinor, currency),
    currency,
    interval,
    features,
  };
}

export function presentSubscription(view: SubscriptionView) {
  const { subscription, plan } = view;
  const { status, managedBy, externalId } = subscription;
  return {
    id: subscription.id,
    plan: presentPlan(plan),
    stripe_subscription_id: managedBy === 'stripe' ? externalId : null,
    status,
    is_active: hasAccess(view),
    current_period_start: subscription.currentPeriodStart,
    current_period_end: subscription.currentPeriodEnd,
    cancel_at_period_end: subscription.cancelAtPeriodEnd,
    canceled_at: subscription.canceledAt,
    created_at: subscription.createdAt,
    updated_at: subscription.updatedAt,
  };
}

export const presentNoSubscription = () => ({
  id: null,
  plan: null,
  stripe_subscription_id: null,
  status: 'inactive' as const,
  is_active: false as const,
  current_period_start: null,
  current_period_end: null,
  cancel_at_period_end: false as const,
  canceled_at: null,
  created_at: null,
  updated_at: null,
});

export function presentPayment(view: PaymentView) {
  if ('mirrored' in view) return presentMirrored(view.mirrored);
  const { attempt, invoice } = view;
  const { amountPaidMinor, amountRefundedMinor } = invoice;
  const fullyRefunded = amountRefundedMinor > 0n && amountRefundedMinor >= amountPaidMinor;
  return {
    id: attempt.id,
    stripe_payment_intent_id: attempt.stripePaymentIntentId,
    // The invoice is ours, not Stripe Billing's.
    stripe_invoice_id: null,
    amount: asDecimal(attempt.amountMinor, attempt.currency),
    currency: attempt.currency,
    status: secondSeedPaymentStatus(attempt.status, fullyRefunded),
    description: attempt.message ?? `Payment of invoice ${invoice.number}`,
    created_at: attempt.createdAt,
  };
}

const presentMirrored = (payment: StripePaymentRecord) => ({
  id: payment.id,
  stripe_payment_intent_id: payment.stripePaymentIntentId,
  stripe_invoice_id: payment.stripeInvoiceId,
  amount: asDecimal(payment.amountMinor, payment.currency),
  currency: payment.currency,
  status: payment.status,
  description: payment.description,
  created_at: payment.createdAt,
});

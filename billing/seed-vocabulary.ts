import type { Term } from './calendar';
import type { AttemptStatus } from './dunning';
import type { InvoiceStatus } from './invoice';
import type { SubscriptionStatus } from './subscription';

/*
 * The words of the two APIs that this system replaces, as views of its own. They are derived when
 * something is shown and never stored.
 */

export type FirstSeedStatus =
  'active' | 'inactive' | 'cancelled' | 'expired' | 'suspended' | 'pause';
export type FirstSeedPaymentStatus = 'pending' | 'paid' | 'overdue';
export type PlanTerm = 'monthly' | 'quarterly' | 'half_yearly' | 'yearly';
export type SecondSeedPaymentStatus = 'succeeded' | 'failed' | 'pending' | 'refunded';

interface SubscriptionWords {
  firstSeed: FirstSeedStatus;
  /** The second seed's `is_active`: what was agreed is running and nothing is owed for it. */
  isActive: boolean;
}

/** The second seed shows the status itself, and "inactive" for a user who has no subscription. */
export const SUBSCRIPTION_WORDS: Readonly<Record<SubscriptionStatus, SubscriptionWords>> = {
  incomplete: { firstSeed: 'inactive', isActive: false },
  incomplete_expired: { firstSeed: 'expired', isActive: false },
  trialing: { firstSeed: 'active', isActive: true },
  active: { firstSeed: 'active', isActive: true },
  past_due: { firstSeed: 'suspended', isActive: false },
  unpaid: { firstSeed: 'suspended', isActive: false },
  paused: { firstSeed: 'pause', isActive: false },
  canceled: { firstSeed: 'cancelled', isActive: false },
};

/**
 * An invoice's payment_status. `overdue` is open past its due date; an uncollectible one is owed
 * all the same. Drafts and void invoices ask for no payment: the first seed doesn't list them.
 */
export function firstSeedPaymentStatus(
  status: InvoiceStatus,
  overdue: boolean,
): FirstSeedPaymentStatus | undefined {
  const words: Record<InvoiceStatus, FirstSeedPaymentStatus | undefined> = {
    draft: undefined,
    open: overdue ? 'overdue' : 'pending',
    paid: 'paid',
    void: undefined,
    uncollectible: 'overdue',
  };
  return words[status];
}

const TERMS: Readonly<Record<PlanTerm, Term>> = {
  monthly: { interval: 'month', intervalCount: 1 },
  quarterly: { interval: 'month', intervalCount: 3 },
  half_yearly: { interval: 'month', intervalCount: 6 },
  yearly: { interval: 'year', intervalCount: 1 },
};

const PLAN_TERMS: readonly PlanTerm[] = ['monthly', 'quarterly', 'half_yearly', 'yearly'];

/** The first seed's plan_term; undefined for a term that it has no word for. */
export function planTermOf({ interval, intervalCount }: Term): PlanTerm | undefined {
  if (interval === 'month' && intervalCount === 12) return 'yearly';
  return PLAN_TERMS.find(
    (word) => TERMS[word].interval === interval && TERMS[word].intervalCount === intervalCount,
  );
}

/** The term that a plan_term means. */
export function termOfPlanTerm(planTerm: PlanTerm): Term {
  return TERMS[planTerm];
}

const PAYMENT_WORDS: Readonly<Record<AttemptStatus, SecondSeedPaymentStatus>> = {
  pending: 'pending',
  processing: 'pending',
  requires_action: 'pending',
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'failed',
};

/** The second seed's payment status; `refunded` once the whole amount went back. */
export function secondSeedPaymentStatus(
  status: AttemptStatus,
  fullyRefunded: boolean,
): SecondSeedPaymentStatus {
  return status === 'succeeded' && fullyRefunded ? 'refunded' : PAYMENT_WORDS[status];
}

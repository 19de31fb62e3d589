import { nextStep, type Step } from '../../billing/schedule';
import { stateFrom } from '../../billing/subscription-state';
import type { SubscriptionView } from '../queries/subscriptions';

const words: Readonly<Record<Exclude<Step['type'], 'cross_boundary'>, string>> = {
  expire: 'expiration',
  collect: 'payment_attempt',
  mark_overdue: 'invoice_overdue',
  remind: 'payment_reminder',
  give_up: 'final_action',
};

/** What happens next to a subscription, and when; null when nothing will by itself. */
export function nextEvent({ subscription, unsettled }: SubscriptionView) {
  const step = nextStep(stateFrom(subscription, unsettled));
  if (step === undefined) return null;
  if (step.type !== 'cross_boundary') return { type: words[step.type], at: step.at };
  const type = subscription.cancelAtPeriodEnd
    ? 'cancellation'
    : subscription.status === 'trialing'
      ? 'trial_end'
      : 'renewal';
  return { type, at: step.at };
}

import type { InvoiceRecord } from '../../activities/ports/records';
import type { Instant } from '../../billing/instant';
import { nextStep, type Step } from '../../billing/schedule';
import { stateFrom } from '../../billing/subscription-state';
import type { SubscriptionView } from '../queries/subscriptions';

/** What can come next for a subscription by itself. */
export const nextEventTypes = [
  'start',
  'trial_ending',
  'trial_end',
  'renewal',
  'cycle_skipped',
  'resume',
  'cancellation',
  'expiration',
  'change_expiration',
  'payment_attempt',
  'payment_reminder',
  'invoice_overdue',
  'final_action',
] as const;

export type NextEventType = (typeof nextEventTypes)[number];

export interface NextEvent {
  type: NextEventType;
  at: Instant;
  /** The one that it is about. */
  invoice?: InvoiceRecord;
}

const words: Readonly<Record<Exclude<Step['type'], 'cross_boundary'>, NextEventType>> = {
  expire: 'expiration',
  expire_change: 'change_expiration',
  collect: 'payment_attempt',
  mark_overdue: 'invoice_overdue',
  remind: 'payment_reminder',
  give_up: 'final_action',
  start: 'start',
  announce_trial_end: 'trial_ending',
  resume: 'resume',
};

/** What happens next to a subscription, and when; undefined when nothing will by itself. */
export function nextEvent({ subscription, unsettled }: SubscriptionView): NextEvent | undefined {
  const step = nextStep(stateFrom(subscription, unsettled));
  if (step === undefined) return undefined;
  if (step.type === 'cross_boundary') return { type: boundaryOf(subscription), at: step.at };
  const type = words[step.type];
  if (!('invoiceId' in step)) return { type, at: step.at };
  const invoice = unsettled.find(({ id }) => id === step.invoiceId);
  return { type, at: step.at, ...(invoice === undefined ? {} : { invoice }) };
}

function boundaryOf({
  cancelAtPeriodEnd,
  status,
}: SubscriptionView['subscription']): NextEventType {
  if (cancelAtPeriodEnd) return 'cancellation';
  if (status === 'trialing') return 'trial_end';
  return status === 'paused' ? 'cycle_skipped' : 'renewal';
}

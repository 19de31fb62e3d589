/** The statuses of a subscription, as Stripe Billing names them. */
export const SUBSCRIPTION_STATUSES = [
  'incomplete',
  'incomplete_expired',
  'trialing',
  'active',
  'past_due',
  'unpaid',
  'paused',
  'canceled',
] as const;

export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

/** What can happen to a subscription that its status has to answer. */
export const SUBSCRIPTION_EVENTS = [
  /** The first invoice of an incomplete subscription was paid, declined after all, or given up after 23 hours. */
  'first_payment_succeeded',
  'first_payment_declined',
  'first_payment_expired',
  /** The start that an operator had set in the future has come. */
  'started_with_trial',
  'started',
  'trial_ending_soon',
  'trial_ended',
  /** The next period begins; with a scheduled cancellation it is `end_reached` instead. */
  'boundary_reached',
  'end_reached',
  /** A charge failed, a sent invoice is past its due date, or there was no card to charge. */
  'payment_past_due',
  /** No invoice is past due any more. */
  'all_settled',
  /** The end of the dunning schedule, by the policy's final action. */
  'final_action_cancel',
  'final_action_unpaid',
  'final_action_leave_past_due',
  'cancel_now',
  'cancel_at_period_end',
  'reactivate',
  'pause',
  'resume',
  /** Resuming while an invoice is still past due. */
  'resume_with_debt',
  /** A change of plan or quantity, at once or with the next period; a downgrade is its own event. */
  'change_now',
  'change_at_period_end',
  'downgrade_at_period_end',
  'drop_pending_change',
  'apply_coupon',
  'remove_coupon',
  'payment_method_changed',
] as const;

export type SubscriptionEvent = (typeof SUBSCRIPTION_EVENTS)[number];

/** What must be done, in the order given, for a transition to be true. */
export const SUBSCRIPTION_EFFECTS = [
  'announce_trial_end',
  'begin_epoch_at_trial_end',
  'issue_cycle_invoice',
  'draft_cycle_invoice',
  'record_skipped_cycle',
  'start_dunning',
  'stop_dunning',
  'finalize_drafts',
  'retry_oldest_invoice',
  'cancel_payment_intent',
  'void_first_invoice',
  'write_off_invoices',
  'stop_collecting_and_credit_unused',
  'credit_unused_paid_time',
  'schedule_cancellation',
  'clear_cancellation',
  'clear_pending_change',
  'schedule_change',
  'apply_change',
  'invoice_change_then_apply',
  'bill_rest_of_unbilled_period',
  'apply_coupon',
  'remove_coupon',
  'end_subscription',
] as const;

export type SubscriptionEffect = (typeof SUBSCRIPTION_EFFECTS)[number];

/** Why an event can't happen in a status. Nothing has changed. */
export const SUBSCRIPTION_REFUSALS = [
  'subscription_ended',
  'subscription_incomplete',
  'subscription_trialing',
  'subscription_past_due',
  'subscription_unpaid',
  'subscription_paused',
  'already_paused',
  'not_paused',
  /** Something only the system brings about, in a status where it never does: a bug, or late news. */
  'event_out_of_place',
] as const;

export type SubscriptionRefusal = (typeof SUBSCRIPTION_REFUSALS)[number];

/** Why nothing can be asked of a subscription that Stripe runs, but its cancellation and the taking back of it. */
export const MANAGED_BY_STRIPE =
  'Stripe runs this subscription itself: it can be canceled here, and anything else is changed at Stripe.';

export interface Transition {
  status: SubscriptionStatus;
  effects: readonly SubscriptionEffect[];
}

interface Row {
  on: Partial<Record<SubscriptionEvent, Transition>>;
  refuse: Partial<Record<SubscriptionEvent, SubscriptionRefusal>>;
  otherwise: SubscriptionRefusal;
}

const to = (status: SubscriptionStatus, ...effects: SubscriptionEffect[]): Transition => ({
  status,
  effects,
});

/** What a customer may do to any running subscription without changing its status. */
const housekeeping = (status: SubscriptionStatus): Row['on'] => ({
  cancel_at_period_end: to(status, 'schedule_cancellation'),
  reactivate: to(status, 'clear_cancellation'),
  drop_pending_change: to(status, 'clear_pending_change'),
  apply_coupon: to(status, 'apply_coupon'),
  remove_coupon: to(status, 'remove_coupon'),
  payment_method_changed: to(status),
  end_reached: to('canceled', 'end_subscription'),
});

const cancelPaid = to(
  'canceled',
  'stop_collecting_and_credit_unused',
  'credit_unused_paid_time',
  'end_subscription',
);

const giveUp = to(
  'incomplete_expired',
  // The intent first: money that has just gone through must not meet a void invoice.
  'cancel_payment_intent',
  'void_first_invoice',
  'end_subscription',
);

const notPaused: Row['refuse'] = { resume: 'not_paused', resume_with_debt: 'not_paused' };

/** Invoices of an ended subscription may still be collected; that never revives it. */
const ended: Row = {
  on: {
    payment_past_due: to('canceled'),
    all_settled: to('canceled', 'stop_dunning'),
    final_action_cancel: to('canceled', 'write_off_invoices'),
    final_action_unpaid: to('canceled', 'write_off_invoices'),
    final_action_leave_past_due: to('canceled', 'stop_dunning'),
  },
  refuse: {},
  otherwise: 'subscription_ended',
};

/** The state machine: every pair of status and event is here, as a transition or a refusal. */
const TABLE: Readonly<Record<SubscriptionStatus, Row>> = {
  incomplete: {
    on: {
      first_payment_succeeded: to('active'),
      started_with_trial: to('trialing'),
      started: to('active', 'issue_cycle_invoice'),
      first_payment_declined: giveUp,
      first_payment_expired: giveUp,
      cancel_now: giveUp,
      payment_method_changed: to('incomplete'),
    },
    refuse: systemEvents(),
    otherwise: 'subscription_incomplete',
  },
  incomplete_expired: { on: {}, refuse: {}, otherwise: 'subscription_ended' },
  trialing: {
    on: {
      ...housekeeping('trialing'),
      trial_ending_soon: to('trialing', 'announce_trial_end'),
      trial_ended: to('active', 'begin_epoch_at_trial_end', 'issue_cycle_invoice'),
      cancel_now: to('canceled', 'end_subscription'),
      change_now: to('trialing', 'apply_change'),
      change_at_period_end: to('trialing', 'schedule_change'),
      downgrade_at_period_end: to('trialing', 'schedule_change'),
      // Only one-off items can be owed during a trial; they don't touch it.
      payment_past_due: to('trialing', 'start_dunning'),
      all_settled: to('trialing', 'stop_dunning'),
      final_action_cancel: to('canceled', 'write_off_invoices', 'end_subscription'),
      final_action_unpaid: to('trialing', 'stop_dunning'),
      final_action_leave_past_due: to('trialing', 'stop_dunning'),
    },
    refuse: { ...systemEvents(), ...notPaused },
    otherwise: 'subscription_trialing',
  },
  active: {
    on: {
      ...housekeeping('active'),
      boundary_reached: to('active', 'issue_cycle_invoice'),
      payment_past_due: to('past_due', 'start_dunning'),
      all_settled: to('active'),
      cancel_now: cancelPaid,
      pause: to('paused'),
      change_now: to('active', 'invoice_change_then_apply'),
      change_at_period_end: to('active', 'schedule_change'),
      downgrade_at_period_end: to('active', 'schedule_change'),
    },
    refuse: notPaused,
    otherwise: 'event_out_of_place',
  },
  past_due: {
    on: {
      ...housekeeping('past_due'),
      boundary_reached: to('past_due', 'issue_cycle_invoice'),
      payment_past_due: to('past_due'),
      all_settled: to('active', 'stop_dunning'),
      final_action_cancel: to('canceled', 'write_off_invoices', 'end_subscription'),
      final_action_unpaid: to('unpaid', 'stop_dunning'),
      final_action_leave_past_due: to('past_due', 'stop_dunning'),
      cancel_now: cancelPaid,
      pause: to('paused'),
      downgrade_at_period_end: to('past_due', 'schedule_change'),
      payment_method_changed: to('past_due', 'retry_oldest_invoice'),
    },
    refuse: { ...systemEvents(), ...notPaused },
    otherwise: 'subscription_past_due',
  },
  unpaid: {
    on: {
      ...housekeeping('unpaid'),
      boundary_reached: to('unpaid', 'draft_cycle_invoice'),
      payment_past_due: to('unpaid'),
      all_settled: to('active', 'finalize_drafts'),
      // Of invoices that were issued before it became unpaid.
      final_action_cancel: to('canceled', 'write_off_invoices', 'end_subscription'),
      final_action_unpaid: to('unpaid', 'stop_dunning'),
      final_action_leave_past_due: to('unpaid', 'stop_dunning'),
      cancel_now: cancelPaid,
      payment_method_changed: to('unpaid', 'retry_oldest_invoice'),
    },
    refuse: { ...systemEvents(), ...notPaused },
    otherwise: 'subscription_unpaid',
  },
  paused: {
    on: {
      ...housekeeping('paused'),
      boundary_reached: to('paused', 'record_skipped_cycle'),
      resume: to('active', 'bill_rest_of_unbilled_period'),
      resume_with_debt: to('past_due', 'bill_rest_of_unbilled_period'),
      // With the next period, which, while it is paused, is skipped at the new price.
      change_at_period_end: to('paused', 'schedule_change'),
      downgrade_at_period_end: to('paused', 'schedule_change'),
      cancel_now: cancelPaid,
      // Older invoices are still collected; a debt that is left shows when it resumes.
      payment_past_due: to('paused', 'start_dunning'),
      all_settled: to('paused', 'stop_dunning'),
      final_action_cancel: to('canceled', 'write_off_invoices', 'end_subscription'),
      final_action_unpaid: to('paused', 'stop_dunning'),
      final_action_leave_past_due: to('paused', 'stop_dunning'),
      payment_method_changed: to('paused', 'retry_oldest_invoice'),
    },
    refuse: { ...systemEvents(), pause: 'already_paused' },
    otherwise: 'subscription_paused',
  },
  canceled: ended,
};

/** Refusals of what only the system brings about; a row's own transitions come first. */
function systemEvents(): Partial<Record<SubscriptionEvent, SubscriptionRefusal>> {
  const events: SubscriptionEvent[] = [
    'first_payment_succeeded',
    'first_payment_declined',
    'first_payment_expired',
    'started_with_trial',
    'started',
    'trial_ending_soon',
    'trial_ended',
    'boundary_reached',
    'end_reached',
    'payment_past_due',
    'all_settled',
    'final_action_cancel',
    'final_action_unpaid',
    'final_action_leave_past_due',
  ];
  return Object.fromEntries(events.map((event) => [event, 'event_out_of_place' as const]));
}

/** What an event does to a subscription of this status, or why it can't happen. */
export function transition(
  status: SubscriptionStatus,
  event: SubscriptionEvent,
): Transition | { refusal: SubscriptionRefusal } {
  const row = TABLE[status];
  return row.on[event] ?? { refusal: row.refuse[event] ?? row.otherwise };
}

/** Live: the one subscription a user may have. An incomplete one counts; ended ones don't. */
export function isLive(status: SubscriptionStatus): boolean {
  return status !== 'incomplete_expired' && status !== 'canceled';
}

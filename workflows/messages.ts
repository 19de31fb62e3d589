import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Instant } from '../billing/instant';
import type { SubscriptionState } from '../billing/subscription-state';

/**
 * What can be said to the workflows, and how they are found: the contract between the API, the
 * worker and the workflows. Everything here is plain JSON: money as decimal strings of minor units,
 * instants as ISO-8601 UTC; ids and amounts only, nothing personal.
 */

/** The task queue of workflows and of database activities. */
export const taskQueue = 'everbill';
/** The task queue of activities that call Stripe, limited to Stripe's rate. */
export const paymentsTaskQueue = 'everbill-payments';

export const subscriptionWorkflowId = (subscriptionId: string) => `subscription/${subscriptionId}`;
export const paymentEventWorkflowId = (eventId: string) => `payment-event/${eventId}`;
export const paymentReadWorkflowId = (invoiceId: string) => `payment-read/${invoiceId}`;
export const reconcileWorkflowId = (id: string) => `reconcile/${id}`;
export const invoiceCommandWorkflowId = (commandId: string) => `invoice-command/${commandId}`;
export const disputeAnswerWorkflowId = (answerId: string) => `dispute-answer/${answerId}`;
export const moveSubscribersWorkflowId = (toPlanId: string) => `move-subscribers/${toPlanId}`;
export const testClockWorkflowId = (testClockId: string) => `test-clock/${testClockId}`;

/** Asks for a subscription; the workflow itself writes the row, so that it can't exist without one. */
export interface CreateRequest {
  userId: string;
  planId: string;
  quantity: number;
  /** IANA name; boundaries are reckoned in this zone. */
  timeZone: string;
  /** Stripe's `pm_…`; absent: invoices are sent and the customer pays them. */
  paymentMethodId?: string;
  testClockId?: string;
  couponId?: string;
  /** Metadata lies in the database: `request_details`. */
  detailsId?: string;
  /** What only an operator may ask for. */
  terms?: OperatorTerms;
  /** From settings: refuse a second live one of this user. */
  exclusive: boolean;
}

/** What a customer could abuse and an operator may grant. Instants are ISO-8601 UTC. */
export interface OperatorTerms {
  /** Instead of the plan's, and even for a customer who had a trial; 0 for none. */
  trialDays?: number;
  /** The first boundary after the start (or the trial): what is before it is a part of a period. */
  billingCycleAnchor?: Instant;
  /** False: the time before the anchor is free. */
  chargeStub?: boolean;
  collectionMethod?: 'charge_automatically' | 'send_invoice';
  /** In the future: until then the subscription is incomplete, and nothing is owed. */
  startAt?: Instant;
}

/** An expected no: nothing has changed. `code` is stable, `message` is for people. */
export interface Refusal {
  code:
    | 'plan_not_found'
    | 'plan_archived'
    | 'user_inactive'
    | 'live_subscription_exists'
    | 'payment_method_declined'
    | 'payment_method_unknown'
    | 'test_clock_not_found'
    | 'test_clock_busy'
    | 'subscription_ended'
    | 'subscription_not_found'
    | 'subscription_incomplete'
    | 'subscription_trialing'
    | 'subscription_past_due'
    | 'subscription_unpaid'
    | 'subscription_paused'
    | 'already_paused'
    | 'not_paused'
    | 'not_canceling'
    | 'cancellation_scheduled'
    | 'no_pending_change'
    | 'change_pending'
    | 'change_by_operator'
    | 'nothing_to_change'
    | 'currency_mismatch'
    | 'amount_too_large'
    | 'proration_date_invalid'
    | 'resume_at_invalid'
    | 'start_at_invalid'
    | 'trial_invalid'
    | 'anchor_in_past'
    | 'anchor_too_far'
    | 'coupon_not_found'
    | 'coupon_expired'
    | 'coupon_exhausted'
    | 'coupon_not_for_plan'
    | 'coupon_currency_mismatch'
    | 'no_coupon'
    | 'no_upcoming_invoice'
    | 'invoice_not_found'
    | 'invoice_not_paid'
    | 'invoice_not_payable'
    | 'invoice_not_open'
    | 'invoice_not_draft'
    | 'invoice_not_creditable'
    | 'payment_under_way'
    | 'credit_exceeds_invoice'
    | 'payment_disputed'
    | 'dispute_not_answerable'
    | 'currency_not_supported'
    | 'managed_by_stripe';
  message: string;
  /** The issuer's reason, with `payment_method_declined`. */
  declineCode?: string;
}

/**
 * What became of a request to create: it settles on `active`, `trialing`, `incomplete` (the customer
 * must authenticate: fetch the client secret of `invoiceId`), or `declined` (`incomplete_expired`).
 */
export type CreateOutcome =
  | { refused: Refusal }
  | {
      subscriptionId: string;
      status: SubscriptionState['status'];
      /** The first invoice, if one was made. */
      invoiceId?: string;
      declined?: { code: string; declineCode: string | null; message: string };
    };

export type CommandOutcome =
  | { refused: Refusal }
  | {
      status: SubscriptionState['status'];
      /** Set by `invoice` when it made a credit note. */
      creditNoteId?: string;
      /** Set by `pay` and `change`: why the charge did not go through; then nothing was changed. */
      declined?: { code: string; declineCode: string | null; message: string };
    };

export interface CancelRequest {
  atPeriodEnd: boolean;
  /** Now only: false gives nothing back for the unused paid time; by default it is credited. */
  prorate?: boolean;
  /** A code word, such as an operator's on the Temporal CLI; a customer's own words lie in the details. */
  reason?: string;
  detailsId?: string;
}

/** A change of plan, of quantity, or of both; what is left out stays. */
export interface ChangeRequest {
  planId?: string;
  quantity?: number;
  /** now: invoiced at once, and in force as soon as that is paid; else at the period's end. */
  when: 'now' | 'period_end';
  /** As a preview answered it, at most ten minutes ago: exactly its amounts are charged. */
  prorationDate?: Instant;
  /** The customer is there and can authenticate; an operator's change is charged off-session. */
  customerPresent?: boolean;
  /** An operator's move to another version of the plan; it may not come before this. */
  move?: { notBefore?: Instant };
}

/** What an operator does to one invoice. Amounts are decimal strings of minor units, tax included. */
export type InvoiceCommand = { invoiceId: string; detailsId?: string } & (
  | { action: 'void' | 'mark_uncollectible' | 'mark_paid' | 'finalize' | 'retry' }
  | {
      action: 'credit';
      /** Absent: all that is left of the invoice. */
      amount?: string;
      /** Where it goes beyond what is still due: card as far as it was paid by card, or balance. */
      to: 'card' | 'balance';
    }
);

/** Answered once the first payment has settled. Always with update-with-start. */
export const createUpdate = defineUpdate<CreateOutcome>('create');
export const cancelUpdate = defineUpdate<CommandOutcome, [CancelRequest]>('cancel');
export const reactivateUpdate = defineUpdate<CommandOutcome>('reactivate');
export const changeUpdate = defineUpdate<CommandOutcome, [ChangeRequest]>('change');
/** Takes back a change that waits for the period's end or for its payment. */
export const dropChangeUpdate = defineUpdate<CommandOutcome>('drop_change');
/** Stops invoices until it is resumed, by itself at `resumeAt`. */
export const pauseUpdate = defineUpdate<CommandOutcome, [{ resumeAt?: Instant }]>('pause');
/** Answered once what is left of an unbilled period has been charged. */
export const resumeUpdate = defineUpdate<CommandOutcome>('resume');
export const applyCouponUpdate = defineUpdate<CommandOutcome, [{ couponId: string }]>(
  'apply_coupon',
);
export const removeCouponUpdate = defineUpdate<CommandOutcome>('remove_coupon');
/** An operator's word on one invoice; a credit's id comes back. Refunds are answered by Stripe first. */
export const invoiceUpdate = defineUpdate<CommandOutcome, [InvoiceCommand]>('invoice');
/** Charges an open invoice now, with the customer's default payment method. */
export const payUpdate = defineUpdate<CommandOutcome, [{ invoiceId: string }]>('pay');
/**
 * Lives on to `to` on the subscription's test clock, visiting every due instant in order. `rest` is
 * false when the workflow had to start a new run on the way: send it again.
 */
export const advanceClockUpdate = defineUpdate<{ rest: boolean }, [{ to: Instant }]>(
  'advance_clock',
);

/** The same as the update, for the Temporal CLI and Web UI; without an input, at the period's end. */
export const cancelSignal = defineSignal<[Partial<CancelRequest>?]>('cancel');
/** Stripe said something about one of its invoices: read it again and act on what is true. */
export const paymentEventSignal = defineSignal<[{ eventId: string }]>('payment_event');
/** Something may have happened to a payment without our having heard of it: read it again. */
export const paymentReadSignal = defineSignal<[PaymentToRead]>('payment_read');
/** The customer has a new default payment method: an invoice that is past due is charged at once. */
export const paymentMethodChangedSignal = defineSignal('payment_method_changed');
/** After a mend: go on from where it got stuck. */
export const retrySignal = defineSignal('retry');

/** What the workflow knows and waits for, in its own words. */
export interface SubscriptionView {
  state: SubscriptionState;
  waitsFor: string;
  until?: Instant;
  /** On a test clock: its time. */
  clock?: Instant;
  needsAttention?: string;
}
export const viewQuery = defineQuery<SubscriptionView>('view');

/** The input of the workflow `subscription`. */
export interface SubscriptionInput {
  subscriptionId: string;
  /** Present on the first run of a new subscription; without it the state is read from the database. */
  create?: CreateRequest;
  /** Stripe's id of a subscription that it runs itself, `sub_…`: this one is its mirror, and bills nothing. */
  mirrors?: string;
  /** Carried over when history has grown: state, and the test clock's time and target. */
  carried?: {
    state: SubscriptionState;
    clock?: Instant;
    target?: Instant;
    /** Of a mirror: why a person should look, and whether it had failed. */
    attention?: { reason: string; failed: boolean };
  };
}

/** What is to be read again from Stripe, and compared with the books. */
export interface PaymentToRead {
  invoiceId: string;
  /** Where it is not the invoice's own intent: money that came by another. */
  intentId?: string;
  /** What was given back of it besides. */
  refunds?: true;
  /** A dispute about it besides: Stripe's id. */
  disputeId?: string;
}

/** The input of the workflow `paymentEvent`: one of Stripe's events, or a payment to be read again. */
export type PaymentEventInput = { eventId: string } | ({ subscriptionId: string } & PaymentToRead);

/** The input of the workflow `reconcile`. */
export interface ReconcileInput {
  /** Of its row; made by itself when the schedule starts it. */
  id?: string;
  /** How many days back; 3 by default. */
  days?: number;
  /** What is younger is left alone; 10 by default. */
  graceMinutes?: number;
  /** How long the subscriptions get to read again what was not heard of; 20 by default. */
  healingSeconds?: number;
  /** Carried over when history has grown. */
  run?: {
    stretch: { from: Instant; to: Instant };
    part: number;
    after?: string | undefined;
    compared: number;
    healing: number;
  };
}

/** What a comparison of Stripe's books with ours came to. */
export interface ReconcileResult {
  id: string;
  /** How many objects of Stripe's and rows of ours were looked at. */
  compared: number;
  /** What had differed, and does not any more. */
  healed: number;
  /** What differs now. */
  flagged: number;
}

/** The input of the workflow `invoiceCommand`: for a subscription whose own workflow has ended. */
export interface InvoiceCommandInput {
  subscriptionId: string;
  commandId: string;
  command: InvoiceCommand;
}

/** The input of the workflow `answerDispute`. The evidence lies in the database: `request_details`. */
export interface DisputeAnswerInput {
  /** Stripe's `du_…`. */
  disputeId: string;
  /** Of this one answer: sent again for a lost reply, it is not a second one. */
  answerId: string;
  /** Accepting a dispute loses it. */
  answer: 'evidence' | 'accept';
  detailsId?: string;
  /** False keeps the evidence as a draft. */
  submit?: boolean;
}

/** The dispute's status afterwards, or that it takes no answer any more. */
export type DisputeOutcome = { refused: Refusal } | { status: string };

/** The input of the workflow `moveSubscribers`: asks each subscriber of one plan version to move to another. */
export interface MoveSubscribersInput {
  fromPlanId: string;
  toPlanId: string;
  /** Boundaries before this are passed over, so that the notice is long enough. */
  notBefore?: Instant;
  /** Carried over: the last one that was asked, and how many will move. */
  after?: string | undefined;
  moved?: number;
}

/** The input of the workflow `testClock`: brings everything on the clock to its target time. */
export interface TestClockInput {
  testClockId: string;
  to: Instant;
}

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
  metadata?: Record<string, string>;
  /** From settings: refuse a second live one of this user. */
  exclusive: boolean;
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
    | 'not_canceling'
    | 'invoice_not_payable'
    | 'currency_not_supported';
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
      /** Set by `pay`: why the charge did not go through. */
      declined?: { code: string; declineCode: string | null; message: string };
    };

export interface CancelRequest {
  atPeriodEnd: boolean;
  /** Now only: false gives nothing back for the unused paid time; by default it is credited. */
  prorate?: boolean;
  reason?: string;
}

/** Answered once the first payment has settled. Always with update-with-start. */
export const createUpdate = defineUpdate<CreateOutcome>('create');
export const cancelUpdate = defineUpdate<CommandOutcome, [CancelRequest]>('cancel');
export const reactivateUpdate = defineUpdate<CommandOutcome>('reactivate');
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
  /** Carried over when history has grown: state, and the test clock's time and target. */
  carried?: { state: SubscriptionState; clock?: Instant; target?: Instant };
}

/** The input of the workflow `testClock`: brings everything on the clock to its target time. */
export interface TestClockInput {
  testClockId: string;
  to: Instant;
}

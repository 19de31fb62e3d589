import { ApplicationFailure, Context } from '@temporalio/activity';
import type { SubscriptionState } from '../billing/subscription-state';
import { backOffMilliseconds } from './back-off';
import { changePlan, withdrawChange } from './change-plan';
import { collect } from './collect';
import { cancel, payNow, reactivate, retryPastDue } from './commands';
import { applyCoupon, removeCoupon } from './coupons';
import { clockOf, createSubscription, startSubscription } from './create-subscription';
import { crossBoundary } from './cross-boundary';
import { giveUp, markOverdue, remind } from './deadlines';
import { answerDispute } from './dispute-answers';
import { expireChange } from './expire-change';
import { expireIncomplete } from './expire-incomplete';
import { invoiceCommand } from './invoice-commands';
import { cancelAtStripe, reactivateAtStripe } from './mirror/ask-stripe';
import { mirrorStripeSubscription } from './mirror/mirror-subscription';
import { moveSubscribers } from './move-subscribers';
import { pause, resume, resumeWhenDue } from './pause';
import { applyPaymentEvent, readPayment } from './payment-events';
import { applyPaymentMethodEvent } from './payment-method-events';
import type { ClockDriver } from './ports/clock-driver';
import type { PaymentGateway } from './ports/payments';
import type { BillingStore } from './ports/store';
import type { StripeBilling } from './ports/stripe-billing';
import type { Subscribers } from './ports/subscribers';
import {
  beginReconciliation,
  comparePage,
  finishReconciliation,
  recheck,
  type Reconciling,
} from './reconciliation/reconcile';
import { sendRefund } from './refunds';
import { savePaymentMethod } from './save-payment-method';
import { stateOf } from './subscription-state';
import { advanceSubscription, finishAdvance, subscriptionsOn } from './test-clocks';
import { announceTrialEnd } from './trial';

export interface ActivityDependencies {
  store: BillingStore;
  payments: PaymentGateway;
  stripeBilling: StripeBilling;
  clocks: ClockDriver;
  subscribers: Subscribers;
  reconciling: Reconciling;
  /** Whether the same call may succeed later, so that retrying it makes sense. */
  isTransient(error: unknown): boolean;
  /** Whether it may succeed later if it is left alone for a while: too many calls, or the same one under way. */
  asksForBackOff(error: unknown): boolean;
}

/**
 * All side effects of the workflows, over ports. `database` are run as local activities: each is one
 * transaction, finds out by its row whether it has run before, and answers the state afterwards.
 * `payments` call Stripe, and are run on the payments' task queue under its rate limit.
 */
export function createActivities(deps: ActivityDependencies) {
  const { store } = deps;
  return {
    database: failingForGood(deps, {
      createSubscription: bind(createSubscription, store),
      startSubscription: bind(startSubscription, store),
      crossBoundary: bind(crossBoundary, store),
      announceTrialEnd: bind(announceTrialEnd, store),
      changePlan: bind(changePlan, store),
      withdrawChange: bind(withdrawChange, store),
      pause: bind(pause, store),
      resume: bind(resume, store),
      resumeWhenDue: bind(resumeWhenDue, store),
      applyCoupon: bind(applyCoupon, store),
      removeCoupon: bind(removeCoupon, store),
      invoiceCommand: bind(invoiceCommand, store),
      remind: bind(remind, store),
      markOverdue: bind(markOverdue, store),
      giveUp: bind(giveUp, store),
      cancel: bind(cancel, store),
      reactivate: bind(reactivate, store),
      payNow: bind(payNow, store),
      retryPastDue: bind(retryPastDue, store),
      loadSubscription: bind(loadSubscription, store),
      markAttention: bind(markAttention, store),
    }),
    payments: failingForGood(deps, {
      savePaymentMethod: heartbeating(bind(savePaymentMethod, deps)),
      collect: heartbeating(bind(collect, deps)),
      expireIncomplete: heartbeating(bind(expireIncomplete, deps)),
      expireChange: heartbeating(bind(expireChange, deps)),
      sendRefund: heartbeating(bind(sendRefund, deps)),
      answerDispute: heartbeating(bind(answerDispute, deps)),
      applyPaymentEvent: heartbeating(bind(applyPaymentEvent, deps)),
      readPayment: heartbeating(bind(readPayment, deps)),
      applyPaymentMethodEvent: heartbeating(bind(applyPaymentMethodEvent, deps)),
      mirrorStripeSubscription: heartbeating(bind(mirrorStripeSubscription, deps)),
      cancelAtStripe: heartbeating(bind(cancelAtStripe, deps)),
      reactivateAtStripe: heartbeating(bind(reactivateAtStripe, deps)),
    }),
    reconciliation: failingForGood(deps, {
      beginReconciliation: heartbeating(bind(beginReconciliation, deps.reconciling)),
      comparePage: heartbeating(bind(comparePage, deps.reconciling)),
      recheck: heartbeating(bind(recheck, deps.reconciling)),
      finishReconciliation: heartbeating(bind(finishReconciliation, deps.reconciling)),
    }),
    clocks: failingForGood(deps, {
      subscriptionsOn: bind(subscriptionsOn, deps.clocks),
      advanceSubscription: heartbeating(bind(advanceSubscription, deps.clocks)),
      finishAdvance: heartbeating(bind(finishAdvance, deps.clocks)),
      moveSubscribers: heartbeating(bind(moveSubscribers, deps.subscribers)),
    }),
  };
}

export type Activities = ReturnType<typeof createActivities>;
export type DatabaseActivities = Activities['database'];
export type PaymentActivities = Activities['payments'];
export type ReconciliationActivities = Activities['reconciliation'];
export type ClockActivities = Activities['clocks'];

/**
 * What a workflow goes on from when it has no state of its own: the row is the truth (I6). What had
 * stopped the workflow before it is tried again.
 */
function loadSubscription(
  store: BillingStore,
  { subscriptionId }: { subscriptionId: string },
): Promise<{ state: SubscriptionState; clock?: string; mirrors?: string } | undefined> {
  return store.transaction(async (unit) => {
    if ((await unit.findSubscription(subscriptionId)) === undefined) return undefined;
    const row = await unit.lockSubscription(subscriptionId);
    const subscription =
      row.needsAttention === null
        ? row
        : await unit.updateSubscription(row, { needsAttention: null });
    const { managedBy, externalId } = subscription;
    return {
      state: await stateOf(unit, subscription),
      ...(await clockOf(unit, subscription)),
      ...(managedBy === 'stripe' && externalId !== null ? { mirrors: externalId } : {}),
    };
  });
}

/** Shows operators on the row why its workflow stopped, or, with null, that it goes on. */
function markAttention(
  store: BillingStore,
  { subscriptionId, reason }: { subscriptionId: string; reason: string | null },
): Promise<SubscriptionState> {
  return store.transaction(async (unit) => {
    const subscription = await unit.lockSubscription(subscriptionId);
    return stateOf(unit, await unit.updateSubscription(subscription, { needsAttention: reason }));
  });
}

type Activity<Input, Output> = (input: Input) => Promise<Output>;

const bind =
  <Deps, Input, Output>(
    activity: (deps: Deps, input: Input) => Promise<Output>,
    deps: Deps,
  ): Activity<Input, Output> =>
  (input) =>
    activity(deps, input);

/** Well below the heartbeat time-out, so that a killed worker's call is soon given to another. */
const heartbeatMilliseconds = 800;

function heartbeating<Input, Output>(activity: Activity<Input, Output>): Activity<Input, Output> {
  return async (input) => {
    const context = Context.current();
    const timer = setInterval(() => context.heartbeat(), heartbeatMilliseconds);
    try {
      // When the worker must go, what is under way is left as a crash would leave it (I3).
      return await Promise.race([activity(input), context.cancelled]);
    } finally {
      clearInterval(timer);
    }
  };
}

/**
 * What can't succeed later is not retried for ever: it fails for good, and the workflow marks its
 * subscription for a person to look at.
 */
function failingForGood<All extends Record<string, (input: never) => Promise<unknown>>>(
  deps: ActivityDependencies,
  activities: All,
): All {
  const guarded = Object.entries(activities).map(([name, activity]) => [
    name,
    async (input: never) => {
      try {
        return await activity(input);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        const failure = { message: error.message, type: error.name, cause: error };
        if (deps.asksForBackOff(error)) {
          // The retry policy knows no jitter.
          const nextRetryDelay = backOffMilliseconds(Context.current().info.attempt);
          throw ApplicationFailure.create({ ...failure, nextRetryDelay });
        }
        if (deps.isTransient(error)) throw error;
        throw ApplicationFailure.create({ ...failure, nonRetryable: true });
      }
    },
  ]);
  // The same names with the same signatures.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(guarded) as All;
}

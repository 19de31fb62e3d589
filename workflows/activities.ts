import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type {
  ClockActivities,
  DatabaseActivities,
  PaymentActivities,
  ReconciliationActivities,
} from '../activities';
import { paymentsTaskQueue } from './messages';

/**
 * The activities by class, each with the time-outs that suit it. Everything that may pass is
 * retried for as long as it takes; what can't pass fails at once by its own word (see
 * `failingForGood` in activities/), so no list of error types is needed here.
 */

/** One transaction each, in the very task that wakes the workflow. */
export const database = proxyLocalActivities<DatabaseActivities>({
  startToCloseTimeout: '5 seconds',
  // A longer wait is a timer: waiting inside the task would grow history by a heartbeat every few
  // seconds while the database is down.
  localRetryThreshold: '5 seconds',
  retry: { initialInterval: '100 milliseconds', maximumInterval: '1 minute' },
});

/** Stripe: heartbeats tell a dead worker within seconds, the queue keeps Stripe's rate limit. */
export const payments = proxyActivities<PaymentActivities>({
  taskQueue: paymentsTaskQueue,
  startToCloseTimeout: '60 seconds',
  heartbeatTimeout: '4 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '60 seconds' },
});

/** Stripe's lists, page by page, under the same rate limit. */
export const reconciliation = proxyActivities<ReconciliationActivities>({
  taskQueue: paymentsTaskQueue,
  startToCloseTimeout: '3 minutes',
  heartbeatTimeout: '4 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '60 seconds' },
});

/** Test clocks; a long way takes many updates of the subscriptions on it. */
export const clocks = proxyActivities<ClockActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '4 seconds',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '5 seconds' },
});

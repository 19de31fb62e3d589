import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isGrpcServiceError } from '@temporalio/client';
import { Worker, type NativeConnection } from '@temporalio/worker';
import type Stripe from 'stripe';
import { createActivities } from '../activities';
import { createBillingStore } from '../db/billing-store';
import { createReconciliationBooks } from '../db/reconciliation-books';
import { isTransientDatabaseError, type Database } from '../db/database';
import { isLiveKey, type Config } from '../platform/config';
import type { Logger } from '../platform/logger';
import { readAgain } from '../platform/read-again';
import { createStripe } from '../platform/stripe';
import { createStripeBilling } from '../platform/stripe-billing';
import {
  asksForBackOff,
  createStripeGateway,
  isTransientStripeError,
} from '../platform/stripe-gateway';
import { createStripeBooks } from '../platform/stripe-books';
import type { TemporalClient } from '../platform/temporal-client';
import { paymentsTaskQueue, taskQueue } from '../workflows/messages';
import { createClockDriver } from './clock-driver';
import { createSubscribers } from './subscribers';

/** Stripe's limits: https://docs.stripe.com/rate-limits. */
const stripeCallsPerSecond = { live: 100, test: 25 };

/** Made by `npm run build`; without it the workflows are bundled at the start, in 2 to 3 seconds. */
const prebuiltBundle = join(__dirname, '..', 'workflow-bundle.js');

/** The two Temporal workers of this process: workflows and database steps, and Stripe's calls. */
export interface Workers {
  /** Ends when both have shut down; rejects when one fails. */
  run(): Promise<void>;
  isPolling(): boolean;
  shutdown(): void;
}

export async function createWorkers(deps: {
  config: Config;
  connection: NativeConnection;
  database: Database;
  temporal: TemporalClient;
  logger: Logger;
  /** In place of a client of its own. */
  stripe?: Stripe;
  /** In place of bundling the workflows again, where a caller has done so. */
  workflowBundle?: { code: string };
}): Promise<Workers> {
  const { config, connection, database, temporal } = deps;
  const stripe = deps.stripe ?? createStripe(config);
  const activities = createActivities({
    store: createBillingStore(database),
    payments: createStripeGateway(stripe),
    stripeBilling: createStripeBilling(stripe),
    clocks: createClockDriver(database, temporal),
    subscribers: createSubscribers(database, temporal),
    reconciling: {
      books: createReconciliationBooks(database),
      stripeBooks: createStripeBooks(stripe),
      readAgain: (payment) => readAgain(temporal, payment),
    },
    isTransient: (error) =>
      isTransientDatabaseError(error) ||
      isTransientStripeError(error) ||
      (error instanceof Error && isGrpcServiceError(error.cause ?? error)),
    asksForBackOff,
  });
  const common = {
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    // A payment under way may finish and be recorded; what is cut off all the same is taken up again.
    shutdownGraceTime: '15 seconds',
    shutdownForceTime: '20 seconds',
    activityTaskPollerBehavior: { type: 'autoscaling' },
  } as const;
  const workflows = await Worker.create({
    ...common,
    taskQueue,
    ...workflowSource(deps.workflowBundle),
    activities: { ...activities.database, ...activities.clocks },
    workflowTaskPollerBehavior: { type: 'autoscaling' },
    // A worker that is killed holds its workflows up for two seconds, not ten.
    stickyQueueScheduleToStartTimeout: '2 seconds',
    maxCachedWorkflows: 1_000,
  });
  const payments = await Worker.create({
    ...common,
    taskQueue: paymentsTaskQueue,
    activities: { ...activities.payments, ...activities.reconciliation },
    maxTaskQueueActivitiesPerSecond: stripeRateLimit(config),
  });
  const both = [workflows, payments];
  return {
    async run() {
      await Promise.all(both.map((worker) => worker.run()));
    },
    isPolling: () => both.every((worker) => worker.getState() === 'RUNNING'),
    shutdown() {
      for (const worker of both) if (worker.getState() === 'RUNNING') worker.shutdown();
    },
  };
}

function workflowSource(workflowBundle: { code: string } | undefined) {
  if (workflowBundle !== undefined) return { workflowBundle };
  if (existsSync(prebuiltBundle)) return { workflowBundle: { codePath: prebuiltBundle } };
  return { workflowsPath: require.resolve('../workflows') };
}

/** Most calls to Stripe per second: what Stripe takes; the sandbox takes what it can. */
export function stripeRateLimit(config: Config): number {
  if (config.STRIPE_RATE_LIMIT !== undefined) return config.STRIPE_RATE_LIMIT;
  if (config.STRIPE_API_URL !== undefined) return 1_000;
  return isLiveKey(config) ? stripeCallsPerSecond.live : stripeCallsPerSecond.test;
}

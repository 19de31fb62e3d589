import { startWorker } from '../scripts/stack/worker';
import type { Client } from '@temporalio/client';
import type { Log } from '../scripts/stack/part';
import { subscriptionWorkflowId, taskQueue } from '../workflows/messages';
import type { RenewalOptions } from './command-line';
import {
  addCustomer,
  addDailyPlan,
  makeDue,
  renewedCount,
  waitingCount,
  wrongCount,
  type Billing,
} from './customers';
import { inParallel } from './in-parallel';
import { measure, untilTrue, width, type Contender, type Measurement } from './measure';
import type { Servers } from './servers';
import { chargesAt, tellSandbox } from './stripe-control';

/** Customers are made this many at a time. */
const makingWidth = 6;

/** What came of it besides figures: both must be 0. */
export interface Wrong {
  /** Subscriptions whose books are not as they must be. */
  readonly subscriptions: number;
  /** Charges at the sandbox more or fewer than two for each subscription. */
  readonly charges: number;
}

/** Measures the renewal of our subscriptions: our worker, our rows, charges at the sandbox. */
export async function measureOurs(
  servers: Servers,
  billing: Billing,
  client: Client,
  options: RenewalOptions,
  log: Log,
): Promise<{ measurement: Measurement; wrong: Wrong }> {
  const total = options.subscriptions + options.warmUp;
  const sandboxUrl = servers.config.STRIPE_API_URL ?? '';
  const worker = await startWorker({ ...servers.home, env: workerEnvironment(servers, options) });
  try {
    await tellSandbox(sandboxUrl, { latency: 0, webhooks: false });
    log(`  making ${total} customers, each with a paid first invoice …`);
    const planId = await addDailyPlan(billing);
    const made = Array.from({ length: total }, () => planId);
    const ids = await inParallel(made, makingWidth, (plan) => addCustomer(billing, plan));
    await untilTrue('the first mails', async () => (await waitingCount(billing)) === 0);
    await tellSandbox(sandboxUrl, options);
    const contender: Contender = {
      name: 'ours',
      processes: [...servers.parts, worker],
      async start(count, at) {
        const due = ids.splice(0, count);
        await makeDue(billing, due, at);
        return inParallel(due, width, (id) => startFromRow(client, id));
      },
      renewed: () => renewedCount(billing),
      isQuiet: async () => (await waitingCount(billing)) === 0,
    };
    if (options.warmUp > 0) await measure(client, contender, options.warmUp, log);
    const measurement = await measure(client, contender, options.subscriptions, log);
    const charges = Math.abs((await chargesAt(sandboxUrl)) - 2 * total);
    return { measurement, wrong: { subscriptions: await wrongCount(billing), charges } };
  } finally {
    await worker.stop();
  }
}

function workerEnvironment({ env }: Servers, { profile }: RenewalOptions): NodeJS.ProcessEnv {
  if (profile === undefined) return env;
  return { ...env, NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}` };
}

/** As the worker's sweep does: the workflow reads its state from the database. */
async function startFromRow(client: Client, subscriptionId: string): Promise<string> {
  const workflowId = subscriptionWorkflowId(subscriptionId);
  await client.workflow.start('subscription', {
    workflowId,
    taskQueue,
    args: [{ subscriptionId }],
    workflowTaskTimeout: '5 seconds',
  });
  return workflowId;
}

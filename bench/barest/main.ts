/**
 * A worker process for the barest workflow, with the settings of ours (worker/worker.ts). Environment:
 * TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, and BAREST_LATENCY, how long its activity waits, in milliseconds.
 * Prints `{"ready":true}` when it polls, and then `{"waited":n}` as its activities end.
 */
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createBarestActivities } from './activities';
import { barestPaymentsTaskQueue, barestTaskQueue } from './task-queues';

const print = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

async function main(): Promise<void> {
  Runtime.install({ shutdownSignals: [] });
  const connection = await NativeConnection.connect({
    address: process.env['TEMPORAL_ADDRESS'] ?? '',
  });
  let waited = 0;
  const activities = createBarestActivities(Number(process.env['BAREST_LATENCY'] ?? '0'), () => {
    waited += 1;
    print({ waited });
  });
  const common = {
    connection,
    namespace: process.env['TEMPORAL_NAMESPACE'] ?? 'default',
    activityTaskPollerBehavior: { type: 'autoscaling' },
  } as const;
  const workflows = await Worker.create({
    ...common,
    taskQueue: barestTaskQueue,
    workflowsPath: require.resolve('./workflows'),
    activities: { nothing: activities.nothing },
    workflowTaskPollerBehavior: { type: 'autoscaling' },
    stickyQueueScheduleToStartTimeout: '2 seconds',
    maxCachedWorkflows: 1_000,
  });
  const payments = await Worker.create({
    ...common,
    taskQueue: barestPaymentsTaskQueue,
    activities: { wait: activities.wait },
    maxTaskQueueActivitiesPerSecond: 1_000,
  });
  const running = Promise.all([workflows.run(), payments.run()]);
  process.once('SIGTERM', () => {
    workflows.shutdown();
    payments.shutdown();
  });
  print({ ready: true });
  await running;
  await connection.close();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});

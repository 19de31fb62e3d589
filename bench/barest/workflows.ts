import { proxyActivities, proxyLocalActivities, sleep } from '@temporalio/workflow';
import type { BarestActivities } from './activities';
import { barestPaymentsTaskQueue } from './task-queues';

const { nothing } = proxyLocalActivities<BarestActivities>({ startToCloseTimeout: '5 seconds' });

const { wait } = proxyActivities<BarestActivities>({
  taskQueue: barestPaymentsTaskQueue,
  startToCloseTimeout: '60 seconds',
  heartbeatTimeout: '4 seconds',
});

const dayMilliseconds = 86_400_000;

/**
 * The least that a workflow of the renewal's shape can be: a timer, a local activity that does nothing,
 * a regular one that waits as long as Stripe does, the next timer. `at` is in milliseconds since 1970.
 */
export async function barest(at: number): Promise<void> {
  for (let next = at; ; next += dayMilliseconds) {
    await sleep(Math.max(next - Date.now(), 1));
    await nothing();
    await wait();
  }
}

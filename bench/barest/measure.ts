import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { launchNodeProgram, readyLine } from '../../scripts/stack/node-program';
import type { Log } from '../../scripts/stack/part';
import type { RenewalOptions } from '../command-line';
import { inParallel } from '../in-parallel';
import { measure, width, type Contender, type Measurement } from '../measure';
import type { Servers } from '../servers';
import { barestTaskQueue } from './task-queues';

const readyMilliseconds = 90_000;

/** Measures the barest workflow of the same shape, on the same servers, with a worker process of its own. */
export async function measureBarest(
  servers: Servers,
  client: Client,
  options: RenewalOptions,
  log: Log,
): Promise<Measurement> {
  let waited = 0;
  const deafen = servers.listen((_name, line) => {
    waited = Number(/^\{"waited":(\d+)\}$/.exec(line)?.[1] ?? waited);
  });
  const worker = await launchNodeProgram({
    ...servers.home,
    name: 'worker',
    file: 'bench/barest/main.ts',
    env: { ...servers.env, BAREST_LATENCY: String(options.latency) },
    graceMs: 10_000,
  });
  try {
    await worker.untilReady(() => worker.lineThat(readyLine), readyMilliseconds);
    const contender: Contender = {
      name: 'barest',
      processes: [...servers.parts, { name: 'worker', pid: worker.pid }],
      start: (count, at) =>
        inParallel(Array<number>(count).fill(at), width, (due) => startOne(client, due)),
      renewed: async () => waited,
      isQuiet: async () => true,
    };
    if (options.warmUp > 0) await measure(client, contender, options.warmUp, log);
    return await measure(client, contender, options.subscriptions, log);
  } finally {
    deafen();
    await worker.stop();
  }
}

async function startOne(client: Client, at: number): Promise<string> {
  const workflowId = `barest/${randomUUID()}`;
  await client.workflow.start('barest', {
    workflowId,
    taskQueue: barestTaskQueue,
    args: [at],
    workflowTaskTimeout: '5 seconds',
  });
  return workflowId;
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { StackError, type Log } from '../scripts/stack/part';
import { cpuTimes, type Root } from './cpu-time';
import { extentAsleep, growthSince, type Extent, type Growth } from './history';
import { inParallel } from './in-parallel';

/** Workflows that can be made due together. */
export interface Contender {
  readonly name: string;
  /** Starts `count` workflows that sleep until `at` (milliseconds since 1970); their ids. */
  start(count: number, at: number): Promise<string[]>;
  /** How many have renewed so far, of all that were ever started. */
  renewed(): Promise<number>;
  /** Whether nothing is left to do besides the workflows: mails, webhooks. */
  isQuiet(): Promise<boolean>;
  /** What works for it. */
  readonly processes: readonly Root[];
}

/** What was measured while `count` workflows that were due at one instant renewed. */
export interface Measurement {
  readonly count: number;
  /** From the instant at which all were due until the last was done. */
  readonly seconds: number;
  /** How late each was done, in milliseconds, least first. */
  readonly lateness: readonly number[];
  /** CPU milliseconds per renewal of each process. */
  readonly cpu: ReadonlyMap<string, number>;
  readonly growths: readonly Growth[];
}

/** Workflows are started and looked at this many at a time. */
export const width = 16;
/** How long the start of one may take, in milliseconds, plus what the last one needs to fall asleep. */
const startMilliseconds = 60;
const settleMilliseconds = 5_000;
const patienceMilliseconds = 300_000;
const pollMilliseconds = 200;
/** What follows the last renewal (its workflow's last task) belongs to it. */
const tailMilliseconds = 1_000;

/** @throws StackError when they can't be started in time, or don't all renew */
export async function measure(
  client: Client,
  contender: Contender,
  count: number,
  log: Log,
): Promise<Measurement> {
  const before = await contender.renewed();
  const at = Date.now() + settleMilliseconds + count * startMilliseconds;
  const ids = await contender.start(count, at);
  const handles = ids.map((id) => client.workflow.getHandle(id));
  const extents = await inParallel(handles, width, untilAsleep);
  const rest = at - Date.now();
  if (rest < 500) throw new StackError(`${count} workflows could not be started in time.`);
  log(`  ${contender.name}: ${count} sleep; all are due in ${(rest / 1000).toFixed(1)} s …`);
  await sleep(rest - 200);
  const cpuBefore = cpuTimes(contender.processes);
  await untilTrue(`${count} renewals`, async () => (await contender.renewed()) >= before + count);
  await untilTrue('the end of mails and webhooks', () => contender.isQuiet());
  await sleep(tailMilliseconds);
  const cpuAfter = cpuTimes(contender.processes);
  const growths = await inParallel([...handles.entries()], width, ([index, handle]) =>
    growthSince(handle, extents[index] ?? { events: 0, bytes: 0 }),
  );
  const lateness = growths.map(({ doneAt }) => doneAt - at).toSorted((a, b) => a - b);
  return {
    count,
    seconds: (lateness.at(-1) ?? 0) / 1000,
    lateness,
    cpu: new Map(
      [...cpuAfter].map(([name, total]) => [name, (total - (cpuBefore.get(name) ?? 0)) / count]),
    ),
    growths,
  };
}

async function untilAsleep(handle: WorkflowHandle): Promise<Extent> {
  let extent: Extent | undefined;
  await untilTrue(`${handle.workflowId} to fall asleep`, async () => {
    extent = await extentAsleep(handle);
    return extent !== undefined;
  });
  return extent ?? { events: 0, bytes: 0 };
}

/** Asks until the answer is true. @throws StackError when that takes too long */
export async function untilTrue(what: string, ask: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + patienceMilliseconds;
  while (!(await ask())) {
    if (Date.now() > deadline) throw new StackError(`Waited in vain for ${what}.`);
    await sleep(pollMilliseconds);
  }
}

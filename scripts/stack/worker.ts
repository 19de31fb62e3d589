import { homeOf, type Home } from './managed-process';
import { launchNodeProgram, readyLine } from './node-program';
import type { Part } from './part';

/** It bundles the workflows before it is ready. */
const READY_MS = 90_000;
/** A payment that has been sent to Stripe may finish and be recorded. */
const STOP_GRACE_MS = 40_000;

/** What the worker is started with. */
export interface WorkerOptions extends Home {
  readonly env: NodeJS.ProcessEnv;
  /** Another program instead of ours. */
  readonly file?: string | undefined;
}

/** Starts the worker. @throws StackError when it can't be started */
export async function startWorker(options: WorkerOptions): Promise<Part> {
  const program = await launchNodeProgram({
    name: 'worker',
    file: options.file ?? 'worker/main.ts',
    ...homeOf(options),
    graceMs: STOP_GRACE_MS,
    env: options.env,
  });
  await program.untilReady(() => program.lineThat(readyLine), READY_MS);
  return {
    name: 'worker',
    url: '',
    pid: program.pid,
    exited: program.exited,
    tail: () => program.tail(),
    stop: (how) => program.stop(how),
  };
}

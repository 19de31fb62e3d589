import { setTimeout as sleep } from 'node:timers/promises';
import { homeOf, type Home } from './managed-process';
import { launchNodeProgram } from './node-program';
import type { Part } from './part';
import { LOOPBACK } from './ports';

const READY_MS = 60_000;
const POLL_MS = 50;
/** Requests in flight may finish. */
const STOP_GRACE_MS = 15_000;

/** What the API is started with. */
export interface ApiOptions extends Home {
  readonly port: number;
  readonly env: NodeJS.ProcessEnv;
  /** Another program instead of ours. */
  readonly file?: string | undefined;
}

/** Starts the API and waits until GET /readyz answers 200. @throws StackError when it can't be started */
export async function startApi(options: ApiOptions): Promise<Part> {
  const program = await launchNodeProgram({
    name: 'api',
    file: options.file ?? 'api/main.ts',
    ...homeOf(options),
    graceMs: STOP_GRACE_MS,
    env: options.env,
  });
  const url = `http://${LOOPBACK}:${options.port}`;
  await program.untilReady((abort) => untilReadyz(`${url}/readyz`, abort), READY_MS);
  return {
    name: 'api',
    url,
    pid: program.pid,
    exited: program.exited,
    tail: () => program.tail(),
    stop: (how) => program.stop(how),
  };
}

async function untilReadyz(url: string, abort: AbortSignal): Promise<void> {
  while (!abort.aborted) {
    try {
      const answer = await fetch(url, { signal: abort });
      await answer.body?.cancel();
      if (answer.ok) return;
    } catch {
      // Not listening yet.
    }
    await sleep(POLL_MS);
  }
}

import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServing } from './grpc-health';
import { ManagedProcess, type Home } from './managed-process';
import type { Part } from './part';
import { freePort, LOOPBACK } from './ports';

/** What the workflows are found by in the Web UI; the server must know them before the first one starts. */
const SEARCH_ATTRIBUTES = {
  SubscriptionStatus: 'Keyword',
  UserId: 'Keyword',
  PlanId: 'Keyword',
  NeedsAttention: 'Bool',
};

const SERVICE = 'temporal.api.workflowservice.v1.WorkflowService';
const READY_MS = 60_000;
const STOP_GRACE_MS = 10_000;
/** A version of the command line that prints another banner is taken to be ready this long after it serves. */
const BANNER_MS = 5_000;

/** What the Temporal dev server is started with. */
export interface TemporalOptions extends Home {
  /** The Temporal CLI, as findTemporalCli answers it. */
  readonly binary: string;
  /** Its file is DATA_DIR/temporal/temporal.db. */
  readonly dataDir: string;
  /** A free one is chosen when it is not given. */
  readonly port?: number | undefined;
  /** The Web UI's; a free one is chosen when it is not given, and `headless` starts none. */
  readonly uiPort?: number | undefined;
  readonly headless?: boolean | undefined;
  /** False keeps everything in memory, for tests. True unless given. */
  readonly persistent?: boolean | undefined;
}

/** A running Temporal server: `url` is its gRPC address, `host:port`. */
export interface TemporalPart extends Part {
  /** Empty when headless. */
  readonly uiUrl: string;
}

/**
 * Starts the Temporal dev server and waits until it serves and knows our search attributes.
 *
 * @throws StackError when it can't be started
 */
export async function startTemporal(options: TemporalOptions): Promise<TemporalPart> {
  const port = options.port ?? (await freePort());
  const uiPort = options.headless === true ? undefined : (options.uiPort ?? (await freePort()));
  const server = await ManagedProcess.launch(
    {
      name: 'temporal',
      command: options.binary,
      args: serverArguments(port, uiPort, options),
      stopSignal: 'SIGINT',
      graceMs: STOP_GRACE_MS,
      watchesParent: false,
    },
    options,
  );
  const address = `${LOOPBACK}:${port}`;
  await server.untilReady(async (abort) => {
    // The server answers before the command line has registered the search attributes; its banner comes after.
    const banner = server.lineThat((line) => (/Server:\s/.test(line) ? true : undefined));
    while (!abort.aborted && !(await isGrpcServing(address, SERVICE))) await sleep(50);
    await Promise.race([banner, sleep(BANNER_MS, undefined, { ref: false })]);
  }, READY_MS);
  return {
    name: 'temporal',
    url: address,
    uiUrl: uiPort === undefined ? '' : `http://localhost:${uiPort}`,
    pid: server.pid,
    exited: server.exited,
    tail: () => server.tail(),
    stop: (how) => server.stop(how),
  };
}

/** WAL and synchronous=normal make the dev server three to four times faster than its default file mode. */
function serverArguments(
  port: number,
  uiPort: number | undefined,
  options: TemporalOptions,
): string[] {
  const args = [
    'server',
    'start-dev',
    '--ip',
    LOOPBACK,
    '--port',
    String(port),
    '--log-level',
    'error',
  ];
  args.push(...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)]));
  if (options.persistent ?? true) {
    const folder = join(resolve(options.dataDir), 'temporal');
    mkdirSync(folder, { recursive: true });
    args.push('--db-filename', join(folder, 'temporal.db'));
    args.push('--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal');
  }
  for (const [name, type] of Object.entries(SEARCH_ATTRIBUTES)) {
    args.push('--search-attribute', `${name}=${type}`);
  }
  return args;
}

import { homeOf, type Home } from './managed-process';
import { launchNodeProgram, readyLine } from './node-program';
import type { Part } from './part';
import { LOOPBACK } from './ports';

const READY_MS = 60_000;
const STOP_GRACE_MS = 5_000;

/** What the Stripe sandbox is started with. */
export interface SandboxOptions extends Home {
  readonly port: number;
  /** Where it sends its signed events. */
  readonly webhookUrl: string;
  readonly webhookSecret: string;
  /** Another program instead of ours. */
  readonly file?: string | undefined;
  /** Added to its environment: its latency and other knobs. */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** Starts the Stripe sandbox. @throws StackError when it can't be started */
export async function startSandbox(options: SandboxOptions): Promise<Part> {
  const program = await launchNodeProgram({
    name: 'sandbox',
    file: options.file ?? 'sandbox/main.ts',
    ...homeOf(options),
    graceMs: STOP_GRACE_MS,
    env: {
      ...options.env,
      STRIPE_SANDBOX_PORT: String(options.port),
      DATA_DIR: options.dataDir,
      STRIPE_SANDBOX_WEBHOOK_URL: options.webhookUrl,
      STRIPE_WEBHOOK_SECRET: options.webhookSecret,
    },
  });
  await program.untilReady(() => program.lineThat(readyLine), READY_MS);
  return {
    name: 'sandbox',
    url: `http://${LOOPBACK}:${options.port}`,
    pid: program.pid,
    exited: program.exited,
    tail: () => program.tail(),
    stop: (how) => program.stop(how),
  };
}

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { root } from '../../scripts/stack/node-program';
import type { PartName } from '../../scripts/stack/part';
import { freePorts, portTable, type Ports } from '../../scripts/stack/ports';
import { processIdentity, signal } from '../../scripts/stack/process-identity';

/** The processes of a stack: its parts and what watches over them. */
export type ProcessName = PartName | 'supervisor';

const readyMilliseconds = 90_000;
const stopMilliseconds = 60_000;

/** Nothing of the machine's own configuration: every part is the embedded one. */
const bare = {
  NODE_ENV: 'development',
  LOG_LEVEL: 'info',
  DATABASE_URL: '',
  TEMPORAL_ADDRESS: '',
  STRIPE_SECRET_KEY: '',
  STRIPE_API_URL: '',
  STRIPE_WEBHOOK_SECRET: '',
  SMTP_URL: '',
  JWT_SECRET: '',
  PUBLIC_URL: '',
  // A test takes longer than a token usually lives.
  ACCESS_TOKEN_SECONDS: '3600',
  // A crowd, all from here.
  SIGN_UPS_PER_HOUR: '100000',
};

const pidFile = z.object({ pid: z.number(), identity: z.string() });

/**
 * What `npm start` runs, as processes of their own, on free ports and a data folder of its own: it can
 * be killed with `kill -9`, in part or as a whole, and started again on the same ports and folder.
 */
export class StackProcess {
  readonly dataDir: string;
  /** What it has printed, over all its starts. */
  readonly said: string[] = [];
  #child: ChildProcess | undefined;

  private constructor(readonly ports: Ports) {
    this.dataDir = mkdtempSync(join(tmpdir(), 'everbill-faults-'));
    // Under root PostgreSQL runs as another account, which must be able to enter.
    chmodSync(this.dataDir, 0o755);
  }

  /** Chooses ports and a folder; nothing runs yet. */
  static async create(): Promise<StackProcess> {
    return new StackProcess(await freePorts());
  }

  get api(): string {
    return `http://127.0.0.1:${this.ports.api}`;
  }

  get sandbox(): string {
    return `http://127.0.0.1:${this.ports.sandbox}`;
  }

  get mail(): string {
    return `http://127.0.0.1:${this.ports.mailUi}`;
  }

  get temporal(): string {
    return `127.0.0.1:${this.ports.temporal}`;
  }

  /** As the stack's own table says it; known once it has been ready. */
  get database(): string {
    const url = /postgres:\/\/\S+/.exec(this.said.join('\n'))?.[0];
    if (url === undefined) throw new Error('The stack has not said where its database is.');
    return url;
  }

  /** Starts it and waits until it says that it is ready. @returns milliseconds */
  async start(): Promise<number> {
    const began = performance.now();
    const ports = Object.entries(this.ports).map(([name, port]) => [variableOf(name), `${port}`]);
    const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/start.ts'], {
      cwd: root,
      env: { ...process.env, ...bare, ...Object.fromEntries(ports), DATA_DIR: this.dataDir },
      // By the channel it learns when the test itself dies, and stops.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        this.said.push(chunk.toString());
      });
    }
    while (!output.includes('Everbill is ready')) {
      const late = performance.now() - began > readyMilliseconds;
      if (late || child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`The stack did not start:\n${output}`);
      }
      await sleep(20);
    }
    return performance.now() - began;
  }

  /** The process now, or undefined between its death and its restart. */
  pid(name: ProcessName): number | undefined {
    try {
      const text = readFileSync(join(this.dataDir, 'run', `${name}.json`), 'utf8');
      const { pid, identity } = pidFile.parse(JSON.parse(text));
      return processIdentity(pid) === identity ? pid : undefined;
    } catch {
      return undefined;
    }
  }

  /** `kill -9`. Whether there was anything to kill. */
  kill(name: ProcessName): boolean {
    const pid = this.pid(name);
    if (pid === undefined) return false;
    signal(pid, 'SIGKILL');
    return true;
  }

  /** `kill -9` of the supervisor and of every part, as one blow; waits until they are gone. */
  async killEverything(): Promise<void> {
    const pids = this.#recorded().flatMap((name) => this.pid(name) ?? []);
    for (const pid of pids) signal(pid, 'SIGKILL');
    if (this.#child?.exitCode === null && this.#child.signalCode === null) {
      await once(this.#child, 'exit');
    }
    this.#child = undefined;
    while (pids.some((pid) => processIdentity(pid) !== undefined)) await sleep(20);
  }

  /** Ends it as Ctrl-C does. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const late = sleep(stopMilliseconds, 'late' as const, { ref: false });
    if ((await Promise.race([gone, late])) === 'late') {
      child.kill('SIGKILL');
      throw new Error('The stack did not stop.');
    }
  }

  /** What a part has logged as an error, for the message of a test that failed. */
  errorsOf(name: PartName): string[] {
    const log = readFileSync(join(this.dataDir, 'logs', `${name}.log`), 'utf8');
    return log.split('\n').filter((line) => /"level":"(error|fatal)"/.test(line));
  }

  /** Stops it and throws its data away, unless EVERBILL_FAULTS_KEEP wants it for a look. */
  async dispose(): Promise<void> {
    await this.stop();
    if (process.env['EVERBILL_FAULTS_KEEP'] !== undefined) {
      process.stderr.write(`kept ${this.dataDir}\n`);
      return;
    }
    rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The supervisor first, so that it can't start anything again. */
  #recorded(): ProcessName[] {
    const names = readdirSync(join(this.dataDir, 'run')).map((file) => file.replace('.json', ''));
    return ['supervisor', ...partNames.filter((name) => names.includes(name))];
  }
}

export const partNames = [
  'postgres',
  'temporal',
  'sandbox',
  'mail',
  'api',
  'worker',
] as const satisfies readonly PartName[];

function variableOf(name: string): string {
  const found = Object.entries(portTable).find(([key]) => key === name);
  if (found === undefined) throw new Error(`There is no port called ${name}.`);
  return found[1].variable;
}

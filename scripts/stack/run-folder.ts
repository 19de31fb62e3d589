import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from './error-code';
import { StackError, type Log } from './part';
import { processIdentity, signal } from './process-identity';

/** How long a leftover may take to end after being asked. */
const LEFTOVER_GRACE_MS = 15_000;
/** A process that was killed a moment ago may still be seen; a living one is taken at its word after this long. */
const DYING_MS = 1_000;
const SUPERVISOR = 'supervisor';

interface PidFile {
  readonly pid: number;
  /** See processIdentity. */
  readonly identity: string;
  readonly stopSignal: NodeJS.Signals;
}

/**
 * DATA_DIR/run: one file per process of the stack that uses this data folder. It keeps a second stack off the
 * folder, and after a kill -9 it tells the next start what was left running. A pid alone proves nothing (it may
 * have been given to somebody else's process since), so the start of the process is recorded and compared.
 */
export class RunFolder {
  readonly #folder: string;

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'run');
    mkdirSync(this.#folder, { recursive: true });
  }

  /**
   * Takes the data folder for this process.
   *
   * @throws StackError when a living stack has it.
   */
  async claim(): Promise<void> {
    const own: PidFile = {
      pid: process.pid,
      identity: processIdentity(process.pid) ?? '',
      stopSignal: 'SIGTERM',
    };
    const deadline = Date.now() + DYING_MS;
    for (;;) {
      try {
        writeFileSync(this.#file(SUPERVISOR), JSON.stringify(own), { flag: 'wx' });
        return;
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
      }
      const holder = this.#read(SUPERVISOR);
      const held = holder !== undefined && processIdentity(holder.pid) === holder.identity;
      if (held && Date.now() < deadline) {
        await sleep(50);
        continue;
      }
      if (held) {
        throw new StackError(
          `Everbill is already running on this data folder (process ${holder.pid}): stop it first, ` +
            'or set DATA_DIR and the ports to run a second one beside it.',
        );
      }
      rmSync(this.#file(SUPERVISOR), { force: true });
    }
  }

  release(): void {
    rmSync(this.#file(SUPERVISOR), { force: true });
  }

  record(name: string, pid: number, stopSignal: NodeJS.Signals): void {
    const identity = processIdentity(pid);
    if (identity === undefined) return;
    const content: PidFile = { pid, identity, stopSignal };
    writeFileSync(this.#file(name), JSON.stringify(content));
  }

  /** Drops the record of a process that ended, unless its successor has already put its own there. */
  forget(name: string, pid: number): void {
    if (this.#read(name)?.pid === pid) rmSync(this.#file(name), { force: true });
  }

  /** Ends what a killed stack left running. Call only with the folder claimed. */
  async stopLeftovers(log: Log): Promise<void> {
    const names = readdirSync(this.#folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -'.json'.length))
      .filter((name) => name !== SUPERVISOR);
    await Promise.all(names.map((name) => this.#stopLeftover(name, log)));
  }

  async #stopLeftover(name: string, log: Log): Promise<void> {
    const left = this.#read(name);
    const alive = (): boolean => left !== undefined && processIdentity(left.pid) === left.identity;
    if (left !== undefined && alive()) {
      log(`Stopping ${name} (process ${left.pid}), left over from a start that was killed …`);
      signal(left.pid, left.stopSignal);
      const deadline = Date.now() + LEFTOVER_GRACE_MS;
      while (alive() && Date.now() < deadline) await sleep(50);
      if (alive()) signal(left.pid, 'SIGKILL');
      while (alive()) await sleep(20);
    }
    rmSync(this.#file(name), { force: true });
  }

  #file(name: string): string {
    return join(this.#folder, `${name}.json`);
  }

  #read(name: string): PidFile | undefined {
    try {
      const value: unknown = JSON.parse(readFileSync(this.#file(name), 'utf8'));
      return isPidFile(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }
}

function isPidFile(value: unknown): value is PidFile {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'identity' in value &&
    typeof value.identity === 'string' &&
    'stopSignal' in value &&
    (value.stopSignal === 'SIGTERM' || value.stopSignal === 'SIGINT')
  );
}

import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogFile } from './log-file';
import { partTitles, StackError, type Exit, type PartName } from './part';
import { signal } from './process-identity';
import type { RunFolder } from './run-folder';

/** How many of a process's last lines are kept, and how many are told with its death. */
const TAIL_LINES = 40;
const TOLD_LINES = 8;
/** Stack frames and Node's farewell would push out the error itself, which comes first. */
const NOISE = /^\s+at |^Node\.js v\d|^\s*$/;

/** Where a stack keeps its files, and who hears of a process's output. */
export interface Home {
  readonly dataDir: string;
  /** Undefined when nothing but the caller looks after the process (a test's own database). */
  readonly run?: RunFolder | undefined;
  /** Every process that is alive now, so that a start given up half-way leaves none behind. */
  readonly live?: Set<ManagedProcess> | undefined;
  /** Receives every line of output, named. */
  readonly onOutput?: ((name: PartName, line: string) => void) | undefined;
}

/** The home alone, of options that hold more. */
export function homeOf({ dataDir, run, live, onOutput }: Home): Home {
  return { dataDir, run, live, onOutput };
}

/** What to start, and how it is ended. */
export interface LaunchOptions {
  readonly name: PartName;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly cwd?: string | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** The signal that asks it to end. */
  readonly stopSignal: 'SIGTERM' | 'SIGINT';
  /** How long it may take to end after being asked, in milliseconds; then it is killed. */
  readonly graceMs: number;
  /** True when the program itself watches its standard input (see parent-watch.mjs); others get a guard. */
  readonly watchesParent: boolean;
}

/**
 * A child process in a group of its own, so that the terminal's Ctrl-C does not reach it before the supervisor
 * decides the order. Its output goes to DATA_DIR/logs/<name>.log.
 */
export class ManagedProcess {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #options: LaunchOptions;
  readonly #log: LogFile;
  readonly #tail: string[] = [];
  readonly #listeners = new Set<(line: string) => void>();
  #over = false;

  private constructor(child: ChildProcess, pid: number, options: LaunchOptions, home: Home) {
    this.#child = child;
    this.pid = pid;
    this.#options = options;
    this.#log = new LogFile(join(home.dataDir, 'logs', `${options.name}.log`));
    this.#log.append(`--- ${new Date().toISOString()} started as process ${pid}`);
    home.run?.record(options.name, pid, options.stopSignal);
    home.live?.add(this);
    this.#follow(home);
    const guard = options.watchesParent ? undefined : startGuard(pid, options.stopSignal);
    this.exited = new Promise((resolve) => {
      child.once('close', (code, endedBy) => {
        this.#over = true;
        guard?.kill('SIGKILL');
        signal(-pid, 'SIGKILL');
        home.run?.forget(options.name, pid);
        home.live?.delete(this);
        this.#log.append(
          `--- ${new Date().toISOString()} ${describeExit({ code, signal: endedBy })}`,
        );
        resolve({ code, signal: endedBy });
      });
    });
  }

  /** @throws StackError when the program can't be started at all. */
  static async launch(options: LaunchOptions, home: Home): Promise<ManagedProcess> {
    const child = spawn(options.command, [...options.args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      ...(options.env && { env: options.env }),
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      ...(options.uid !== undefined && { uid: options.uid }),
      ...(options.gid !== undefined && { gid: options.gid }),
    });
    const { pid } = child;
    if (pid === undefined) {
      const error = await new Promise<Error>((resolve) => child.once('error', resolve));
      throw new StackError(
        `${capital(partTitles[options.name])} could not be started: ${error.message}.`,
      );
    }
    child.on('error', () => undefined);
    child.stdin.on('error', () => undefined);
    return new ManagedProcess(child, pid, options, home);
  }

  tail(): readonly string[] {
    return this.#tail;
  }

  /**
   * Waits until the process is ready.
   *
   * @param probe answers once it is; it is abandoned (its signal aborts) when the process ends or takes too long
   * @throws StackError with the last lines when it ends first, or is not ready in time (it is then ended)
   */
  async untilReady<T>(probe: (abort: AbortSignal) => Promise<T>, timeoutMs: number): Promise<T> {
    const abort = new AbortController();
    const ended = this.exited.then((exit) => {
      throw new StackError(this.#sentence(`ended while starting (${describeExit(exit)})`));
    });
    const late = sleep(timeoutMs, undefined, { signal: abort.signal }).then(async () => {
      await this.stop({ force: true });
      throw new StackError(this.#sentence(`was not ready after ${Math.round(timeoutMs / 1000)} s`));
    });
    // The losers of the race are settled by the abort; nobody else hears of them.
    ended.catch(() => undefined);
    late.catch(() => undefined);
    try {
      return await Promise.race([probe(abort.signal), late, ended]);
    } finally {
      abort.abort();
    }
  }

  /** The first line of output for which the test returns a value. */
  lineThat<T>(test: (line: string) => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const listen = (line: string): void => {
        const found = test(line);
        if (found === undefined) return;
        this.#listeners.delete(listen);
        resolve(found);
      };
      this.#listeners.add(listen);
      this.#tail.forEach(listen);
    });
  }

  /** Ends it as the launch options say; `graceMs` goes before theirs. Never rejects. */
  async stop({ force = false, graceMs = this.#options.graceMs }: StopOptions = {}): Promise<void> {
    if (!this.#over && !force) {
      signal(this.pid, this.#options.stopSignal);
      const abort = new AbortController();
      const grace = sleep(graceMs, undefined, { signal: abort.signal }).catch(() => undefined);
      await Promise.race([this.exited, grace]);
      abort.abort();
    }
    if (!this.#over) signal(-this.pid, 'SIGKILL');
    await this.exited;
  }

  #follow(home: Home): void {
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.#log.append(line);
        home.onOutput?.(this.#options.name, line);
        this.#tail.push(line);
        if (this.#tail.length > TAIL_LINES) this.#tail.shift();
        for (const listen of this.#listeners) listen(line);
      });
    }
  }

  #sentence(what: string): string {
    const words = lastWords(this.#tail, TOLD_LINES);
    const said = words.length === 0 ? ' It said nothing.' : ` Its last lines:\n${quote(words)}`;
    return `${capital(partTitles[this.#options.name])} ${what}; its log is ${this.#log.path}.${said}`;
  }
}

/** How a process is ended. */
export interface StopOptions {
  readonly force?: boolean;
  readonly graceMs?: number;
}

/** What a process said last that people can use. */
export function lastWords(tail: readonly string[], count: number): string[] {
  return tail.filter((line) => !NOISE.test(line)).slice(-count);
}

/** Lines set in under a sentence. */
export function quote(lines: readonly string[]): string {
  return lines.map((line) => `    ${line}`).join('\n');
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function describeExit(exit: Exit): string {
  return exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
}

/**
 * PostgreSQL and Temporal don't watch the process that started them. A shell does it for them, at the price of a
 * megabyte: when the pipe that the supervisor holds is closed, it asks the server to end.
 */
function startGuard(pid: number, stopSignal: 'SIGTERM' | 'SIGINT'): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined;
  const script = 'read -r _; kill -s "$1" "$2"';
  const args = ['-c', script, 'everbill-guard', stopSignal.slice('SIG'.length), String(pid)];
  const guard = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  guard.on('error', () => undefined);
  guard.unref();
  return guard;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { capital, describeExit, lastWords, quote } from './managed-process';
import { partTitles, StackError, type Log, type Part, type PartName } from './part';

/** A part that dies more often than this within the window is not restarted again. */
const MAX_RESTARTS = 5;
const WINDOW_MS = 60_000;
/** The first restart is immediate, so that a single crash is barely seen; then the waits grow. */
const FIRST_WAIT_MS = 100;

/** How a part is started: at first, and again whenever it died. */
export type Starter = () => Promise<Part>;

interface Watched {
  readonly start: Starter;
  part: Part | undefined;
  deaths: number[];
}

/**
 * Starts parts, starts them again when they die, and stops them. A part that dies while it starts for the first
 * time is an error of the start; one that keeps dying later ends the whole stack (see `failed`).
 */
export class Supervisor {
  /** Rejects, once, when a part can't be kept alive; never resolves. */
  readonly failed: Promise<never>;
  readonly #log: Log;
  readonly #watched = new Map<PartName, Watched>();
  #fail: (error: StackError) => void = () => undefined;
  #stopping = false;

  constructor(log: Log) {
    this.#log = log;
    this.failed = new Promise((_resolve, reject) => {
      this.#fail = reject;
    });
    this.failed.catch(() => undefined);
  }

  /** @throws StackError when the part can't be started */
  async start<P extends Part>(name: PartName, start: () => Promise<P>): Promise<P> {
    const part = await start();
    if (this.#stopping) {
      await part.stop({ force: true });
      throw new StackError(`${capital(partTitles[name])} was stopped while it started.`);
    }
    const watched: Watched = { start, part, deaths: [] };
    this.#watched.set(name, watched);
    void this.#watch(name, watched, part);
    return part;
  }

  /** The process that the part is now; undefined between a death and the restart, and for parts not started. */
  pid(name: PartName): number | undefined {
    return this.#watched.get(name)?.part?.pid;
  }

  names(): PartName[] {
    return [...this.#watched.keys()];
  }

  /** Stops groups of parts one after the other, the parts of a group together. */
  async stop(
    groups: readonly (readonly PartName[])[],
    options: { force?: boolean },
  ): Promise<void> {
    this.#stopping = true;
    for (const group of groups) {
      const parts = group.flatMap((name) => this.#watched.get(name)?.part ?? []);
      await Promise.all(parts.map((part) => part.stop(options)));
    }
  }

  /** From now on a part that dies stays dead. */
  leaveAlone(): void {
    this.#stopping = true;
  }

  /** Cuts a graceful stop short. */
  async kill(): Promise<void> {
    this.#stopping = true;
    const parts = [...this.#watched.values()].flatMap(({ part }) => part ?? []);
    await Promise.all(parts.map((part) => part.stop({ force: true })));
  }

  async #watch(name: PartName, watched: Watched, part: Part): Promise<void> {
    const exit = await part.exited;
    watched.part = undefined;
    if (this.#stopping) return;
    // Killed from outside, it had no last words.
    const last = exit.signal === null ? lastWords(part.tail(), 3) : [];
    this.#log(
      `${capital(partTitles[name])} died (${describeExit(exit)}) and is started again …` +
        (last.length === 0 ? '' : ` It last said:\n${quote(last)}`),
    );
    await this.#restart(name, watched);
  }

  async #restart(name: PartName, watched: Watched): Promise<void> {
    for (;;) {
      const now = Date.now();
      watched.deaths = [...watched.deaths.filter((at) => now - at < WINDOW_MS), now];
      const count = watched.deaths.length;
      if (count > MAX_RESTARTS) {
        const title = capital(partTitles[name]);
        this.#fail(
          new StackError(
            `${title} died ${count} times within a minute: giving up, everything is stopped.`,
          ),
        );
        return;
      }
      if (count > 1) await sleep(FIRST_WAIT_MS * 2 ** (count - 1), undefined, { ref: false });
      if (this.#stopping) return;
      const began = performance.now();
      try {
        const part = await watched.start();
        if (this.#stopping) {
          await part.stop({ force: true });
          return;
        }
        watched.part = part;
        void this.#watch(name, watched, part);
        const seconds = ((performance.now() - began) / 1000).toFixed(1);
        this.#log(`${capital(partTitles[name])} is back after ${seconds} s (process ${part.pid}).`);
        return;
      } catch (error) {
        if (this.#stopping) return;
        this.#log(error instanceof StackError ? error.message : String(error));
      }
    }
  }
}

import fs from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';

/** Keeps what was committed. `append` is immediate; what it took is on disk once `flushed` resolves. */
export interface Journal {
  append(record: string): void;
  flushed(): Promise<void>;
  close(): Promise<void>;
}

/** The journal of a sandbox that lives in memory only. */
export const forgetfulJournal: Journal = {
  append: () => undefined,
  flushed: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** What a disk journal needs of the state that it keeps. */
export interface JournalledState {
  /** Takes one record, exactly as it was appended, while the journal is opened. */
  replay(record: string): void;
  /** Every record that a fresh journal must begin with to hold the present state. */
  snapshot(): Iterable<string>;
}

/** A journal smaller than this many bytes is not worth compacting. */
const SMALLEST_COMPACTION = 16 * 1024 * 1024;

interface Waiter {
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/**
 * An append-only file of checksummed lines, with a snapshot before it.
 *
 * Files come in generations: `snapshot-3.jsonl` is the state in which `journal-3.jsonl` begins. A line that
 * was cut off by a crash can only be the last one and was never acknowledged, so it is dropped; a damaged line
 * anywhere else stops the start, because silently losing money is worse.
 *
 * Writes are gathered: while one batch is being synced to disk the next one collects, so that many
 * requests share one fdatasync.
 */
export class DiskJournal implements Journal {
  private pending: string[] = [];
  private waiters: Waiter[] = [];
  private writing: Promise<void> | null = null;
  private failure: unknown = null;
  private journalBytes = 0;
  private snapshotBytes = 0;

  private constructor(
    private readonly folder: string,
    private readonly state: JournalledState,
    private generation: number,
    private file: number,
  ) {}

  /** Reads what is in the folder into the state and continues there. The folder is made if it is missing. */
  static open(folder: string, state: JournalledState): DiskJournal {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const generation = newestSnapshot(folder);
    const snapshotBytes = replayFile(snapshotPath(folder, generation), state, false);
    const journalFile = journalPath(folder, generation);
    const journalBytes = replayFile(journalFile, state, true);
    removeOtherGenerations(folder, generation);
    const journal = new DiskJournal(
      folder,
      state,
      generation,
      fs.openSync(journalFile, 'a', 0o600),
    );
    journal.snapshotBytes = snapshotBytes;
    journal.journalBytes = journalBytes;
    return journal;
  }

  append(record: string): void {
    if (this.failure === null) {
      this.pending.push(seal(record));
    }
  }

  flushed(): Promise<void> {
    if (this.failure !== null) {
      return Promise.reject(this.failure);
    }
    if (this.pending.length === 0 && this.writing === null) {
      return Promise.resolve();
    }
    const promise = new Promise<void>((resolve, reject) => {
      this.waiters.push({ resolve, reject });
    });
    this.writing ??= this.writeAll();
    return promise;
  }

  async close(): Promise<void> {
    await this.flushed();
    fs.closeSync(this.file);
  }

  private async writeAll(): Promise<void> {
    try {
      while (this.waiters.length > 0 || this.pending.length > 0) {
        const waiters = this.waiters;
        this.waiters = [];
        await this.writeBatch(waiters);
        this.compactIfLarge();
      }
    } catch (error) {
      this.fail(error, []);
    } finally {
      this.writing = null;
    }
  }

  private async writeBatch(waiters: Waiter[]): Promise<void> {
    const batch = Buffer.from(this.pending.join(''));
    this.pending = [];
    try {
      await writeFully(this.file, batch);
      this.journalBytes += batch.length;
      for (const waiter of waiters) {
        waiter.resolve();
      }
    } catch (error) {
      this.fail(error, waiters);
    }
  }

  /** From here on nothing is acknowledged any more: memory would be ahead of the disk. */
  private fail(error: unknown, waiters: Waiter[]): void {
    this.failure = error;
    for (const waiter of [...waiters, ...this.waiters]) {
      waiter.reject(error);
    }
    this.waiters = [];
    this.pending = [];
  }

  /**
   * Writes the state as the next generation's snapshot. Records still pending are part of it, so they need
   * no line of their own any more.
   */
  private compactIfLarge(): void {
    const limit = Math.max(SMALLEST_COMPACTION, 2 * this.snapshotBytes);
    if (this.journalBytes < limit || this.failure !== null) {
      return;
    }
    const next = this.generation + 1;
    this.snapshotBytes = writeSnapshot(snapshotPath(this.folder, next), this.state.snapshot());
    this.pending = [];
    fs.closeSync(this.file);
    this.file = fs.openSync(journalPath(this.folder, next), 'a', 0o600);
    this.generation = next;
    this.journalBytes = 0;
    removeOtherGenerations(this.folder, next);
  }
}

const snapshotPath = (folder: string, generation: number) =>
  path.join(folder, `snapshot-${generation}.jsonl`);
const journalPath = (folder: string, generation: number) =>
  path.join(folder, `journal-${generation}.jsonl`);

/** A line is its checksum, a space and the record, which is JSON and so holds no line break. */
function seal(record: string): string {
  return `${crc32(record).toString(16).padStart(8, '0')} ${record}\n`;
}

function unseal(line: string): string | null {
  const record = line.slice(9);
  return seal(record) === `${line}\n` ? record : null;
}

/** The number of the newest complete snapshot, 0 when there is none. */
function newestSnapshot(folder: string): number {
  const generations = fs
    .readdirSync(folder)
    .map((name) => Number(/^snapshot-(\d+)\.jsonl$/.exec(name)?.[1] ?? 0));
  return Math.max(0, ...generations);
}

/** Removes files of older generations, and of a compaction that did not come to its end. */
function removeOtherGenerations(folder: string, generation: number): void {
  const current = [snapshotPath(folder, generation), journalPath(folder, generation)];
  for (const name of fs.readdirSync(folder)) {
    const file = path.join(folder, name);
    if (/^(snapshot|journal)-\d+\.jsonl/.test(name) && !current.includes(file)) {
      fs.rmSync(file);
    }
  }
}

/** Replays every line of a file and returns its size in bytes; a torn end is cut off when that is allowed. */
function replayFile(file: string, state: JournalledState, mayBeTorn: boolean): number {
  if (!fs.existsSync(file)) {
    return 0;
  }
  const content = fs.readFileSync(file);
  let start = 0;
  while (start < content.length) {
    const newline = content.indexOf(10, start);
    const end = newline === -1 ? content.length : newline;
    const record = newline === -1 ? null : unseal(content.toString('utf8', start, end));
    if (record === null) {
      if (mayBeTorn && end >= content.length - 1) {
        fs.truncateSync(file, start);
        return start;
      }
      throw new Error(
        `${file} is damaged at byte ${start}; move it away to start with an empty sandbox`,
      );
    }
    state.replay(record);
    start = end + 1;
  }
  return content.length;
}

async function writeFully(file: number, bytes: Buffer): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += await new Promise<number>((resolve, reject) => {
      fs.write(file, bytes, written, bytes.length - written, null, (error, count) =>
        error === null ? resolve(count) : reject(error),
      );
    });
  }
  await new Promise<void>((resolve, reject) => {
    fs.fdatasync(file, (error) => (error === null ? resolve() : reject(error)));
  });
}

/** Writes a snapshot beside its final name, syncs it, and only then gives it the name. Returns its size. */
function writeSnapshot(file: string, records: Iterable<string>): number {
  const unfinished = `${file}.unfinished`;
  const handle = fs.openSync(unfinished, 'w', 0o600);
  let size = 0;
  for (const record of records) {
    size += fs.writeSync(handle, seal(record));
  }
  fs.fsyncSync(handle);
  fs.closeSync(handle);
  fs.renameSync(unfinished, file);
  const folder = fs.openSync(path.dirname(file), 'r');
  fs.fsyncSync(folder);
  fs.closeSync(folder);
  return size;
}

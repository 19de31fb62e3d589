/** The parts of the stack, by the names that logs, messages and pid files use. */
export type PartName = 'postgres' | 'temporal' | 'sandbox' | 'mail' | 'api' | 'worker';

/** What a sentence about a part calls it. */
export const partTitles: Record<PartName, string> = {
  postgres: 'PostgreSQL',
  temporal: 'the Temporal server',
  sandbox: 'the Stripe sandbox',
  mail: 'the mail catcher',
  api: 'the API',
  worker: 'the worker',
};

/** How a process ended: an exit code, or the signal that ended it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running part. */
export interface Part {
  readonly name: PartName;
  /** Where it answers: a URL, `host:port` for Temporal, empty for the worker. */
  readonly url: string;
  readonly pid: number;
  /** Settles when the process is gone, wanted or not. */
  readonly exited: Promise<Exit>;
  /** The last lines of its output, oldest first. */
  tail(): readonly string[];
  /** Ends it gracefully, then for certain; `force` skips the grace. Never rejects. */
  stop(options?: { force?: boolean }): Promise<void>;
}

/** Something that the person who started the stack must read: the message is a whole sentence, no stack trace. */
export class StackError extends Error {
  override readonly name = 'StackError';
}

/** Receives one line of progress. */
export type Log = (line: string) => void;

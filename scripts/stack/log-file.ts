import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A log that grew this large starts again; the one before it is kept beside it. Bytes. */
const LARGEST_LOG = 10_000_000;

/** A part's log. Written synchronously, so that nothing is lost when the supervisor is killed. */
export class LogFile {
  #size: number;

  constructor(readonly path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.#size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }

  append(line: string): void {
    if (this.#size > LARGEST_LOG) {
      renameSync(this.path, `${this.path}.1`);
      this.#size = 0;
    }
    const text = `${line}\n`;
    appendFileSync(this.path, text);
    this.#size += Buffer.byteLength(text);
  }
}

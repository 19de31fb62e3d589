import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ManagedProcess, type Home } from './managed-process';
import type { PartName } from './part';

/** The repository's root: programs are named from here, whatever folder the command was given in. */
export const root = resolve(__dirname, '..', '..');

/** One of our own programs, run from its TypeScript source. */
export interface NodeProgram extends Home {
  readonly name: PartName;
  /** Path of the source file, from the repository's root or absolute. */
  readonly file: string;
  /** Added to the environment of this process. Undefined takes a variable away. */
  readonly env: NodeJS.ProcessEnv;
  readonly graceMs: number;
}

/** Starts the program; it ends with this process, however this one ends. */
export function launchNodeProgram(program: NodeProgram): Promise<ManagedProcess> {
  const watch = pathToFileURL(join(root, 'scripts', 'stack', 'parent-watch.mjs')).href;
  return ManagedProcess.launch(
    {
      name: program.name,
      command: process.execPath,
      args: ['--import', watch, '--import', 'tsx', resolve(root, program.file)],
      env: { ...process.env, ...program.env },
      cwd: root,
      stopSignal: 'SIGTERM',
      graceMs: program.graceMs,
      watchesParent: true,
    },
    program,
  );
}

/** The line by which our programs say that they are ready, `{"ready":true, …}`; other lines are not it. */
export function readyLine(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) && value['ready'] === true ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

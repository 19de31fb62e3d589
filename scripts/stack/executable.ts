import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runTool } from './run-tool';

/** How long a program may take to say its version, in milliseconds. A cold disk reads 200 MB first. */
const VERSION_MS = 20_000;

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The first executable of that name in the folders of `env.PATH`. */
export function onPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const names = process.platform === 'win32' ? [`${name}.exe`, `${name}.cmd`, name] : [name];
  return (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => names.map((each) => join(folder, each)))
    .find(isExecutable);
}

/** Whether the program runs at all on this machine: an executable for another one, or half of one, does not. */
export async function saysVersion(file: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  try {
    const abort = AbortSignal.timeout(VERSION_MS);
    await runTool({ command: file, args: ['--version'], env, abort });
    return true;
  } catch {
    return false;
  }
}

import { once } from 'node:events';
import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity } from '../../scripts/stack/process-identity';

/** A program run to its end, or until it is ended. */
export interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Settles with the exit code, or the signal. */
  readonly ended: Promise<number | string>;
}

/** Runs a program and keeps what it prints. */
export function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
): Running {
  const child = spawn(command, [...args], { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const ended = once(child, 'close').then(
    ([code, signal]: (number | string | null)[]) => code ?? signal ?? 'unknown',
  );
  return { child, output: () => output, ended };
}

/** Waits until the condition holds. @throws Error with `what` after the time, in milliseconds */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  ms = 20_000,
): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited ${ms} ms in vain until ${what}.`);
    await sleep(25);
  }
}

/** Whether the process is alive; a zombie is not. */
export function isAlive(pid: number): boolean {
  return processIdentity(pid) !== undefined;
}

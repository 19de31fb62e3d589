import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isExecutable, onPath } from './executable';
import { buildStripeMock, STRIPE_MOCK_VERSION } from './go-build';
import { StackError } from './part';
import { freePort, LOOPBACK } from './ports';
import { given } from './settings';
import type { Found, LookUp } from './temporal-binary';

/**
 * Stripe's own mock server, which checks requests against Stripe's description of its API: STRIPE_MOCK_PATH; `stripe-mock` on
 * PATH; the cache; a build from the Go module proxy, in the cache from then on.
 *
 * @throws StackError that says what to install when nothing works
 */
export async function findStripeMock(
  lookUp: Pick<LookUp, 'env' | 'log' | 'abort'>,
): Promise<Found> {
  const { env } = lookUp;
  const named = given(env['STRIPE_MOCK_PATH']);
  if (named !== undefined) {
    if (isExecutable(named)) return { path: named, source: 'environment' };
    throw new StackError(
      `STRIPE_MOCK_PATH is ${named}, which is not an executable file: correct it, or unset it.`,
    );
  }
  const installed = onPath('stripe-mock', env);
  if (installed !== undefined) return { path: installed, source: 'path' };
  const folder = given(env['EVERBILL_CACHE_DIR']) ?? join(homedir(), '.cache', 'everbill');
  const target = join(folder, `stripe-mock-${STRIPE_MOCK_VERSION}`);
  if (isExecutable(target)) return { path: target, source: 'cache' };
  const go = onPath('go', env);
  if (go === undefined) throw absent('Go, to build it with, is not on PATH');
  mkdirSync(folder, { recursive: true });
  try {
    return { path: await buildStripeMock({ ...lookUp, go, target }), source: 'build' };
  } catch (error) {
    throw absent(error instanceof Error ? error.message : String(error));
  }
}

const absent = (why: string): StackError =>
  new StackError(
    `stripe-mock is not on this machine and could not be got: ${why}. To go on: install Go 1.21 or newer ` +
      '(the tests then build it, once), or set STRIPE_MOCK_PATH to one you have.',
  );

/** How long it may take to read its description of the API, in milliseconds. */
const READY_MS = 30_000;

/** A running stripe-mock. */
export interface StripeMock {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts it on free ports of this machine. @throws StackError when it does not come up */
export async function startStripeMock(binary: string): Promise<StripeMock> {
  const [port, tlsPort] = [await freePort(), await freePort()];
  // Without both addresses it would listen on every interface.
  const args = ['-http-addr', `${LOOPBACK}:${port}`, '-https-addr', `${LOOPBACK}:${tlsPort}`];
  const child = spawn(binary, args, { stdio: 'ignore' });
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve()).once('error', () => resolve());
  });
  const url = `http://${LOOPBACK}:${port}`;
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await closed;
  };
  const deadline = performance.now() + READY_MS;
  while (!(await answers(url))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop();
      throw new StackError(`${binary} does not answer.`);
    }
    await sleep(50);
  }
  return { url, stop };
}

async function answers(url: string): Promise<boolean> {
  try {
    await fetch(url);
    return true;
  } catch {
    return false;
  }
}

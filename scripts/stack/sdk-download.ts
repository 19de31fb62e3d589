import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { version as sdkVersion } from '@temporalio/testing/package.json';
import { saysVersion } from './executable';
import type { Log } from './part';
import { root } from './node-program';
import { runTool } from './run-tool';

/** The two executables that the SDK can download. */
export type Downloadable = 'cli' | 'test-server';

/** Brings an executable into `folder`. */
export type Downloader = (what: Downloadable, request: DownloadRequest) => Promise<string>;

/** Where to download to, and whom to tell. */
export interface DownloadRequest {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly abort?: AbortSignal | undefined;
}

/** A download that has not grown for this long has failed, in milliseconds; so has a host that is silent. */
const STALLED_MS = 15_000;
const LOOK_MS = 1_000;
const TELL_EVERY_MS = 5_000;
const MEGABYTE = 1_000_000;

/** The name that the SDK of this version gives to what it downloads. */
export function downloadedName(what: Downloadable): string {
  const prefix = what === 'cli' ? 'temporal' : 'temporal-test-server';
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return `${prefix}-sdk-typescript-${sdkVersion}${suffix}`;
}

/**
 * Lets the Temporal SDK download the executable that fits it, as its test environment does at its first use. The SDK
 * offers the download only together with a start of what it downloaded, and has no time-out; so that happens in a
 * process of its own, which is ended when nothing more arrives. The SDK moves the file into place when complete.
 *
 * @returns the executable's path
 * @throws Error that says why there is none
 */
export async function sdkDownload(what: Downloadable, request: DownloadRequest): Promise<string> {
  const target = join(request.folder, downloadedName(what));
  const partial = `${target}.downloading`;
  rmSync(partial, { force: true });
  request.log(`Temporal: asking the SDK to download ${downloadedName(what)} …`);
  const watch = watchProgress(partial, request);
  let failure: Error | undefined;
  try {
    await runTool({
      command: process.execPath,
      args: [join(root, 'scripts', 'stack', 'sdk-download-child.mjs'), what, request.folder],
      env: request.env,
      cwd: root,
      abort: watch.abort,
    });
  } catch (error) {
    failure = watch.stalled() ? new Error('nothing arrived for 15 s') : toError(error);
  } finally {
    watch.end();
    rmSync(partial, { force: true });
  }
  // What it was started for is the file; whether the server in it came up within the SDK's five seconds is not.
  if (sizeOf(target) > 0 && (await saysVersionOrServes(what, target, request.env))) return target;
  rmSync(target, { force: true });
  throw failure ?? new Error('the SDK downloaded nothing');
}

/** The test server has no --version: it was started by the SDK, which is proof enough. */
async function saysVersionOrServes(
  what: Downloadable,
  file: string,
  env: NodeJS.ProcessEnv,
): Promise<boolean> {
  return what === 'test-server' || (await saysVersion(file, env));
}

function watchProgress(file: string, { log, abort }: DownloadRequest) {
  const own = new AbortController();
  let size = 0;
  let grewAt = Date.now();
  let toldAt = Date.now();
  let stalled = false;
  const timer = setInterval(() => {
    const now = Date.now();
    const found = sizeOf(file);
    if (found !== size) [size, grewAt] = [found, now];
    if (now - grewAt > STALLED_MS) {
      stalled = true;
      own.abort();
    }
    if (size > 0 && now - toldAt > TELL_EVERY_MS) {
      toldAt = now;
      log(`Temporal: ${Math.round(size / MEGABYTE)} MB unpacked …`);
    }
  }, LOOK_MS);
  return {
    abort: abort ? AbortSignal.any([abort, own.signal]) : own.signal,
    stalled: () => stalled,
    end: () => clearInterval(timer),
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** The SDK's errors name a request twice and then the cause, which is what people need. */
function toError(error: unknown): Error {
  const text = error instanceof Error ? error.message : String(error);
  const told = text.split('\n').find((line) => line.startsWith('DOWNLOAD FAILED: '));
  return new Error(told?.slice(told.lastIndexOf('): ') + '): '.length) ?? text);
}

import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { saysVersion } from './executable';
import type { Log } from './part';
import { runTool } from './run-tool';

/** The newest tag of the CLI that `go install` can build; newer ones have replace directives, which it refuses. */
export const CLI_VERSION = '1.5.1';

/** The newest tag of Stripe's own mock server. */
export const STRIPE_MOCK_VERSION = '0.203.0';

const TELL_EVERY_MS = 10_000;

/** What to build with, and to where. */
export interface GoBuild {
  /** Path of the go command. */
  readonly go: string;
  /** Where the executable goes once complete. */
  readonly target: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly abort?: AbortSignal | undefined;
}

/** A Go program as its module names it. */
interface GoProgram {
  /** In front of every line of progress. */
  readonly title: string;
  /** With its version, e.g. `CLI 1.5.1`. */
  readonly name: string;
  /** The package and its version, for `go install`. */
  readonly module: string;
}

/** Builds the Temporal CLI from the Go module proxy: some four CPU-minutes, once. @throws Error when it fails */
export function buildTemporalCli(build: GoBuild): Promise<string> {
  const module = `github.com/temporalio/cli/cmd/temporal@v${CLI_VERSION}`;
  return goInstall({ title: 'Temporal', name: `CLI ${CLI_VERSION}`, module }, build);
}

/** Builds stripe-mock from the Go module proxy: some 30 CPU-seconds, once. @throws Error when it fails */
export function buildStripeMock(build: GoBuild): Promise<string> {
  const module = `github.com/stripe/stripe-mock@v${STRIPE_MOCK_VERSION}`;
  return goInstall({ title: 'Stripe', name: `stripe-mock ${STRIPE_MOCK_VERSION}`, module }, build);
}

async function goInstall({ title, name, module }: GoProgram, build: GoBuild): Promise<string> {
  const began = performance.now();
  const minutes = (): string => `${((performance.now() - began) / 60_000).toFixed(1)} min`;
  build.log(
    `${title}: building ${name} from the Go module proxy, once; this takes a few minutes …`,
  );
  const folder = mkdtempSync(join(dirname(build.target), '.building-'));
  const counts = { downloaded: 0, compiled: 0 };
  const tick = setInterval(() => {
    build.log(
      `${title}: ${counts.downloaded} modules, ${counts.compiled} packages so far, ${minutes()} …`,
    );
  }, TELL_EVERY_MS);
  try {
    await runTool({
      command: build.go,
      args: ['install', '-v', '-ldflags=-s -w', module],
      // An older Go gets the one that the program asks for from the proxy too, also where its distribution says otherwise.
      env: { ...build.env, GOBIN: folder, GOTOOLCHAIN: build.env['GOTOOLCHAIN'] ?? 'auto' },
      cwd: folder,
      abort: build.abort,
      onLine: (line) => {
        if (line.startsWith('go: downloading')) counts.downloaded += 1;
        else if (!line.startsWith('go:')) counts.compiled += 1;
      },
    });
    const program = /([^/]+)@/.exec(module)?.[1] ?? module;
    const built = join(folder, process.platform === 'win32' ? `${program}.exe` : program);
    if (!(await saysVersion(built, build.env)))
      throw new Error(`${basename(built)} was built but does not run`);
    renameSync(built, build.target);
  } finally {
    clearInterval(tick);
    rmSync(folder, { recursive: true, force: true });
  }
  build.log(`${title}: built in ${minutes()}.`);
  return build.target;
}

import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isExecutable, onPath, saysVersion } from './executable';
import { buildTemporalCli, CLI_VERSION } from './go-build';
import { assembleTestServer, TEST_SERVER_VERSION } from './maven-test-server';
import { capital } from './managed-process';
import { StackError, type Log } from './part';
import { downloadedName, sdkDownload, type Downloadable, type Downloader } from './sdk-download';
import { given } from './settings';

/** How an executable was found. */
export type Source = 'environment' | 'path' | 'cache' | 'download' | 'build';

/** An executable, and how it was found. */
export interface Found {
  readonly path: string;
  readonly source: Source;
}

/** Where to look, and whom to tell. */
export interface LookUp {
  /** TEMPORAL_CLI_PATH, TEMPORAL_TEST_SERVER_PATH, EVERBILL_CACHE_DIR, PATH, and what the tools read. */
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  /** Goes before EVERBILL_CACHE_DIR; ~/.cache/everbill when neither is given. */
  readonly cacheDir?: string | undefined;
  readonly abort?: AbortSignal | undefined;
  /** Instead of the SDK's own download. */
  readonly download?: Downloader | undefined;
}

/**
 * The Temporal CLI, whose dev server the stack runs: TEMPORAL_CLI_PATH; `temporal` on PATH; the cache; the SDK's own
 * download; a build from the Go module proxy. What the last two bring is in the cache from then on.
 *
 * @throws StackError that says what to install when nothing works
 */
export async function findTemporalCli(lookUp: LookUp): Promise<Found> {
  const named = fromVariable('TEMPORAL_CLI_PATH', lookUp.env);
  if (named) return named;
  const installed = onPath('temporal', lookUp.env);
  if (installed !== undefined) {
    if (await saysVersion(installed, lookUp.env)) return { path: installed, source: 'path' };
    lookUp.log(`Temporal: ${installed} does not run on this machine, looking further.`);
  }
  const built = `temporal-cli-${CLI_VERSION}`;
  return findFurther('cli', built, lookUp, async (folder, failures) => {
    const go = onPath('go', lookUp.env);
    if (go === undefined) {
      throw notFound(
        'the Temporal CLI',
        'TEMPORAL_CLI_PATH',
        [...failures, 'Go, to build it with, is not on PATH'],
        [
          'install the Temporal CLI (as `temporal` on PATH), or Go 1.21 or newer (npm start then builds it, once)',
        ],
      );
    }
    return attempt('the Temporal CLI', 'TEMPORAL_CLI_PATH', failures, () =>
      buildTemporalCli({ ...lookUp, go, target: join(folder, built) }),
    );
  });
}

/**
 * The time-skipping test server: TEMPORAL_TEST_SERVER_PATH; the cache; the SDK's own download; the jars of Maven
 * Central behind a launcher. What the last two bring is in the cache from then on.
 *
 * @throws StackError that says what to install when nothing works
 */
export async function findTemporalTestServer(lookUp: LookUp): Promise<Found> {
  const named = fromVariable('TEMPORAL_TEST_SERVER_PATH', lookUp.env);
  if (named) return named;
  const assembled = join(`temporal-test-server-${TEST_SERVER_VERSION}`, 'temporal-test-server');
  return findFurther('test-server', assembled, lookUp, async (folder, failures) => {
    const [java, mvn] = [onPath('java', lookUp.env), onPath('mvn', lookUp.env)];
    if (java === undefined || mvn === undefined) {
      const absent = [java === undefined && 'Java', mvn === undefined && 'Maven']
        .filter(Boolean)
        .join(' and ');
      throw notFound(
        "Temporal's test server",
        'TEMPORAL_TEST_SERVER_PATH',
        [...failures, `${absent} (to get and run it with) not found on PATH`],
        ['install a Java runtime (11 or newer) and Maven (npm test then gets it, once)'],
      );
    }
    return attempt("Temporal's test server", 'TEMPORAL_TEST_SERVER_PATH', failures, () =>
      assembleTestServer({ ...lookUp, mvn, target: join(folder, assembled) }),
    );
  });
}

/** A path that somebody set is used or refused, never passed over in silence. */
function fromVariable(variable: string, env: NodeJS.ProcessEnv): Found | undefined {
  const path = given(env[variable]);
  if (path === undefined) return undefined;
  if (isExecutable(path)) return { path, source: 'environment' };
  throw new StackError(
    `${variable} is ${path}, which is not an executable file: correct it, or unset it.`,
  );
}

/** The steps that both have in common: the cache under either name, the download, and then the last resort. */
async function findFurther(
  what: Downloadable,
  builtName: string,
  lookUp: LookUp,
  lastResort: (folder: string, failures: string[]) => Promise<string>,
): Promise<Found> {
  const folder =
    lookUp.cacheDir ??
    given(lookUp.env['EVERBILL_CACHE_DIR']) ??
    join(homedir(), '.cache', 'everbill');
  const cached = [downloadedName(what), builtName]
    .map((name) => join(folder, name))
    .find(isExecutable);
  if (cached !== undefined) return { path: cached, source: 'cache' };
  mkdirSync(folder, { recursive: true });
  const failures: string[] = [];
  try {
    const path = await (lookUp.download ?? sdkDownload)(what, { ...lookUp, folder });
    return { path, source: 'download' };
  } catch (error) {
    lookUp.abort?.throwIfAborted();
    failures.push(`the download failed (${firstLine(error)})`);
    lookUp.log(`Temporal: the download failed (${firstLine(error)}).`);
  }
  return { path: await lastResort(folder, failures), source: 'build' };
}

async function attempt(
  title: string,
  variable: string,
  failures: readonly string[],
  make: () => Promise<string>,
): Promise<string> {
  try {
    return await make();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw notFound(
      title,
      variable,
      [...failures, `making it failed too: ${why}`],
      ['reach the internet once (a failed download or build is tried again at the next start)'],
    );
  }
}

function notFound(
  title: string,
  variable: string,
  failures: readonly string[],
  advice: readonly string[],
): StackError {
  return new StackError(
    `${capital(title)} is not on this machine and could not be got: ${failures.join('; ')}. ` +
      `To go on: ${[...advice, `or set ${variable} to one you have`].join(', ')}.`,
  );
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

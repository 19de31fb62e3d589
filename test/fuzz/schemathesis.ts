import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { given } from '../../scripts/stack/settings';

/** Pinned: another version may find what this one does not, on a day when nobody changed anything here. */
const version = '4.32.5';

/**
 * Schemathesis, which makes requests of an OpenAPI document and holds the answers against it: in the cache, installed
 * there by pip when it is not.
 * @returns its program, or why it can't be had
 */
export function findSchemathesis(env: NodeJS.ProcessEnv): { path: string } | { missing: string } {
  const cache = given(env['EVERBILL_CACHE_DIR']) ?? join(homedir(), '.cache', 'everbill');
  const folder = join(cache, `schemathesis-${version}`);
  const path = join(folder, 'bin', 'schemathesis');
  if (existsSync(path)) return { path };
  mkdirSync(cache, { recursive: true });
  // A virtual environment knows its own place: it is made there, and thrown away when it is not finished.
  rmSync(folder, { recursive: true, force: true });
  const steps: [string, string[]][] = [
    ['python3', ['-m', 'venv', folder]],
    [join(folder, 'bin', 'python3'), ['-m', 'pip', 'install', '-q', `schemathesis==${version}`]],
  ];
  for (const [program, args] of steps) {
    const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 180_000 });
    if (status === 0) continue;
    rmSync(folder, { recursive: true, force: true });
    return { missing: `${program} ${args.join(' ')}: ${stderr ?? 'not found'}` };
  }
  return { path };
}

/** What one run came to. */
export interface Fuzzed {
  /** 0: nothing was found; 1: something was. */
  code: number | null;
  /** The findings, for people. */
  report: string;
  /** How many operations were called. */
  operations: number;
  /** How many requests were made up. */
  cases: number;
}

/**
 * Runs it over a whole document, always with the same requests.
 * @param excluded paths that are not called
 */
export async function fuzz(
  schemathesis: string,
  about: { api: string; token?: string; excluded: readonly string[]; cwd: string },
): Promise<Fuzzed> {
  const { api, token, excluded, cwd } = about;
  const args = [
    'run',
    `${api}/api/schema/`,
    '--no-color',
    ...(token === undefined ? [] : ['--header', `Authorization: Bearer ${token}`]),
    ...['--checks', checks.join(',')],
    ...['--phases', 'examples,coverage,fuzzing'],
    ...['--max-examples', '10', '--generation-deterministic', '--no-shrink'],
    ...['--continue-on-failure', '--warnings', 'off', '--request-timeout', '30'],
    ...excluded.flatMap((path) => ['--exclude-path', path]),
  ];
  const child = spawn(schemathesis, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let report = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (report += chunk.toString()));
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const figure = (pattern: RegExp) => Number(pattern.exec(report)?.[1] ?? 0);
  return {
    code,
    report,
    operations: figure(/Tested: (\d+)/),
    cases: figure(/(\d+) generated/),
  };
}

/** No 5xx, nothing but what is documented, and nobody let in who should not be. */
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'ignored_auth',
];

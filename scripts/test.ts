/**
 * `npm test`: the projects of jest.config.js that are quick; `--full` adds those that take long, `--only-slow` runs
 * these alone. Everything else goes to Jest. The last line counts: `N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './stack/node-program';
import { StackError } from './stack/part';
import { findTemporalCli, findTemporalTestServer } from './stack/temporal-binary';
import { closingLine, readCounts, sumCounts, type Counts } from './test-counts';
import { chooseRuns, isWhole, projectNames, type TestRun } from './test-runs';

/** Projects that start a Temporal server, or the time-skipping test server. */
const NEED_TEMPORAL = [
  'api',
  'workflows',
  'replay',
  'lives',
  'many-lives',
  'stack',
  'e2e',
  'readme',
  'faults',
  'browser',
  'newman',
  'fuzz',
];
const NEED_TEST_SERVER = ['workflows'];

/** Looked up here, once and with progress to see, and told to every test file. */
async function temporalPaths(projects: readonly string[]): Promise<NodeJS.ProcessEnv> {
  const lookUp = { env: process.env, log: (line: string) => console.log(line) };
  const any = (names: readonly string[]): boolean => names.some((name) => projects.includes(name));
  const found: NodeJS.ProcessEnv = {};
  if (any(NEED_TEMPORAL)) found['TEMPORAL_CLI_PATH'] = (await findTemporalCli(lookUp)).path;
  if (any(NEED_TEST_SERVER)) {
    found['TEMPORAL_TEST_SERVER_PATH'] = (await findTemporalTestServer(lookUp)).path;
  }
  return found;
}

async function runJest(run: TestRun, env: NodeJS.ProcessEnv): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'everbill-test-'));
  const report = join(folder, 'report.json');
  const workers = run.args.some((arg) => /^(-i|-w|--runInBand|--maxWorkers)/.test(arg))
    ? []
    : [`--maxWorkers=${availableParallelism()}`];
  const args = [
    join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    ...['--selectProjects', ...run.projects],
    ...['--json', `--outputFile=${report}`, '--passWithNoTests'],
    ...workers,
    ...run.args,
  ];
  try {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['inherit', 'ignore', 'inherit'],
      env,
    });
    const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
    process.once('SIGTERM', forward).once('SIGINT', forward);
    const code = await new Promise<number>((resolve) =>
      child.once('close', (status) => resolve(status ?? 1)),
    );
    return readCounts(report, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const began = performance.now();
  const existing = projectNames(require('../jest.config.js'));
  const runs = chooseRuns(process.argv.slice(2), existing);
  const temporal = await temporalPaths(runs.flatMap(({ projects }) => projects));
  const witness = mkdtempSync(join(tmpdir(), 'everbill-witness-'));
  const env = {
    ...process.env,
    ...temporal,
    // Every sandbox of these tests writes down there what it was asked; the project `contract` reads it.
    EVERBILL_SANDBOX_WITNESS: witness,
    EVERBILL_WHOLE_RUN: isWhole(runs, existing) ? '1' : '',
  };
  const counts: Counts[] = [];
  try {
    for (const run of runs) {
      console.log(`Testing: ${run.projects.join(', ')} …`);
      counts.push(await runJest(run, env));
    }
  } finally {
    rmSync(witness, { recursive: true, force: true });
  }
  const sum = sumCounts(counts);
  console.log(`Tests took ${((performance.now() - began) / 1000).toFixed(0)} s.`);
  console.log(closingLine(sum));
  process.exitCode = sum.failed > 0 ? 1 : 0;
}

main().catch((error: unknown) => {
  console.error(error instanceof StackError ? error.message : error);
  process.exit(1);
});

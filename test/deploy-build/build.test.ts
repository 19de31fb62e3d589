import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Part } from '../../scripts/stack/part';
import { freePort } from '../../scripts/stack/ports';
import { startPostgres } from '../../scripts/stack/postgres';
import { startTemporal } from '../../scripts/stack/temporal';
import { findTemporalCli } from '../../scripts/stack/temporal-binary';

const root = resolve(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'everbill-build-'));
const dist = join(folder, 'dist');
const parts: Part[] = [];
const programs: Program[] = [];

/** A process under test. */
interface Program {
  child: ChildProcess;
  output: () => string;
  /** The exit code. */
  ended: Promise<unknown>;
}

function run(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): Program {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const ended = once(child, 'exit').then(([code]) => code);
  const program = { child, output: () => output, ended };
  programs.push(program);
  return program;
}

/** Runs a program of the build with this environment and no other. */
const built = (program: string, env: Record<string, string> = {}) =>
  run(process.execPath, [join('dist', program)], folder, { PATH: process.env['PATH'], ...env });

async function until(what: () => boolean | Promise<boolean>, program: Program): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await what())) {
    if (program.child.exitCode !== null || Date.now() > deadline) throw new Error(program.output());
    await delay(100);
  }
}

function filesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)));
}

beforeAll(async () => {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const build = run('npm', ['run', 'build', '--', '--out', dist], root, process.env);
  if ((await build.ended) !== 0) throw new Error(build.output());
}, 180_000);

afterAll(async () => {
  for (const { child } of programs) if (child.exitCode === null) child.kill('SIGKILL');
  await Promise.all(parts.map((part) => part.stop()));
  rmSync(folder, { recursive: true, force: true });
});

describe('npm run build', () => {
  it('needs nothing at run time that production does not install', () => {
    const { dependencies } = z
      .object({ dependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
    const needed = filesIn(dist)
      .filter((file) => file.endsWith('.js') && file !== 'workflow-bundle.js')
      .flatMap((file) => [
        ...readFileSync(join(dist, file), 'utf8').matchAll(
          /\b(?:require|require\.resolve|import)\(["'`]((?:@[\w-]+\/)?[\w-]+)/g,
        ),
      ])
      .flatMap(([, name]) => name ?? []);
    const packages = new Set(
      needed.filter((name) => !builtinModules.includes(name) && name !== 'node'),
    );
    expect(packages).toContain('koa');
    expect([...packages].filter((name) => !(name in dependencies))).toEqual([]);
  });

  it('puts every template beside the code that reads it', () => {
    const pages = filesIn(join(root, 'templates')).filter((file) => !file.endsWith('.ts'));
    expect(pages.length).toBeGreaterThan(10);
    expect(filesIn(join(dist, 'templates'))).toEqual(expect.arrayContaining(pages));
  });

  it('leaves tests, benchmarks and the embedded stack out', () => {
    const folders = [
      'test',
      'bench',
      'scripts/build.js',
      'scripts/start.js',
      'scripts/mail-catcher.js',
    ];
    expect(folders.filter((each) => existsSync(join(dist, each)))).toEqual([]);
  });

  it('removes nothing that it did not make', async () => {
    const precious = join(folder, 'precious');
    writeFileSync(join(mkdtempSync(`${precious}-`), 'letter.txt'), 'dear');
    const [name = ''] = readdirSync(folder).filter((each) => each.startsWith('precious'));
    const args = ['run', 'build', '--', '--out', join(folder, name)];
    const build = run('npm', args, root, process.env);
    expect(await build.ended).not.toBe(0);
    expect(build.output()).toContain('holds something that no build made');
    expect(readdirSync(join(folder, name))).toEqual(['letter.txt']);
  });
});

describe('what was built', () => {
  it.each(['api/main.js', 'worker/main.js'])(
    '%s says what is not configured, and ends',
    async (name) => {
      const program = built(name);
      expect(await program.ended).toBe(1);
      expect(program.output()).toMatch(/configuration is not complete:\n {2}DATABASE_URL/);
    },
  );

  it('rebuilds nothing without a database, and says that it is not there', async () => {
    const rebuild = built('scripts/rebuild.js', {
      DATABASE_URL: 'postgres://everbill:everbill@127.0.0.1:1/everbill',
    });
    expect(await rebuild.ended).toBe(1);
    expect(rebuild.output()).toContain('ECONNREFUSED');
  });

  it('refuses the sandbox in production', async () => {
    const sandbox = built('sandbox/main.js', { NODE_ENV: 'production', DATA_DIR: folder });
    expect(await sandbox.ended).toBe(1);
    expect(sandbox.output()).toContain('does not run in production');
  });

  it('migrates and seeds, serves the API and works, on PostgreSQL and Temporal', async () => {
    const dataDir = join(folder, 'data');
    const log = () => undefined;
    const cli = await findTemporalCli({ env: process.env, log });
    const [postgres, temporal] = await Promise.all([
      startPostgres({ dataDir, durable: false }),
      startTemporal({ binary: cli.path, dataDir, persistent: false, headless: true }),
    ]);
    parts.push(postgres, temporal);
    const env = {
      DATABASE_URL: postgres.url,
      TEMPORAL_ADDRESS: temporal.url,
      STRIPE_SECRET_KEY: 'sk_test_nobody',
      STRIPE_API_URL: 'http://127.0.0.1:9',
      STRIPE_WEBHOOK_SECRET: 'whsec_0123456789',
      SMTP_URL: 'smtp://127.0.0.1:9',
      JWT_SECRET: 'for tests only: 32 characters or more',
    };

    const migrate = built('scripts/migrate.js', env);
    expect([await migrate.ended, migrate.output()]).toEqual([
      0,
      expect.stringMatching(/Migrated: /),
    ]);
    const prepare = built('scripts/prepare-database.js', env);
    expect([await prepare.ended, prepare.output()]).toEqual([
      0,
      expect.stringMatching(/"ready":true/),
    ]);

    const port = await freePort();
    const api = built('api/main.js', { ...env, PORT: String(port) });
    const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    await until(
      () =>
        get('/readyz').then(
          ({ ok }) => ok,
          () => false,
        ),
      api,
    );
    const page = await get('/api/docs/assets/redoc.standalone.js');
    expect(page.status).toBe(200);
    const plans = await get('/api/v1/plans');
    expect(plans.status).toBe(200);

    const worker = built('worker/main.js', { ...env, LOG_LEVEL: 'info' });
    await until(() => worker.output().includes('{"ready":true}'), worker);
    // It says so when it has to bundle for itself.
    expect(worker.output()).not.toMatch(/bundle/i);

    for (const { child, ended, output } of [api, worker]) {
      child.kill('SIGTERM');
      expect([await ended, output()]).toEqual([0, expect.any(String)]);
    }
  }, 180_000);
});

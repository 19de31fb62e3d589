import { randomUUID } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from './error-code';
import { Client } from 'pg';
import { spawn } from 'node:child_process';
import { ManagedProcess, quote, type Home } from './managed-process';
import { StackError, type Log, type Part } from './part';
import { freePort, LOOPBACK } from './ports';
import { postgresAccount, type PostgresAccount } from './postgres-account';
import { findPostgresBinaries } from './postgres-binaries';

/** The server answers on loopback only, so this guards against mix-ups, not against attackers. */
const USER = 'everbill';
const PASSWORD = 'everbill';
const DATABASE = 'everbill';

const READY_MS = 60_000;
const STOP_GRACE_MS = 15_000;

/** While a killed server's last processes are going, a new one refuses to start; that passes within seconds. */
const STILL_GOING = /is still in use|lock file "postmaster\.pid" already exists/;
const STILL_GOING_MS = 15_000;

/** Refused or cut connections, and cannot_connect_now (starting up, recovering). */
const NOT_YET = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P03']);

/** What PostgreSQL is started with. */
export interface PostgresOptions extends Home {
  /** Its files are DATA_DIR/postgres. */
  readonly dataDir: string;
  /** A free one is chosen when it is not given. */
  readonly port?: number | undefined;
  /** False trades safety against a power cut for speed, for tests. True unless given. */
  readonly durable?: boolean | undefined;
  readonly log?: Log | undefined;
}

/**
 * Starts the embedded PostgreSQL, making its data folder at the first start, with an empty database `everbill`.
 * The part's URL is that database's. It survives kill -9, of itself or of everything.
 *
 * @throws StackError when it can't be started
 */
export async function startPostgres(options: PostgresOptions): Promise<Part> {
  const port = options.port ?? (await freePort());
  const folder = join(resolve(options.dataDir), 'postgres');
  const binaries = findPostgresBinaries();
  mkdirSync(resolve(options.dataDir), { recursive: true });
  const account = postgresAccount(binaries.postgres, resolve(options.dataDir));
  if (!existsSync(join(folder, 'PG_VERSION'))) {
    await initialise(binaries.initdb, folder, account, options.log);
  }
  const server = await startServer(binaries.postgres, folder, account, port, options);
  const url = `postgres://${USER}:${PASSWORD}@${LOOPBACK}:${port}/${DATABASE}`;
  return {
    name: 'postgres',
    url,
    pid: server.pid,
    exited: server.exited,
    tail: () => server.tail(),
    stop: (how) => server.stop(how),
  };
}

async function startServer(
  program: string,
  folder: string,
  account: PostgresAccount,
  port: number,
  options: PostgresOptions,
): Promise<ManagedProcess> {
  const deadline = Date.now() + STILL_GOING_MS;
  for (;;) {
    dropForeignLock(folder);
    const server = await ManagedProcess.launch(
      {
        name: 'postgres',
        ...account.wrap({
          command: program,
          args: serverArguments(folder, port, options.durable ?? true),
        }),
        cwd: folder,
        uid: account.startAs?.uid,
        gid: account.startAs?.gid,
        // SIGINT is PostgreSQL's fast shutdown: clients are cut off, nothing is lost.
        stopSignal: 'SIGINT',
        graceMs: STOP_GRACE_MS,
        watchesParent: false,
      },
      options,
    );
    try {
      await server.untilReady((abort) => untilDatabase(port, abort), READY_MS);
      return server;
    } catch (error) {
      await server.stop({ force: true });
      if (!STILL_GOING.test(server.tail().join('\n')) || Date.now() > deadline) throw error;
      await sleep(300);
    }
  }
}

function serverArguments(folder: string, port: number, durable: boolean): string[] {
  const settings = {
    listen_addresses: LOOPBACK,
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '64MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(!durable && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', folder, '-p', String(port), ...flags];
}

/**
 * After kill -9 the lock file stays and names a pid. When that pid has since been given to another program of the
 * same account, PostgreSQL takes it for a living server and refuses to start; only a real one may keep the lock.
 */
function dropForeignLock(folder: string): void {
  const file = join(folder, 'postmaster.pid');
  if (process.platform !== 'linux' || !existsSync(file)) return;
  const pid = readFileSync(file, 'utf8').split('\n')[0];
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres')) return;
  } catch {
    // No such process: PostgreSQL finds that out by itself.
  }
  rmSync(file, { force: true });
}

/** Waits until the server takes connections, and makes the database if it is not there yet. */
async function untilDatabase(port: number, abort: AbortSignal): Promise<void> {
  for (;;) {
    const client = new Client({
      host: LOOPBACK,
      port,
      user: USER,
      password: PASSWORD,
      database: 'postgres',
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
      if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
      return;
    } catch (error) {
      if (abort.aborted) return;
      if (!isNotYet(error)) throw new StackError(`PostgreSQL answers, but: ${String(error)}`);
      await sleep(50);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

function isNotYet(error: unknown): boolean {
  const code = errorCode(error);
  return code === undefined || NOT_YET.has(code);
}

/** initdb, into a folder beside that becomes the data folder only when it is complete. */
async function initialise(
  initdb: string,
  folder: string,
  account: PostgresAccount,
  log: Log = () => undefined,
): Promise<void> {
  const began = performance.now();
  log('PostgreSQL: making the data folder (initdb), once …');
  const fresh = `${folder}.initialising`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true, mode: 0o700 });
  const passwordFile = join(fresh, '..', `.initdb-${randomUUID()}`);
  writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
  try {
    if (account.owner) {
      chownSync(fresh, account.owner.uid, account.owner.gid);
      chownSync(passwordFile, account.owner.uid, account.owner.gid);
    }
    await runInitdb(initdb, fresh, passwordFile, account);
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  log(`PostgreSQL: data folder made in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

/** PostgreSQL's own C.UTF-8, so that text sorts the same on every machine, whatever locales it has. */
async function runInitdb(
  initdb: string,
  folder: string,
  passwordFile: string,
  account: PostgresAccount,
): Promise<void> {
  const line = account.wrap({
    command: initdb,
    args: [
      `--pgdata=${folder}`,
      `--username=${USER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ],
  });
  const output: string[] = [];
  const child = spawn(line.command, [...line.args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...account.startAs,
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  }
  const ended = await new Promise<string | undefined>((settle) => {
    child.once('error', (error) => settle(error.message));
    child.once('close', (code) => settle(code === 0 ? undefined : `exit code ${code}`));
  });
  if (ended !== undefined) {
    const said = output.join('').trim().split('\n').slice(-8);
    throw new StackError(
      `PostgreSQL's data folder could not be made (initdb: ${ended}). It said:\n${quote(said)}`,
    );
  }
}

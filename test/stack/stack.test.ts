import { createServer } from 'node:net';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { root } from '../../scripts/stack/node-program';
import type { PartName } from '../../scripts/stack/part';
import { freePorts } from '../../scripts/stack/ports';
import { processIdentity, signal } from '../../scripts/stack/process-identity';
import { startStack, type Stack, type StackOptions } from '../../scripts/stack/stack';
import { isAlive, run, until } from './processes';
import { scratchFolder } from './scratch-folder';
import { standIns, stillborn, stubborn } from './stand-ins/programs';

const PARTS: readonly PartName[] = ['postgres', 'temporal', 'sandbox', 'mail', 'api', 'worker'];
const scratch = scratchFolder();
/** One data folder for all: initdb is done once. */
const dataDir = join(scratch, 'data');

/** Starts a stack of stand-ins, PostgreSQL and Temporal being the real ones. */
async function start(options: StackOptions = {}): Promise<Stack> {
  const programs = { ...standIns, ...options.programs };
  const stack = await startStack({ dataDir, ports: 'free', ...options, programs });
  started.push(stack);
  return stack;
}

/** What makes a start quick where the test is not about these parts. */
const LEAN = {
  STRIPE_SECRET_KEY: 'sk_test_real',
  SMTP_URL: 'smtp://mail.example',
  TEMPORAL_ADDRESS: 'temporal.example:7233',
};

/** Also after a failure: a stack left running would hold the data folder. */
const started: Stack[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((stack) => stack.stop()));
});

function pids(stack: Stack): number[] {
  return PARTS.flatMap((name) => stack.pid(name) ?? []);
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** What the stand-in API says that it was given. */
async function givenToApi(stack: Stack): Promise<Record<string, unknown>> {
  const answer: unknown = await (await fetch(`${stack.urls.api}/env`)).json();
  return Object.fromEntries(Object.entries(answer ?? {}));
}

describe('The stack', () => {
  it('tells the API and the worker where everything is, and keeps its secrets to itself and for ever', async () => {
    const first = await start();
    const env = await givenToApi(first);
    expect(env).toMatchObject({
      DATABASE_URL: first.urls.database,
      TEMPORAL_ADDRESS: first.urls.temporal,
      TEMPORAL_NAMESPACE: 'default',
      STRIPE_SECRET_KEY: 'sk_test_everbill',
      STRIPE_API_URL: first.urls.sandbox,
      SMTP_URL: first.urls.smtp,
      PUBLIC_URL: first.urls.api,
      TEMPORAL_UI_URL: first.urls.temporalUi,
      MAIL_UI_URL: first.urls.mailUi,
    });
    expect(first.logins).toEqual([expect.objectContaining({ email: 'operator@everbill.test' })]);
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
    await first.stop();
    const second = await start({ env: LEAN });
    const later = await givenToApi(second);
    expect(later['JWT_SECRET']).toBe(env['JWT_SECRET']);
    expect(later['STRIPE_WEBHOOK_SECRET']).toBe(env['STRIPE_WEBHOOK_SECRET']);
  }, 40_000);

  it('leaves nothing running when it is stopped, and finds its data again', async () => {
    const first = await start();
    await query(first.urls.database, "insert into kept values ('still here')");
    const all = pids(first);
    expect(all).toHaveLength(PARTS.length);
    await first.stop();
    expect(all.filter(isAlive)).toEqual([]);
    expect(readdirSync(join(dataDir, 'run'))).toEqual([]);
    const second = await start();
    expect(await query(second.urls.database, 'select note from kept')).toEqual([
      { note: 'still here' },
    ]);
    await second.stop();
  }, 40_000);

  it('starts any part again that is killed, at the same place, and says so', async () => {
    const said: string[] = [];
    const stack = await start({ log: (line) => said.push(line) });
    const before = new Map(PARTS.map((name) => [name, stack.pid(name)]));
    const { urls } = stack;
    for (const pid of pids(stack)) signal(pid, 'SIGKILL');
    await until('all are back', () =>
      PARTS.every((name) => stack.pid(name) !== undefined && stack.pid(name) !== before.get(name)),
    );
    expect(await query(urls.database, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await fetch(`${urls.api}/readyz`)).status).toBe(200);
    expect(said).toContain('The worker died (signal SIGKILL) and is started again …');
    expect(said.join('\n')).toMatch(/PostgreSQL is back after .* s \(process \d+\)/);
    await stack.stop();
  }, 40_000);

  it('gives up on a part that keeps dying, with a sentence and its last words', async () => {
    const said: string[] = [];
    const log = (line: string): unknown => said.push(line);
    const stack = await start({ env: LEAN, programs: { worker: stubborn }, log });
    const all = pids(stack);
    await expect(stack.failed).rejects.toThrow(
      'The worker died 6 times within a minute: giving up',
    );
    expect(said.join('\n')).toContain('I have had enough.');
    await stack.stop();
    expect(all.filter(isAlive)).toEqual([]);
  }, 60_000);

  it('refuses a busy port by its number, its part and the variable to change, and starts nothing', async () => {
    const ports = await freePorts();
    const squatter = createServer().listen(ports.smtp, '127.0.0.1');
    await once(squatter, 'listening');
    await expect(start({ ports })).rejects.toThrow(
      `Port ${ports.smtp} (SMTP_PORT, the mail catcher (SMTP)) is already in use`,
    );
    squatter.close();
    expect(readdirSync(join(dataDir, 'run'))).toEqual([]);
  });

  it('refuses one port for two parts, and what is no port', async () => {
    const ports = await freePorts();
    await expect(start({ ports: { ...ports, mailUi: ports.api } })).rejects.toThrow(
      `Port ${ports.api} is given to two parts, PORT and MAIL_UI_PORT`,
    );
    await expect(start({ env: { PORT: 'http' } })).rejects.toThrow(
      'PORT (the port of the API) is "http"',
    );
  });

  it('stops everything when a part dies at the start, and shows what it said last', async () => {
    const began = start({ env: LEAN, programs: { worker: stillborn } });
    await expect(began).rejects.toThrow(
      /The worker ended while starting \(exit code 3\).*The frobnicator is missing\./s,
    );
    expect(readdirSync(join(dataDir, 'run'))).toEqual([]);
  }, 20_000);

  it('can be given up while it starts', async () => {
    const abort = AbortSignal.timeout(700);
    await expect(start({ abort })).rejects.toThrow('given up');
    expect(readdirSync(join(dataDir, 'run'))).toEqual([]);
  }, 20_000);

  it('uses what the environment brings instead of its own part', async () => {
    const stack = await start({ env: LEAN });
    const own = PARTS.filter((name) => stack.pid(name) !== undefined);
    expect(own).toEqual(['postgres', 'api', 'worker']);
    expect(await givenToApi(stack)).toMatchObject(LEAN);
    expect(await givenToApi(stack)).not.toHaveProperty('STRIPE_API_URL');
  }, 20_000);
});

describe('A second start on the same data folder', () => {
  it('is refused while the first runs', async () => {
    await start({ env: LEAN });
    await expect(start()).rejects.toThrow(
      `already running on this data folder (process ${process.pid})`,
    );
  }, 20_000);

  it('finds nothing of a supervisor that was killed: its parts ended with it', async () => {
    const { child, all } = await startElsewhere();
    child.kill('SIGKILL');
    await until('all have ended', () => !all.some(isAlive), 10_000);
    expect(all).toHaveLength(PARTS.length);
    await (await start()).stop();
  }, 40_000);

  it('stops the leftovers that it finds, but never a stranger with the same pid', async () => {
    const leftover = run('sleep', ['60'], process.env, root);
    const stranger = run('sleep', ['60'], process.env, root);
    recordAs('temporal', leftover.child.pid, (identity) => identity);
    recordAs('worker', stranger.child.pid, (identity) => `${identity}-of-another`);
    const said: string[] = [];
    await start({ env: LEAN, log: (line) => said.push(line) });
    expect(await leftover.ended).toBe('SIGINT');
    expect(said.filter((line) => line.includes('left over'))).toHaveLength(1);
    expect(isAlive(stranger.child.pid ?? 0)).toBe(true);
    stranger.child.kill();
    await stranger.ended;
  }, 20_000);

  it('works when everything was killed at one instant', async () => {
    const { child, all } = await startElsewhere();
    for (const pid of [...(child.pid === undefined ? [] : [child.pid]), ...all])
      signal(pid, 'SIGKILL');
    const stack = await start();
    expect(await query(stack.urls.database, 'select 1 as one')).toEqual([{ one: 1 }]);
    await stack.stop();
  }, 40_000);

  it("is not misled by a database's lock file whose pid is now somebody else's", async () => {
    writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), `${process.pid}\n`);
    await (await start({ env: LEAN })).stop();
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  }, 20_000);
});

it('Two stacks run side by side', async () => {
  const [one, two] = await Promise.all([start(), start({ dataDir: join(scratch, 'other') })]);
  expect(await query(two.urls.database, 'select count(*)::int as n from kept')).toEqual([{ n: 0 }]);
  expect(two.urls.database).not.toBe(one.urls.database);
  await Promise.all([one.stop(), two.stop()]);
}, 40_000);

/** A stack in a process of its own. */
async function startElsewhere() {
  const file = join(__dirname, 'stand-ins', 'supervisor.ts');
  const running = run(process.execPath, ['--import', 'tsx', file, dataDir], process.env, root);
  await until('it printed its pids', () => running.output().includes('\n'));
  const { child } = running;
  const all = running.output().trim().split(' ').map(Number);
  await sleep(100);
  return { child, all };
}

function recordAs(
  name: PartName,
  pid = 0,
  as: (identity: string) => string = (identity) => identity,
): void {
  const identity = as(processIdentity(pid) ?? '');
  const stopSignal = name === 'temporal' ? 'SIGINT' : 'SIGTERM';
  writeFileSync(
    join(dataDir, 'run', `${name}.json`),
    JSON.stringify({ pid, identity, stopSignal }),
  );
  expect(readFileSync(join(dataDir, 'run', `${name}.json`), 'utf8')).toContain(String(pid));
}

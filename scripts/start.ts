/** `npm start`: the whole system on this machine, until Ctrl-C. `-- --stats` prints what each process uses. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './stack/node-program';
import { StackError, type PartName } from './stack/part';
import { plainTable } from './stack/plain-table';
import { measureUsage } from './stack/process-usage';
import { startStack, type Stack } from './stack/stack';

/** A signal may come twice for one key press: from the terminal and passed on by npm. */
const SAME_PRESS_MS = 500;
/** What the start set going settles down before it is measured. */
const SETTLE_MS = 20_000;
const MEASURE_MS = 20_000;
const MEASURED: readonly PartName[] = ['postgres', 'temporal', 'sandbox', 'mail', 'api', 'worker'];

function log(line: string): void {
  console.log(line);
}

function addresses(stack: Stack): string {
  const { urls } = stack;
  const login = (role: string): string => {
    const found = stack.logins.find((each) => each.role === role);
    return found ? `${found.email} / ${found.password}` : '';
  };
  const rows: [string | undefined, string, string][] = [
    [urls.api, login('customer'), 'the API; the demo customer'],
    [urls.docs, login('operator'), 'the API, documented, to try out; an operator'],
    [urls.temporalUi, '', 'Temporal Web UI: each subscription as subscription/{id}'],
    [urls.mailUi, '', 'the inbox: every email that Everbill sent'],
    [urls.sandbox, '', 'the Stripe sandbox: takes the place of Stripe'],
    [urls.database, '', 'PostgreSQL'],
    [urls.temporal, '', 'Temporal, for its command line (--address)'],
  ];
  return plainTable(
    ['URL', 'login', 'what it is for'],
    rows.flatMap(([url, who, what]) => (url === undefined ? [] : [[url, who, what]])),
  );
}

async function printUsage(stack: Stack): Promise<void> {
  log(`Measuring, idle: ${(SETTLE_MS + MEASURE_MS) / 1000} s …`);
  await sleep(SETTLE_MS);
  const parts = MEASURED.flatMap((name) => {
    const pid = stack.pid(name);
    return pid === undefined ? [] : [{ name, pid }];
  });
  const usages = await measureUsage(
    [...parts, { name: 'npm start itself', pid: process.pid }],
    MEASURE_MS,
  );
  const total = {
    name: 'in all',
    processes: usages.reduce((sum, each) => sum + each.processes, 0),
    memory: usages.reduce((sum, each) => sum + each.memory, 0),
    resident: usages.reduce((sum, each) => sum + each.resident, 0),
    cpu: usages.reduce((sum, each) => sum + each.cpu, 0),
  };
  const rows = [...usages, total].map(({ name, processes, memory, resident, cpu }) => [
    name,
    String(processes),
    `${(resident / 2 ** 20).toFixed(0)} MiB`,
    `${(memory / 2 ** 20).toFixed(0)} MiB`,
    `${cpu.toFixed(1)} %`,
  ]);
  log(plainTable(['part', 'processes', 'RSS', 'shared pages once', 'CPU of a core'], rows));
}

/** Calls back once per wish to stop: a signal, or the death of the process that started this one. */
function onStopWish(wish: () => void): void {
  let last = -Infinity;
  const heard = (): void => {
    const now = performance.now();
    if (now - last < SAME_PRESS_MS) return;
    last = now;
    wish();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, heard);
  process.on('disconnect', heard);
}

async function stopAndExit(stack: Stack, force: boolean): Promise<void> {
  await stack.stop({ force });
  log('Everything is stopped.');
  exit(0);
}

function exit(code: number): never {
  process.exit(code);
}

async function main(): Promise<void> {
  // A reader that went away (npm start | head) is no reason to leave PostgreSQL without its supervisor.
  process.stdout.on('error', () => undefined);
  const envFile = join(root, '.env');
  if (existsSync(envFile)) process.loadEnvFile(envFile);
  const began = performance.now();
  const abort = new AbortController();
  let running: Stack | undefined;
  let wishes = 0;
  onStopWish(() => {
    wishes += 1;
    if (!running) {
      if (wishes === 1) log('Stopping before everything has started …');
      abort.abort();
      return;
    }
    if (wishes === 1) log('Stopping (once more to force it) …');
    void stopAndExit(running, wishes > 1);
  });
  log('Starting Everbill …');
  const verbose = process.argv.includes('--verbose');
  const onOutput = verbose ? (name: PartName, line: string) => log(`[${name}] ${line}`) : undefined;
  try {
    running = await startStack({ env: process.env, log, abort: abort.signal, onOutput });
  } catch (error) {
    if (abort.signal.aborted) exit(130);
    throw error;
  }
  log(
    `\nEverbill is ready after ${((performance.now() - began) / 1000).toFixed(1)} s.\n\n${addresses(running)}\n`,
  );
  log(`  Logs and data: ${running.dataDir}. Ctrl-C stops everything.`);
  running.failed.catch(async (error: unknown) => {
    log(error instanceof StackError ? error.message : String(error));
    await running?.stop();
    exit(1);
  });
  if (process.argv.includes('--stats')) await printUsage(running);
}

main().catch((error: unknown) => {
  console.error(error instanceof StackError ? error.message : error);
  exit(1);
});

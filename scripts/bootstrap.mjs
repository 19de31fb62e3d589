/**
 * What every npm script runs first. Plain JavaScript with no dependency, because on a fresh clone there is none:
 * it installs what package-lock.json names, then hands over to `scripts/<command>.ts`. What it says goes to stderr:
 * stdout is the command's.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const commands = ['start', 'test', 'demo', 'bench', 'build', 'migrate', 'rebuild', 'books'];

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

function requireNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(
      `Everbill needs Node.js 20.19 or newer, and this is ${version}: install a newer one (22 is a good choice).`,
    );
  }
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Whether node_modules holds what the lock file names. npm writes its own account of what it installed into
 * node_modules/.package-lock.json as the last step, so an interrupted install counts as none; contents are compared,
 * not dates, because a checkout touches dates.
 */
function isInstalled() {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const found = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (!wanted || !found) return false;
  const same = (a, b) => a?.version === b?.version && a?.integrity === b?.integrity;
  const missing = Object.entries(wanted).some(
    ([path, entry]) =>
      path !== '' && !found[path] && !entry.optional && !entry.devOptional && !entry.peer,
  );
  return !missing && Object.entries(found).every(([path, entry]) => same(entry, wanted[path]));
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Two commands on a fresh clone (`npm start` and `npm test`) must not install into one folder at once. */
async function withInstallLock(work) {
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const lock = join(tmpdir(), `everbill-install-${name}.pid`);
  for (let told = false; ; told = true) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const holder = Number(existsSync(lock) ? readFileSync(lock, 'utf8') : 0);
      if (!holder || !isAlive(holder)) rmSync(lock, { force: true });
      else if (!told) console.error(`Waiting for the install that process ${holder} is doing …`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** npm as the script that runs us, else the one on PATH. No package here needs an install script. */
function npmCi() {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const script = process.env.npm_execpath;
  const options = { cwd: root, stdio: ['ignore', process.stderr, 'inherit'] };
  return script?.endsWith('.js')
    ? spawn(process.execPath, [script, ...args], options)
    : spawn('npm', args, { ...options, shell: process.platform === 'win32' });
}

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

async function install() {
  const began = performance.now();
  const why = existsSync(join(root, 'node_modules'))
    ? 'they differ from package-lock.json'
    : 'first run';
  console.error(`Installing dependencies with npm ci (${why}) …`);
  const tick = setInterval(() => console.error(`  still installing, ${seconds(began)}`), 10_000);
  const child = npmCi();
  forwardSignals(child);
  const code = await new Promise((resolve) => {
    child.on('error', () => resolve('npm could not be started'));
    child.on('exit', (status, signal) => resolve(status ?? signal));
  });
  clearInterval(tick);
  if (code !== 0) {
    throw new Error(
      `npm ci failed (${code}): npm says why above (it needs the npm registry once).`,
    );
  }
  console.error(`Dependencies installed in ${seconds(began)}.`);
}

/**
 * A Ctrl-C reaches the whole foreground group by itself; what is sent to this process alone is passed on.
 * The receiver takes two within half a second for one, so a signal that comes both ways does no harm.
 */
function forwardSignals(child) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
}

/** The IPC channel carries no message: its end tells the command that this process was killed. */
function run(command, args) {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(root, 'scripts', `${command}.ts`), ...args],
    { cwd: root, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
  );
  forwardSignals(child);
  child.on('error', (error) =>
    fail(`scripts/${command}.ts could not be started: ${error.message}`),
  );
  child.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else {
      process.exit(code ?? 1);
    }
  });
}

requireNode(process.versions.node);
const [command, ...args] = process.argv.slice(2);
if (!commands.includes(command) || !existsSync(join(root, 'scripts', `${command}.ts`))) {
  fail(`There is no command "${command ?? ''}": use one of ${commands.join(', ')}.`);
}
try {
  if (!isInstalled()) {
    await withInstallLock(async () => {
      if (!isInstalled()) await install();
    });
  }
} catch (error) {
  fail(error.message);
}
run(command, args);

import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../../scripts/stack/node-program';
import { signal } from '../../scripts/stack/process-identity';
import { isAlive, run, until, type Running } from './processes';
import { scratchFolder } from './scratch-folder';

const scratch = scratchFolder();
const LOCK = {
  packages: { '': {}, 'node_modules/tsx': { version: '1.0.0', integrity: 'sha512-x' } },
};

/** Makes a process take itself for one of Node 18. */
const OLD_NODE =
  '--import "data:text/javascript,Object.defineProperty(process,`versions`,{value:{node:`18.20.4`}})"';

/** A clone whose npm is a stand-in that brings tsx and notes that it did what the lock file says. */
function clone(startScript: string): string {
  const folder = mkdtempSync(join(scratch, 'clone-'));
  mkdirSync(join(folder, 'scripts'));
  copyFileSync(join(root, 'scripts', 'bootstrap.mjs'), join(folder, 'scripts', 'bootstrap.mjs'));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(LOCK));
  writeFileSync(join(folder, 'scripts', 'start.ts'), startScript);
  const npm = [
    "const { mkdirSync, symlinkSync, copyFileSync } = require('node:fs');",
    "process.stdout.write(`npm ${process.argv.slice(2).join(' ')}\\n`);",
    'if (process.env.NPM_FAILS) process.exit(5);',
    "mkdirSync('node_modules', { recursive: true });",
    `try { symlinkSync(${JSON.stringify(join(root, 'node_modules', 'tsx'))}, 'node_modules/tsx'); } catch {}`,
    "copyFileSync('package-lock.json', 'node_modules/.package-lock.json');",
  ];
  writeFileSync(join(folder, 'npm.js'), npm.join('\n'));
  return folder;
}

function bootstrap(folder: string, args: string[], env: NodeJS.ProcessEnv = {}): Running {
  const own = { npm_execpath: join(folder, 'npm.js') };
  return run(
    process.execPath,
    [join('scripts', 'bootstrap.mjs'), ...args],
    { ...process.env, ...own, ...env },
    folder,
  );
}

async function outcome(running: Running): Promise<{ code: number | string; output: string }> {
  const code = await running.ended;
  return { code, output: running.output() };
}

describe('The bootstrap', () => {
  it('installs on a fresh clone without install scripts, then runs the command with its arguments', async () => {
    const folder = clone(
      "console.log('started with', process.argv.slice(2)); process.exitCode = 9;",
    );
    const first = await outcome(bootstrap(folder, ['start', '--stats']));
    expect(first.output).toContain('npm ci --ignore-scripts');
    expect(first.output).toMatch(/Dependencies installed in \d+\.\d s/);
    expect(first.output).toContain("started with [ '--stats' ]");
    expect(first.code).toBe(9);
  });

  it('leaves stdout to the command, so that what it writes can be kept in a file', async () => {
    const running = bootstrap(clone("console.log('a,b');"), ['start']);
    let stdout = '';
    running.child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    expect((await outcome(running)).output).toContain('Dependencies installed');
    expect(stdout).toBe('a,b\n');
  });

  it('installs again only when the lock file has changed', async () => {
    const folder = clone('');
    await outcome(bootstrap(folder, ['start']));
    expect((await outcome(bootstrap(folder, ['start']))).output).toBe('');
    const changed = {
      packages: {
        ...LOCK.packages,
        'node_modules/tsx': { version: '2.0.0', integrity: 'sha512-y' },
      },
    };
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(changed));
    expect((await outcome(bootstrap(folder, ['start']))).output).toContain(
      'differ from package-lock.json',
    );
  });

  it('lets two commands on a fresh clone install one after the other', async () => {
    const folder = clone("console.log('started');");
    const both = await Promise.all([1, 2].map(() => outcome(bootstrap(folder, ['start']))));
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.filter(({ output }) => output.includes('npm ci --ignore-scripts'))).toHaveLength(1);
  });

  it.each([
    [['start'], { NPM_FAILS: '1' }, 'npm ci failed (5)'],
    [['start'], { NODE_OPTIONS: OLD_NODE }, 'needs Node.js 20.19 or newer, and this is 18.20.4'],
    [['fly'], {}, 'There is no command "fly"'],
  ])('says in a sentence why %j can not be done given %j', async (args, env, sentence) => {
    const { code, output } = await outcome(bootstrap(clone(''), args, env));
    expect(output).toContain(sentence);
    expect(output).not.toContain('    at ');
    expect(code).toBe(1);
  });

  it('passes a signal on and ends as the command does', async () => {
    const script =
      "process.on('SIGTERM', () => { console.log('bye'); process.exit(4); }); setInterval(() => {}, 1e4); console.log('up');";
    const running = bootstrap(clone(script), ['start']);
    await until('it is up', () => running.output().includes('up\n'));
    running.child.kill('SIGTERM');
    expect(await running.ended).toBe(4);
    expect(running.output()).toContain('bye');
  });

  it('when it is killed, the command hears of it', async () => {
    const script =
      "process.on('disconnect', () => process.exit(0)); console.log('pid', process.pid);";
    const running = bootstrap(clone(script), ['start']);
    await until('it is up', () => running.output().includes('pid'));
    const pid = Number(/pid (\d+)/.exec(running.output())?.[1]);
    await sleep(50);
    signal(running.child.pid ?? 0, 'SIGKILL');
    await until('the command has ended', () => !isAlive(pid), 5000);
    expect(isAlive(pid)).toBe(false);
  });
});

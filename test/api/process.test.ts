import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../scripts/stack/ports';

const root = resolve(__dirname, '../..');
const children: ChildProcess[] = [];
afterAll(() => children.forEach((child) => child.kill('SIGKILL')));

/** The API as a process of its own, with nothing else running. */
async function start(settings: Record<string, string> = {}) {
  const port = await freePort();
  const child = spawn(process.execPath, ['--import', 'tsx', 'api/main.ts'], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      PORT: String(port),
      DATABASE_URL: 'postgres://nobody:nobody@127.0.0.1:9/nothing',
      TEMPORAL_ADDRESS: '127.0.0.1:9',
      STRIPE_SECRET_KEY: 'sk_test_nobody',
      STRIPE_API_URL: 'http://127.0.0.1:9',
      STRIPE_WEBHOOK_SECRET: 'whsec_0123456789',
      SMTP_URL: 'smtp://127.0.0.1:9',
      JWT_SECRET: 'for tests only: 32 characters or more',
      ...settings,
    },
  });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const exit = once(child, 'exit').then(([code]) => Number(code));
  return { child, port, exit, output: () => output };
}

async function untilListening(port: number): Promise<void> {
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/healthz`);
      return;
    } catch {
      await delay(50);
    }
  }
}

describe('the API as a process', () => {
  it('starts with everything else down, and ends with code 0 when asked to', async () => {
    const { child, port, exit, output } = await start();
    await untilListening(port);
    const login = await fetch(`http://127.0.0.1:${port}/api/users/login/`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: 'a@example.com', password: 'a secret of mine' }),
    });
    expect([login.status, login.headers.get('Retry-After')]).toEqual([503, '5']);
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(output()).toContain('"shutting down"');
    expect(output()).not.toContain('a secret of mine');
  });

  it('ends when whoever started it is gone, if told to', async () => {
    const { child, port, exit } = await start({ EVERBILL_EXIT_WITH_PARENT: '1' });
    await untilListening(port);
    child.stdin?.end();
    expect(await exit).toBe(0);
  });

  it('says which port is taken, and ends with code 1', async () => {
    const first = await start();
    await untilListening(first.port);
    const second = await start({ PORT: String(first.port) });
    expect(await second.exit).toBe(1);
    expect(second.output().trim()).toBe(
      `Port ${first.port} on 127.0.0.1 is taken by another program: set PORT to a free one.`,
    );
    first.child.kill('SIGTERM');
    await first.exit;
  });

  it('says readably what is wrong with its settings, and ends with code 1', async () => {
    const { exit, output } = await start({ JWT_SECRET: 'short', DATABASE_URL: '' });
    expect(await exit).toBe(1);
    expect(output()).toMatch(/JWT_SECRET: .+\n/);
    expect(output()).toMatch(/DATABASE_URL: .+\n/);
    expect(output()).not.toContain('    at ');
  });
});

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/stack/node-program';
import { freePort } from '../../scripts/stack/ports';
import { startStack, type Stack } from '../../scripts/stack/stack';

/** Runs `npm run demo` as a person does, with these variables. */
async function runDemo(env: NodeJS.ProcessEnv) {
  const demo = spawn(process.execPath, ['scripts/bootstrap.mjs', 'demo'], {
    cwd: root,
    env: { ...process.env, ...env },
    timeout: 60_000,
  });
  let [told, errors] = ['', ''];
  demo.stdout.on('data', (text: Buffer) => (told += text.toString()));
  demo.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const code = await new Promise<number | null>((resolve) => demo.once('close', resolve));
  return { code, told, errors: errors.trim() };
}

describe('npm run demo', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'everbill-demo-'));
  let stack: Stack | undefined;

  afterAll(async () => {
    await stack?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }, 30_000);

  it('says in one sentence what to do when Everbill does not run', async () => {
    const port = String(await freePort());
    expect(await runDemo({ PORT: port })).toEqual({
      code: 1,
      told: '',
      errors: `Everbill does not answer at http://localhost:${port}: run npm start first.`,
    });
  });

  it('tells a year with a declined card, its recovery and a cancellation, and it all adds up', async () => {
    stack = await startStack({ dataDir, ports: 'free' });
    const { urls } = stack;
    const began = performance.now();
    const { code, told, errors } = await runDemo({
      PUBLIC_URL: urls.api,
      MAIL_UI_URL: urls.mailUi,
      TEMPORAL_UI_URL: urls.temporalUi,
    });
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(performance.now() - began).toBeLessThan(60_000);
    expect(told).toMatch(/2026-05-31 {2}Paying \$20\.00 .* failed .* tried again on 2026-06-01/);
    expect(told).toMatch(/2026-06-04 {2}Nothing is past due any more/);
    expect(told).toMatch(/in all +\$240\.00/);
    expect(told.match(/✔/g)).toHaveLength(10);
    expect(told).not.toContain('✘');
    for (const link of told.matchAll(/https?:\S+/g)) {
      expect({ link: link[0], status: (await fetch(link[0])).status }).toEqual({
        link: link[0],
        status: 200,
      });
    }
  }, 120_000);
});

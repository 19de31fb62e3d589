import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { root } from '../../scripts/stack/node-program';
import { freePorts, type Ports } from '../../scripts/stack/ports';

/** The lines under "The main job with curl", as a newcomer pastes them. */
function walk(): string[] {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const section = readme.split(/^## /m).find((text) => text.startsWith('The main job with curl'));
  return [...(section ?? '').matchAll(/^```bash\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

/** The reader has a second terminal for this, and waits there until it says that it is ready. */
const startLine = 'npm start >>"$DATA/npm-start.log" 2>&1 &';

/** The same lines for a stack on other ports and in another folder: only the first block differs. */
function moved(blocks: string[], ports: Ports, dataDir: string): string[] {
  const places = {
    API: `http://localhost:${ports.api}`,
    INBOX: `http://localhost:${ports.mailUi}`,
    WEB_UI: `http://localhost:${ports.temporalUi}`,
    STRIPE: `http://127.0.0.1:${ports.sandbox}`,
    DATA: dataDir,
  };
  const [first = '', ...rest] = blocks;
  const edited = Object.entries(places).reduce(
    (text, [name, place]) => text.replace(new RegExp(`^${name}=.*$`, 'm'), `${name}=${place}`),
    first,
  );
  return [edited, ...rest.map((each) => each.replace(/^npm start$/m, startLine))];
}

/** One run of the walk: its exit code and what each block printed. */
interface Told {
  code: number | null;
  printed: string[];
  errors: string;
  /** The shell's variables at the end. */
  variable: (name: string) => string;
}

const mark = '=====8<=====';

async function paste(blocks: string[], env: NodeJS.ProcessEnv): Promise<Told> {
  const variables = ['N', 'ID', 'PRO', 'BEN', 'DORA'];
  const lines = [
    'set -euo pipefail',
    ...blocks.map((block) => `${block}\necho\necho '${mark}'`),
    ...variables.map((name) => `echo ${name}=$${name}`),
  ];
  // What waits for something waits for ever when it never comes.
  const bash = spawn('bash', ['-s'], { cwd: root, env, timeout: 170_000, killSignal: 'SIGKILL' });
  let [out, errors] = ['', ''];
  bash.stdout.on('data', (text: Buffer) => (out += text.toString()));
  bash.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  bash.stdin.end(lines.join('\n'));
  const code = await new Promise<number | null>((resolve) => bash.once('exit', resolve));
  const printed = out.split(`${mark}\n`).map((text) => text.trim());
  const last = printed.at(-1) ?? '';
  const variable = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(last)?.[1] ?? '';
  return { code, printed, errors, variable };
}

const record = z.object({ pid: z.number() });

/** The stack that the walk left running, by its own note of itself. */
function supervisor(dataDir: string): number | undefined {
  const file = join(dataDir, 'run', 'supervisor.json');
  if (!existsSync(file)) return undefined;
  return record.parse(JSON.parse(readFileSync(file, 'utf8'))).pid;
}

async function stopStack(dataDir: string): Promise<void> {
  const pid = supervisor(dataDir);
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    return;
  }
  while (supervisor(dataDir) === pid) await sleep(50);
}

describe('The README', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'everbill-readme-'));
  let ports: Ports;
  let told: Told;

  beforeAll(async () => {
    ports = await freePorts();
    const env = {
      ...process.env,
      DATA_DIR: dataDir,
      PORT: String(ports.api),
      POSTGRES_PORT: String(ports.postgres),
      TEMPORAL_PORT: String(ports.temporal),
      TEMPORAL_UI_PORT: String(ports.temporalUi),
      STRIPE_SANDBOX_PORT: String(ports.sandbox),
      SMTP_PORT: String(ports.smtp),
      MAIL_UI_PORT: String(ports.mailUi),
    };
    const start = `${startLine}\nuntil grep -qs 'Everbill is ready' "$DATA/npm-start.log"; do sleep 0.2; done`;
    const [first = '', ...rest] = moved(walk(), ports, dataDir);
    told = await paste([`${first}\n${start}`, ...rest], env);
  }, 180_000);

  afterAll(async () => {
    await stopStack(dataDir);
    rmSync(dataDir, { recursive: true, force: true });
  }, 60_000);

  /** What the block that holds this line printed. */
  function printedBy(line: string): string {
    const index = walk().findIndex((block) => block.includes(line));
    expect(index).toBeGreaterThan(-1);
    return told.printed[index] ?? '';
  }

  async function subjects(name: string): Promise<string[]> {
    const to = `${name}-${told.variable('N')}@example.com`;
    const answer = await fetch(`http://localhost:${ports.mailUi}/api/messages?to=${to}`);
    const mails = z.array(z.object({ subject: z.string(), message_id: z.string() }));
    const found = mails.parse(await answer.json());
    expect(new Set(found.map((mail) => mail.message_id)).size).toBe(found.length);
    return found.map((mail) => mail.subject);
  }

  const count = (texts: string[], pattern: RegExp) =>
    texts.filter((text) => pattern.test(text)).length;

  it('can be pasted line by line, and no line fails', () => {
    const { code, errors, printed } = told;
    const started = readFileSync(join(dataDir, 'npm-start.log'), 'utf8');
    expect({ code, errors, end: code === 0 ? '' : [printed.at(-1), started] }).toEqual({
      code: 0,
      errors: '',
      end: '',
    });
  });

  it('signs both customers up and lists twelve plans', () => {
    expect(printedBy('users/signup')).toMatch(/"name":"Ann Lee"/);
    expect(printedBy('auth/register/ -d \'{"email": "ben')).toMatch(/"first_name":"Ben"/);
    expect(printedBy('PRO=').match(/"plan_term"/g)).toHaveLength(12);
  });

  it('subscribes with a card: active, paid, a receipt, a workflow in the Web UI', async () => {
    expect(printedBy('subscriptions/create/')).toMatch(/"status":"active"/);
    expect(printedBy('subscriptions/create/')).toMatch(/"payment_status":"paid"/);
    expect(count(await subjects('ann'), /^Receipt for invoice/)).toBe(1);
    const address = printedBy('echo $WEB_UI').split('\n').at(-1) ?? '';
    const page = await fetch(address);
    expect(page.status).toBe(200);
    const workflow = await fetch(address.replace('/namespaces/', '/api/v1/namespaces/'));
    expect(await workflow.json()).toMatchObject({
      workflowExecutionInfo: { status: 'WORKFLOW_EXECUTION_STATUS_RUNNING' },
    });
  });

  it('subscribes without a card and pays at Stripe: the webhook makes the invoice paid', async () => {
    expect(printedBy('SECRET=')).toMatch(/"status":"active"/);
    expect(printedBy('/confirm')).toMatch(/"status":"succeeded"/);
    expect(printedBy('/confirm')).toMatch(/"payment_status":"paid"/);
    const mails = await subjects('ben');
    expect(count(mails, /^Invoice .* is available/)).toBe(1);
    expect(count(mails, /^Receipt for invoice/)).toBe(1);
  });

  it('reminds who does not pay twice, then says that the invoice is overdue', async () => {
    expect(printedBy('CLEO=').split('\n').at(-1)).toBe('overdue');
    const mails = await subjects('cleo');
    expect(count(mails, /^Reminder: /)).toBe(2);
    expect(count(mails, /is overdue$/)).toBe(1);
  });

  const yearOfMonthEnds = [
    '2027-01-31',
    '2026-12-31',
    '2026-11-30',
    '2026-10-31',
    '2026-09-30',
    '2026-08-31',
    '2026-07-31',
    '2026-06-30',
    '2026-05-31',
    '2026-04-30',
    '2026-03-31',
    '2026-02-28',
    '2026-01-31',
  ].map((day) => `${day}T09:00:00.000Z  2000  paid`);

  const invoiceLines = (printed: string) =>
    [...printed.matchAll(/^\S+-\d{4} {2}(.*)$/gm)].map(([, line]) => line);

  it('bills a year on the test clock: twelve more invoices on their days, each paid and mailed', async () => {
    expect(invoiceLines(printedBy('invoices $DORA'))).toEqual(yearOfMonthEnds);
    // Thirteen, and three from what follows.
    expect(count(await subjects('dora'), /^Receipt for invoice/)).toBe(16);
  });

  it('changes the plan as its preview said, and bills nothing while it is paused', () => {
    const changed = printedBy('ENTERPRISE=');
    expect(changed).toMatch(/^Unused time of Pro from 2027-02-14 {2}-1000$/m);
    expect(changed).toMatch(/^Enterprise, from 2027-02-14 {2}2000$/m);
    expect(invoiceLines(changed).slice(0, 3)).toEqual([
      '2027-04-30T09:00:00.000Z  4000  paid',
      '2027-04-15T09:00:00.000Z  2000  paid',
      '2027-02-14T09:00:00.000Z  1000  paid',
    ]);
  });

  it('cancels at the period’s end, takes it back, and cancels at once', async () => {
    const [scheduled, kept, ended] = printedBy('/reactivate').split('\n');
    expect(scheduled).toMatch(/"status":"active".*"cancel_at_period_end":true/);
    expect(kept).toMatch(/"status":"active".*"cancel_at_period_end":false/);
    expect(ended).toMatch(/"status":"canceled"/);
    expect(printedBy('/reactivate')).toMatch(/"currency":"usd","amount":3871/);
    expect(await subjects('dora')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/will end on May 31, 2027$/),
        expect.stringMatching(/continues$/),
        expect.stringMatching(/has ended$/),
      ]),
    );
  });

  it('loses nothing and does nothing twice when everything is killed and started again', async () => {
    expect(invoiceLines(printedBy('invoices $EVE'))).toEqual(yearOfMonthEnds);
    expect(count(await subjects('eve'), /^Receipt for invoice/)).toBe(13);
  });
});

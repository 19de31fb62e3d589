import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { startSandbox } from '../../sandbox/index';
import { Store } from '../../sandbox/store/store';
import { clientOf, Receiver, until } from './fixture';

const root = path.resolve(__dirname, '../..');
const order = { amount: 1500, currency: 'usd', payment_method: 'pm_card_visa', confirm: true };

let folder: string;
let children: ChildProcess[] = [];
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sandbox-'));
});
afterEach(() => {
  for (const child of children) {
    child.kill('SIGKILL');
  }
  children = [];
  fs.rmSync(folder, { recursive: true, force: true });
});

interface Running {
  child: ChildProcess;
  host: string;
  port: number;
}

function launch(environment: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(root, 'sandbox/main.ts')], {
    cwd: root,
    env: { PATH: process.env['PATH'], DATA_DIR: folder, STRIPE_SANDBOX_PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

async function start(environment: Record<string, string> = {}): Promise<Running> {
  const child = launch(environment);
  if (child.stdout === null) {
    throw new Error('the child has no output');
  }
  for await (const line of createInterface({ input: child.stdout })) {
    const { ready, url }: { ready: boolean; url: string } = JSON.parse(line);
    expect(ready).toBe(true);
    return { child, host: '127.0.0.1', port: Number(new URL(url).port) };
  }
  throw new Error('the sandbox did not start');
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.kill(signal);
  });
}

async function failure(environment: Record<string, string>) {
  const child = launch(environment);
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await new Promise((resolve) => {
    child.once('close', resolve);
  });
  return { code, said };
}

describe('the state of the sandbox', () => {
  it('survives a kill at any moment: every payment that was answered is there, once', async () => {
    const first = await start();
    const stripe = clientOf(first);
    const customer = await stripe.customers.create({ email: 'a@example.com' });
    const answered: string[] = [];
    const payer = async () => {
      for (;;) {
        const intent = await stripe.paymentIntents.create({ ...order, customer: customer.id });
        answered.push(intent.id);
      }
    };
    const payers = Promise.allSettled(Array.from({ length: 8 }, payer));
    await until(() => answered.length > 100);
    await end(first.child, 'SIGKILL');
    await payers;

    const second = await start();
    const after = clientOf(second);
    expect(await after.customers.retrieve(customer.id)).toMatchObject({ email: 'a@example.com' });
    const kept: string[] = [];
    await after.paymentIntents
      .list({ limit: 100, customer: customer.id })
      .autoPagingEach((each) => {
        expect(each.status).toBe('succeeded');
        kept.push(each.id);
      });
    expect(kept).toEqual(expect.arrayContaining(answered));
    expect(kept.length - answered.length).toBeLessThanOrEqual(8);
    expect(new Set(kept).size).toBe(kept.length);
    expect(await end(second.child, 'SIGTERM')).toBe(0);
  });

  it('keeps idempotency keys, so that a retry after the crash does not charge again', async () => {
    const first = await start();
    const intent = await clientOf(first).paymentIntents.create(order, { idempotencyKey: 'k' });
    await end(first.child, 'SIGKILL');
    const second = await start();
    const again = await clientOf(second).paymentIntents.create(order, { idempotencyKey: 'k' });
    await end(second.child, 'SIGTERM');
    expect(again.id).toBe(intent.id);
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
  });

  it('delivers after the restart what could not be delivered before', async () => {
    const receiver = await Receiver.start();
    const options = { dataDir: folder, webhookEndpoints: [receiver] };
    const first = await startSandbox(options);
    first.control.pauseWebhooks();
    await clientOf(first).customers.create({});
    await first.close();
    expect(receiver.types).toEqual([]);

    const second = await startSandbox(options);
    await until(() => receiver.types.length > 0);
    await second.control.webhooksSettled();
    const { data } = await clientOf(second).webhookEndpoints.list();
    await second.close();
    expect(receiver.types).toEqual(['customer.created']);
    expect(data.map(({ url }) => url)).toEqual([receiver.url]);
    await receiver.close();
  });

  it('drops a last line that was cut off, and nothing else', async () => {
    const first = await startSandbox({ dataDir: folder });
    const kept = await clientOf(first).customers.create({});
    await first.close();
    const journal = path.join(folder, 'journal-0.jsonl');
    const whole = fs.readFileSync(journal);
    for (const torn of ['0', '00000000 [{"table":"customers","id":"cus_x"', 'deadbeef []\n']) {
      fs.writeFileSync(journal, Buffer.concat([whole, Buffer.from(torn)]));
      const again = await startSandbox({ dataDir: folder });
      const { data } = await clientOf(again).customers.list();
      await again.close();
      expect(data.map(({ id }) => id)).toEqual([kept.id]);
    }
  });

  it('does not start on a journal that is damaged in the middle', async () => {
    const first = await startSandbox({ dataDir: folder });
    await clientOf(first).customers.create({});
    await clientOf(first).customers.create({});
    await first.close();
    const journal = path.join(folder, 'journal-0.jsonl');
    fs.writeFileSync(journal, fs.readFileSync(journal, 'utf8').replace('customer', 'custom3r'));
    await expect(startSandbox({ dataDir: folder })).rejects.toThrow(/damaged at byte 0/);
  });

  it('is the same after its journal was compacted', async () => {
    const open = () => new Store(folder, () => undefined);
    const row = (id: string) => ({
      fingerprint: id,
      status: 200,
      body: 'x'.repeat(600_000),
      requestId: 'req_1',
      createdAt: 0,
    });
    const store = open();
    for (let index = 0; index < 40; index += 1) {
      store.transact(() => store.tables.answers.put(`answer ${index % 10}`, row(`${index}`)));
      await store.flushed();
    }
    store.transact(() => store.tables.answers.delete('answer 3'));
    await store.close();
    expect(fs.readdirSync(folder).toSorted()).toEqual(['journal-1.jsonl', 'snapshot-1.jsonl']);
    const again = open();
    const kept = [...again.tables.answers.oldestFirst()].map(([id, each]) => [
      id,
      each.fingerprint,
    ]);
    await again.close();
    const expected = Array.from({ length: 10 }, (_, index) => [`answer ${index}`, `${30 + index}`]);
    expect(kept).toEqual(expected.filter(([id]) => id !== 'answer 3'));
  });
});

describe('the process', () => {
  it('says in a sentence that its port is busy', async () => {
    const busy = await Receiver.start();
    const { port } = busy;
    const { code, said } = await failure({ STRIPE_SANDBOX_PORT: String(port) });
    await busy.close();
    expect(code).toBe(1);
    expect(said).toBe(
      `The Stripe sandbox can't start: port ${port} is in use; set STRIPE_SANDBOX_PORT to another one.\n`,
    );
  });

  it('refuses to run in production', async () => {
    const { code, said } = await failure({ NODE_ENV: 'production' });
    expect(code).toBe(1);
    expect(said).toMatch(/does not run in production/);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel } from '../../bench/in-parallel';
import { subscriptionWorkflowId } from '../../workflows/messages';
import { dueAt, makeCrowd, type Ground } from './crowd';
import { paidOnce } from './paid-once';
import { Parts } from './parts';
import { comeToRest } from './rest';
import { SandboxBooks } from './sandbox-books';
import { Truth } from './truth';

/** Every call to Stripe takes this long. Milliseconds. */
const latencyMs = 200;

/** Shares of all calls: 5 % lost replies, half of them before the commit and half after it, 5 % 500s, 2 % 429s. */
const rates = {
  drop_before_commit: 0.025,
  drop_after_commit: 0.025,
  error_before_commit: 0.025,
  error_after_commit: 0.025,
  rate_limit: 0.01,
  lock_timeout: 0.01,
};

/** Every webhook comes twice, after a while of its own, so that they overtake one another. */
const webhooks = { duplicateRate: 1, shuffleMs: 800 };

/** What the start of one workflow may take, and what the last one needs to fall asleep. Milliseconds. */
const startMilliseconds = 40;
const settleMilliseconds = 3_000;
/** For the payments; a call that fails again and again waits for up to a minute between its tries. */
const patienceMilliseconds = 240_000;
/** Where refunds are made twice as well, some never come to rest. */
const hopelessMilliseconds = 15_000;

describe('While replies of Stripe’s get lost, calls fail and webhooks come doubled and shuffled', () => {
  let parts: Parts;
  let truth: Truth;
  let sandbox: SandboxBooks;
  let ground: Ground;

  beforeAll(async () => {
    parts = await Parts.start();
    truth = new Truth(parts);
    sandbox = new SandboxBooks(parts.sandbox);
    const { database, temporal } = truth;
    ground = { database, temporal, sandbox: parts.sandbox };
  }, 120_000);

  afterAll(async () => {
    await truth.close();
    await parts.dispose();
  }, 90_000);

  it('a thousand invoices are each paid exactly once, none is left behind, and the books agree to the cent', async () => {
    const ids = await makeCrowd(ground, 1_000);
    const report = await billInBadWeather(ids, { latencyMs, rates });
    process.stderr.write(`${report}\n`);
    const { met } = await sandbox.overview();
    expect(Object.keys(rates).filter((fault) => (met[fault] ?? 0) === 0)).toEqual([]);
    expect(await paidOnce(truth, sandbox)).toEqual([]);
  }, 480_000);

  it('the same without idempotency keys fails: invoices are charged twice, and that is seen', async () => {
    // Lost replies are more frequent here, so that a hundred invoices meet some for certain.
    const often = { ...rates, drop_after_commit: 0.15 };
    const ids = await makeCrowd(ground, 100);
    const weather = { latencyMs, rates: often, forgetKeys: true };
    const report = await billInBadWeather(ids, weather, hopelessMilliseconds);
    const findings = await paidOnce(truth, sandbox);
    process.stderr.write(`without keys: ${report}; ${findings.length} findings\n`);
    expect(findings).toContainEqual(expect.stringMatching(/^invoice \S+ was charged 2 times$/));
  }, 300_000);

  /** Lets all invoices fall due at one instant, and waits until nothing is under way. @returns figures */
  async function billInBadWeather(
    ids: readonly string[],
    weather: Record<string, unknown>,
    restMilliseconds = patienceMilliseconds,
  ): Promise<string> {
    await comeToRest(truth, patienceMilliseconds);
    const before = await sandbox.overview();
    const due = Date.now() + settleMilliseconds + ids.length * startMilliseconds;
    await dueAt(ground, ids, due);
    await sandbox.tell('faults', weather);
    await sandbox.tell('webhooks', webhooks);
    await sleep(Math.max(due - Date.now(), 0));
    await untilPaid(ids);
    const paidAfter = Date.now() - due;
    await sandbox.tell('webhooks-settled', {});
    await comeToRest(truth, restMilliseconds);
    const restAfter = Date.now() - due;
    await sandbox.tell('calm', {});
    const after = await sandbox.overview();
    const faults = Object.entries(after.met).map(
      ([fault, count]) => `${count - (before.met[fault] ?? 0)} ${fault}`,
    );
    return (
      `${ids.length} invoices paid within ${seconds(paidAfter)}, at rest after ${seconds(restAfter)}; ` +
      `${after.counts.events - before.counts.events} events; faults met: ${faults.join(', ')}; ` +
      `${await retriesOf(ids)} activities tried again`
    );
  }

  async function untilPaid(ids: readonly string[]): Promise<void> {
    const deadline = Date.now() + patienceMilliseconds;
    const where = { subscriptionId: [...ids], status: 'paid' } as const;
    while ((await truth.database.invoices.count({ where })) < ids.length) {
      if (Date.now() > deadline) return;
      await sleep(500);
    }
  }

  /** How many tries of activities there were beyond the first ones. */
  async function retriesOf(ids: readonly string[]): Promise<number> {
    const { workflow } = truth.temporal.client;
    const retries = await inParallel(ids, 8, async (id) => {
      const { events } = await workflow.getHandle(subscriptionWorkflowId(id)).fetchHistory();
      return (events ?? [])
        .map(({ activityTaskStartedEventAttributes: started }) => (started?.attempt ?? 1) - 1)
        .reduce((sum, count) => sum + count, 0);
    });
    return retries.reduce((sum, count) => sum + count, 0);
  }
});

const seconds = (milliseconds: number) => `${(milliseconds / 1_000).toFixed(1)} s`;

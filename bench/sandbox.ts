import { createServer } from 'node:http';
import { listen, shut } from '../sandbox/http/server';
import type { ManagedProcess } from '../scripts/stack/managed-process';
import { StackError, type Log } from '../scripts/stack/part';
import { plainTable } from '../scripts/stack/plain-table';
import { freePort, LOOPBACK } from '../scripts/stack/ports';
import { startSandbox } from '../scripts/stack/sandbox';
import { createStripe } from '../platform/stripe';
import type { SandboxBenchOptions } from './command-line';
import { inParallel } from './in-parallel';
import { inScratchFolder } from './scratch';
import { stopAll } from './servers';

/** What the sandbox should bring at least, so that it is never what a measurement measures. */
const AIM_PER_SECOND = 300;

const CUSTOMERS = 50;

/**
 * Measures how many payment intents a second the sandbox creates and confirms: a process of its own, on disk, an idempotency
 * key and a saved card with each, its webhooks delivered meanwhile.
 */
export function benchSandbox(options: SandboxBenchOptions, log: Log): Promise<void> {
  return inScratchFolder(async (dataDir, onEnd) => {
    const live = new Set<ManagedProcess>();
    onEnd(() => stopAll(live));
    let webhooks = 0;
    const receiver = createServer((request, response) => {
      request.resume().once('end', () => {
        webhooks += 1;
        response.end();
      });
    });
    const webhookPort = await listen(receiver, LOOPBACK, 0);
    onEnd(() => shut(receiver));
    const sandbox = await startSandbox({
      dataDir,
      live,
      port: await freePort(),
      webhookUrl: `http://${LOOPBACK}:${webhookPort}/`,
      webhookSecret: 'whsec_bench',
    });
    const { seconds, milliseconds } = await charge(sandbox.url, options);
    const webhooksMeanwhile = webhooks;
    const perSecond = Math.round(options.intents / seconds);
    const at = (share: number) => milliseconds[Math.floor((milliseconds.length - 1) * share)] ?? 0;
    const figures = {
      intentsPerSecond: perSecond,
      medianMilliseconds: Math.round(at(0.5)),
      p99Milliseconds: Math.round(at(0.99)),
      webhooksMeanwhile,
    };
    const rows = [
      ['intents per second', String(perSecond)],
      ['aim', String(AIM_PER_SECOND)],
      ['a call takes, median, ms', String(figures.medianMilliseconds)],
      ['a call takes, 99th of 100, ms', String(figures.p99Milliseconds)],
      ['webhooks delivered meanwhile', String(webhooksMeanwhile)],
    ];
    log(`\n${options.intents} intents, ${options.concurrency} at a time:\n`);
    log(`${plainTable(['', ''], rows)}\n`);
    log(JSON.stringify({ bench: 'sandbox', ...options, ...figures }));
    if (perSecond < AIM_PER_SECOND) throw new StackError(`Less than ${AIM_PER_SECOND} a second.`);
  });
}

/** @returns how long it took in all, and each call, least first */
async function charge(
  url: string,
  { intents, concurrency }: SandboxBenchOptions,
): Promise<{ seconds: number; milliseconds: number[] }> {
  const stripe = createStripe({ STRIPE_SECRET_KEY: 'sk_test_bench', STRIPE_API_URL: url });
  const customers = await inParallel([...Array(CUSTOMERS).keys()], concurrency, async () => {
    const { id: customer } = await stripe.customers.create({ email: 'bench@example.com' });
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    return { customer, payment_method: id };
  });
  const pay = async (index: number): Promise<number> => {
    const began = performance.now();
    const { status } = await stripe.paymentIntents.create(
      {
        ...customers[index % CUSTOMERS],
        amount: 2_000,
        currency: 'usd',
        confirm: true,
        off_session: true,
        metadata: { invoice_id: String(index) },
      },
      { idempotencyKey: `bench/${index}` },
    );
    if (status !== 'succeeded') throw new StackError(`Intent ${index} is ${status}.`);
    return performance.now() - began;
  };
  const began = performance.now();
  const milliseconds = await inParallel([...Array(intents).keys()], concurrency, pay);
  const seconds = (performance.now() - began) / 1000;
  return { seconds, milliseconds: milliseconds.toSorted((one, other) => one - other) };
}

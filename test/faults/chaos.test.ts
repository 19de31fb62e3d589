import { setTimeout as sleep } from 'node:timers/promises';
import { StackProcess, type ProcessName } from '../support/stack';
import { chanceOf, oneOf, seedOfRun } from './chance';
import type { Promised } from './customers';
import type { Troubles } from './persistent-client';
import { comeToRest } from './rest';
import {
  authenticating,
  cardHolder,
  invoicePayer,
  latePayer,
  leaver,
  secondSystemsClient,
  timeTraveller,
  type Story,
} from './stories';
import { Truth } from './truth';
import { badWeather } from './weather';

const stories: readonly Story[] = [
  cardHolder,
  invoicePayer,
  secondSystemsClient,
  authenticating,
  leaver,
  timeTraveller,
  latePayer,
];
const rounds = 9;
/** Customers come over this time, while things are being killed. */
const comingMilliseconds = 55_000;
/** The supervisor gives a part up that dies more than five times in a minute; that is its own test's matter. */
const deathsOfOnePart = 3;

const victims = ['worker', 'api', 'sandbox', 'temporal', 'postgres'] as const;

describe('While customers subscribe, pay, renew and cancel, and parts are killed at any moment', () => {
  const seed = seedOfRun();
  const chance = chanceOf(seed);
  const met: Troubles = { broken: 0, unavailable: 0 };
  const killed: string[] = [];
  let stack: StackProcess;

  beforeAll(async () => {
    stack = await StackProcess.create();
    await stack.start();
  }, 120_000);

  afterAll(() => stack.dispose(), 90_000);

  it(`nothing is lost and nothing happens twice (EVERBILL_FAULTS_SEED=${seed})`, async () => {
    const began = Date.now();
    const all = everybody();
    all.catch(() => undefined);
    const weather = badWeather(stack.sandbox);
    await kill(9);
    await stack.killEverything();
    killed.push(`everything at ${seconds(began)}`);
    await stack.start();
    await kill(9);
    await weather.end();
    const promises = await all;
    const truth = new Truth(stack);
    try {
      // Stripe repeats a webhook that was refused three times after two and a half minutes.
      await comeToRest(truth, 180_000);
      const deliveries = (await truth.mailsArrived()).length;
      const mails = await truth.database.emails.count();
      process.stderr.write(
        `seed ${seed}: ${promises.length} customers; killed ${killed.join(', ')}; clients met ${met.broken} broken ` +
          `connections and ${met.unavailable} times 503; ${mails} mails, ${deliveries - mails} delivered again; ` +
          `at rest after ${seconds(began)}\n`,
      );
      expect(met.broken).toBeGreaterThan(0);
      expect(stack.errorsOf('api')).toEqual([]);
      expect(await truth.findings(promises)).toEqual([]);
    } finally {
      await truth.close();
    }

    async function kill(times: number): Promise<void> {
      const deaths = new Map<ProcessName, number>();
      for (let count = 0; count < times;) {
        await sleep(700 + chance() * 3_000);
        const victim = oneOf(chance, victims);
        if ((deaths.get(victim) ?? 0) >= deathsOfOnePart || !stack.kill(victim)) continue;
        deaths.set(victim, (deaths.get(victim) ?? 0) + 1);
        killed.push(`${victim} at ${seconds(began)}`);
        count += 1;
      }
    }
  }, 400_000);

  function everybody(): Promise<Promised[]> {
    const places = { api: stack.api, sandbox: stack.sandbox, met };
    const coming = Array.from({ length: rounds }, () => stories).flat();
    return Promise.all(
      coming.map(async (story) => {
        await sleep(chance() * comingMilliseconds);
        return story(places);
      }),
    );
  }
});

const seconds = (since: number) => `${((Date.now() - since) / 1_000).toFixed(1)} s`;

import { randomUUID } from 'node:crypto';
import type { CouponRecord, PlanRecord, TaxRateRecord } from '../../activities/ports/records';
import { startApi, type Api, type Customer, type Reply } from './api';
import { breakCard, planLike } from './customers';
import { createWorld, type World } from './world';

/** A world with its API: stories are told to it as clients tell them. */
export interface Stage {
  world: World;
  api: Api;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const world = await createWorld();
  const api = await startApi(world);
  return {
    world,
    api,
    async close() {
      await api.close();
      await world.close();
    },
  };
}

/** A plan at this price: 10.00 USD a month unless said. */
export const planAt = (
  { world }: Stage,
  amountMinor: bigint,
  changes: Partial<PlanRecord> = {},
): Promise<PlanRecord> => planLike(world, 'basic_monthly', { amountMinor, ...changes });

/** A coupon, and its code. */
export async function couponOf({ world }: Stage, terms: Partial<CouponRecord>): Promise<string> {
  const code = terms.code ?? `SAVE-${randomUUID().slice(0, 8)}`;
  const off = terms.amountOffMinor === undefined ? { percentOff: '20' } : { currency: 'usd' };
  await world.database.coupons.create({
    id: randomUUID(),
    code,
    name: code,
    duration: 'forever',
    ...off,
    ...terms,
  });
  return code;
}

/** A tax of the country that the customer then lives in. */
export async function taxFor(
  { world }: Stage,
  userId: string,
  terms: Partial<TaxRateRecord>,
): Promise<void> {
  // A country of their own, so that stories in one world don't meet.
  const letter = () => String.fromCharCode(65 + Math.floor(Math.random() * 26));
  const country = letter() + letter();
  await world.database.taxRates.create({
    id: randomUUID(),
    name: 'Tax',
    percentage: '10',
    inclusive: false,
    country,
    ...terms,
  });
  await world.database.users.update({ country }, { where: { id: userId } });
}

/** One customer's subscription on a test clock of its own. */
export interface Story {
  customer: Customer;
  id: string;
  clockId: string;
  /** Advances the clock and waits until it is ready. */
  until(time: string): Promise<void>;
  get(path?: string): Promise<Reply['body']>;
  /** Calls below the subscription's path; fails unless it is answered with 2xx. */
  tell(method: string, path: string, body?: unknown): Promise<Reply['body']>;
  /** The same for what is refused. */
  refused(method: string, path: string, body?: unknown): Promise<{ status: number; code: string }>;
  /** Oldest first. */
  invoices(): Promise<Reply['body'][]>;
  /** The credit balance in minor units. */
  balance(currency?: string): Promise<number>;
  breakCard(): Promise<string>;
  mendCard(): Promise<void>;
}

export interface Beginning {
  at: string;
  plan: PlanRecord;
  /** Whatever else the request to subscribe says. */
  with?: Record<string, unknown>;
  customer?: Customer;
  /** What it is answered with, unless 201. */
  status?: number;
}

const card = { payment_method_id: 'pm_card_visa' };

/** Subscribes a customer, with a good card unless `with` says otherwise. */
export async function begin(stage: Stage, beginning: Beginning): Promise<Story> {
  const { api, world } = stage;
  const customer = beginning.customer ?? (await api.signUp());
  const token = customer.access;
  const clock = await ok(api.post('/api/v1/test-clocks', { frozen_time: beginning.at }, token));
  const made = await api.post(
    '/api/v1/subscriptions',
    { plan_id: beginning.plan.id, test_clock: clock.id, ...card, ...beginning.with },
    token,
  );
  if (made.status !== (beginning.status ?? 201)) throw new Error(JSON.stringify(made.body));
  const path = `/api/v1/subscriptions/${made.body.id}`;
  const call = (method: string, below: string, body?: unknown) =>
    api.call(method, `${path}${below}`, { token, ...(body === undefined ? {} : { body }) });
  return {
    customer,
    id: made.body.id,
    clockId: clock.id,
    async until(time) {
      await ok(api.post(`/api/v1/test-clocks/${clock.id}/advance`, { frozen_time: time }, token));
      for (;;) {
        const { status } = await ok(api.get(`/api/v1/test-clocks/${clock.id}`, token));
        if (status === 'ready') return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    get: (below = '') => ok(call('GET', below)),
    tell: (method, below, body) => ok(call(method, below, body)),
    async refused(method, below, body) {
      const { status, body: answer } = await call(method, below, body);
      if (status < 400) throw new Error(`${method} ${below} was not refused`);
      return { status, code: answer.code };
    },
    async invoices() {
      const list = await ok(
        api.get(`/api/v1/invoices?subscription=${made.body.id}&limit=100`, token),
      );
      return list.data.reverse();
    },
    async balance(currency = 'usd') {
      const { data } = await ok(api.get('/api/v1/credit-balance', token));
      const balances: { currency: string; amount: number }[] = data;
      return balances.find((each) => each.currency === currency)?.amount ?? 0;
    },
    breakCard: () => breakCard(world, customer.id),
    async mendCard() {
      await ok(api.post('/api/v1/payment-methods', { payment_method_id: 'pm_card_visa' }, token));
    },
  };
}

async function ok(reply: Promise<Reply>): Promise<Reply['body']> {
  const { status, body } = await reply;
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}

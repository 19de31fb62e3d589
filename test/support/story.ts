import { randomUUID } from 'node:crypto';
import { freePort } from '../../scripts/stack/ports';
import type { CouponRecord, PlanRecord, TaxRateRecord } from '../../activities/ports/records';
import { startApi, type Api, type Customer, type Reply } from './api';
import { eventually, planLike } from './customers';
import { createWorld, quietRuntime, type World } from './world';

type Json = Reply['body'];

/** A world with its API: stories are told to it as clients tell them. */
export interface Stage {
  world: World;
  api: Api;
  /** The id of a seeded plan by its name and term: "Basic month", "Pro year", "Basic 3 month". */
  plan(name: string): string;
  close(): Promise<void>;
}

/** @param options.webhooks whether Stripe’s stand-in reports to the API what happens there */
export async function openStage({ webhooks = false } = {}): Promise<Stage> {
  quietRuntime();
  const port = webhooks ? await freePort() : 0;
  const webhookUrl = `http://127.0.0.1:${port}/api/webhooks/stripe/`;
  const world = await createWorld(webhooks ? { webhookUrl } : {});
  const api = await startApi(world, port);
  const plans = await plansOf(api);
  return {
    world,
    api,
    plan(name) {
      const id = plans.get(name);
      if (id === undefined) throw new Error(`There is no plan ${name}`);
      return id;
    },
    async close() {
      await api.close();
      await world.close();
    },
  };
}

async function plansOf(api: Api): Promise<Map<string, string>> {
  const { body } = await api.get('/api/v1/plans?limit=100');
  return new Map(
    body.data.map(({ name, interval, interval_count: count, id }: Json) => [
      `${name} ${count === 1 ? '' : `${count} `}${interval}`,
      id,
    ]),
  );
}

/** The id of a plan of one's own: 10.00 USD a month, unless `changes` say otherwise. */
export async function planWith({ world }: Stage, changes: Partial<PlanRecord>): Promise<string> {
  return (await planLike(world, 'basic_monthly', changes)).id;
}

/** The code of a new coupon: half off for ever, unless `terms` say otherwise. */
export async function couponWith(
  { world }: Stage,
  terms: Partial<CouponRecord> = {},
): Promise<string> {
  const code = `Code-${randomUUID()}`;
  const half = { name: 'Half', percentOff: '50', duration: 'forever' as const };
  await world.database.coupons.create({ id: randomUUID(), code, ...half, ...terms });
  return code;
}

/** Puts a tax in force, 10 % exclusive unless `terms` say otherwise, where the customer now lives. */
export async function taxFor(
  { world }: Stage,
  customer: Customer,
  terms: Partial<TaxRateRecord> = {},
): Promise<void> {
  // A country of their own, so that stories in one world don't meet.
  const letter = () => String.fromCharCode(65 + Math.floor(Math.random() * 26));
  const country = letter() + letter();
  const rate = { name: 'VAT', percentage: '10', inclusive: false, country };
  await world.database.taxRates.create({ id: randomUUID(), ...rate, ...terms });
  await world.database.users.update({ country }, { where: { id: customer.id } });
}

/** One customer's subscription on a test clock of its own, lived through the public API. */
export interface Life {
  customer: Customer;
  id: string;
  clockId: string;
  /** The subscription as it was when it was made. */
  made: Json;
  /** Calls of what is below the subscription's path: `change-plan`. */
  get(path?: string): Promise<Reply>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  put(path: string, body: unknown): Promise<Reply>;
  remove(path: string): Promise<Reply>;
  /** Resolves once everything on the clock has come to rest at `to`. */
  advance(to: string): Promise<void>;
  /** Saves a card as the default one. */
  useCard(paymentMethodId: string): Promise<void>;
  /** Oldest first. */
  invoices(): Promise<Json[]>;
  /** The credit balance in US cents. */
  balance(): Promise<number>;
  /** What the timeline says, oldest first. */
  story(): Promise<string[]>;
}

/** Stripe's cards: one that works, and one whose every charge declines. */
export const goodCard = 'pm_card_visa';
export const brokenCard = 'pm_card_chargeCustomerFail';

const root = '/api/v1/subscriptions';

/** Subscribes somebody at an instant, with a good card unless the request says otherwise. */
export async function begin(
  { api }: Stage,
  { at, ...request }: { at: string; plan_id: string } & Record<string, unknown>,
  by?: Customer,
): Promise<Life> {
  const customer = by ?? (await api.signUp());
  const { access: token } = customer;
  const { id: clockId } = succeeded(
    await api.post('/api/v1/test-clocks', { frozen_time: at }, token),
  );
  const body = { payment_method_id: goodCard, test_clock: clockId, ...request };
  const made = succeeded(await api.post(root, body, token));
  return lifeOf(api, { customer, id: made.id, clockId, made });
}

function lifeOf(api: Api, facts: Pick<Life, 'customer' | 'id' | 'clockId' | 'made'>): Life {
  const { id, clockId, customer } = facts;
  const { access: token } = customer;
  const below = (path: string) => `${root}/${id}${path === '' ? '' : `/${path}`}`;
  const clock = `/api/v1/test-clocks/${clockId}`;
  return {
    ...facts,
    get: (path = '') => api.get(below(path), token),
    post: (path, body = {}, headers = {}) =>
      api.call('POST', below(path), { body, token, headers }),
    put: (path, body) => api.call('PUT', below(path), { body, token }),
    remove: (path) => api.call('DELETE', below(path), { token }),
    async advance(to) {
      succeeded(await api.post(`${clock}/advance`, { frozen_time: to }, token));
      const arrived = async () => (await api.get(clock, token)).body.status === 'ready';
      await eventually(`the clock arrives at ${to}`, arrived, 30_000);
    },
    async useCard(paymentMethodId) {
      const card = { payment_method_id: paymentMethodId };
      succeeded(await api.post('/api/v1/payment-methods', card, token));
    },
    async invoices() {
      const list = `/api/v1/invoices?subscription=${id}&limit=100`;
      return succeeded(await api.get(list, token)).data.toReversed();
    },
    async balance() {
      const { data } = succeeded(await api.get('/api/v1/credit-balance', token));
      return data.find(({ currency }: Json) => currency === 'usd')?.amount ?? 0;
    },
    async story() {
      const { data } = succeeded(await api.get(`${below('timeline')}?limit=100&order=asc`, token));
      return data.map(({ text }: Json) => text);
    },
  };
}

function succeeded({ status, body }: Reply): Json {
  if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body;
}

/** What of an invoice a test compares. */
export const lineAmounts = ({ lines }: Json): number[] => lines.map(({ amount }: Json) => amount);
export const totals = (invoices: readonly Json[]): number[] => invoices.map(({ total }) => total);

import { setTimeout as delay } from 'node:timers/promises';
import { planLike } from '../support/customers';
import type { Api, Customer, Reply } from '../support/api';
import type { World } from '../support/world';

type Json = Reply['body'];

/** One customer's subscription on a test clock of their own, lived through the public API. */
export interface ClockedLife {
  customer: Customer;
  access: string;
  id: string;
  clockId: string;
  get(path?: string): Promise<Reply>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  put(path: string, body: unknown): Promise<Reply>;
  remove(path: string): Promise<Reply>;
  /** Resolves once everything on the clock has come to rest at `to`. */
  advance(to: string): Promise<void>;
  useCard(paymentMethodId: string): Promise<void>;
  /** Oldest first. */
  invoices(): Promise<Json[]>;
  /** In usd. */
  balance(): Promise<number>;
  /** What the timeline says, oldest first. */
  story(): Promise<string[]>;
}

const root = '/api/v1/subscriptions';

/** Subscribes a new customer with a good card, unless `request` says otherwise, at `at`. */
export async function liveOnClock(
  api: Api,
  { at, ...request }: { at: string; plan_id: string } & Record<string, unknown>,
): Promise<ClockedLife & { made: Json }> {
  const customer = await api.signUp();
  const clock = await api.post('/api/v1/test-clocks', { frozen_time: at }, customer.access);
  const body = { payment_method_id: 'pm_card_visa', test_clock: clock.body.id, ...request };
  const made = await api.post(root, body, customer.access);
  if (made.status !== 201) throw new Error(`${made.status}: ${JSON.stringify(made.body)}`);
  return { ...lifeOf(api, customer, made.body.id, clock.body.id), made: made.body };
}

function lifeOf(api: Api, customer: Customer, id: string, clockId: string): ClockedLife {
  const { access: token } = customer;
  const at = (path: string) => `${root}/${id}${path === '' ? '' : `/${path}`}`;
  const clock = `/api/v1/test-clocks/${clockId}`;
  return {
    customer,
    access: token,
    id,
    clockId,
    get: (path = '') => api.get(at(path), token),
    post: (path, body = {}, headers = {}) => api.call('POST', at(path), { body, token, headers }),
    put: (path, body) => api.call('PUT', at(path), { body, token }),
    remove: (path) => api.call('DELETE', at(path), { token }),
    async advance(to) {
      const sent = await api.post(`${clock}/advance`, { frozen_time: to }, token);
      if (sent.status !== 200) throw new Error(JSON.stringify(sent.body));
      for (let tries = 0; tries < 600; tries += 1) {
        if ((await api.get(clock, token)).body.status === 'ready') return;
        await delay(50);
      }
      throw new Error(`the clock did not arrive at ${to}`);
    },
    async useCard(paymentMethodId) {
      const card = { payment_method_id: paymentMethodId };
      const saved = await api.post('/api/v1/payment-methods', card, token);
      if (saved.status !== 201) throw new Error(JSON.stringify(saved.body));
    },
    async invoices() {
      const { body } = await api.get(`/api/v1/invoices?subscription=${id}&limit=100`, token);
      return body.data.toReversed();
    },
    async balance() {
      const { body } = await api.get('/api/v1/credit-balance', token);
      return body.data.find(({ currency }: Json) => currency === 'usd')?.amount ?? 0;
    },
    async story() {
      const { body } = await api.get(`${at('timeline')}?limit=100&order=asc`, token);
      return body.data.map(({ text }: Json) => text);
    },
  };
}

/** The seeded plans by name and term: "Basic month", "Pro year", "Basic 3 month". */
export async function planIds(api: Api): Promise<(name: string) => string> {
  const { body } = await api.get('/api/v1/plans?limit=100');
  const ids = new Map<string, string>(
    body.data.map(({ name, interval, interval_count: count, id }: Json) => [
      `${name} ${count === 1 ? '' : `${count} `}${interval}`,
      id,
    ]),
  );
  return (name) => {
    const id = ids.get(name);
    if (id === undefined) throw new Error(`no plan ${name}`);
    return id;
  };
}

/** A plan of one's own, like a seeded one. */
export const planWith = async (world: World, changes: Parameters<typeof planLike>[2]) =>
  (await planLike(world, 'basic_monthly', changes)).id;

/** What of an invoice's lines a test compares. */
export const lineAmounts = ({ lines }: Json): number[] => lines.map(({ amount }: Json) => amount);

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { PersistentClient, type Answer, type Request, type Troubles } from './persistent-client';

/** Where a customer's requests go. */
export interface Places {
  readonly api: string;
  readonly sandbox: string;
  /** Counts what all customers met. */
  readonly met?: Troubles;
}

/** What a customer was told, and so what must be true for ever. */
export interface Promised {
  readonly story: string;
  readonly userId: string;
  readonly subscriptionId: string;
  readonly status: 'active' | 'canceled';
  /** How many cycles were begun, each with one invoice. */
  readonly cycles: number;
}

const password = 'correct horse battery';
const patienceMilliseconds = 180_000;

const account = z.object({ user: z.object({ id: z.string() }), access: z.string() });
const withId = z.object({ id: z.string() });
const subscriptionBody = z.object({ id: z.string(), status: z.string() });
const clockBody = z.object({
  id: z.string(),
  frozen_time: z.string(),
  status: z.enum(['ready', 'advancing']),
});
const invoicesBody = z.object({
  data: z.array(z.object({ id: z.string(), status: z.string() })),
});
const secretBody = z.object({ client_secret: z.string() });

/** Somebody with an account, who asks again until they are answered. */
export class Customer {
  readonly email = `customer-${randomUUID()}@everbill.test`;
  readonly client: PersistentClient;
  #token: string | undefined;
  #userId = '';

  private constructor(readonly places: Places) {
    this.client = new PersistentClient(places.api, places.met);
  }

  /** Signs up; one whose answer was lost finds the account there and logs in. */
  static async signUp(places: Places): Promise<Customer> {
    const customer = new Customer(places);
    const { email } = customer;
    const made = await customer.#call('POST', '/api/users/signup/', {
      body: { name: 'Carla', email, password },
    });
    const known =
      made.status === 400
        ? await customer.#call('POST', '/api/users/login/', { body: { email, password } })
        : made;
    const { user, access } = account.parse(expectStatus(known, 200, 201).body);
    customer.#token = access;
    customer.#userId = user.id;
    return customer;
  }

  get userId(): string {
    return this.#userId;
  }

  /** For requests that must not be repeated. */
  get token(): string {
    return this.#token ?? '';
  }

  get(path: string): Promise<Answer> {
    return this.#call('GET', path, {});
  }

  post(path: string, body: unknown, idempotencyKey?: string): Promise<Answer> {
    return this.#call('POST', path, {
      body,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    });
  }

  /** The plan's id; `term` as in the first system, such as "monthly". */
  async plan(name = 'Basic', term = 'monthly'): Promise<string> {
    const plans = z
      .array(z.object({ id: z.string(), name: z.string(), plan_term: z.string() }))
      .parse(expectStatus(await this.get('/api/billing/plans/'), 200).body);
    const found = plans.find((plan) => plan.name === name && plan.plan_term === term);
    if (found === undefined) throw new Error(`There is no plan ${name} ${term}.`);
    return found.id;
  }

  /** Subscribes over v1. @returns the subscription as it was acknowledged */
  async subscribe(body: Record<string, unknown> = {}): Promise<{ id: string; status: string }> {
    const request = { plan_id: await this.plan(), payment_method_id: 'pm_card_visa', ...body };
    const answer = await this.post('/api/v1/subscriptions', request, randomUUID());
    return subscriptionBody.parse(expectStatus(answer, 201).body);
  }

  /** A test clock that stands at `at`. @returns its id */
  async clock(at: Date): Promise<string> {
    const answer = await this.post('/api/v1/test-clocks', { frozen_time: at.toISOString() });
    return withId.parse(expectStatus(answer, 201).body).id;
  }

  /** Advances a clock and waits until it is ready. */
  async advance(clockId: string, to: Date): Promise<void> {
    const path = `/api/v1/test-clocks/${clockId}`;
    const target = to.toISOString();
    const asked = await this.post(`${path}/advance`, { frozen_time: target });
    // 400: it has arrived already, and only the answer was lost.
    expectStatus(asked, 200, 400);
    const deadline = Date.now() + patienceMilliseconds;
    for (;;) {
      const clock = clockBody.parse(expectStatus(await this.get(path), 200).body);
      if (clock.status === 'ready') {
        if (clock.frozen_time === target) return;
        throw new Error(`The clock went to ${clock.frozen_time} instead of ${target}.`);
      }
      if (Date.now() > deadline) throw new Error(`The clock never arrived at ${target}.`);
      await sleep(250);
    }
  }

  /** Pays the newest open invoice in the browser's way: by its client secret, at Stripe. */
  async payByClientSecret(subscriptionId: string): Promise<void> {
    const list = await this.get(`/api/v1/invoices?subscription=${subscriptionId}&status=open`);
    const [invoice] = invoicesBody.parse(expectStatus(list, 200).body).data;
    if (invoice === undefined) return;
    const payment = await this.get(`/api/billing/invoices/${invoice.id}/payment/`);
    // 400: the payment arrived, and only its answer was lost.
    if (expectStatus(payment, 200, 400).status === 400) return;
    const { client_secret: secret } = secretBody.parse(payment.body);
    await this.#confirm(secret);
  }

  /** Proves to the bank who they are. */
  async authenticate(subscriptionId: string): Promise<void> {
    const list = await this.get(`/api/v1/invoices?subscription=${subscriptionId}&status=open`);
    const [invoice] = invoicesBody.parse(expectStatus(list, 200).body).data;
    if (invoice === undefined) return;
    const payment = await this.get(`/api/billing/invoices/${invoice.id}/payment/`);
    if (expectStatus(payment, 200, 400).status === 400) return;
    const [intent] = secretBody.parse(payment.body).client_secret.split('_secret_');
    await controlSandbox(this.places, 'complete-3ds', { intent });
  }

  /** Their card behaves from now on like another test card. */
  async cardBecomes(token: string): Promise<void> {
    const methods = await this.get('/api/v1/payment-methods');
    const { data } = z.object({ data: z.array(withId) }).parse(expectStatus(methods, 200).body);
    for (const { id } of data) {
      await controlSandbox(this.places, 'set-outcome', { paymentMethod: id, token });
    }
  }

  async #confirm(secret: string): Promise<void> {
    const [intent = ''] = secret.split('_secret_');
    const form = { client_secret: secret, payment_method: 'pm_card_visa' };
    const confirmed = await untilReached(() =>
      fetch(`${this.places.sandbox}/v1/payment_intents/${intent}/confirm`, {
        method: 'POST',
        headers: { Authorization: 'Bearer pk_test_browser' },
        body: new URLSearchParams(form),
      }),
    );
    // 400: it had been confirmed, and only the answer was lost.
    if (confirmed.status !== 200 && confirmed.status !== 400) {
      throw new Error(`Stripe answered ${confirmed.status}: ${await confirmed.text()}`);
    }
  }

  #call(method: string, path: string, request: Request): Promise<Answer> {
    return this.client.call(method, path, { ...request, token: this.#token });
  }
}

/** Does at the sandbox what only banks and card holders can. */
export async function controlSandbox(
  { sandbox }: Pick<Places, 'sandbox'>,
  command: string,
  body: Record<string, unknown>,
): Promise<void> {
  const response = await untilReached(() =>
    fetch(`${sandbox}/_control/${command}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
  // 400: done already, and only the answer was lost.
  if (response.status !== 200 && response.status !== 400) {
    throw new Error(`The sandbox answered ${response.status}: ${await response.text()}`);
  }
}

async function untilReached(call: () => Promise<Response>): Promise<Response> {
  const deadline = Date.now() + patienceMilliseconds;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(250);
    }
  }
}

/** @throws Error with the answer when it has another status */
export function expectStatus(answer: Answer, ...allowed: number[]): Answer {
  if (allowed.includes(answer.status)) return answer;
  throw new Error(`Answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}

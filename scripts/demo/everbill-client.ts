import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** What keeps the demo from going on, in one sentence for people. */
export class DemoError extends Error {
  override name = 'DemoError';
}

const instant = z.iso.datetime();

const plan = z.object({
  id: z.string(),
  name: z.string(),
  amount: z.int(),
  currency: z.string(),
  interval: z.string(),
  interval_count: z.int(),
});
const subscription = z.object({
  id: z.string(),
  status: z.string(),
  current_period_end: instant,
  cancel_at_period_end: z.boolean(),
});
const invoice = z.object({
  id: z.string(),
  number: z.string(),
  status: z.string(),
  total: z.int(),
  amount_paid: z.int(),
  period_start: instant,
  period_end: instant,
  attempts: z.array(z.object({ status: z.string(), at: instant })),
});
const event = z.object({ id: z.string(), at: instant, type: z.string(), text: z.string() });
const payment = z.object({ status: z.string(), amount: z.int(), subscription: z.string() });
const clock = z.object({ id: z.string(), frozen_time: instant, status: z.string() });
const balances = z.object({ data: z.array(z.object({ currency: z.string(), amount: z.int() })) });
const registered = z.object({ tokens: z.object({ access: z.string() }) });
const problem = z.object({ detail: z.string() });

/** Amounts are counts of minor units, instants ISO-8601 in UTC, as v1 writes them. */
export type Plan = z.output<typeof plan>;
export type Subscription = z.output<typeof subscription>;
export type Invoice = z.output<typeof invoice>;
export type TimelineEvent = z.output<typeof event>;
export type Payment = z.output<typeof payment>;

interface NewCustomer {
  email: string;
  username: string;
  firstName: string;
  lastName: string;
}

/** One customer's calls to the public API; nothing here knows more than any client could. */
export class EverbillClient {
  #token: string | undefined;

  /** @param url where the API is, without a slash at its end */
  constructor(readonly url: string) {}

  /** @throws DemoError when nothing answers, or it is not ready */
  async requireReady(): Promise<void> {
    const ready = await fetch(`${this.url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (!ready) {
      throw new DemoError(`Everbill does not answer at ${this.url}: run npm start first.`);
    }
  }

  /** Opens an account; the calls that follow are this customer's. */
  async register({ email, username, firstName, lastName }: NewCustomer): Promise<void> {
    const password = 'a-long-Word-7391';
    const { tokens } = await this.#call(registered, 'POST', '/api/auth/register/', {
      email,
      username,
      first_name: firstName,
      last_name: lastName,
      password,
      password_confirm: password,
    });
    this.#token = tokens.access;
  }

  plans = (): Promise<Plan[]> => this.#all(plan, '/api/v1/plans');

  subscribe(order: {
    planId: string;
    paymentMethodId: string;
    testClock: string;
  }): Promise<Subscription> {
    return this.#call(subscription, 'POST', '/api/v1/subscriptions', {
      plan_id: order.planId,
      payment_method_id: order.paymentMethodId,
      test_clock: order.testClock,
    });
  }

  subscription = (id: string): Promise<Subscription> =>
    this.#call(subscription, 'GET', `/api/v1/subscriptions/${id}`);

  cancel = (id: string, atPeriodEnd: boolean): Promise<Subscription> =>
    this.#call(subscription, 'POST', `/api/v1/subscriptions/${id}/cancel`, {
      at_period_end: atPeriodEnd,
    });

  reactivate = (id: string): Promise<Subscription> =>
    this.#call(subscription, 'POST', `/api/v1/subscriptions/${id}/reactivate`, {});

  /** Saves a card and makes it the one that is charged. */
  async useCard(paymentMethodId: string): Promise<void> {
    const body = { payment_method_id: paymentMethodId };
    await this.#call(z.unknown(), 'POST', '/api/v1/payment-methods', body);
  }

  /** Oldest first. */
  invoices = async (subscriptionId: string): Promise<Invoice[]> =>
    (await this.#all(invoice, `/api/v1/invoices?subscription=${subscriptionId}`)).reverse();

  /** Oldest first. */
  timeline = async (subscriptionId: string): Promise<TimelineEvent[]> =>
    (await this.#all(event, `/api/v1/subscriptions/${subscriptionId}/timeline`)).reverse();

  payments = (): Promise<Payment[]> => this.#all(payment, '/api/v1/payments');

  /** The customer's credit in one currency, in minor units. */
  async credit(currency: string): Promise<number> {
    const { data } = await this.#call(balances, 'GET', '/api/v1/credit-balance');
    return data.find((balance) => balance.currency === currency)?.amount ?? 0;
  }

  async makeClock(frozenTime: string): Promise<string> {
    const body = { frozen_time: frozenTime };
    return (await this.#call(clock, 'POST', '/api/v1/test-clocks', body)).id;
  }

  /** Resolves once everything on the clock has come to rest there. */
  async advanceClock(id: string, frozenTime: string): Promise<void> {
    const path = `/api/v1/test-clocks/${id}`;
    await this.#call(clock, 'POST', `${path}/advance`, { frozen_time: frozenTime });
    await until(`the test clock to reach ${frozenTime}`, async () => {
      const { status } = await this.#call(clock, 'GET', path);
      return status === 'ready';
    });
  }

  /** Every row of a v1 list, page after page. */
  async #all<Row>(row: z.ZodType<Row>, path: string): Promise<Row[]> {
    const page = z.object({
      data: z.array(z.looseObject({ id: z.string() })),
      has_more: z.boolean(),
    });
    const rows: Row[] = [];
    let after = '';
    for (;;) {
      const query = `${path.includes('?') ? '&' : '?'}limit=100${after}`;
      const { data, has_more: more } = await this.#call(page, 'GET', path + query);
      rows.push(...z.array(row).parse(data));
      const last = data.at(-1);
      if (!more || last === undefined) return rows;
      after = `&starting_after=${last.id}`;
    }
  }

  async #call<Body>(
    schema: z.ZodType<Body>,
    method: 'GET' | 'POST',
    path: string,
    body?: Record<string, unknown>,
  ): Promise<Body> {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json: unknown = await answer.json();
    if (answer.ok) return schema.parse(json);
    const why = problem.safeParse(json).data?.detail ?? 'no reason given';
    throw new DemoError(`${method} ${path} was refused with ${answer.status}: ${why}`);
  }
}

/** Asks again until it is so. @throws DemoError after 30 seconds */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new DemoError(`Waited 30 s in vain for ${what}.`);
    await sleep(100);
  }
}

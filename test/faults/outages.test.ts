import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Customer, expectStatus } from './customers';
import { Parts } from './parts';
import { comeToRest } from './rest';
import { Truth } from './truth';

interface Reply {
  status: number;
  retryAfter: number;
  milliseconds: number;
  body: Record<string, unknown>;
}

/** One part is down at a time; the rest goes on. */
describe('While a part is down, the API does what it can and says 503 to the rest', () => {
  let parts: Parts;
  let truth: Truth;
  let plan: string;

  beforeAll(async () => {
    parts = await Parts.start();
    truth = new Truth(parts);
    plan = await (await Customer.signUp(parts)).plan();
  }, 120_000);

  afterAll(async () => {
    await truth.close();
    await parts.dispose();
  }, 90_000);

  /** One request, not repeated. */
  async function ask(
    customer: Customer,
    method: string,
    path: string,
    body?: unknown,
    key?: string,
  ): Promise<Reply> {
    const began = performance.now();
    const response = await fetch(`${parts.api}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${customer.token}`,
        'Content-Type': 'application/json',
        ...(key === undefined ? {} : { 'Idempotency-Key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    return {
      status: response.status,
      retryAfter: Number(response.headers.get('Retry-After')),
      milliseconds: performance.now() - began,
      body: Object.fromEntries(Object.entries(answer ?? {})),
    };
  }

  const subscribing = (customer: Customer, key: string, card = true) =>
    ask(
      customer,
      'POST',
      '/api/v1/subscriptions',
      { plan_id: plan, ...(card ? { payment_method_id: 'pm_card_visa' } : {}) },
      key,
    );

  /** What needs nothing but the database. */
  async function expectReadsToWork(customer: Customer): Promise<void> {
    for (const path of [
      '/api/billing/plans/',
      '/api/v1/subscriptions',
      '/api/v1/invoices',
      '/api/subscriptions/status/',
    ]) {
      const { status, milliseconds } = await ask(customer, 'GET', path);
      expect([path, status]).toEqual([path, 200]);
      expect(milliseconds).toBeLessThan(2_000);
    }
    await Customer.signUp(parts);
  }

  /** The same request with the same key, once all is well: the one subscription. */
  async function expectToBeSubscribedOnce(customer: Customer, key: string): Promise<void> {
    const path = '/api/v1/subscriptions';
    const request = { plan_id: plan, payment_method_id: 'pm_card_visa' };
    const answer = await customer.post(path, request, key);
    expect(expectStatus(answer, 201).body).toMatchObject({ status: 'active' });
    const rows = await truth.database.subscriptions.count({ where: { userId: customer.userId } });
    expect(rows).toBe(1);
  }

  function expectLater(reply: Reply, within: number): void {
    expect(reply.status).toBe(503);
    expect(reply.retryAfter).toBeGreaterThan(0);
    expect(reply.milliseconds).toBeLessThan(within);
  }

  it('SMTP: subscribing works as ever, and the mails wait', async () => {
    await parts.down('mail');
    const customer = await Customer.signUp(parts);
    const reply = await subscribing(customer, randomUUID());
    expect(reply.status).toBe(201);
    await sleep(1_000);
    const mails = await truth.database.emails.findAll({ where: { userId: customer.userId } });
    const waiting = mails.map((mail) => mail.get({ plain: true }));
    expect(waiting.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['receipt', 'subscription_confirmed']),
    );
    expect(waiting.filter(({ status }) => status !== 'queued')).toEqual([]);
    await parts.up('mail');
    // They are tried again after a minute: the last test here sees that they went out.
  }, 60_000);

  it('the worker: 503 within seconds, reads work, and the same request later is answered', async () => {
    const [customer, leaver] = [await Customer.signUp(parts), await Customer.signUp(parts)];
    const { id } = await leaver.subscribe();
    await parts.down('worker');
    const key = randomUUID();
    const cancel = `/api/v1/subscriptions/${id}/cancel`;
    const [subscribed, canceled] = await Promise.all([
      subscribing(customer, key),
      ask(leaver, 'POST', cancel, { at_period_end: true }),
    ]);
    expectLater(subscribed, 8_000);
    expectLater(canceled, 8_000);
    await expectReadsToWork(customer);
    await parts.up('worker');
    await expectToBeSubscribedOnce(customer, key);
    const again = await leaver.post(cancel, { at_period_end: true });
    expect(expectStatus(again, 200).body).toMatchObject({ cancel_at_period_end: true });
  }, 90_000);

  it('Temporal: 503 on subscribing, reads and logins work, and money that arrives is not lost', async () => {
    const [customer, payer] = [await Customer.signUp(parts), await Customer.signUp(parts)];
    const { id } = await payer.subscribe({ plan_id: plan, payment_method_id: undefined });
    await until('the payment is prepared', async () => {
      const [invoice] = await truth.database.invoices.findAll({ where: { subscriptionId: id } });
      return typeof invoice?.get({ plain: true }).stripePaymentIntentId === 'string';
    });
    await parts.down('temporal');
    const key = randomUUID();
    expectLater(await subscribing(customer, key), 10_000);
    await expectReadsToWork(customer);
    await payer.payByClientSecret(id);
    await parts.up('temporal');
    await expectToBeSubscribedOnce(customer, key);
    await until('the invoice is paid', async () => {
      const paid = await truth.database.invoices.count({
        where: { subscriptionId: id, status: 'paid' },
      });
      return paid === 1;
    });
  }, 120_000);

  it('Stripe: 503 on subscribing by card, while what needs no money works at once', async () => {
    const [customer, leaver, sent] = [
      await Customer.signUp(parts),
      await Customer.signUp(parts),
      await Customer.signUp(parts),
    ];
    const { id } = await leaver.subscribe();
    await parts.down('sandbox');
    const key = randomUUID();
    const began = subscribing(customer, key);
    const cancel = `/api/v1/subscriptions/${id}/cancel`;
    const canceled = await ask(leaver, 'POST', cancel, { at_period_end: false });
    expect(canceled.status).toBe(200);
    expect(canceled.body).toMatchObject({ status: 'canceled' });
    expect(canceled.milliseconds).toBeLessThan(3_000);
    const invoiced = await subscribing(sent, randomUUID(), false);
    expect(invoiced.status).toBe(201);
    expect(invoiced.milliseconds).toBeLessThan(3_000);
    const [invoice] = await truth.database.invoices.findAll({ where: { userId: sent.userId } });
    const path = `/api/billing/invoices/${invoice?.get({ plain: true }).id}/payment/`;
    expectLater(await ask(sent, 'GET', path), 8_000);
    await expectReadsToWork(customer);
    expectLater(await began, 40_000);
    await parts.up('sandbox');
    await expectToBeSubscribedOnce(customer, key);
    await sent.payByClientSecret(String(invoiced.body['id']));
  }, 180_000);

  it('PostgreSQL: 503 to everything, at once, and all is well when it is back', async () => {
    const customer = await Customer.signUp(parts);
    await parts.down('postgres');
    const key = randomUUID();
    expectLater(await ask(customer, 'GET', '/api/billing/plans/'), 8_000);
    expectLater(await ask(customer, 'GET', '/readyz'), 8_000);
    expectLater(await subscribing(customer, key), 8_000);
    expect((await ask(customer, 'GET', '/healthz')).status).toBe(200);
    await parts.up('postgres');
    await expectToBeSubscribedOnce(customer, key);
  }, 90_000);

  it('in the end nothing was lost, nothing happened twice, and every mail has arrived', async () => {
    await comeToRest(truth, 100_000);
    expect(await truth.findings([])).toEqual([]);
  }, 120_000);
});

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`In vain waited until ${what}.`);
    await sleep(200);
  }
}

import { randomUUID } from 'node:crypto';
import { QueryTypes } from 'sequelize';
import type { Customer, Reply } from '../../support/api';
import { dashboardOf } from '../../support/dashboard';
import { begin, openStage, type Life, type Stage } from '../../support/story';
import { finishErasures } from '../../../worker/erasures';
import { newOperator, type Operator } from './operators';
import { proveBooks } from './prove-books';

type Json = Reply['body'];

let stage: Stage;
let operator: Operator;
beforeAll(async () => {
  stage = await openStage({ webhooks: true });
  operator = await newOperator(stage.api, stage.world.database);
});
afterAll(() => stage.close());

const database = () => stage.world.database;
const password = 'correct horse battery';

/** Somebody whose name and address are found nowhere else. */
async function person(name = `Zacharias ${randomUUID()}`): Promise<Customer & { name: string }> {
  const email = `${randomUUID()}@quill.test`;
  const { body } = await stage.api.post('/api/users/signup/', { name, email, password });
  return { id: body.user.id, name, email, password, access: body.access, refresh: body.refresh };
}

const logIn = ({ email }: Customer) => stage.api.post('/api/users/login/', { email, password });
const erase = (id: string, reason = 'asked to be forgotten') =>
  operator.post(`users/${id}/erase`, { reason });

/** The tables in which any of these words is found. */
async function tablesWith(words: readonly string[]): Promise<string[]> {
  const { sequelize } = database();
  const tables = await sequelize.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
    { type: QueryTypes.SELECT },
  );
  const found: string[] = [];
  for (const { name } of tables) {
    for (const word of words) {
      const [row] = await sequelize.query<{ count: number }>(
        `select count(*)::int as count from "${name}" as row
         where position(lower(:word) in lower(to_jsonb(row)::text)) > 0`,
        { replacements: { word }, type: QueryTypes.SELECT },
      );
      if ((row?.count ?? 0) > 0) found.push(`${name}: ${word}`);
    }
  }
  return found;
}

const numbers = async ({ id }: Customer): Promise<Json> => ({
  invoices: (await database().invoices.findAll({ where: { userId: id }, order: ['number'] })).map(
    (row) => row.get({ plain: true }),
  ),
  ledger: (await operator.get(`ledger/entries?user_id=${id}&limit=100`)).body.data,
});

/** A whole life: subscribed with words, paid, charged an extra, given some back, canceled with a reason. */
async function lived(customer: Customer, words: readonly [string, string, string]): Promise<Life> {
  const [metadata, cancelReason, itemText] = words;
  const life = await begin(
    stage,
    {
      at: '2026-04-01T00:00:00Z',
      plan_id: stage.plan('Basic month'),
      payment_method_id: 'pm_card_amex',
    },
    customer,
  );
  await database().subscriptions.update(
    { metadata: { note: metadata }, externalId: metadata },
    { where: { id: life.id } },
  );
  await operator.post('invoice-items', {
    subscription: life.id,
    description: itemText,
    amount: 500,
  });
  const items = await operator.get(`invoice-items?subscription=${life.id}`);
  for (const item of items.body.data) await operator.call('DELETE', `invoice-items/${item.id}`);
  await life.post('cancel', { at_period_end: false, reason: cancelReason });
  await stage.world.sandbox.control.webhooksSettled();
  return life;
}

describe('a user who is shut out', () => {
  it('is out at once, and keeps the subscription; let in again they log in anew', async () => {
    const customer = await person();
    const life = await begin(
      stage,
      { at: '2026-04-01T00:00:00Z', plan_id: stage.plan('Basic month') },
      customer,
    );
    const shut = await operator.post(`users/${customer.id}/deactivate`, { reason: 'fraud?' });
    expect([shut.status, shut.body.is_active]).toEqual([200, false]);
    expect((await life.get()).status).toBe(401);
    const refreshed = await stage.api.post('/api/auth/token/refresh/', {
      refresh: customer.refresh,
    });
    expect(refreshed.status).toBe(401);
    expect((await logIn(customer)).status).toBe(401);
    expect((await operator.get(`subscriptions/${life.id}`)).body.status).toBe('active');
    await operator.post(`users/${customer.id}/deactivate`, { reason: 'again' });

    const back = await operator.post(`users/${customer.id}/reactivate`, { reason: 'no fraud' });
    expect([back.status, back.body.is_active]).toEqual([200, true]);
    expect((await life.get()).status).toBe(401);
    expect((await logIn(customer)).status).toBe(200);
    const { body } = await operator.get(`audit-log?object=user/${customer.id}`);
    expect(body.data).toMatchObject([
      { action: 'user.reactivate', reason: 'no fraud', before: { is_active: false } },
      { action: 'user.deactivate', reason: 'fraud?', after: { is_active: false } },
    ]);
  });

  it('is never the operator themselves', async () => {
    for (const act of ['deactivate', 'erase']) {
      const refused = await operator.post(`users/${operator.id}/${act}`);
      expect([refused.status, refused.body.code]).toEqual([409, 'own_account']);
    }
    for (const act of ['deactivate', 'reactivate', 'erase']) {
      expect((await operator.post(`users/${randomUUID()}/${act}`)).status).toBe(404);
    }
  });
});

describe('the export of a person', () => {
  it('holds everything about them, no secret, and is in the audit log', async () => {
    const customer = await person();
    await lived(customer, ['VIP of the north', 'moving to Mars', 'A golden lamp']);
    const { status, body, headers } = await operator.get(
      `users/${customer.id}/export?reason=they%20asked`,
    );
    expect(status).toBe(200);
    expect(headers.get('Content-Disposition')).toBe(
      `attachment; filename="user-${customer.id}.json"`,
    );
    expect(body).toMatchObject({
      profile: { id: customer.id, email: customer.email, name: customer.name },
      sessions: [{ ended_at: null }],
      subscriptions: [
        {
          status: 'canceled',
          cancel_reason: 'moving to Mars',
          metadata: { note: 'VIP of the north' },
        },
      ],
      invoices: [{ status: 'paid', total: 1000, lines: [{ amount: 1000 }] }],
      payments: [{ status: 'succeeded', amount: 1000 }],
      payment_methods: [{ brand: 'amex', last4: '0005' }],
      invoice_items: [{ description: 'A golden lamp' }],
      words: [{ data: { reason: 'moving to Mars' } }],
    });
    expect(body.subscriptions[0].events.map(({ type }: Json) => type)).toContain('invoice_paid');
    expect(body.emails.map(({ kind }: Json) => kind)).toContain('welcome');
    const text = JSON.stringify(body);
    const user = await database().users.findByPk(customer.id, { rejectOnEmpty: true });
    expect(text).not.toContain(user.get({ plain: true }).passwordHash);
    expect(text).not.toMatch(/argon2|secret|\/pay\/|eyJ|token/);
    const { body: log } = await operator.get(`audit-log?object=user/${customer.id}`);
    expect(log.data).toMatchObject([{ action: 'user.export', reason: 'they asked' }]);
    expect((await operator.get(`users/${randomUUID()}/export`)).status).toBe(404);
  });
});

describe('a person who is erased', () => {
  it('is found nowhere any more, while the books stay as they were', async () => {
    const customer = await person();
    const words = [`meta-${randomUUID()}`, `why-${randomUUID()}`, `item-${randomUUID()}`] as const;
    const life = await lived(customer, words);
    const before = await numbers(customer);
    const personal = [customer.email, customer.name, ...words, '"0005"', 'amex'];
    expect((await tablesWith(personal)).length).toBeGreaterThan(5);
    const { stripeCustomerId } = (
      await database().users.findByPk(customer.id, { rejectOnEmpty: true })
    ).get({ plain: true });

    const { status, body } = await erase(customer.id);
    expect([status, body.is_active, body.email]).toEqual([
      200,
      false,
      `erased-${customer.id}@erased.invalid`,
    ]);
    expect(body.erased_at).not.toBeNull();
    await stage.world.sandbox.control.webhooksSettled();
    // Of the first test's customer there is an Amex too: what is looked for is this one's.
    expect(await tablesWith([customer.email, customer.name, ...words])).toEqual([]);
    const cards = await database().paymentMethods.findAll({ where: { userId: customer.id } });
    expect(cards.map((row) => row.get({ plain: true }))).toMatchObject([
      { brand: null, last4: null, expMonth: null, isDefault: false },
    ]);
    expect(await numbers(customer)).toEqual(before);
    await proveBooks(database());

    const stripe = dashboardOf(stage.world.config);
    expect(await stripe.customers.retrieve(stripeCustomerId ?? '')).toMatchObject({
      deleted: true,
    });
    for (const card of cards) {
      const { customer: owner } = await stripe.paymentMethods.retrieve(
        card.get({ plain: true }).id,
      );
      expect(owner).toBeNull();
    }
    expect((await life.get()).status).toBe(401);
    expect((await logIn(customer)).status).toBe(401);
    const refused = await operator.post(`users/${customer.id}/reactivate`);
    expect([refused.status, refused.body.code]).toEqual([409, 'user_erased']);
  });

  it('asked again is the same, in the audit log once; their address is free', async () => {
    const customer = await person();
    const replies = await Promise.all([erase(customer.id), erase(customer.id), erase(customer.id)]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(replies.map(({ body }) => body.erased_at)).size).toBe(1);
    const { body } = await operator.get(`audit-log?object=user/${customer.id}`);
    expect(body.data).toMatchObject([{ action: 'user.erase', reason: 'asked to be forgotten' }]);
    const again = await stage.api.post('/api/users/signup/', {
      name: customer.name,
      email: customer.email,
      password,
    });
    expect([again.status, again.body.user.id === customer.id]).toEqual([201, false]);
  });

  it('is refused while there is something to settle, and nothing is lost', async () => {
    const customer = await person();
    const life = await begin(
      stage,
      { at: '2026-04-01T00:00:00Z', plan_id: stage.plan('Basic month') },
      customer,
    );
    const live = await erase(customer.id);
    expect([live.status, live.body.code]).toEqual([409, 'live_subscription_exists']);
    await life.post('cancel', { at_period_end: false, prorate: false });
    const paid = { where: { subscriptionId: life.id } };
    await database().invoices.update({ status: 'open' }, paid);
    expect((await erase(customer.id)).body.code).toBe('invoice_open');
    await database().invoices.update({ status: 'paid' }, paid);
    await database().disputes.create({
      id: `du_${customer.id}`,
      userId: customer.id,
      stripeChargeId: 'ch_1',
      amountMinor: 1000n,
      currency: 'usd',
      reason: 'fraudulent',
      status: 'needs_response',
      openedAt: new Date().toISOString(),
    });
    expect((await erase(customer.id)).body.code).toBe('payment_disputed');
    expect((await logIn(customer)).status).toBe(200);
    await database().disputes.destroy({ where: { id: `du_${customer.id}` } });
    expect((await erase(customer.id)).status).toBe(200);
  });

  it('whom Stripe could not forget at once is forgotten there by the worker', async () => {
    const customer = await person();
    await lived(customer, ['m', 'r', 'i']);
    const row = () => database().users.findByPk(customer.id, { rejectOnEmpty: true });
    const { stripeCustomerId } = (await row()).get({ plain: true });
    // A crash right after the transaction: the books say erased, Stripe has not heard of it.
    await erase(customer.id);
    await database().users.update({ stripeErasedAt: null }, { where: { id: customer.id } });
    const asked: string[] = [];
    const away = {
      detachPaymentMethod: () => Promise.reject(new Error('Stripe is away')),
      deleteCustomer: (id: string) => {
        asked.push(id);
        return Promise.resolve();
      },
    };
    const { logger } = stage.world;
    const deps = { database: database(), logger };
    expect(await finishErasures({ ...deps, payments: away })).toBe(0);
    expect(asked).toEqual([]);
    const back = { ...away, detachPaymentMethod: () => Promise.resolve() };
    expect(await finishErasures({ ...deps, payments: back })).toBe(1);
    expect(asked).toEqual([stripeCustomerId]);
    expect((await row()).get({ plain: true }).stripeErasedAt).not.toBeNull();
    expect(await finishErasures({ ...deps, payments: back })).toBe(0);
  });

  it('gets no mail any more, and what was sent can be neither read nor sent again', async () => {
    await stage.world.stopWorker();
    const customer = await person();
    await erase(customer.id);
    await stage.world.startWorker();
    const { body } = await operator.get(`emails?user_id=${customer.id}`);
    expect(body.data.length).toBeGreaterThan(0);
    for (const { id, status } of body.data) {
      expect(status).toBe('failed');
      expect((await operator.get(`emails/${id}`)).body.content).toBeNull();
      const resent = await operator.post(`emails/${id}/resend`);
      expect([resent.status, resent.body.code]).toEqual([409, 'user_erased']);
    }
    const mails = await fetch(`${stage.world.mailUrl}/api/messages?to=${customer.email}`);
    expect(await mails.json()).toEqual([]);
  });
});

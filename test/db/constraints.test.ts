import { randomUUID } from 'node:crypto';
import { ForeignKeyConstraintError, Sequelize, UniqueConstraintError } from 'sequelize';
import { createBillingStore } from '../../db/billing-store';
import { openDatabase, type Database } from '../../db/database';
import { migrate } from '../../db/migrate';
import { seed } from '../../db/seed';
import {
  LiveSubscriptionExists,
  type NewInvoice,
  type UnitOfWork,
} from '../../activities/ports/store';
import { createTestDatabase } from '../support/databases';

let database: Database;
let drop: () => Promise<void>;
let url: string;

beforeAll(async () => {
  const made = await createTestDatabase();
  url = made.url;
  drop = () => made.drop();
  database = openDatabase({ url });
});
afterAll(async () => {
  await database.close();
  await drop();
});

const at = '2026-01-01T00:00:00.000Z';
const end = '2026-02-01T00:00:00.000Z';
const inTransaction = <T>(work: (unit: UnitOfWork) => Promise<T>) =>
  createBillingStore(database).transaction(work);

async function customer(): Promise<string> {
  const id = randomUUID();
  await database.users.create({
    id,
    email: `${id}@everbill.test`,
    passwordHash: 'none',
    invoicePrefix: id.slice(0, 8),
  });
  return id;
}

async function subscribe(userId: string, changes: { exclusive?: boolean } = {}) {
  const plan = await database.plans.findOne({ rejectOnEmpty: true });
  return inTransaction((unit) =>
    unit.insertSubscription({
      id: randomUUID(),
      userId,
      planId: plan.get({ plain: true }).id,
      status: 'active',
      quantity: 1,
      collectionMethod: 'charge_automatically',
      timeZone: 'UTC',
      anchorAt: at,
      epochCycle: 1,
      cycle: 1,
      currentPeriodStart: at,
      currentPeriodEnd: end,
      trialEnd: null,
      expiresAt: null,
      testClockId: null,
      startedAt: at,
      exclusive: true,
      ...changes,
    }),
  );
}

async function invoice(changes: Partial<NewInvoice> = {}): Promise<NewInvoice> {
  const userId = changes.userId ?? (await customer());
  const subscriptionId = changes.subscriptionId ?? (await subscribe(userId)).id;
  return {
    id: randomUUID(),
    userId,
    subscriptionId,
    reason: 'cycle',
    occasion: '1',
    cycle: 1,
    number: randomUUID(),
    status: 'open',
    collectionMethod: 'charge_automatically',
    currency: 'usd',
    subtotalMinor: 1000n,
    discountMinor: 0n,
    taxMinor: 0n,
    totalMinor: 1000n,
    creditAppliedMinor: 0n,
    amountDueMinor: 1000n,
    periodStart: at,
    periodEnd: end,
    issuedAt: at,
    dueAt: at,
    ...changes,
  };
}

describe('the database refuses', () => {
  it('a second live subscription of one user, but not where the setting is off', async () => {
    const userId = await customer();
    await subscribe(userId);
    await expect(subscribe(userId)).rejects.toBeInstanceOf(LiveSubscriptionExists);
    await expect(subscribe(userId, { exclusive: false })).resolves.toMatchObject({ userId });
  });

  it('a second invoice for the same subscription, reason and occasion (I1)', async () => {
    const first = await invoice();
    await inTransaction((unit) => unit.insertInvoice(first, []));
    const again = await invoice({ userId: first.userId, subscriptionId: first.subscriptionId });
    await expect(inTransaction((unit) => unit.insertInvoice(again, []))).rejects.toThrow(
      UniqueConstraintError,
    );
  });

  it('any change to the money, the number or the lines of a final invoice (I9)', async () => {
    const row = await invoice();
    const line = {
      kind: 'period' as const,
      planId: null,
      reversesLineId: null,
      taxes: [],
      description: 'Basic',
      quantity: 1,
      amountMinor: 1000n,
      discountMinor: 0n,
      taxMinor: 0n,
      proration: false,
      periodStart: at,
      periodEnd: end,
    };
    await inTransaction((unit) => unit.insertInvoice(row, [line]));
    const where = { where: { id: row.id } };
    await expect(database.invoices.update({ totalMinor: 1n }, where)).rejects.toThrow(/is final/);
    await expect(database.invoices.update({ number: 'X-1' }, where)).rejects.toThrow(/is final/);
    await expect(database.invoices.destroy(where)).rejects.toThrow(/never changed or deleted/);
    const lines = { where: { invoiceId: row.id } };
    await expect(database.invoiceLines.update({ amountMinor: 1n }, lines)).rejects.toThrow(
      /never changed or deleted/,
    );
    await expect(database.invoices.update({ status: 'paid' }, where)).resolves.toBeDefined();
  });

  it('a ledger entry that does not balance, and any change to the books (I13)', async () => {
    const entry = (amount: bigint) => ({
      occasion: randomUUID(),
      kind: 'test',
      currency: 'usd',
      invoiceId: null,
      userId: null,
      at,
      postings: { receivable: 100n, revenue: amount },
    });
    await expect(inTransaction((unit) => unit.postToLedger(entry(-99n)))).rejects.toThrow(
      /does not balance/,
    );
    await inTransaction((unit) => unit.postToLedger(entry(-100n)));
    await expect(
      database.sequelize.query('update ledger_postings set amount_minor = 1'),
    ).rejects.toThrow(/never changed or deleted/);
  });

  it('deleting a plan or a user that anything was billed by', async () => {
    const row = await invoice();
    await inTransaction((unit) => unit.insertInvoice(row, []));
    await expect(database.users.destroy({ where: { id: row.userId } })).rejects.toThrow(
      ForeignKeyConstraintError,
    );
    await expect(database.plans.destroy({ where: {} })).rejects.toThrow(ForeignKeyConstraintError);
  });

  it('two users whose e-mail differs by case only', async () => {
    const create = (email: string) =>
      database.users.create({
        id: randomUUID(),
        email,
        passwordHash: 'none',
        invoicePrefix: randomUUID(),
      });
    await create('Ada@Everbill.test');
    await expect(create('ada@everbill.TEST')).rejects.toThrow(UniqueConstraintError);
  });
});

describe('invoice numbers', () => {
  it('have no gap and no double, however many are taken at once and however many fail', async () => {
    const userId = await customer();
    const taken = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        inTransaction(async (unit) => {
          const number = await unit.takeInvoiceNumber(userId);
          if (index % 3 === 0) throw new Error('given up');
          return number;
        }).catch(() => undefined),
      ),
    );
    const numbers = taken.flatMap((number) => (number === undefined ? [] : [number])).toSorted();
    const prefix = userId.slice(0, 8);
    expect(numbers).toEqual(Array.from({ length: 8 }, (_, index) => `${prefix}-000${index + 1}`));
  });
});

describe('mails', () => {
  it('are written once for each kind, thing and occasion (I8)', async () => {
    const userId = await customer();
    const queue = () =>
      inTransaction((unit) =>
        unit.queueEmail({
          kind: 'welcome',
          thing: userId,
          occasion: 'signed_up',
          userId,
          subscriptionId: null,
          data: {},
        }),
      );
    await Promise.all([queue(), queue(), queue()]);
    expect(await database.emails.count({ where: { userId } })).toBe(1);
  });

  it('an Idempotency-Key of nothing or without end, and an answer to what is still under way', async () => {
    const userId = await customer();
    const keep = (key: string, status: number | null, answer: string | null) =>
      database.sequelize.query(
        'insert into idempotency_keys (user_id, key, request_hash, status, answer) values (:userId, :key, :hash, :status, :answer)',
        { replacements: { userId, key, hash: 'hash', status, answer } },
      );
    await expect(keep('', null, null)).rejects.toThrow(/idempotency_keys_key_check/);
    await expect(keep('x'.repeat(256), null, null)).rejects.toThrow(/idempotency_keys_key_check/);
    await expect(keep('a', null, 'answer')).rejects.toThrow(/idempotency_keys_answer_check/);
    await expect(keep('a', 201, 'answer')).resolves.toBeDefined();
    await expect(keep('a', 201, 'answer')).rejects.toThrow(UniqueConstraintError);
  });
});

describe('migrations and seeds', () => {
  it('may be run by several processes at once, and again', async () => {
    const fresh = await createEmptyDatabase();
    const ran = await Promise.all([migrate(fresh.url), migrate(fresh.url), migrate(fresh.url)]);
    expect(ran.flat()).toEqual([
      '0001-initial',
      '0002-whole-life',
      '0003-payments',
      '0004-accounts',
      '0005-repeated-requests',
      '0006-operators',
    ]);
    await seed(fresh.url);
    await seed(fresh.url);
    const seeded = openDatabase({ url: fresh.url });
    expect(await seeded.plans.count()).toBe(12);
    expect(await seeded.users.count()).toBe(2);
    await seeded.close();
    await fresh.drop();
  });

  it('give plans at the prices of the systems replaced', async () => {
    const plans = await database.plans.findAll({ order: [['amountMinor', 'ASC']] });
    const prices = (name: string) =>
      plans
        .map((row) => row.get({ plain: true }))
        .filter((plan) => plan.name === name)
        .map(({ amountMinor }) => Number(amountMinor / 100n));
    expect(prices('Basic')).toEqual([10, 27, 51, 96]);
    expect(prices('Pro')).toEqual([20, 54, 102, 192]);
    expect(prices('Enterprise')).toEqual([40, 108, 204, 384]);
  });

  async function createEmptyDatabase() {
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    const server = new Sequelize(url, { logging: false });
    await server.query(`create database ${name}`);
    const fresh = new URL(url);
    fresh.pathname = `/${name}`;
    return {
      url: fresh.href,
      async drop() {
        await server.query(`drop database ${name} with (force)`);
        await server.close();
      },
    };
  }
});

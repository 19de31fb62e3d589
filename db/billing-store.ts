import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { QueryTypes, type Model, type Transaction, type WhereOptions } from 'sequelize';
import type { MakeNullishOptional } from 'sequelize/types/utils';
import type { InvoiceLineRecord, SubscriptionRecord } from '../activities/ports/records';
import {
  LiveSubscriptionExists,
  type BillingStore,
  type UnitOfWork,
} from '../activities/ports/store';
import { SUBSCRIPTION_STATUSES, isLive } from '../billing/subscription';
import { sqlState, violatedConstraint, type Database } from './database';
import type { Table } from './models/define';
import { queueEmail } from './repositories/emails';

/** A row that must be there is not: the books are damaged, and retrying can't mend them. */
export class RowMissing extends Error {
  override name = 'RowMissing';
}

/** The store of `activities/ports/store.ts` on PostgreSQL. */
export function createBillingStore(database: Database): BillingStore {
  return {
    transaction: (work) =>
      database.transaction((transaction) => work(unitOfWork(database, transaction))),
  };
}

function unitOfWork(database: Database, transaction: Transaction): UnitOfWork {
  const rows = tableAccess(transaction);
  return {
    ...accounts(database, rows, transaction),
    ...subscriptions(database, rows),
    ...invoices(database, rows),
    ...payments(database, rows),
    ...pricing(database, rows),
    ...books(database, rows, transaction),
    queueEmail: (email) => queueEmail(database, transaction, email),
    hasEmail: async ({ kind, thing, occasion }) =>
      (await rows.count(database.emails, { kind, thing, occasion })) > 0,
    webhookEvent: (id) => rows.find(database.webhookEvents, { id }),
    requestDetails: async (id) =>
      id === undefined ? {} : ((await rows.find(database.requestDetails, { id }))?.data ?? {}),
    settleWebhookEvent: (id, status, reason) =>
      rows.change(
        database.webhookEvents,
        { id },
        { status, reason: reason ?? null, settledAt: new Date().toISOString() },
      ),
  };
}

type Rows = ReturnType<typeof tableAccess>;

const liveStatuses = SUBSCRIPTION_STATUSES.filter(isLive);

/** The few ways in which a unit of work touches a table, all inside its transaction. */
function tableAccess(transaction: Transaction) {
  const plain = <Row extends object>(row: Model<Row, Partial<Row>>) => row.get({ plain: true });
  return {
    transaction,
    count: <Row extends object>(table: Table<Row>, where: WhereOptions<Row>) =>
      table.count({ where, transaction }),
    async find<Row extends object>(table: Table<Row>, where: WhereOptions<Row>) {
      const row = await table.findOne({ where, transaction });
      return row === null ? undefined : plain(row);
    },
    async list<Row extends object>(
      table: Table<Row>,
      where: WhereOptions<Row>,
      ...order: [string, 'ASC' | 'DESC'][]
    ) {
      return (await table.findAll({ where, order, transaction })).map(plain);
    },
    async lock<Row extends object>(table: Table<Row>, where: WhereOptions<Row>) {
      const row = await table.findOne({ where, transaction, lock: transaction.LOCK.UPDATE });
      if (row === null) throw new RowMissing(`${table.tableName}: ${JSON.stringify(where)}`);
      return plain(row);
    },
    async insert<Row extends object>(table: Table<Row>, values: Partial<Row>) {
      return plain(
        // Sequelize's types can't see through a table that is a type parameter.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        await table.create(values as MakeNullishOptional<Partial<Row>>, {
          transaction,
        }),
      );
    },
    async change<Row extends object>(
      table: Table<Row>,
      where: WhereOptions<Row>,
      changes: Partial<Row>,
    ) {
      await table.update(changes, { where, transaction });
    },
  };
}

function accounts(database: Database, rows: Rows, transaction: Transaction) {
  return {
    async user(id) {
      const user = await rows.find(database.users, { id });
      if (user === undefined) throw new RowMissing(`users: ${id}`);
      return user;
    },
    updateUser: (id, changes) => rows.change(database.users, { id }, changes),
    userOfCustomer: (stripeCustomerId) => rows.find(database.users, { stripeCustomerId }),
    async lockUser(id) {
      await rows.lock(database.users, { id });
    },
    async keepStripeCustomer(userId, stripeCustomerId) {
      const user = await rows.lock(database.users, { id: userId });
      if (user.stripeCustomerId !== null) return user.stripeCustomerId;
      await rows.change(database.users, { id: userId }, { stripeCustomerId });
      return stripeCustomerId;
    },
    async takeInvoiceNumber(userId) {
      const [taken] = await database.sequelize.query<{ prefix: string; number: number }>(
        `update users set last_invoice_number = last_invoice_number + 1 where id = :userId
         returning invoice_prefix as prefix, last_invoice_number as number`,
        { replacements: { userId }, transaction, type: QueryTypes.SELECT },
      );
      if (taken === undefined) throw new RowMissing(`users: ${userId}`);
      return `${taken.prefix}-${String(taken.number).padStart(4, '0')}`;
    },
    plan: (id) => rows.find(database.plans, { id }),
    plansOfPrices: (stripePriceIds) =>
      rows.list(
        database.plans,
        { stripePriceId: stripePriceIds.filter((id) => id !== '') },
        ['version', 'DESC'],
        ['createdAt', 'DESC'],
      ),
    testClock: (id) => rows.find(database.testClocks, { id }),
  } satisfies Partial<UnitOfWork>;
}

function subscriptions(database: Database, rows: Rows) {
  const change = async (row: SubscriptionRecord, changes: Partial<SubscriptionRecord>) => {
    const next = { ...row, ...changes, revision: row.revision + 1 };
    await rows.change(
      database.subscriptions,
      { id: row.id },
      { ...changes, revision: next.revision },
    );
    return next;
  };
  return {
    findSubscription: (id) => rows.find(database.subscriptions, { id }),
    lockSubscription: (id) => rows.lock(database.subscriptions, { id }),
    async insertSubscription(row) {
      // The unique index leaves mirrors out, for Stripe asks nobody; a second one of ours still waits for its end.
      const { userId } = row;
      const mirrored = { userId, managedBy: 'stripe', status: liveStatuses } as const;
      if (row.exclusive && (await rows.count(database.subscriptions, mirrored)) > 0) {
        throw new LiveSubscriptionExists();
      }
      try {
        return await rows.insert(database.subscriptions, row);
      } catch (error) {
        if (
          sqlState(error) === '23505' &&
          violatedConstraint(error) === 'subscriptions_one_live_per_user'
        ) {
          throw new LiveSubscriptionExists();
        }
        throw error;
      }
    },
    updateSubscription: change,
    async recordCycle(row) {
      await rows.insert(database.subscriptionCycles, row);
    },
    cycle: (subscriptionId, cycle) =>
      rows.find(database.subscriptionCycles, { subscriptionId, cycle }),
    updateCycle: ({ subscriptionId, cycle }, changes) =>
      rows.change(database.subscriptionCycles, { subscriptionId, cycle }, changes),
    async recordEvent(subscriptionId, at, type, data = {}) {
      await rows.insert(database.subscriptionEvents, { subscriptionId, at, type, data });
    },
  } satisfies Partial<UnitOfWork>;
}

function invoices(database: Database, rows: Rows) {
  return {
    findInvoice: (key) => rows.find(database.invoices, key),
    async insertInvoice(row, lines) {
      const invoice = await rows.insert(database.invoices, row);
      for (const [position, line] of lines.entries()) {
        await rows.insert(database.invoiceLines, {
          ...line,
          id: randomUUID(),
          invoiceId: invoice.id,
          position,
        });
      }
      const stored = await rows.find(database.invoices, { id: invoice.id });
      return stored ?? invoice;
    },
    lockInvoice: (id) => rows.lock(database.invoices, { id }),
    findInvoiceById: async (id) =>
      id === undefined ? undefined : rows.find(database.invoices, { id }),
    invoiceOfIntent: (stripePaymentIntentId) =>
      rows.find(database.invoices, { stripePaymentIntentId }),
    async invoiceOfPayment(stripePaymentIntentId) {
      const own = await rows.find(database.invoices, { stripePaymentIntentId });
      if (own !== undefined) return own;
      const attempt = await rows.find(database.paymentAttempts, { stripePaymentIntentId });
      return attempt && rows.find(database.invoices, { id: attempt.invoiceId });
    },
    async updateInvoice(row, changes) {
      await rows.change(database.invoices, { id: row.id }, changes);
      return { ...row, ...changes };
    },
    unsettledInvoices: (subscriptionId) =>
      rows.list(
        database.invoices,
        { subscriptionId, status: ['draft', 'open'] },
        ['periodStart', 'ASC'],
        ['createdAt', 'ASC'],
      ),
    invoiceLine: (id) => rows.find(database.invoiceLines, { id }),
    async settledWithOpenIntent(subscriptionId, paidAt) {
      const paid = await rows.list(database.invoices, { subscriptionId, status: 'paid', paidAt });
      return paid.find(
        ({ amountPaidMinor, stripePaymentIntentId }) =>
          amountPaidMinor === 0n && stripePaymentIntentId !== null,
      )?.id;
    },
    digestInvoices: (subscriptionId, digest) =>
      rows.list(database.invoices, { subscriptionId, digest }, ['periodStart', 'ASC']),
    linesOf: (invoiceId) => rows.list(database.invoiceLines, { invoiceId }, ['position', 'ASC']),
    async coveringLines(subscriptionId, at) {
      const found = await database.sequelize.query<{ id: string }>(coveringLines, {
        replacements: { subscriptionId, at },
        transaction: rows.transaction,
        type: QueryTypes.SELECT,
      });
      const id = found.map((line) => line.id);
      const lines: InvoiceLineRecord[] = await rows.list(
        database.invoiceLines,
        { id },
        ['periodStart', 'ASC'],
        ['createdAt', 'ASC'],
      );
      return lines;
    },
    waitingItems: (subscriptionId, currency) =>
      rows.list(
        database.invoiceItems,
        { subscriptionId, currency, invoiceId: null, removedAt: null },
        ['createdAt', 'ASC'],
      ),
    putOnInvoice: (id, invoiceId) => rows.change(database.invoiceItems, { id }, { invoiceId }),
    takeOffInvoice: (invoiceId) =>
      rows.change(database.invoiceItems, { invoiceId }, { invoiceId: null }),
    creditNotes: (invoiceId) =>
      rows.list(database.creditNotes, { invoiceId }, ['createdAt', 'ASC']),
    async creditNoteLines(invoiceId) {
      const notes = await rows.list(database.creditNotes, { invoiceId });
      return rows.list(database.creditNoteLines, { creditNoteId: notes.map(({ id }) => id) });
    },
    async insertCreditNote(row, lines) {
      const note = await rows.insert(database.creditNotes, { ...row, id: randomUUID() });
      for (const line of lines) {
        await rows.insert(database.creditNoteLines, { ...line, creditNoteId: note.id });
      }
      return (await rows.find(database.creditNotes, { id: note.id })) ?? note;
    },
  } satisfies Partial<UnitOfWork>;
}

const coveringLines = `
  select line.id from invoice_lines line join invoices invoice on invoice.id = line.invoice_id
  where invoice.subscription_id = :subscriptionId and invoice.status in ('open', 'paid')
    and line.kind = 'period' and line.period_end > :at
    and not exists (select from invoice_lines later join invoices later_invoice
      on later_invoice.id = later.invoice_id
      where later.reverses_line_id = line.id and later_invoice.status <> 'void')`;

/** Coupons and taxes. */
function pricing(database: Database, rows: Rows) {
  return {
    async lockCoupon(id) {
      const known = await rows.find(database.coupons, { id });
      return known === undefined ? undefined : rows.lock(database.coupons, { id });
    },
    async redemptions(couponId) {
      const [count] = await database.sequelize.query<{ taken: number }>(
        `select count(distinct subscription_id)::int as taken from discounts
         join subscriptions on subscriptions.id = discounts.subscription_id
         where coupon_id = :couponId and status <> 'incomplete_expired'`,
        { replacements: { couponId }, transaction: rows.transaction, type: QueryTypes.SELECT },
      );
      return count?.taken ?? 0;
    },
    async discount(subscriptionId) {
      const discount = await rows.find(database.discounts, { subscriptionId, removedAt: null });
      const coupon =
        discount === undefined
          ? undefined
          : await rows.find(database.coupons, { id: discount.couponId });
      return discount === undefined || coupon === undefined ? undefined : { discount, coupon };
    },
    insertDiscount: (row) => rows.insert(database.discounts, { ...row, id: randomUUID() }),
    removeDiscount: (id, removedAt) => rows.change(database.discounts, { id }, { removedAt }),
    earlierDiscount: (subscriptionId, couponId) =>
      rows.find(database.discounts, { subscriptionId, couponId }),
    restoreDiscount: (id) => rows.change(database.discounts, { id }, { removedAt: null }),
    invoicesDiscounted: (discountId) =>
      rows.count(database.invoices, {
        discountId,
        status: ['draft', 'open', 'paid', 'uncollectible'],
      }),
    taxRatesFor: async ({ country, taxStatus }) =>
      country === null || taxStatus === 'exempt'
        ? []
        : rows.list(
            database.taxRates,
            { country, customerStatus: ['any', taxStatus], archivedAt: null },
            ['createdAt', 'ASC'],
          ),
  } satisfies Partial<UnitOfWork>;
}

function payments(database: Database, rows: Rows) {
  return {
    attempts: (invoiceId) => rows.list(database.paymentAttempts, { invoiceId }, ['number', 'ASC']),
    insertAttempt: (row) => rows.insert(database.paymentAttempts, { ...row, id: randomUUID() }),
    updateAttempt: (id, changes) => rows.change(database.paymentAttempts, { id }, changes),
    ...paymentMethods(database, rows),
    stripePayment: (key) => rows.find(database.stripePayments, key),
    async insertStripePayment(row) {
      await rows.insert(database.stripePayments, { ...row, id: randomUUID() });
    },
    updateStripePayment: (id, changes) => rows.change(database.stripePayments, { id }, changes),
    async ensureRefund(row) {
      const known = await rows.find(database.refunds, { occasion: row.occasion });
      return known ?? rows.insert(database.refunds, { ...row, id: randomUUID() });
    },
    refund: (id) => rows.lock(database.refunds, { id }),
    refundsOf: (invoiceId) => rows.list(database.refunds, { invoiceId }, ['createdAt', 'ASC']),
    refundsOfIntent: (stripePaymentIntentId) =>
      rows.list(database.refunds, { stripePaymentIntentId }, ['createdAt', 'ASC'], ['id', 'ASC']),
    updateRefund: (id, changes) => rows.change(database.refunds, { id }, changes),
    dispute: (id) => rows.find(database.disputes, { id }),
    disputesOf: (stripePaymentIntentId) =>
      rows.list(database.disputes, { stripePaymentIntentId }, ['openedAt', 'ASC'], ['id', 'ASC']),
    async saveDispute(row, over) {
      const known = await rows.find(database.disputes, { id: row.id });
      const closedAt = over ? (known?.closedAt ?? new Date().toISOString()) : null;
      if (known === undefined) await rows.insert(database.disputes, { ...row, closedAt });
      else await rows.change(database.disputes, { id: row.id }, { ...row, closedAt });
    },
  } satisfies Partial<UnitOfWork>;
}

function paymentMethods(database: Database, rows: Rows) {
  const { paymentMethods: table, sequelize, users } = database;
  const attached = (userId: string) =>
    rows.list(table, { userId, detachedAt: null }, ['createdAt', 'DESC'], ['id', 'DESC']);
  /** Two at once must not both find that there is no default yet. */
  const lock = (userId: string) => rows.lock(users, { id: userId });
  const setDefault = async (userId: string, id: string) => {
    await rows.change(table, { userId, isDefault: true }, { isDefault: false });
    await rows.change(table, { userId, id, detachedAt: null }, { isDefault: true });
  };
  return {
    defaultPaymentMethod: (userId) =>
      rows.find(table, { userId, isDefault: true, detachedAt: null }),
    paymentMethod: (id) => rows.find(table, { id }),
    async lockPaymentMethods(userId) {
      await lock(userId);
      return attached(userId);
    },
    async savePaymentMethod(row) {
      await lock(row.userId);
      const known = await rows.find(table, { id: row.id });
      const saved = { ...row, detachedAt: null };
      if (known === undefined) await rows.insert(table, { ...row, isDefault: false });
      else if (!isDeepStrictEqual({ ...known, ...saved }, known)) {
        await rows.change(table, { id: row.id }, saved);
      }
    },
    async makeDefault(userId, id) {
      await lock(userId);
      const known = await rows.find(table, { userId, id });
      if (known?.isDefault !== true) await setDefault(userId, id);
    },
    async detachPaymentMethod(userId, id) {
      await lock(userId);
      const before = await attached(userId);
      const leaving = before.find((method) => method.id === id);
      if (leaving === undefined) return;
      const detachedAt = new Date().toISOString();
      await rows.change(table, { userId, id }, { detachedAt, isDefault: false });
      const next = before.find((method) => method.id !== id);
      if (leaving.isDefault && next !== undefined) await setDefault(userId, next.id);
    },
    async isChargedAutomatically(userId) {
      const status = SUBSCRIPTION_STATUSES.filter(isLive);
      const collectionMethod = 'charge_automatically';
      const where = { userId, status, collectionMethod, managedBy: 'everbill' } as const;
      return (await rows.count(database.subscriptions, where)) > 0;
    },
    async waitingForPaymentMethod(userId) {
      const found = await sequelize.query<{ id: string }>(waitingForPaymentMethod, {
        replacements: { userId, live: SUBSCRIPTION_STATUSES.filter(isLive) },
        transaction: rows.transaction,
        type: QueryTypes.SELECT,
      });
      return found.map(({ id }) => id);
    },
  } satisfies Partial<UnitOfWork>;
}

/** An unpaid one without an open invoice has drafts at most, which no attempt was made for. */
const waitingForPaymentMethod = `
  select subscription.id from subscriptions subscription
  join payment_methods method on method.user_id = subscription.user_id
    and method.is_default and method.detached_at is null
  where subscription.user_id = :userId and subscription.managed_by = 'everbill'
    and subscription.status in (:live)
    and (
      (exists (select from invoices where invoices.subscription_id = subscription.id
         and invoices.status = 'open' and invoices.collection_method = 'charge_automatically'
         and invoices.first_failed_at is not null)
       and not exists (select from payment_attempts attempt
         join invoices on invoices.id = attempt.invoice_id
         where invoices.subscription_id = subscription.id
           and attempt.payment_method_id = method.id and attempt.created_at >= method.updated_at))
      or (subscription.status = 'unpaid' and subscription.updated_at < method.updated_at)
    )
  order by subscription.created_at`;

function books(database: Database, rows: Rows, transaction: Transaction) {
  return {
    async balance(userId, currency) {
      const [sum] = await database.sequelize.query<{ minor: string }>(
        `select coalesce(sum(amount_minor), 0)::text as minor from balance_transactions
         where user_id = :userId and currency = :currency`,
        { replacements: { userId, currency }, transaction, type: QueryTypes.SELECT },
      );
      return BigInt(sum?.minor ?? '0');
    },
    async addToBalance(row) {
      await rows.insert(database.balanceTransactions, { ...row, id: randomUUID() });
    },
    async postings(invoiceId, account, occasions) {
      const found = await database.sequelize.query<{ occasion: string; minor: string }>(
        `select occasion, amount_minor::text as minor from ledger_entries
         join ledger_postings on entry_id = id
         where invoice_id = :invoiceId and account = :account and starts_with(occasion, :occasions)`,
        { replacements: { invoiceId, account, occasions }, transaction, type: QueryTypes.SELECT },
      );
      return new Map(found.map(({ occasion, minor }) => [occasion, BigInt(minor)]));
    },
    async postToLedger({ postings, ...entry }) {
      const amounts = Object.entries(postings).filter(([, amount]) => amount !== 0n);
      if (amounts.length === 0) return;
      const id = randomUUID();
      const inserted = await database.sequelize.query<{ id: string }>(
        `insert into ledger_entries (id, occasion, kind, currency, invoice_id, user_id, at)
         values (:id, :occasion, :kind, :currency, :invoiceId, :userId, :at)
         on conflict (occasion) do nothing returning id`,
        { replacements: { id, ...entry }, transaction, type: QueryTypes.SELECT },
      );
      if (inserted.length === 0) return;
      for (const [account, amount] of amounts) {
        await database.sequelize.query(
          `insert into ledger_postings (entry_id, account, amount_minor) values (:id, :account, :amount)`,
          { replacements: { id, account, amount: String(amount) }, transaction },
        );
      }
    },
  } satisfies Partial<UnitOfWork>;
}

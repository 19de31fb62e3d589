import { randomUUID } from 'node:crypto';
import { Op, QueryTypes, type WhereOptions } from 'sequelize';
import type {
  BookedMoney,
  Difference,
  ReconciliationBooks,
  Unconfirmed,
} from '../activities/ports/reconciliation';
import type { InvoiceRecord, PaymentAttemptRecord } from '../activities/ports/records';
import type { Database } from './database';
import type { Table } from './models/define';

const batchSize = 50;

/** The port of `activities/ports/reconciliation.ts` on PostgreSQL. */
export function createReconciliationBooks(database: Database): ReconciliationBooks {
  const { sequelize, reconciliations } = database;
  return {
    async comparedTo() {
      const last = await reconciliations.findOne({
        where: { finishedAt: { [Op.ne]: null } },
        order: [['toAt', 'DESC']],
      });
      return last?.get({ plain: true }).toAt;
    },

    async begin({ id, from, to, startedAt }) {
      // An operator's has its row already, and was asked for when that was written.
      const row = { id, fromAt: from, toAt: to, startedAt };
      await reconciliations.bulkCreate([row], { updateOnDuplicate: ['fromAt', 'toAt'] });
    },

    async finish({ id, compared, finishedAt }) {
      const [counts] = await sequelize.query<{ healed: number; flagged: number }>(finish, {
        replacements: { id, compared, finishedAt },
        type: QueryTypes.SELECT,
      });
      return counts ?? { healed: 0, flagged: 0 };
    },

    money: (intents) => moneyOf(database, intents),

    async refundCalled(stripeRefundId) {
      const [refund] = await all(database.refunds, { stripeRefundId });
      return refund;
    },

    async report({ objects, differences, at }) {
      const wanted: Difference[] = [];
      for (const difference of differences) {
        if (await write(database, difference, at)) wanted.push(difference);
      }
      await closeHealed(database, { objects, differences, at });
      return wanted;
    },

    async openBefore(at, after = '') {
      const rows = await sequelize.query<{ object: string }>(
        `select object from (
           select stripe_object as object from discrepancies where status = 'open' and seen_at < :at
           union select id from disputes where closed_at is null
           union select stripe_refund_id from refunds
             where status = 'pending' and stripe_refund_id is not null
         ) unsettled
         where object > :after order by object limit :batchSize`,
        { replacements: { at, after, batchSize }, type: QueryTypes.SELECT },
      );
      return rows.map(({ object }) => object);
    },

    unconfirmed: (kind, { from, to }, after) =>
      sequelize.query<Unconfirmed>(unconfirmed[kind], {
        replacements: { from, to, after: after ?? null, batchSize },
        type: QueryTypes.SELECT,
      }),

    async confirm({ intentIds, refundIds, at }) {
      const replacements = { intentIds: [...intentIds], refundIds: [...refundIds], at };
      if (intentIds.length > 0) {
        await sequelize.query(
          `update payment_attempts set confirmed_at = :at
           where status = 'succeeded' and confirmed_at is null
             and stripe_payment_intent_id in (:intentIds)`,
          { replacements },
        );
      }
      if (refundIds.length > 0) {
        await sequelize.query(
          `update refunds set confirmed_at = :at
           where confirmed_at is null and stripe_refund_id in (:refundIds)`,
          { replacements },
        );
      }
    },
  };
}

const finish = `
  update reconciliations run set finished_at = :finishedAt, compared = :compared,
    healed = (select count(*) from discrepancies
      where status = 'healed' and closed_at >= run.started_at),
    flagged = (select count(*) from discrepancies
      where status = 'open' and seen_at >= run.started_at)
  where id = :id returning healed, flagged`;

/** In the order of their ids, which stays the same while they change. */
const unconfirmed = {
  attempts: `
    select id, stripe_payment_intent_id as "stripeObject" from payment_attempts
    where status = 'succeeded' and confirmed_at is null and stripe_payment_intent_id is not null
      and updated_at >= :from and updated_at < :to
      and (cast(:after as uuid) is null or id > cast(:after as uuid))
    order by id limit :batchSize`,
  refunds: `
    select id, stripe_refund_id as "stripeObject" from refunds
    where stripe_refund_id is not null and confirmed_at is null
      and updated_at >= :from and updated_at < :to
      and (cast(:after as uuid) is null or id > cast(:after as uuid))
    order by id limit :batchSize`,
};

/** By the intent on the invoice, else by an attempt's, else by what the payment says of itself. */
async function moneyOf(
  database: Database,
  intents: Parameters<ReconciliationBooks['money']>[0],
): Promise<Map<string, BookedMoney>> {
  const intentIds = intents.map(({ intentId }) => intentId);
  const claims = intents.flatMap(({ claimedInvoiceId }) => claimedInvoiceId ?? []);
  const stripePaymentIntentId = intentIds;
  const byAttempts = await all(database.paymentAttempts, { stripePaymentIntentId });
  const ids = [...claims, ...byAttempts.map(({ invoiceId }) => invoiceId)];
  const invoices = await all(database.invoices, {
    [Op.or]: [{ stripePaymentIntentId }, { id: ids }],
  });
  const invoiceId = invoices.map(({ id }) => id);
  const [attempts, refunds, disputes] = await Promise.all([
    all(database.paymentAttempts, { invoiceId }),
    all(database.refunds, { stripePaymentIntentId }),
    all(database.disputes, { stripePaymentIntentId }),
  ]);
  return new Map(
    intents.map((intent) => {
      const { intentId } = intent;
      const invoice = invoiceOf(intent, invoices, byAttempts);
      const isOfIntent = (row: { stripePaymentIntentId: string | null }) =>
        row.stripePaymentIntentId === intentId;
      return [
        intentId,
        {
          invoice,
          attempts: attempts.filter((attempt) => attempt.invoiceId === invoice?.id),
          refunds: refunds.filter(isOfIntent),
          disputes: disputes.filter(isOfIntent),
        },
      ];
    }),
  );
}

function invoiceOf(
  { intentId, claimedInvoiceId }: Parameters<ReconciliationBooks['money']>[0][number],
  invoices: readonly InvoiceRecord[],
  attempts: readonly PaymentAttemptRecord[],
): InvoiceRecord | undefined {
  const own = invoices.find(({ stripePaymentIntentId }) => stripePaymentIntentId === intentId);
  if (own !== undefined) return own;
  const attempt = attempts.find(({ stripePaymentIntentId }) => stripePaymentIntentId === intentId);
  const id = attempt?.invoiceId ?? claimedInvoiceId;
  return invoices.find((invoice) => invoice.id === id);
}

async function all<Row extends object>(
  table: Table<Row>,
  where: WhereOptions<Row>,
): Promise<Row[]> {
  return (await table.findAll({ where })).map((row) => row.get({ plain: true }));
}

/** Whether it is to be healed: it is open, and new enough that trying again makes sense. */
async function write(
  { sequelize }: Database,
  { details, ...difference }: Difference,
  at: string,
): Promise<boolean> {
  const [row] = await sequelize.query<{ wanted: boolean }>(upsert, {
    replacements: { ...difference, details: JSON.stringify(details), id: randomUUID(), at },
    type: QueryTypes.SELECT,
  });
  return row?.wanted === true;
}

/** What was healed, or was resolved as it then was, and differs again, is open again. */
const isBack = `(known.status = 'healed' or (known.status = 'resolved' and known.details <> excluded.details))`;
const upsert = `
  insert into discrepancies as known
    (id, kind, stripe_object, invoice_id, subscription_id, details, status, found_at, seen_at)
  values (:id, :kind, :stripeObject, :invoiceId, :subscriptionId, cast(:details as jsonb), 'open', :at, :at)
  on conflict (kind, stripe_object) do update set
    seen_at = excluded.seen_at, details = excluded.details,
    invoice_id = excluded.invoice_id, subscription_id = excluded.subscription_id,
    status = case when ${isBack} then 'open' else known.status end,
    found_at = case when ${isBack} then excluded.found_at else known.found_at end,
    closed_at = case when ${isBack} then null else known.closed_at end
  returning status = 'open' and found_at > seen_at - interval '1 day' as wanted`;

async function closeHealed(
  { sequelize }: Database,
  { objects, differences, at }: Parameters<ReconciliationBooks['report']>[0],
): Promise<void> {
  if (objects.length === 0) return;
  const still = differences.map(({ kind, stripeObject }) => `${kind} ${stripeObject}`);
  await sequelize.query(
    `update discrepancies set status = 'healed', closed_at = :at, seen_at = :at
     where status = 'open' and stripe_object in (:objects)
       and kind || ' ' || stripe_object not in (:still)`,
    { replacements: { objects: [...objects], still: ['', ...still], at } },
  );
}

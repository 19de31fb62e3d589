import type { WhereOptions } from 'sequelize';
import type {
  BalanceTransactionRecord,
  DisputeRecord,
  EmailRecord,
  InvoiceItemRecord,
  PaymentMethodRecord,
  RefreshTokenRecord,
  RefundRecord,
  RequestDetailsRecord,
  SubscriptionEventRecord,
  UserRecord,
} from '../../../activities/ports/records';
import type { Database } from '../../../db/database';
import type { Table } from '../../../db/models/define';
import { invoicesOf, viewInvoices, type InvoiceView } from '../invoices';
import { paymentsOf, type PaymentView } from '../payments';
import { subscriptionsOf, viewSubscriptions, type SubscriptionView } from '../subscriptions';
import { anyRow } from './any';
import { auditLog, type AuditedAct } from './audit-log';

/** Everything that is held of a person, oldest first where it has a time. */
export interface PersonalData {
  user: UserRecord;
  sessions: RefreshTokenRecord[];
  subscriptions: SubscriptionView[];
  events: SubscriptionEventRecord[];
  invoices: InvoiceView[];
  invoiceItems: InvoiceItemRecord[];
  payments: PaymentView[];
  refunds: RefundRecord[];
  disputes: DisputeRecord[];
  balance: BalanceTransactionRecord[];
  paymentMethods: PaymentMethodRecord[];
  emails: EmailRecord[];
  words: RequestDetailsRecord[];
  acts: AuditedAct[];
}

/** No one has as many of anything. */
const all = 1_000_000;

/** @throws Problem 404. */
export async function personalData(database: Database, userId: string): Promise<PersonalData> {
  const user = await anyRow(database.users, userId);
  const own = <Row extends { createdAt: string }>(table: Table<Row>) => ownRows(table, userId);
  const [subscriptions, invoices] = await Promise.all([
    subscriptionsOf(database, userId),
    invoicesOf(database, userId),
  ]);
  return {
    user,
    sessions: await own(database.refreshTokens),
    subscriptions: (await viewSubscriptions(database, subscriptions)).toReversed(),
    events: await eventsOf(
      database,
      subscriptions.map(({ id }) => id),
    ),
    invoices: (await viewInvoices(database, invoices)).toReversed(),
    invoiceItems: await own(database.invoiceItems),
    payments: (await paymentsOf(database, userId, { limit: all, offset: 0 })).toReversed(),
    refunds: await own(database.refunds),
    disputes: await own(database.disputes),
    balance: await own(database.balanceTransactions),
    paymentMethods: await own(database.paymentMethods),
    emails: await own(database.emails),
    words: await own(database.requestDetails),
    acts: (
      await auditLog(database, { object: `user/${userId}` }, { limit: all })
    ).rows.toReversed(),
  };
}

async function ownRows<Row extends { createdAt: string }>(
  table: Table<Row>,
  userId: string,
): Promise<Row[]> {
  const where: WhereOptions = { userId };
  const rows = await table.findAll({ where, order: [['createdAt', 'ASC']] });
  return rows.map((row) => row.get({ plain: true }));
}

async function eventsOf(
  { subscriptionEvents }: Database,
  subscriptionIds: readonly string[],
): Promise<SubscriptionEventRecord[]> {
  const where = { subscriptionId: [...subscriptionIds] };
  const rows = await subscriptionEvents.findAll({ where, order: [['id', 'ASC']] });
  return rows.map((row) => row.get({ plain: true }));
}

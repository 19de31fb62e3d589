import {
  ConnectionAcquireTimeoutError,
  ConnectionError,
  Sequelize,
  TimeoutError,
  type Transaction,
} from 'sequelize';
import { accountTables } from './models/accounts';
import { invoiceTables } from './models/invoices';
import { paymentTables } from './models/payments';
import { pricingTables } from './models/pricing';
import { queueTables } from './models/queues';
import { subscriptionTables } from './models/subscriptions';

const tables = (sequelize: Sequelize) => ({
  ...accountTables(sequelize),
  ...subscriptionTables(sequelize),
  ...invoiceTables(sequelize),
  ...paymentTables(sequelize),
  ...pricingTables(sequelize),
  ...queueTables(sequelize),
});

/** The database: its tables as Sequelize models, and the one way to open a transaction. */
export type Database = ReturnType<typeof tables> & {
  sequelize: Sequelize;
  /**
   * Runs one unit of work in one transaction. The whole of it is run again when PostgreSQL gives it
   * up for a deadlock or a serialization conflict, so it must do nothing outside the database (I14).
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/name`. */
  url: string;
  /** Most connections held at once by this process. */
  poolSize?: number;
}

/**
 * In milliseconds, below the 5 seconds that a workflow gives a database step: what it has given up
 * must not commit later, and a worker that is cut off must not keep its locks.
 */
const limits = {
  lock_timeout: 4_000,
  statement_timeout: 4_500,
  idle_in_transaction_session_timeout: 10_000,
};

/** Connects lazily: nothing is sent before the first query. */
export function openDatabase({ url, poolSize = 10 }: DatabaseOptions): Database {
  const sequelize = new Sequelize(url, {
    dialect: 'postgres',
    logging: false,
    pool: { max: poolSize, min: 0, idle: 10_000, acquire: 10_000 },
    dialectOptions: { connectionTimeoutMillis: 5_000, ...limits },
  });
  return {
    ...tables(sequelize),
    sequelize,
    transaction: (work) => retried(() => sequelize.transaction(work)),
    close: () => sequelize.close(),
  };
}

/** SQLSTATE 40001 serialization_failure, 40P01 deadlock_detected. */
const retryable = new Set(['40001', '40P01']);

async function retried<T>(work: () => Promise<T>, attemptsLeft = 3): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (attemptsLeft > 1 && retryable.has(sqlState(error) ?? '')) {
      return retried(work, attemptsLeft - 1);
    }
    throw error;
  }
}

/**
 * Whether the same work may succeed later: the database can't be reached, is starting or stopping,
 * is out of room or connections, or gave the transaction up.
 */
export function isTransientDatabaseError(error: unknown): boolean {
  if (error instanceof ConnectionError || error instanceof TimeoutError) return true;
  if (error instanceof ConnectionAcquireTimeoutError) return true;
  const state = sqlState(error);
  if (state !== undefined) return transientStates.test(state);
  return error instanceof Error && lostConnection.test(error.message);
}

/**
 * Connection, rollback, resources and intervention classes; lock and statement time-outs; read-only
 * after a failover; and what the socket says.
 */
const transientStates = /^(08|40|53|57|55P03|25006|25P03|ECONN|EPIPE|ETIMEDOUT)/;

/** What pg says, without a code, when the server ends a connection that is in use. */
const lostConnection =
  /connection terminated|connection error|not queryable|client was closed|rollback has been called/i;

/** PostgreSQL's five-character SQLSTATE of an error that Sequelize wrapped, if it has one. */
export function sqlState(error: unknown): string | undefined {
  const original = originalOf(error);
  const code = original !== undefined && 'code' in original ? original.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The name of the constraint that refused a write, if that is what the error says. */
export function violatedConstraint(error: unknown): string | undefined {
  const original = originalOf(error);
  const constraint =
    original !== undefined && 'constraint' in original ? original.constraint : undefined;
  return typeof constraint === 'string' ? constraint : undefined;
}

function originalOf(error: unknown): object | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const original: unknown = 'original' in error ? error.original : error;
  return typeof original === 'object' && original !== null ? original : undefined;
}

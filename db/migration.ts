import type { Sequelize, Transaction } from 'sequelize';

/** What a migration runs on: every statement must use the transaction. */
export interface MigrationContext {
  sequelize: Sequelize;
  transaction: Transaction;
}

/** One step of the schema, in a transaction with the record that it was taken. */
export type Migration = (context: MigrationContext) => Promise<unknown>;

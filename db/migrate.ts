import { QueryTypes, Sequelize } from 'sequelize';
import { Umzug, type UmzugStorage } from 'umzug';
import type { MigrationContext } from './migration';
import * as initial from './migrations/0001-initial';
import * as wholeLife from './migrations/0002-whole-life';
import * as payments from './migrations/0003-payments';
import * as accounts from './migrations/0004-accounts';
import * as repeatedRequests from './migrations/0005-repeated-requests';
import * as operators from './migrations/0006-operators';

/** In the order of their names; one that has run anywhere is never edited, a new one is added. */
const migrations = [
  { name: '0001-initial', ...initial },
  { name: '0002-whole-life', ...wholeLife },
  { name: '0003-payments', ...payments },
  { name: '0004-accounts', ...accounts },
  { name: '0005-repeated-requests', ...repeatedRequests },
  { name: '0006-operators', ...operators },
];

/**
 * Brings the database at `databaseUrl` to the newest schema, all or nothing, and returns the names of
 * the migrations it ran. An advisory lock lets several starting processes call it at once: one
 * migrates, the others wait and find nothing to do.
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const sequelize = new Sequelize(databaseUrl, { dialect: 'postgres', logging: false });
  try {
    return await sequelize.transaction(async (transaction) => {
      await sequelize.query('select pg_advisory_xact_lock(725190001)', { transaction });
      await sequelize.query(
        'create table if not exists schema_migrations (name text primary key, run_at timestamptz not null default now())',
        { transaction },
      );
      const umzug = new Umzug<MigrationContext>({
        migrations: migrations.map(({ name, up }) => ({ name, up: ({ context }) => up(context) })),
        context: { sequelize, transaction },
        storage: transactionalStorage,
        logger: undefined,
      });
      const executed = await umzug.up();
      return executed.map(({ name }) => name);
    });
  } finally {
    await sequelize.close();
  }
}

/** Umzug's own storage writes outside the transaction, so a crash could part a step from its record. */
const transactionalStorage: UmzugStorage<MigrationContext> = {
  async executed({ context: { sequelize, transaction } }) {
    const rows = await sequelize.query<{ name: string }>(
      'select name from schema_migrations order by name',
      { transaction, type: QueryTypes.SELECT },
    );
    return rows.map(({ name }) => name);
  },
  async logMigration({ name, context: { sequelize, transaction } }) {
    await sequelize.query('insert into schema_migrations (name) values (:name)', {
      transaction,
      replacements: { name },
    });
  },
  async unlogMigration({ name, context: { sequelize, transaction } }) {
    await sequelize.query('delete from schema_migrations where name = :name', {
      transaction,
      replacements: { name },
    });
  },
};

import type { Transaction } from 'sequelize';
import type { TaxRateRecord, UserRecord } from '../../../activities/ports/records';
import type { Database } from '../../../db/database';
import type { Dependencies } from '../../dependencies';
import { Problem } from '../../http/problem';
import { anyRow } from '../../queries/operator/any';
import { makeOnce } from '../repeatable';
import { factsOf, recordAct, type Asked, type Facts } from './audit';

export type NewTaxRate = Omit<TaxRateRecord, 'id' | 'archivedAt' | 'createdAt' | 'updatedAt'>;

/** An arbitrary number of ours: two that make rates take turns. */
const turns = 725_190_002;

/**
 * Puts a tax rate in force, for every invoice of the country from now on.
 * @throws Problem 409 `tax_rate_exists` for a second one of the same name, country and status: both
 *   would be charged; 422 for a key of another request.
 */
export function createTaxRate(
  { database }: Dependencies,
  operator: UserRecord,
  fields: NewTaxRate,
  { reason, idempotencyKey }: Asked,
): Promise<TaxRateRecord> {
  const making = { kind: 'tax-rate', userId: operator.id, idempotencyKey, wanted: fields };
  return makeOnce({ ...making, table: database.taxRates }, (id) =>
    database.transaction(async (transaction) => {
      await database.sequelize.query(`select pg_advisory_xact_lock(${turns})`, { transaction });
      await refuseSecondRate(database, fields, transaction);
      await database.taxRates.create({ ...fields, id }, { transaction });
      await recordAct(
        database,
        transaction,
        { operator, action: 'tax_rate.create', object: `tax_rate/${id}`, reason },
        { before: null, after: rateFacts(fields) },
      );
    }),
  );
}

async function refuseSecondRate(
  { taxRates }: Database,
  { name, country, customerStatus }: NewTaxRate,
  transaction: Transaction,
): Promise<void> {
  const where = { name, country, customerStatus, archivedAt: null };
  if ((await taxRates.count({ where, transaction })) === 0) return;
  throw new Problem(
    409,
    'tax_rate_exists',
    `There is a rate "${name}" in ${country} already: archive it first.`,
  );
}

/** Takes a rate out of force; invoices that quote it stay. Asked again it answers the same. */
export async function archiveTaxRate(
  { database }: Dependencies,
  operator: UserRecord,
  id: string,
  reason: string | undefined,
): Promise<TaxRateRecord> {
  const before = await anyRow(database.taxRates, id);
  if (before.archivedAt !== null) return before;
  const archivedAt = new Date().toISOString();
  await database.transaction(async (transaction) => {
    await database.taxRates.update({ archivedAt }, { where: { id }, transaction });
    await recordAct(
      database,
      transaction,
      { operator, action: 'tax_rate.archive', object: `tax_rate/${id}`, reason },
      { before: rateFacts(before), after: rateFacts({ ...before, archivedAt }) },
    );
  });
  return anyRow(database.taxRates, id);
}

const rateFacts = (rate: NewTaxRate & { archivedAt?: string | null }): Facts =>
  factsOf(rate, ['name', 'percentage', 'inclusive', 'country', 'customerStatus', 'archivedAt']);

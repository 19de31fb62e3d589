import { randomUUID } from 'node:crypto';
import type { TaxRateRecord, UserRecord } from '../../../activities/ports/records';
import type { Dependencies } from '../../dependencies';
import { Problem } from '../../http/problem';
import { anyRow } from '../../queries/operator/any';
import { factsOf, recordAct, type Facts } from './audit';

export type NewTaxRate = Omit<TaxRateRecord, 'id' | 'archivedAt' | 'createdAt' | 'updatedAt'>;

/** An arbitrary number of ours: two that make rates take turns. */
const turns = 725_190_002;

/**
 * Puts a tax rate in force, for every invoice of the country from now on.
 * @throws Problem 409 `tax_rate_exists` for a second one of the same name, country and status: both
 *   would be charged.
 */
export async function createTaxRate(
  { database }: Dependencies,
  operator: UserRecord,
  fields: NewTaxRate,
  reason: string | undefined,
): Promise<TaxRateRecord> {
  const rate = { ...fields, id: randomUUID() };
  await database.transaction(async (transaction) => {
    await database.sequelize.query(`select pg_advisory_xact_lock(${turns})`, { transaction });
    const { name, country, customerStatus } = fields;
    const where = { name, country, customerStatus, archivedAt: null };
    if ((await database.taxRates.count({ where, transaction })) > 0) {
      throw new Problem(
        409,
        'tax_rate_exists',
        `There is a rate "${name}" in ${country} already: archive it first.`,
      );
    }
    await database.taxRates.create(rate, { transaction });
    await recordAct(
      database,
      transaction,
      { operator, action: 'tax_rate.create', object: `tax_rate/${rate.id}`, reason },
      { before: null, after: rateFacts(rate) },
    );
  });
  return anyRow(database.taxRates, rate.id);
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

import { QueryTypes, Transaction } from 'sequelize';
import type { Database } from '../database';
import { balanceChecks } from './balance-checks';
import type { Check, Column, Finding, ReadRows } from './check';
import { creditChecks } from './credit-checks';
import { cycleChecks } from './cycle-checks';
import { disputeChecks } from './dispute-checks';
import { invoiceChecks } from './invoice-checks';
import { ledgerChecks } from './ledger-checks';
import { paymentChecks } from './payment-checks';

export type { Finding } from './check';

const checks: readonly Check[] = [
  ...ledgerChecks,
  ...invoiceChecks,
  ...creditChecks,
  ...paymentChecks,
  ...disputeChecks,
  ...balanceChecks,
  ...cycleChecks,
];

/**
 * Proves invoices, balances, payments, refunds and disputes from the ledger and the other way round (I13), and
 * what invoices and cycles must be in themselves (I2, I4, I5, I9). Nothing is found in sound books. All checks
 * see the database at one moment, so that work under way is never taken for damage.
 */
export function checkBooks(database: Database): Promise<Finding[]> {
  return atOneMoment(database, findingsOf);
}

/** The same of the rows that one reader sees. */
export async function findingsOf(read: ReadRows): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const each of checks) findings.push(...(await each(read)));
  return findings;
}

/** How much there is in the books. */
export interface BooksTotals {
  invoices: number;
  entries: number;
  /** Per currency: the sum of all debits, which is that of all credits, in minor units. */
  turnover: { currency: string; amountMinor: bigint }[];
}

export function totalsOf(database: Database): Promise<BooksTotals> {
  return atOneMoment(database, async (read) => {
    const [counts] = await read(
      `select (select count(*)::int from invoices where number is not null) as invoices,
         (select count(*)::int from ledger_entries) as entries`,
    );
    const turnover = await read(
      `select currency, sum(amount_minor)::text as amount from ledger_entries
       join ledger_postings on entry_id = id where amount_minor > 0
       group by currency order by currency`,
    );
    return {
      invoices: Number(counts?.['invoices']),
      entries: Number(counts?.['entries']),
      turnover: turnover.map(({ currency, amount }) => ({
        currency: String(currency),
        amountMinor: BigInt(amount ?? 0),
      })),
    };
  });
}

/** Longer than other work may take: the checks read everything there is. */
const longestMilliseconds = 10 * 60_000;

function atOneMoment<T>({ sequelize }: Database, work: (read: ReadRows) => Promise<T>): Promise<T> {
  const isolationLevel = Transaction.ISOLATION_LEVELS.REPEATABLE_READ;
  return sequelize.transaction({ isolationLevel }, async (transaction) => {
    await sequelize.query('set transaction read only', { transaction });
    await sequelize.query(`set local statement_timeout = ${longestMilliseconds}`, { transaction });
    return work((sql) =>
      sequelize.query<Record<string, Column>>(sql, { transaction, type: QueryTypes.SELECT }),
    );
  });
}

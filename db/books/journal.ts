import { QueryTypes, Transaction } from 'sequelize';
import type { LedgerAccount } from '../../activities/ports/records';
import type { Instant } from '../../billing/instant';
import { formatDecimal } from '../../billing/money';
import type { Database } from '../database';
import { chartOfAccounts } from './accounts';
import { csvRecord, plainText } from './csv';

/** Which entries are exported, by the instant that they are dated: half-open [from, to). */
export interface JournalRange {
  from?: Instant | undefined;
  to?: Instant | undefined;
}

const header = [
  'entry',
  'date',
  'description',
  'account',
  'account name',
  'debit',
  'credit',
  'currency',
  'invoice',
  'customer',
];

interface PostingRow {
  entry: string;
  at: string;
  kind: string;
  account: LedgerAccount;
  amount: string;
  currency: string;
  number: string | null;
  customer: string | null;
}

/** Rows that are in memory at once. */
const pageSize = 1000;

/**
 * The journal as CSV, in pages of text: one record per posting, oldest entry first, an entry's debits before its
 * credits; the same books give the same text. Dates are UTC, amounts decimals with the
 * currency's digits. All of it is of one moment; it holds a connection until it is read to its end
 * or given up.
 */
export async function* journalCsv(
  { sequelize }: Database,
  range: JournalRange = {},
): AsyncGenerator<string, void, undefined> {
  const isolationLevel = Transaction.ISOLATION_LEVELS.REPEATABLE_READ;
  const transaction = await sequelize.transaction({ isolationLevel });
  try {
    await sequelize.query(`${allowances}; ${cursor}`, {
      transaction,
      replacements: { from: range.from ?? '-infinity', to: range.to ?? 'infinity' },
    });
    yield csvRecord(header);
    for (;;) {
      const rows = await sequelize.query<PostingRow>(`fetch ${pageSize} from journal`, {
        transaction,
        type: QueryTypes.SELECT,
      });
      if (rows.length > 0) yield rows.map(recordOf).join('');
      if (rows.length < pageSize) return;
    }
  } finally {
    await transaction.rollback();
  }
}

/** Sorting may take long, and so may whoever reads the text, but not for ever. */
const allowances = `set transaction read only;
  set local statement_timeout = 600000;
  set local idle_in_transaction_session_timeout = 60000`;

const cursor = `declare journal no scroll cursor for
  select entry.id as entry,
    to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
    entry.kind, account, amount_minor::text as amount, entry.currency, invoice.number,
    entry.user_id as customer
  from ledger_entries entry
  join ledger_postings posting on posting.entry_id = entry.id
  left join invoices invoice on invoice.id = entry.invoice_id
  where entry.at >= cast(:from as timestamptz) and entry.at < cast(:to as timestamptz)
  order by entry.at, entry.created_at, entry.id, amount_minor < 0, account`;

function recordOf(row: PostingRow): string {
  const amount = BigInt(row.amount);
  const decimal = formatDecimal(amount < 0n ? -amount : amount, row.currency);
  const { number, name } = chartOfAccounts[row.account];
  return csvRecord([
    row.entry,
    row.at,
    plainText(describe(row)),
    number,
    name,
    amount > 0n ? decimal : '',
    amount < 0n ? decimal : '',
    row.currency.toUpperCase(),
    plainText(row.number ?? ''),
    row.customer ?? '',
  ]);
}

/** `payment_received` of an invoice is "Payment received, invoice ACME-0001". */
function describe({ kind, number }: PostingRow): string {
  const words = kind.replaceAll('_', ' ');
  const sentence = words.charAt(0).toUpperCase() + words.slice(1);
  return number === null ? sentence : `${sentence}, invoice ${number}`;
}

import { formatDecimal, isCurrency } from '../../billing/money';

/** Something in the books that does not agree with something else. */
export interface Finding {
  /** Stable: which check found it. */
  check: string;
  /** For people, with ids and amounts. */
  sentence: string;
  /** The rows that it is about, by what they are: `invoice_id`, `entry_id` … */
  ids: Record<string, string>;
}

/** A column's value: ids and words; amounts as decimal strings of minor units; counts. */
export type Column = string | number | null;

/** Reads rows of the books, all at one moment. */
export type ReadRows = (sql: string) => Promise<Record<string, Column>[]>;

/** One thing that must be true of the books; it answers what contradicts it. */
export type Check = (read: ReadRows) => Promise<Finding[]>;

/** Most findings that one check reports: a damage that is everywhere need not be listed whole. */
const mostFindings = 50;

/**
 * A check by SQL: the query selects what must not be there. Amounts are selected as text, and columns
 * that end in `_id` become the finding's ids.
 */
export function check(name: string, sql: string, tell: (row: Row) => string): Check {
  return async (read) => {
    const rows = await read(`select * from (${sql}) as found limit ${mostFindings + 1}`);
    const findings = rows.slice(0, mostFindings).map((columns) => ({
      check: name,
      sentence: tell(rowOf(columns)),
      ids: idsOf(columns),
    }));
    const more = { check: name, sentence: 'And more of the same kind.', ids: {} };
    return rows.length > mostFindings ? [...findings, more] : findings;
  };
}

/** A found row as sentences quote it. */
export interface Row {
  /** The text of a column; "none" where it is empty. */
  text(column: string): string;
  /** An amount in the row's own currency: "9.99 usd". */
  money(column: string): string;
}

function rowOf(columns: Record<string, Column>): Row {
  const text = (column: string) => String(columns[column] ?? 'none');
  return {
    text,
    money(column) {
      const currency = text('currency');
      const amount = text(column);
      if (!isCurrency(currency) || !/^-?\d+$/.test(amount)) return `${amount} ${currency}`;
      return `${formatDecimal(BigInt(amount), currency)} ${currency}`;
    },
  };
}

function idsOf(columns: Record<string, Column>): Record<string, string> {
  const ids = Object.entries(columns).filter(([name]) => name.endsWith('_id'));
  return Object.fromEntries(ids.flatMap(([name, id]) => (id === null ? [] : [[name, String(id)]])));
}

import { check } from './check';

/** What the ledger must be in itself: double entry, per entry and per currency. */
export const ledgerChecks = [
  check(
    'entry_balances',
    `select entry.id as entry_id, entry.kind, entry.currency, sum(amount_minor)::text as sum
     from ledger_entries entry join ledger_postings on entry_id = entry.id
     group by entry.id having sum(amount_minor) <> 0`,
    (row) =>
      `Ledger entry ${row.text('entry_id')} (${row.text('kind')}) does not balance: its postings sum to ${row.money('sum')}.`,
  ),
  check(
    'entry_has_postings',
    `select entry.id as entry_id, entry.kind from ledger_entries entry
     where not exists (select from ledger_postings where entry_id = entry.id)`,
    (row) => `Ledger entry ${row.text('entry_id')} (${row.text('kind')}) has no postings.`,
  ),
  check(
    'currency_balances',
    `select currency, sum(amount_minor)::text as sum
     from ledger_entries join ledger_postings on entry_id = id
     group by currency having sum(amount_minor) <> 0`,
    (row) =>
      `The accounts in ${row.text('currency')} sum to ${row.money('sum')} and must sum to zero.`,
  ),
  check(
    'entry_is_of_its_invoice',
    `select entry.id as entry_id, invoice.id as invoice_id, invoice.number
     from ledger_entries entry join invoices invoice on invoice.id = entry.invoice_id
     where entry.currency <> invoice.currency or entry.user_id is distinct from invoice.user_id`,
    (row) =>
      `Ledger entry ${row.text('entry_id')} is in another currency, or of another customer, than its invoice ${row.text('number')} (${row.text('invoice_id')}).`,
  ),
];

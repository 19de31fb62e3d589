import { check } from './check';

/** Customers' balances: what their transactions say is what the ledger owes them. */
export const balanceChecks = [
  check(
    'balance_agrees',
    `select user_id, currency, sum(said)::text as said, sum(posted)::text as posted from (
       select user_id, currency, amount_minor as said, 0::bigint as posted from balance_transactions
       union all
       select user_id, currency, 0, -amount_minor from ledger_entries
       join ledger_postings on entry_id = id where account = 'customer_balance') balance
     group by user_id, currency having sum(said) <> sum(posted)`,
    (row) =>
      `The balance of customer ${row.text('user_id')} is ${row.money('said')} by its transactions and ${row.money('posted')} by the ledger.`,
  ),
  check(
    'balance_agrees_per_invoice',
    `select invoice.id as invoice_id, invoice.number, invoice.currency, sum(said)::text as said,
       sum(posted)::text as posted
     from (
       select invoice_id, amount_minor as said, 0::bigint as posted from balance_transactions
       union all
       select invoice_id, 0, -amount_minor from ledger_entries
       join ledger_postings on entry_id = id where account = 'customer_balance') balance
     join invoices invoice on invoice.id = balance.invoice_id
     group by invoice.id having sum(said) <> sum(posted)`,
    (row) =>
      `Invoice ${row.text('number')} (${row.text('invoice_id')}) moves the customer’s balance by ${row.money('said')} in its transactions and ${row.money('posted')} in the ledger.`,
  ),
  check(
    'credit_applied_agrees',
    `select invoice.id as invoice_id, number, currency, credit_applied_minor::text as applied,
       coalesce(-moved.amount, 0)::text as moved
     from invoices invoice
     left join (select invoice_id, sum(amount_minor) as amount from balance_transactions
       where kind = 'applied_to_invoice' group by invoice_id) moved on moved.invoice_id = invoice.id
     where number is not null and credit_applied_minor <> coalesce(-moved.amount, 0)`,
    (row) =>
      `Invoice ${row.text('number')} (${row.text('invoice_id')}) applies ${row.money('applied')} of the balance, and the balance gave it ${row.money('moved')}.`,
  ),
];

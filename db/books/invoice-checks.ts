import { check } from './check';

/** What was posted for each invoice, per account. */
const postedPerInvoice = `
  select invoice_id,
    coalesce(sum(amount_minor) filter (where account = 'receivable'), 0) as receivable,
    coalesce(sum(amount_minor) filter (where account = 'revenue'), 0) as revenue,
    coalesce(sum(amount_minor) filter (where account = 'tax'), 0) as tax,
    coalesce(sum(amount_minor) filter (where account = 'write_off'), 0) as write_off
  from ledger_entries join ledger_postings on entry_id = id
  group by invoice_id`;

/** What credit notes took back of each invoice. */
const creditedPerInvoice = `
  select invoice_id, sum(net_minor) as net, sum(tax_minor) as tax
  from credit_notes group by invoice_id`;

const outstanding = `amount_due_minor - amount_credited_minor - amount_carried_minor - amount_paid_minor`;

const disagrees = (account: string, expected: string) => `
  select invoice.id as invoice_id, invoice.number, invoice.status, invoice.currency,
    (${expected})::text as expected, coalesce(posted.${account}, 0)::text as posted
  from invoices invoice
  left join (${postedPerInvoice}) posted on posted.invoice_id = invoice.id
  left join (${creditedPerInvoice}) credited on credited.invoice_id = invoice.id
  where coalesce(posted.${account}, 0) <> ${expected}`;

const named = (row: { text(column: string): string }) =>
  `${row.text('status')} invoice ${row.text('number')} (${row.text('invoice_id')})`;

/** Each invoice against its lines (I2), its number (I9) and its entries (I13). */
export const invoiceChecks = [
  check(
    'claim_is_posted',
    `select invoice.id as invoice_id, invoice.number, invoice.status, invoice.currency,
       invoice.total_minor::text as total,
       coalesce(sum(amount_minor) filter (where account = 'receivable'), 0)::text as claimed
     from invoices invoice
     left join ledger_entries entry on entry.invoice_id = invoice.id and entry.kind = 'invoice_issued'
     left join ledger_postings posting on posting.entry_id = entry.id
     where invoice.number is not null
     group by invoice.id
     having coalesce(sum(amount_minor) filter (where account = 'receivable'), 0) <> total_minor
       or coalesce(sum(amount_minor) filter (where account = 'revenue'), 0) <> tax_minor - total_minor
       or coalesce(sum(amount_minor) filter (where account = 'tax'), 0) <> -tax_minor
       or count(posting.account) <> coalesce(count(posting.account)
         filter (where account in ('receivable', 'revenue', 'tax')), 0)`,
    (row) =>
      `The claim of ${named(row)} over ${row.money('total')} is not posted as it is: ${row.money('claimed')} receivable, or revenue and tax that differ.`,
  ),
  check(
    'claim_has_its_invoice',
    `select entry.id as entry_id, entry.invoice_id from ledger_entries entry
     left join invoices invoice on invoice.id = entry.invoice_id
     where entry.kind = 'invoice_issued' and invoice.number is null`,
    (row) =>
      `Ledger entry ${row.text('entry_id')} claims money for invoice ${row.text('invoice_id')}, which was never issued.`,
  ),
  check(
    'revenue_agrees',
    disagrees(
      'revenue',
      `case when number is null or status = 'void' then 0
       else tax_minor - total_minor + coalesce(credited.net, 0) end`,
    ),
    (row) =>
      `The revenue of ${named(row)} stands at ${row.money('posted')} in the ledger, and by its amounts and credit notes at ${row.money('expected')}.`,
  ),
  check(
    'tax_agrees',
    disagrees(
      'tax',
      `case when number is null or status = 'void' then 0
       else -tax_minor + coalesce(credited.tax, 0) end`,
    ),
    (row) =>
      `The tax of ${named(row)} stands at ${row.money('posted')} in the ledger, and by its amounts and credit notes at ${row.money('expected')}.`,
  ),
  check(
    'receivable_agrees',
    disagrees('receivable', `case when status = 'open' then ${outstanding} else 0 end`),
    (row) =>
      `By the ledger ${row.money('posted')} is outstanding on ${named(row)}, and by its amounts ${row.money('expected')}.`,
  ),
  check(
    'write_off_agrees',
    disagrees('write_off', `case when status = 'uncollectible' then ${outstanding} else 0 end`),
    (row) =>
      `${row.money('posted')} is written off for ${named(row)}, and it must be ${row.money('expected')}.`,
  ),
  check(
    'paid_is_settled',
    `select id as invoice_id, number, status, currency, (${outstanding})::text as outstanding
     from invoices where status = 'paid' and ${outstanding} <> 0`,
    (row) => `${row.money('outstanding')} is outstanding on ${named(row)}.`,
  ),
  check(
    'lines_sum_up',
    `select invoice.id as invoice_id, number, status, currency, total_minor::text as total,
       coalesce(sum(line.amount_minor), 0)::text as lines,
       coalesce(sum(line.discount_minor), 0)::text as discounts,
       coalesce(sum(line.tax_minor), 0)::text as taxes
     from invoices invoice left join invoice_lines line on line.invoice_id = invoice.id
     left join lateral (
       select coalesce(sum((tax ->> 'amount')::bigint)
           filter (where not (tax ->> 'inclusive')::boolean), 0) as exclusive,
         coalesce(sum((tax ->> 'amount')::bigint), 0) as everything
       from jsonb_array_elements(line.taxes) tax) rates on true
     group by invoice.id
     having coalesce(sum(line.amount_minor), 0) <> subtotal_minor
       or coalesce(sum(line.discount_minor), 0) <> invoice.discount_minor
       or coalesce(sum(line.tax_minor), 0) <> invoice.tax_minor
       or coalesce(sum(rates.everything), 0) <> invoice.tax_minor
       or coalesce(sum(rates.exclusive), 0) + subtotal_minor - invoice.discount_minor <> total_minor`,
    (row) =>
      `${named(row)} is not the sum of its lines: total ${row.money('total')}; lines ${row.money('lines')}, discounts ${row.money('discounts')}, taxes ${row.money('taxes')}.`,
  ),
  check(
    'due_is_total_less_credit',
    `select id as invoice_id, number, status, currency, amount_due_minor::text as due,
       (total_minor - credit_applied_minor)::text as expected
     from invoices where number is not null
       and amount_due_minor <> total_minor - credit_applied_minor`,
    (row) =>
      `${row.money('due')} is due on ${named(row)}, where its total less the balance applied is ${row.money('expected')}.`,
  ),
  check(
    'numbers_have_no_gap',
    `select user_row.id as user_id, user_row.last_invoice_number as last,
       count(numbered.sequence)::int as numbered, min(numbered.sequence) as lowest,
       max(numbered.sequence) as highest
     from users user_row
     left join (
       select user_id, substring(number from '[0-9]+$')::int as sequence
       from invoices where number is not null) numbered on numbered.user_id = user_row.id
     group by user_row.id
     having count(numbered.sequence) <> last_invoice_number
       or count(distinct numbered.sequence) <> last_invoice_number
       or coalesce(min(numbered.sequence), 1) <> 1
       or coalesce(max(numbered.sequence), 0) <> last_invoice_number`,
    (row) =>
      `The invoice numbers of customer ${row.text('user_id')} must be 1 to ${row.text('last')} without a gap, and are ${row.text('numbered')} numbers from ${row.text('lowest')} to ${row.text('highest')}.`,
  ),
];

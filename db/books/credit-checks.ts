import { check } from './check';

const posting = (account: string) =>
  `coalesce(sum(amount_minor) filter (where account = '${account}'), 0)`;

/** Credit notes against their entries, their lines, their invoices and their refunds. */
export const creditChecks = [
  check(
    'credit_note_is_posted',
    `select note.id as credit_note_id, note.number, note.currency, note.total_minor::text as total
     from credit_notes note
     left join ledger_entries entry on entry.occasion = 'credit-note/' || note.id
     left join ledger_postings on entry_id = entry.id
     group by note.id
     having ${posting('revenue')} <> net_minor or ${posting('tax')} <> tax_minor
       or ${posting('receivable')} + ${posting('write_off')} <> -to_invoice_minor
       or ${posting('customer_balance')} <> -to_balance_minor
       or ${posting('suspense')} <> -to_card_minor`,
    (row) =>
      `Credit note ${row.text('number')} (${row.text('credit_note_id')}) over ${row.money('total')} is not posted as it is.`,
  ),
  check(
    'credit_entry_has_its_note',
    `select id as entry_id, occasion from ledger_entries entry
     where kind = 'credit_note_issued'
       and not exists (select from credit_notes note where entry.occasion = 'credit-note/' || note.id)`,
    (row) =>
      `Ledger entry ${row.text('entry_id')} (${row.text('occasion')}) posts a credit note that is not there.`,
  ),
  check(
    'credit_note_lines_sum_up',
    `select note.id as credit_note_id, note.number, note.currency,
       note.total_minor::text as total, sum(line.net_minor + line.tax_minor)::text as lines
     from credit_notes note join credit_note_lines line on line.credit_note_id = note.id
     group by note.id
     having sum(line.net_minor) <> note.net_minor or sum(line.tax_minor) <> note.tax_minor`,
    (row) =>
      `Credit note ${row.text('number')} (${row.text('credit_note_id')}) over ${row.money('total')} is not the sum of its lines, ${row.money('lines')}.`,
  ),
  check(
    'credited_at_most_the_total',
    `select invoice.id as invoice_id, invoice.number, invoice.currency,
       invoice.total_minor::text as total, sum(note.total_minor)::text as credited
     from credit_notes note join invoices invoice on invoice.id = note.invoice_id
     group by invoice.id having sum(note.total_minor) > greatest(invoice.total_minor, 0)`,
    (row) =>
      `${row.money('credited')} of invoice ${row.text('number')} (${row.text('invoice_id')}) over ${row.money('total')} is credited: more than there was.`,
  ),
  check(
    'credited_agrees',
    `select invoice.id as invoice_id, number, currency, amount_credited_minor::text as credited,
       coalesce(notes.to_invoice, 0)::text as notes
     from invoices invoice
     left join (select invoice_id, sum(to_invoice_minor) as to_invoice from credit_notes
       group by invoice_id) notes on notes.invoice_id = invoice.id
     where amount_credited_minor <> coalesce(notes.to_invoice, 0)`,
    (row) =>
      `Invoice ${row.text('number')} (${row.text('invoice_id')}) says that ${row.money('credited')} was credited on it, its credit notes ${row.money('notes')}.`,
  ),
  check(
    'card_credit_is_refunded',
    `select note.id as credit_note_id, note.number, note.currency, note.to_card_minor::text as to_card,
       coalesce(refunded.amount, 0)::text as refunded
     from credit_notes note
     left join (select credit_note_id, sum(amount_minor) as amount from refunds
       where credit_note_id is not null group by credit_note_id) refunded
       on refunded.credit_note_id = note.id
     where note.to_card_minor <> coalesce(refunded.amount, 0)`,
    (row) =>
      `Credit note ${row.text('number')} (${row.text('credit_note_id')}) sends ${row.money('to_card')} back to the card, and its refunds are ${row.money('refunded')}.`,
  ),
];

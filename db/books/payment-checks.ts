import { check } from './check';

/** What an entry posts on one account. */
const posted = (account: string) => `(
  select coalesce(sum(amount_minor), 0) from ledger_postings
  where entry_id = entry.id and account = '${account}')`;

/** Stripe has taken the refund: its money has left. What Stripe refuses goes to the customer's balance. */
const gone = `(stripe_refund_id is not null and status <> 'failed')`;

/** Stripe has yet to be asked, or to answer. */
const waiting = `(stripe_refund_id is null and status = 'pending')`;

/** What of an intent's money nothing was owed for, by the ledger. */
const surplusOf = (intent: string) => `(
  select coalesce(sum(amount_minor), 0) from ledger_entries join ledger_postings on entry_id = ledger_entries.id
  where account = 'cash' and ledger_entries.occasion = 'surplus/' || ${intent})`;

/** Money received and given back against attempts, refunds and invoices, and no invoice paid twice. */
export const paymentChecks = [
  check(
    'cash_agrees',
    `select currency, sum(posted)::text as posted, sum(moved)::text as moved from (
       select currency, amount_minor as posted, 0::bigint as moved
         from ledger_entries join ledger_postings on entry_id = id where account = 'cash'
       union all select currency, 0, amount_minor from payment_attempts where status = 'succeeded'
       union all select currency, 0, -amount_minor from refunds where ${gone}
       union all select currency, 0, -withdrawn_minor from disputes) money
     group by currency having sum(posted) <> sum(moved)`,
    (row) =>
      `Cash in ${row.text('currency')} stands at ${row.money('posted')} in the ledger; payments less refunds and disputes are ${row.money('moved')}.`,
  ),
  check(
    'bank_agrees',
    `select currency, sum(posted)::text as posted, sum(paid)::text as paid from (
       select currency, amount_minor as posted, 0::bigint as paid
         from ledger_entries join ledger_postings on entry_id = id where account = 'bank'
       union all select currency, 0, amount_paid_minor from invoices where paid_out_of_band) money
     group by currency having sum(posted) <> sum(paid)`,
    (row) =>
      `Money outside Stripe in ${row.text('currency')} stands at ${row.money('posted')} in the ledger; invoices marked as paid are ${row.money('paid')}.`,
  ),
  check(
    'suspense_agrees',
    `select currency, sum(posted)::text as posted, sum(waiting)::text as waiting from (
       select currency, -amount_minor as posted, 0::bigint as waiting
         from ledger_entries join ledger_postings on entry_id = id where account = 'suspense'
       union all select currency, 0, amount_minor from refunds where ${waiting}) money
     group by currency having sum(posted) <> sum(waiting)`,
    (row) =>
      `${row.money('posted')} waits in suspense, and refunds that have yet to be made are ${row.money('waiting')}.`,
  ),
  check(
    'paid_once',
    `select invoice.id as invoice_id, invoice.number, invoice.currency,
       invoice.amount_paid_minor::text as paid, coalesce(sum(received), 0)::text as received,
       count(entry_id)::int as times
     from invoices invoice
     left join (select entry.id as entry_id, entry.invoice_id,
         ${posted('cash')} + ${posted('bank')} as received
       from ledger_entries entry where kind = 'payment_received') payment
       on payment.invoice_id = invoice.id
     group by invoice.id
     having count(entry_id) > 1 or coalesce(sum(received), 0) <> amount_paid_minor
       or amount_paid_minor > amount_due_minor - amount_credited_minor - amount_carried_minor`,
    (row) =>
      `Invoice ${row.text('number')} (${row.text('invoice_id')}) says that ${row.money('paid')} was paid; the ledger has ${row.money('received')} in ${row.text('times')} payments.`,
  ),
  check(
    'payment_has_its_source',
    `select entry.id as entry_id, invoice.id as invoice_id, invoice.number, invoice.currency,
       ${posted('cash')}::text as cash, ${posted('bank')}::text as bank
     from ledger_entries entry left join invoices invoice on invoice.id = entry.invoice_id
     where entry.kind = 'payment_received' and (invoice.id is null
       or (${posted('bank')} <> 0) <> invoice.paid_out_of_band
       or (${posted('cash')} <> 0 and 1 <> (select count(*) from payment_attempts attempt
         where attempt.invoice_id = invoice.id and attempt.status = 'succeeded'
           and attempt.stripe_payment_intent_id = invoice.stripe_payment_intent_id
           and attempt.amount_minor = ${posted('cash')}
             + ${surplusOf('attempt.stripe_payment_intent_id')})))`,
    (row) =>
      `Ledger entry ${row.text('entry_id')} receives ${row.money('cash')} at Stripe and ${row.money('bank')} elsewhere for invoice ${row.text('number')} (${row.text('invoice_id')}), and no succeeded attempt, or mark of a payment elsewhere, says so.`,
  ),
  check(
    'succeeded_attempt_is_posted',
    `select attempt.id as attempt_id, invoice.id as invoice_id, invoice.number, attempt.currency,
       attempt.amount_minor::text as amount
     from payment_attempts attempt join invoices invoice on invoice.id = attempt.invoice_id
     where attempt.status = 'succeeded'
       and not exists (select from ledger_entries entry
         where entry.kind = 'payment_received' and entry.invoice_id = invoice.id
           and attempt.stripe_payment_intent_id = invoice.stripe_payment_intent_id
           and ${posted('cash')} + ${surplusOf('attempt.stripe_payment_intent_id')} = attempt.amount_minor)
       and ${surplusOf('attempt.stripe_payment_intent_id')} <> attempt.amount_minor`,
    (row) =>
      `Payment attempt ${row.text('attempt_id')} over ${row.money('amount')} for invoice ${row.text('number')} (${row.text('invoice_id')}) succeeded, and the ledger does not know of it.`,
  ),
  check(
    'refund_is_posted',
    `select refund.id as refund_id, refund.invoice_id, refund.status, refund.currency,
       refund.amount_minor::text as amount, coalesce(-sent.cash, 0)::text as cash,
       coalesce(sent.suspense, 0)::text as suspense
     from refunds refund
     left join (select split_part(occasion, '/', 2) as refund_id,
         sum(amount_minor) filter (where account = 'cash') as cash,
         sum(amount_minor) filter (where account = 'suspense') as suspense
       from ledger_entries join ledger_postings on entry_id = id
       where occasion like 'refund%/%' group by 1) sent on sent.refund_id = refund.id::text
     where coalesce(-sent.cash, 0) <> case when ${gone} then amount_minor else 0 end
       or coalesce(sent.suspense, 0) <> case when ${waiting} then 0 else amount_minor end`,
    (row) =>
      `Refund ${row.text('refund_id')} over ${row.money('amount')} is ${row.text('status')}; by the ledger ${row.money('suspense')} of it is done with, and ${row.money('cash')} was sent.`,
  ),
  check(
    'refunded_agrees',
    `select invoice.id as invoice_id, number, currency, amount_refunded_minor::text as said,
       coalesce(refunded.amount, 0)::text as refunds
     from invoices invoice
     left join (select invoice_id, sum(amount_minor) as amount from refunds
       where credit_note_id is not null and ${gone} group by invoice_id) refunded
       on refunded.invoice_id = invoice.id
     where amount_refunded_minor <> coalesce(refunded.amount, 0)`,
    (row) =>
      `Invoice ${row.text('number')} (${row.text('invoice_id')}) says that ${row.money('said')} of it was refunded; its refunds are ${row.money('refunds')}.`,
  ),
  check(
    'refund_entry_has_its_refund',
    `select id as entry_id, occasion from ledger_entries entry
     where occasion like 'refund%/%' and not exists (
       select from refunds where refunds.id::text = split_part(entry.occasion, '/', 2))`,
    (row) =>
      `Ledger entry ${row.text('entry_id')} (${row.text('occasion')}) gives money back by a refund that is not there.`,
  ),
];

import { QueryTypes } from 'sequelize';
import type { Database } from '../../db/database';
import { sum } from './arithmetic';
import { iso, type Time } from './calendar';
import { isLive, outstanding, type Invoice, type State } from './state';

/** What the database says of one subscription and its customer's money, or what it must say: plain JSON. */
export interface Books {
  subscription: Record<string, unknown>;
  invoices: Record<string, unknown>[];
  cycles: Record<string, unknown>[];
  balance: string;
  /** Per account; positive is debit. */
  ledger: Record<string, string>;
  unbalancedEntries: number;
}

/** Besides what is compared: what the checks must know of the rows. */
export interface Seen {
  books: Books;
  revision: number;
  invoiceIds: string[];
}

const instant = (column: string) =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Everything at one moment. */
const query = `
  with mine as (select * from subscriptions where id = :id),
  entries as (select entry.id, amount_minor,
      case when account in ('revenue', 'tax') then 'income' else account end as account from ledger_entries entry
    join ledger_postings on entry_id = entry.id where entry.user_id = (select user_id from mine)),
  bills as (select * from invoices where subscription_id = :id)
  select revision,
    coalesce((select json_agg(id order by created_at) from bills), '[]') as ids,
    json_build_object(
    'subscription', json_build_object(
      'status', status, 'plan', plan_id, 'quantity', quantity, 'cycle', cycle,
      'start', ${instant('current_period_start')}, 'end', ${instant('current_period_end')},
      'anchor', ${instant('anchor_at')}, 'epochCycle', epoch_cycle,
      'endsAtPeriodEnd', cancel_at_period_end and ended_at is null,
      'resumeAt', case when ended_at is null then ${instant('resume_at')} end,
      'pending', case when pending_change is not null then json_build_object(
        'plan', pending_change ->> 'planId', 'quantity', pending_change -> 'quantity',
        'when', pending_change ->> 'when', 'expiresAt', pending_change ->> 'expiresAt') end,
      'attention', needs_attention),
    'invoices', coalesce((select json_agg(json_build_object(
      'reason', reason, 'cycle', bills.cycle, 'status', bills.status,
      'number', substring(number from '[0-9]+$')::int,
      'method', bills.collection_method,
      'subtotal', subtotal_minor::text, 'discount', discount_minor::text, 'tax', tax_minor::text,
      'total', total_minor::text, 'creditApplied', credit_applied_minor::text,
      'amountDue', amount_due_minor::text, 'amountPaid', amount_paid_minor::text,
      'credited', amount_credited_minor::text, 'carried', amount_carried_minor::text,
      'noted', coalesce((select sum(total_minor) from credit_notes
        where invoice_id = bills.id), 0)::text,
      'start', ${instant('period_start')}, 'end', ${instant('period_end')},
      'issuedAt', ${instant('issued_at')}, 'dueAt', ${instant('due_at')},
      'attempts', (select count(*) from payment_attempts where invoice_id = bills.id),
      'lines', (select json_agg(json_build_object(
        'kind', kind, 'amount', amount_minor::text, 'discount', line.discount_minor::text,
        'tax', line.tax_minor::text,
        'start', ${instant('line.period_start')}, 'end', ${instant('line.period_end')})
        order by position) from invoice_lines line where invoice_id = bills.id))
      order by bills.created_at) from bills), '[]'),
    'cycles', coalesce((select json_agg(json_build_object(
      'cycle', cycle, 'start', ${instant('period_start')}, 'end', ${instant('period_end')},
      'outcome', outcome, 'billedFrom', ${instant('billed_from')}) order by cycle)
      from subscription_cycles where subscription_id = :id), '[]'),
    'balance', (select coalesce(sum(amount_minor), 0)::text from balance_transactions
      where user_id = mine.user_id),
    'ledger', coalesce((select json_object_agg(account, amount order by account) from (
      select account, sum(amount_minor)::text as amount from entries group by account
      having sum(amount_minor) <> 0) accounts), '{}'),
    'unbalancedEntries', (select count(*) from (
      select id from entries group by id having sum(amount_minor) <> 0) unbalanced)
  ) as books from mine`;

export async function readBooks(database: Database, id: string): Promise<Seen> {
  const [row] = await database.sequelize.query<{ revision: number; ids: string[]; books: Books }>(
    query,
    { replacements: { id }, type: QueryTypes.SELECT },
  );
  if (row === undefined) throw new Error(`There is no subscription ${id}.`);
  return { books: row.books, revision: row.revision, invoiceIds: row.ids };
}

const isoOrNull = (at: Time | undefined) => (at === undefined ? null : iso(at));

/** What the books must say by the model. */
export function booksOf(state: State): Books {
  const { pending } = state;
  const live = isLive(state);
  return {
    subscription: {
      status: state.status,
      plan: state.plan.id,
      quantity: state.quantity,
      cycle: state.cycle,
      start: iso(state.start),
      end: iso(state.end),
      anchor: iso(state.anchor),
      epochCycle: state.epochCycle,
      endsAtPeriodEnd: live && state.endsAtPeriodEnd,
      resumeAt: live ? isoOrNull(state.resumeAt) : null,
      pending:
        pending === undefined
          ? null
          : {
              plan: pending.plan.id,
              quantity: pending.quantity,
              when: pending.when,
              expiresAt: isoOrNull(pending.waits?.expiresAt),
            },
      attention: null,
    },
    invoices: state.invoices.map(invoiceOf),
    cycles: state.cycles.map(({ cycle, start, end, outcome, billedFrom }) => ({
      cycle,
      start: iso(start),
      end: iso(end),
      outcome,
      billedFrom: isoOrNull(billedFrom),
    })),
    balance: String(state.balance),
    ledger: ledgerOf(state),
    unbalancedEntries: 0,
  };
}

function invoiceOf(invoice: Invoice) {
  const { reason, cycle, status, number, sent, attempts, start, end, issuedAt, dueAt } = invoice;
  return {
    reason,
    cycle,
    status,
    number: number ?? null,
    method: sent ? 'send_invoice' : 'charge_automatically',
    subtotal: String(invoice.subtotal),
    discount: String(invoice.discount),
    tax: String(invoice.tax),
    total: String(invoice.total),
    creditApplied: String(invoice.creditApplied),
    amountDue: String(invoice.amountDue),
    amountPaid: String(invoice.amountPaid),
    credited: String(invoice.credited),
    carried: String(invoice.carried),
    noted: String(invoice.noted),
    start: iso(start),
    end: iso(end),
    issuedAt: iso(issuedAt),
    dueAt: iso(dueAt),
    attempts,
    lines: invoice.lines.map((line) => ({
      kind: line.kind,
      amount: String(line.amount),
      discount: String(line.discount),
      tax: String(line.tax),
      start: iso(line.start),
      end: iso(line.end),
    })),
  };
}

/** Each account from what is known of the invoices, so that they balance only if all of it is right. */
function ledgerOf({ invoices, balance }: State): Record<string, string> {
  const issued = invoices.filter(({ number, status }) => number !== undefined && status !== 'void');
  const owed = (wanted: Invoice['status']) =>
    sum(issued.filter(({ status }) => status === wanted).map(outstanding));
  const accounts = {
    cash: sum(issued.map(({ amountPaid }) => amountPaid)),
    customer_balance: -balance,
    receivable: owed('open'),
    // Revenue and tax together: how a credit note shares them out is for the books' own checks.
    income: -sum(issued.map(({ total, noted }) => total - noted)),
    write_off: owed('uncollectible'),
  };
  return Object.fromEntries(
    Object.entries(accounts).flatMap(([account, amount]) =>
      amount === 0n ? [] : [[account, String(amount)]],
    ),
  );
}

import { QueryTypes } from 'sequelize';
import { toStripeAmount } from '../../billing/money';
import { checkBooks } from '../../db/books/checks';
import type { Database } from '../../db/database';
import type { Charge, SandboxBooks } from './sandbox-books';
import type { Findings, Truth } from './truth';

/**
 * Everything that must be true once every customer of a crowd was to pay one invoice: each paid exactly
 * once, none left behind, nothing to be given back, the ledger equal to the sandbox's books.
 */
export async function paidOnce(truth: Truth, sandbox: SandboxBooks): Promise<Findings> {
  const { database } = truth;
  return [
    ...(await truth.unrest()),
    ...(await leftBehind(database)),
    ...(await charged(database, sandbox)),
    ...(await givenBack(database, sandbox)),
    ...(await eventsStored(database, sandbox)),
    ...(await booksFindings(truth, sandbox)),
  ];
}

/** What our own books contradict themselves in, and whether their cash is what the sandbox has, per currency. */
async function booksFindings({ database }: Truth, sandbox: SandboxBooks): Promise<Findings> {
  const findings = (await checkBooks(database)).map(({ sentence }) => sentence);
  const rows = await select<{ currency: string; cash: string }>(
    database,
    `select currency, sum(amount_minor)::text as cash
     from ledger_postings join ledger_entries on entry_id = id
     where account = 'cash' group by currency`,
  );
  const ours = new Map(
    rows.map(({ currency, cash }) => [currency, toStripeAmount(BigInt(cash), currency)]),
  );
  const theirs = await sandbox.totals();
  for (const currency of new Set([...ours.keys(), ...Object.keys(theirs)])) {
    const [cash, net] = [ours.get(currency) ?? 0, theirs[currency]?.net ?? 0];
    if (cash !== net) findings.push(`the ledger has ${cash} ${currency}, the sandbox ${net}`);
  }
  return findings;
}

/** Each subscription in its first paid cycle, with its one invoice paid by one attempt. */
function leftBehind(database: Database): Promise<Findings> {
  return lines(
    database,
    `select 'subscription ' || id || ' is ' || status || ' in cycle ' || cycle || ' '
       || coalesce(needs_attention, '') as line
       from subscriptions where status <> 'active' or cycle <> 1 or needs_attention is not null
     union all select 'subscription ' || subscriptions.id || ' has '
       || count(invoices.id) filter (where invoices.status = 'paid') || ' paid of '
       || count(invoices.id) || ' invoices'
       from subscriptions left join invoices on invoices.subscription_id = subscriptions.id
       group by subscriptions.id
       having count(invoices.id) <> 1 or count(*) filter (where invoices.status = 'paid') <> 1
     union all select 'invoice ' || invoices.id || ' has attempts '
       || string_agg(payment_attempts.status, ', ')
       from invoices left join payment_attempts on payment_attempts.invoice_id = invoices.id
       group by invoices.id
       having string_agg(payment_attempts.status, ', ') is distinct from 'succeeded'`,
  );
}

/** One charge for each invoice, by what the sandbox has on the charge, over just what was due. */
async function charged(database: Database, sandbox: SandboxBooks): Promise<Findings> {
  const findings: Findings = [];
  const charges = new Map<string, Charge[]>();
  for (const charge of await sandbox.charges()) {
    charges.set(charge.invoiceId, [...(charges.get(charge.invoiceId) ?? []), charge]);
  }
  const rows = await database.invoices.findAll();
  for (const { id, amountDueMinor, currency } of rows.map((row) => row.get({ plain: true }))) {
    const own = charges.get(id) ?? [];
    charges.delete(id);
    if (own.length !== 1) findings.push(`invoice ${id} was charged ${own.length} times`);
    const due = toStripeAmount(amountDueMinor, currency);
    const wrong = own.filter((each) => each.amount !== due || each.currency !== currency);
    for (const each of wrong) {
      findings.push(
        `invoice ${id} over ${due} ${currency} was charged ${each.amount} ${each.currency}`,
      );
    }
  }
  return [
    ...findings,
    ...[...charges].map(([id, { length }]) => `${length} charges for no invoice, ${id}`),
  ];
}

async function givenBack(database: Database, sandbox: SandboxBooks): Promise<Findings> {
  const totals = Object.entries(await sandbox.totals());
  return [
    ...totals
      .filter(([, { refunded }]) => refunded !== 0)
      .map(([currency, { refunded }]) => `the sandbox gave back ${refunded} ${currency}`),
    ...(await lines(
      database,
      `select 'refund ' || id || ' for ' || reason || ' is ' || status as line from refunds`,
    )),
  ];
}

/** I7: what came twice and out of order was stored once, and nothing is missing. */
async function eventsStored(database: Database, sandbox: SandboxBooks): Promise<Findings> {
  const { counts } = await sandbox.overview();
  const stored = await database.webhookEvents.count();
  if (counts.events === stored && counts.deliveries === 0) return [];
  return [`${stored} of ${counts.events} events are stored, ${counts.deliveries} on their way`];
}

async function lines(database: Database, sql: string): Promise<Findings> {
  return (await select<{ line: string }>(database, sql)).map(({ line }) => line);
}

function select<Row extends object>({ sequelize }: Database, sql: string): Promise<Row[]> {
  return sequelize.query<Row>(sql, { type: QueryTypes.SELECT });
}

import { QueryTypes } from 'sequelize';
import Stripe from 'stripe';
import { z } from 'zod';
import type { InvoiceRecord } from '../../activities/ports/records';
import { stateFrom, type SubscriptionState } from '../../billing/subscription-state';
import { openDatabase, type Database } from '../../db/database';
import { createTemporalClient, type TemporalClient } from '../../platform/temporal-client';
import { subscriptionWorkflowId, viewQuery } from '../../workflows/messages';
import type { Promised } from './customers';

/** Where the three books of a stack are, and its letter box. */
export interface Places {
  readonly database: string;
  readonly temporal: string;
  readonly sandbox: string;
  readonly mail: string;
}

/** What is wrong, one sentence each; none when all is well. */
export type Findings = string[];

const live = ['incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused'];

/**
 * Compares the database, Stripe's books, Temporal's workflows and the mails with one another, and with
 * what customers were promised.
 */
export class Truth {
  readonly database: Database;
  readonly temporal: TemporalClient;
  readonly #stripe: Stripe;

  constructor(readonly places: Places) {
    this.database = openDatabase({ url: places.database, poolSize: 5 });
    this.temporal = createTemporalClient({
      TEMPORAL_ADDRESS: places.temporal,
      TEMPORAL_NAMESPACE: 'default',
    });
    const { hostname, port } = new URL(places.sandbox);
    this.#stripe = new Stripe('sk_test_everbill', {
      host: hostname,
      port,
      protocol: 'http',
      telemetry: false,
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.database.close(), this.temporal.close()]);
  }

  /** What has not come to rest yet: events, mails, payments and clocks under way. */
  async unrest(): Promise<Findings> {
    return this.#lines(`
      select 'event ' || id || ' ' || type || ' is ' || status || ', tried ' || attempts || ' times '
        || coalesce(last_error, '') as line
        from webhook_events where status not in ('done', 'ignored')
      union all select 'mail ' || kind || ' of ' || thing || ' is ' || status || ' '
        || coalesce(last_error, '') from emails where status <> 'sent'
      union all select 'attempt ' || idempotency_key || ' is ' || status
        from payment_attempts where status in ('pending', 'processing', 'requires_action')
      union all select 'refund ' || id || ' is ' || status from refunds where status <> 'succeeded'
      union all select 'clock ' || id || ' is ' || status from test_clocks where status <> 'ready'
      union all select 'subscription ' || id || ' is incomplete'
        from subscriptions where status = 'incomplete'
      union all select 'invoice ' || number || ' is to be collected'
        from invoices where status = 'open' and next_attempt_at < now()`);
  }

  /** Everything that must be true of a stack that has come to rest. */
  async findings(promises: readonly Promised[]): Promise<Findings> {
    // One after the other: what one throws must not leave another's requests behind.
    return [
      ...(await this.unrest()),
      ...(await this.#promises(promises)),
      ...(await this.#onceEach()),
      ...(await this.#periods()),
      ...(await this.#ledger()),
      ...(await this.#stripesBooks()),
      ...(await this.#mails()),
      ...(await this.#workflows()),
    ];
  }

  /** Nothing lost: what was acknowledged is there, as it was acknowledged. */
  async #promises(promises: readonly Promised[]): Promise<Findings> {
    const rows = (await this.database.subscriptions.findAll()).map((row) =>
      row.get({ plain: true }),
    );
    const findings: Findings = [];
    for (const { story, userId, subscriptionId, status, cycles } of promises) {
      const own = rows.filter((row) => row.userId === userId);
      const [row] = own;
      const facts = own.map((each) => `${each.id} ${each.status} cycle ${each.cycle}`);
      if (own.length !== 1 || row === undefined || row.id !== subscriptionId) {
        findings.push(`${story} ${subscriptionId}: has [${facts.join(', ')}]`);
        continue;
      }
      if (row.status !== status || row.cycle !== cycles) {
        findings.push(`${story}: promised ${status} cycle ${cycles}, is ${facts.join()}`);
      }
      const invoices = await this.#invoicesOf(subscriptionId);
      const paid = invoices.filter((invoice) => invoice.status === 'paid');
      if (invoices.length !== cycles || paid.length !== cycles) {
        const each = invoices.map((invoice) => `${invoice.occasion} ${invoice.status}`);
        findings.push(
          `${story} ${subscriptionId}: ${cycles} cycles, invoices [${each.join(', ')}]`,
        );
      }
    }
    return findings;
  }

  /** Nothing twice. */
  #onceEach(): Promise<Findings> {
    return this.#lines(`
      select 'user ' || user_id || ' has ' || count(*) || ' live subscriptions' as line
        from subscriptions where status in ('incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused')
        group by user_id having count(*) > 1
      union all select 'invoice ' || reason || ' ' || occasion || ' of ' || subscription_id || ' is there '
        || count(*) || ' times' from invoices
        group by subscription_id, reason, occasion having count(*) > 1
      union all select 'mail ' || kind || ' of ' || thing || ' on ' || occasion || ' is there ' || count(*)
        || ' times' from emails group by kind, thing, occasion having count(*) > 1
      union all select 'invoice ' || invoices.number || ' (' || invoices.status || ') has ' || count(payment_attempts.id)
        || ' successful attempts' from invoices
        left join payment_attempts on payment_attempts.invoice_id = invoices.id and payment_attempts.status = 'succeeded'
        where amount_due_minor > 0 group by invoices.id
        having count(payment_attempts.id) <> case when invoices.status = 'paid' then 1 else 0 end
      union all select 'subscription ' || id || ' needs attention: ' || needs_attention
        from subscriptions where needs_attention is not null
      union all select 'invoice ' || number || ' is ' || status from invoices where status not in ('paid', 'void')
      union all select 'numbers of ' || invoice_prefix || ' have a gap: ' || count(*) || ' of ' || last_invoice_number
        from users left join invoices on invoices.user_id = users.id and number is not null
        group by users.id having count(invoices.id) <> last_invoice_number`);
  }

  /** I4, I5: cycles follow one another, each begins where the one before it ends, the row is in the last. */
  #periods(): Promise<Findings> {
    return this.#lines(`
      with cycles as (
        select subscription_id, cycle, period_start, period_end,
          lag(period_end) over each_one as previous_end, lag(cycle) over each_one as previous_cycle
        from subscription_cycles
        window each_one as (partition by subscription_id order by cycle)
      )
      select 'cycle ' || cycle || ' of ' || subscription_id || ' does not follow the one before it' as line
        from cycles
        where previous_end <> period_start or previous_cycle <> cycle - 1 or period_end <= period_start
      union all select 'subscription ' || subscriptions.id || ' is not in its last cycle'
        from subscriptions where not exists (
          select from cycles where cycles.subscription_id = subscriptions.id
            and cycles.cycle = subscriptions.cycle and period_start = current_period_start
            and period_end >= current_period_end
        ) or exists (
          select from cycles where cycles.subscription_id = subscriptions.id
            and cycles.cycle > subscriptions.cycle
        )
      union all select 'cycle ' || cycle || ' of ' || subscription_id || ' was not invoiced for its period'
        from subscription_cycles where outcome = 'billed' and not exists (
          select from invoices where invoices.subscription_id = subscription_cycles.subscription_id
            and reason = 'cycle' and occasion = subscription_cycles.cycle::text
            and invoices.period_start = subscription_cycles.period_start
            and invoices.period_end = subscription_cycles.period_end
        )`);
  }

  /** I13, the half of it that PostgreSQL knows. */
  #ledger(): Promise<Findings> {
    return this.#lines(`
      select 'entry ' || occasion || ' does not balance' as line
        from ledger_entries join ledger_postings on entry_id = ledger_entries.id
        group by ledger_entries.id having sum(amount_minor) <> 0
      union all select 'receivable is ' || sum(amount_minor) || ' and open invoices are ' || (
          select coalesce(sum(amount_due_minor), 0) from invoices where status = 'open')
        from ledger_postings where account = 'receivable'
        having sum(amount_minor) <> (select coalesce(sum(amount_due_minor), 0) from invoices where status = 'open')
      union all select 'suspense is ' || sum(amount_minor) from ledger_postings
        where account = 'suspense' having sum(amount_minor) <> 0
      union all select 'customers’ balances are ' || (select coalesce(sum(amount_minor), 0) from balance_transactions)
        || ' and the ledger says ' || coalesce(-sum(amount_minor), 0)
        from ledger_postings where account = 'customer_balance'
        having coalesce(-sum(amount_minor), 0) <> (select coalesce(sum(amount_minor), 0) from balance_transactions)`);
  }

  /** Every paid invoice was charged exactly once, nothing else was, and cash is what Stripe says it is. */
  async #stripesBooks(): Promise<Findings> {
    const findings: Findings = [];
    const charged = new Map<string, number[]>();
    for await (const charge of this.#stripe.charges.list({ limit: 100 })) {
      if (charge.status !== 'succeeded') continue;
      const intent = typeof charge.payment_intent === 'string' ? charge.payment_intent : '';
      charged.set(intent, [...(charged.get(intent) ?? []), charge.amount_captured]);
    }
    const rows = await this.database.invoices.findAll({ where: { status: 'paid' } });
    let paid = 0n;
    for (const { number, stripePaymentIntentId, amountDueMinor } of rows.map((row) =>
      row.get({ plain: true }),
    )) {
      paid += amountDueMinor;
      const charges = charged.get(stripePaymentIntentId ?? '') ?? [];
      charged.delete(stripePaymentIntentId ?? '');
      if (amountDueMinor > 0n && charges.join() !== String(amountDueMinor)) {
        findings.push(`invoice ${number} over ${amountDueMinor} was charged [${charges.join()}]`);
      }
    }
    for (const [intent, amounts] of charged) {
      const refunded = await this.database.refunds.count({
        where: { stripePaymentIntentId: intent, status: 'succeeded' },
      });
      if (refunded !== 1) findings.push(`${intent} was charged ${amounts.join()} for no invoice`);
    }
    return [...findings, ...(await this.#totals(paid))];
  }

  async #totals(paid: bigint): Promise<Findings> {
    const books = z
      .record(z.string(), z.object({ charged: z.number(), refunded: z.number(), net: z.number() }))
      .parse(await json(`${this.places.sandbox}/_control/books`));
    const { charged = 0, refunded = 0, net = 0 } = books['usd'] ?? {};
    const [ledger] = await this.database.sequelize.query<{ cash: string }>(
      `select coalesce(sum(amount_minor), 0)::text as cash from ledger_postings where account = 'cash'`,
      { type: QueryTypes.SELECT },
    );
    const cash = ledger?.cash ?? '0';
    const same = String(net) === cash && String(charged - refunded) === String(paid);
    if (same) return [];
    return [`Stripe has ${net} (${charged} − ${refunded}), paid invoices ${paid}, cash ${cash}`];
  }

  /** I8: each mail of the outbox arrived; one that came again came as the same message. */
  async #mails(): Promise<Findings> {
    const rows = await this.database.emails.findAll();
    const sent = rows.map((row) => row.get({ plain: true }).messageId);
    const arrived = (await this.mailsArrived()).map(({ messageId }) => messageId);
    return [
      ...sent.filter((id) => !arrived.includes(id)).map((id) => `mail ${id} never arrived`),
      ...arrived.filter((id) => !sent.includes(id)).map((id) => `mail ${id} is not ours`),
    ];
  }

  /** Every delivery to the mail catcher. */
  async mailsArrived(): Promise<{ messageId: string; to: string[]; subject: string }[]> {
    const messages = z
      .array(z.object({ message_id: z.string(), to: z.array(z.string()), subject: z.string() }))
      .parse(await json(`${this.places.mail}/api/messages?limit=1000`));
    return messages.map(({ message_id: messageId, to, subject }) => ({ messageId, to, subject }));
  }

  /** I6: a running workflow for each live row, which knows what the row says; and none that failed. */
  async #workflows(): Promise<Findings> {
    const findings: Findings = [];
    const { client } = this.temporal;
    const failures = `ExecutionStatus in ('Failed', 'TimedOut', 'Canceled')`;
    for await (const workflow of client.workflow.list({ query: failures })) {
      findings.push(`workflow ${workflow.workflowId} is ${workflow.status.name}`);
    }
    const rows = await this.database.subscriptions.findAll({ where: { status: live } });
    for (const row of rows.map((each) => each.get({ plain: true }))) {
      const handle = client.workflow.getHandle(subscriptionWorkflowId(row.id));
      const { status } = await handle.describe();
      if (status.name !== 'RUNNING') {
        findings.push(`workflow of ${row.id} (${row.status}) is ${status.name}`);
        continue;
      }
      const view = await handle.query(viewQuery);
      const expected = stateFrom(row, await this.#unsettledOf(row.id));
      if (!sameState(view.state, expected) || view.needsAttention !== undefined) {
        findings.push(
          `workflow of ${row.id} says ${JSON.stringify(view)}, the row ${JSON.stringify(expected)}`,
        );
      }
    }
    return findings;
  }

  async #unsettledOf(subscriptionId: string): Promise<InvoiceRecord[]> {
    const invoices = await this.#invoicesOf(subscriptionId);
    return invoices.filter(({ status }) => status === 'draft' || status === 'open');
  }

  async #invoicesOf(subscriptionId: string): Promise<InvoiceRecord[]> {
    const rows = await this.database.invoices.findAll({
      where: { subscriptionId },
      order: [['periodStart', 'ASC']],
    });
    return rows.map((row) => row.get({ plain: true }));
  }

  async #lines(sql: string): Promise<Findings> {
    const rows = await this.database.sequelize.query<{ line: string }>(sql, {
      type: QueryTypes.SELECT,
    });
    return rows.map(({ line }) => line);
  }
}

function sameState(one: SubscriptionState, other: SubscriptionState): boolean {
  const ordered = (state: SubscriptionState) =>
    JSON.stringify([
      state.revision,
      state.status,
      state.cycle,
      state.boundaryAt,
      state.ends,
      state.expiresAt,
      state.invoices.map((invoice) =>
        Object.entries(invoice).toSorted(([a], [b]) => a.localeCompare(b)),
      ),
    ]);
  return ordered(one) === ordered(other);
}

async function json(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}

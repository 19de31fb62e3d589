import { readFileSync } from 'node:fs';
import { QueryTypes } from 'sequelize';
import { billingDay } from '../../../api/queries/operator/billing-day';
import { emailsOf } from '../../../api/queries/operator/emails';
import { openDatabase, type Database } from '../../../db/database';
import { startLonelyApi, type Api, type ApiGround } from '../../support/api';
import { newOperator, type Operator } from './operators';

const subscriptions = 100_000;

let api: Api & ApiGround;
let operator: Operator;
beforeAll(async () => {
  api = await startLonelyApi();
  operator = await newOperator(api, api.database);
  const { sequelize } = api.database;
  // Seeding takes longer than what a request may take.
  await sequelize.transaction(async (transaction) => {
    await sequelize.query('set local statement_timeout = 120000', { transaction });
    for (const statement of seeds) {
      await sequelize.query(statement, { replacements: { subscriptions }, transaction });
    }
  });
  await sequelize.query('set statement_timeout = 60000; analyze');
}, 180_000);
afterAll(() => api.close());

/** The n-th row's id, of one kind or another. */
const id = (kind: number) => `('00000000-0000-4000-800${kind}-' || lpad(n::text, 12, '0'))::uuid`;

/**
 * Of 100,000 subscriptions that began over three years: one in five has ended, one in fifty is past
 * due, one in ten has changed its plan, one in twenty was paused, one in ten has a coupon, most of them since they began. A tenth
 * renews today: half of those did, within the last minutes.
 */
const seeds = [
  `insert into users (id, email, password_hash, invoice_prefix)
   select ${id(1)}, n || '@scale.test', 'none', 'S' || n from generate_series(1, :subscriptions) n`,
  `insert into subscriptions (id, user_id, plan_id, status, quantity, collection_method, time_zone,
     anchor_at, epoch_cycle, cycle, current_period_start, current_period_end, ended_at, started_at)
   select ${id(2)}, ${id(1)}, (select array_agg(id order by code) from plans)[1 + n % 12],
     case when n % 5 = 0 then 'canceled' when n % 50 = 1 then 'past_due' else 'active' end, 1 + n % 3,
     'charge_automatically', 'UTC', began, 1, 1,
     now() - interval '20 days', case when n % 10 = 3 then now() - make_interval(secs => n % 1000 - 500)
       else now() + make_interval(hours => 25 + n % 600) end,
     case when n % 5 = 0 then began + make_interval(days => 1 + n % 300) end, began
   from (select n, now() - make_interval(mins => 60 * 24 * 301 + n * 11) as began
     from generate_series(1, :subscriptions) n) made`,
  `insert into subscription_events (subscription_id, at, type, data)
   select ${id(2)}, now() - make_interval(days => n % 290), 'plan_changed', jsonb_build_object(
     'from_plan_id', (select array_agg(id order by code) from plans)[1 + (n + 1) % 12],
     'to_plan_id', (select array_agg(id order by code) from plans)[1 + n % 12],
     'from_quantity', 1, 'to_quantity', 1 + n % 3)
   from generate_series(1, :subscriptions, 10) n`,
  `insert into subscription_events (subscription_id, at, type)
   select ${id(2)}, now() - make_interval(days => days), type
   from generate_series(2, :subscriptions, 20) n,
     (values (100, 'paused'), (60, 'resumed')) as happened (days, type)`,
  // Most of the story is none of the metrics' business.
  `insert into subscription_events (subscription_id, at, type)
   select ${id(2)}, now() - make_interval(days => 1), 'invoice_paid'
   from generate_series(1, :subscriptions) n, generate_series(1, 3)`,
  `insert into coupons (id, code, name, percent_off, duration)
   values ('00000000-0000-4000-8009-000000000001', 'HALF', 'Half', '50', 'forever')`,
  `insert into discounts (id, subscription_id, coupon_id, starts_at)
   select ${id(3)}, ${id(2)}, '00000000-0000-4000-8009-000000000001',
     now() - make_interval(days => case when n % 50 = 4 then 200 else 2000 end)
   from generate_series(4, :subscriptions, 10) n`,
  `insert into invoices (id, user_id, subscription_id, reason, occasion, number, status,
     collection_method, currency, subtotal_minor, discount_minor, tax_minor, total_minor,
     credit_applied_minor, amount_due_minor, amount_paid_minor, period_start, period_end, issued_at,
     due_at, paid_at, first_failed_at)
   select ${id(4)}, ${id(1)}, ${id(2)}, 'cycle', '1', 'S' || n, status, 'charge_automatically', 'usd',
     1000, 0, 0, 1000, 0, 1000, case status when 'paid' then 1000 else 0 end,
     at, at + interval '30 days', at, at, case status when 'paid' then at + interval '3 days' end,
     case when n % 7 = 1 then at end
   from (select n, case when n % 50 = 1 then 'open' when n % 70 = 1 then 'uncollectible' else 'paid' end
     as status, now() - make_interval(days => 10 + n % 350) as at
     from generate_series(1, :subscriptions) n) made`,
  `insert into payment_attempts (id, invoice_id, number, status, idempotency_key, amount_minor, currency,
     attempted_at)
   select ${id(5)}, ${id(4)}, 1, case when n % 7 = 1 then 'failed' else 'succeeded' end, 'S' || n, 1000,
     'usd', now() - make_interval(days => 10 + n % 350)
   from generate_series(1, :subscriptions) n`,
  `insert into emails (id, kind, thing, occasion, user_id, data, status, message_id, created_at)
   select ${id(6)}, 'welcome', n::text, 'signed_up', ${id(1)}, '{}',
     case when n % 1000 = 0 then 'failed' else 'sent' end, n::text, now() - make_interval(mins => n)
   from generate_series(1, :subscriptions) n`,
  `insert into subscription_cycles (subscription_id, cycle, period_start, period_end, outcome, created_at)
   select ${id(2)}, cycle, now() - make_interval(days => 30 * cycle, secs => n % 500),
     now() - make_interval(days => 30 * cycle - 30, secs => n % 500), 'billed',
     now() - make_interval(days => 30 * cycle, secs => n % 400)
   from generate_series(1, :subscriptions) n, generate_series(0, 2) cycle
   where cycle > 0 or n % 10 = 4`,
];

/** What the database's processes have used of the processors until now, in milliseconds. */
async function usedMilliseconds(): Promise<number> {
  const backends = await api.database.sequelize.query<{ pid: number }>(
    'select pid from pg_stat_activity where datname = current_database()',
    { type: QueryTypes.SELECT },
  );
  const ticks = backends.map(({ pid }) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((sum, each) => sum + each, 0) * 10;
}

/** What the database works for an answer, in milliseconds, on average: however busy the machine is. */
async function work(path: string): Promise<number> {
  const calls = 10;
  const times: number[] = [];
  await operator.get(path);
  const before = await usedMilliseconds();
  for (let call = 0; call < calls; call += 1) {
    const began = performance.now();
    const { status } = await operator.get(path);
    if (status !== 200) throw new Error(`${path} answers ${status}`);
    times.push(performance.now() - began);
  }
  const each = ((await usedMilliseconds()) - before) / calls;
  process.stdout.write(
    `${path}: ${Math.round(each)} ms of work; ${Math.round(Math.min(...times))} ms at best\n`,
  );
  return each;
}

describe('with 100,000 subscriptions', () => {
  it('the business’s figures take the database little work, and agree with themselves', async () => {
    const { body } = await operator.get('metrics');
    const [usd] = body.currencies;
    expect(usd.subscriptions).toMatchObject({ active: 78_000, past_due: 2_000 });
    expect(usd.months.at(-1).mrr_at_end).toBe(usd.mrr);
    // Shared between two processors, and on a busy machine, where the same work takes longer.
    expect(await work('metrics')).toBeLessThan(600);
  });

  it('a billing day takes it next to none, and is read by index', async () => {
    const { body } = await operator.get('billing-day');
    expect(body.due).toBeGreaterThan(5_000);
    expect(await work('billing-day')).toBeLessThan(150);
    const plan = await planOf((database) =>
      billingDay(database, { date: undefined, timeZone: 'UTC' }),
    );
    const scanned = plan.flatMap((line) => /Seq Scan on (\w+)/.exec(line)?.[1] ?? []);
    // A tenth of all subscriptions renews today: those rows are looked up by whatever is quicker.
    expect(scanned.filter((table) => table !== 'subscriptions')).toEqual([]);
  });

  it('the outbox’s lists are read by index', async () => {
    for (const wanted of [{}, { status: 'failed' as const }, { userId: operator.id }]) {
      const plan = await planOf((database) => emailsOf(database, wanted, { limit: 20 }));
      expect(plan.join('\n')).toMatch(/Index (Only )?Scan/);
      expect(plan.join('\n')).not.toContain('Seq Scan on emails');
    }
  });
});

/** How PostgreSQL answers the first thing that is asked. */
async function planOf(ask: (database: Database) => Promise<unknown>): Promise<string[]> {
  const database = openDatabase({ url: api.config.DATABASE_URL, poolSize: 1 });
  try {
    const statements: string[] = [];
    database.sequelize.addHook('afterQuery', (_options, query) => {
      if ('sql' in query && typeof query.sql === 'string') statements.push(query.sql);
    });
    await ask(database);
    const [first = ''] = statements;
    const rows = await database.sequelize.query<{ 'QUERY PLAN': string }>(`explain ${first}`, {
      type: QueryTypes.SELECT,
    });
    return rows.map((row) => row['QUERY PLAN']);
  } finally {
    await database.close();
  }
}

import { QueryTypes } from 'sequelize';
import { openDatabase, type Database } from '../../db/database';
import { createWorkerMetrics } from '../../worker/metrics';
import { webhookEvents } from '../../api/queries/operator/webhook-events';
import { createTestDatabase } from '../support/databases';

let testDatabase: Awaited<ReturnType<typeof createTestDatabase>>;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  // One connection, so that what it has read can be asked of PostgreSQL at once.
  database = openDatabase({ url: testDatabase.url, poolSize: 1 });
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

const run = (sql: string) => database.sequelize.query(sql);

/** How often a whole table was read. */
async function wholeReads(): Promise<Record<string, number>> {
  await run('select pg_stat_force_next_flush()');
  const rows = await database.sequelize.query<{ relname: string; scans: number }>(
    `select relname, seq_scan::int as scans from pg_stat_user_tables
     where relname in ('webhook_events', 'emails')`,
    { type: QueryTypes.SELECT },
  );
  return Object.fromEntries(rows.map(({ relname, scans }) => [relname, scans]));
}

/** How many rows of Stripe’s events were read so far. */
async function rowsRead(): Promise<number> {
  await run('select pg_stat_force_next_flush()');
  const [read] = await database.sequelize.query<{ rows: number }>(
    `select (seq_tup_read + idx_tup_fetch)::int as rows from pg_stat_user_tables
     where relname = 'webhook_events'`,
    { type: QueryTypes.SELECT },
  );
  return read?.rows ?? 0;
}

it('what waits is counted without reading all that ever came and went', async () => {
  await run(`insert into webhook_events (id, type, payload, status)
    select 'evt_' || i, 'x', '{}', case i when 1 then 'received' when 2 then 'failed' else 'done' end
    from generate_series(1, 20000) i`);
  await run(`insert into emails (id, kind, thing, occasion, user_id, data, status, message_id)
    select gen_random_uuid(), 'receipt', i, 'x', users.id, '{}',
      case i when 1 then 'queued' when 2 then 'failed' else 'sent' end, i
    from generate_series(1, 20000) i, (select id from users limit 1) users`);
  await run('analyze webhook_events, emails');
  const { registry } = createWorkerMetrics(database, 25);
  const before = await wholeReads();
  const figures = await registry.metrics();
  expect(await wholeReads()).toEqual(before);
  for (const line of [
    'stripe_events_waiting{status="received"} 1',
    'stripe_events_waiting{status="failed"} 1',
    'emails_waiting{status="queued"} 1',
    'emails_waiting{status="failed"} 1',
  ]) {
    expect(figures).toContain(line);
  }
});

it('a late page of Stripe’s events does not read those of the pages before', async () => {
  await run(`insert into webhook_events (id, type, payload, status, received_at)
    select 'evt_old_' || i, 'x', '{}', 'done', now() - i * interval '1 hour'
    from generate_series(1, 20000) i`);
  await run('analyze webhook_events');
  const before = await rowsRead();
  const asked = { limit: 20, starting_after: 'evt_old_19000' };
  const { rows } = await webhookEvents(database, {}, asked);
  expect(rows.slice(0, 2).map(({ id }) => id)).toEqual(['evt_old_19001', 'evt_old_19002']);
  expect((await rowsRead()) - before).toBeLessThan(2_000);
});

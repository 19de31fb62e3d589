import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { QueryTypes } from 'sequelize';
import type { Database } from '../db/database';
import type { StripeCall } from '../platform/stripe';
import type { Verdict } from './event-verdict';

/** What the worker counts, for Prometheus. */
export interface WorkerMetrics {
  registry: Registry;
  /** A call to Stripe was made. */
  called(call: StripeCall): void;
  /** An event was looked at: what was said of it, or that it could not be brought on its way. */
  dispatched(outcome: Verdict['say'] | 'tried' | 'failed'): void;
}

/** @param rateLimit most calls to Stripe per second */
export function createWorkerMetrics(database: Database, rateLimit: number): WorkerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const calls = new Counter({
    name: 'stripe_calls_total',
    help: 'Calls to Stripe, each try, by what came of them.',
    labelNames: ['method', 'endpoint', 'outcome'] as const,
    registers,
  });
  const durations = new Histogram({
    name: 'stripe_call_duration_seconds',
    help: 'Time until Stripe answered, or did not.',
    labelNames: ['method', 'endpoint'] as const,
    buckets: [0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3, 6, 12, 20, 30],
    registers,
  });
  const limited = new Counter({
    name: 'stripe_rate_limited_total',
    help: 'Answers 429 of Stripe’s: we asked too often.',
    registers,
  });
  const events = new Counter({
    name: 'stripe_events_dispatched_total',
    help: 'Events of Stripe’s that were looked at, by what was said of them.',
    labelNames: ['outcome'] as const,
    registers,
  });
  new Gauge({
    name: 'stripe_rate_limit_per_second',
    help: 'Most calls to Stripe per second, by configuration.',
    registers,
  }).set(rateLimit);
  countWaiting(database, registry);
  return {
    registry,
    called({ method, endpoint, status, seconds }) {
      calls.inc({ method, endpoint, outcome: outcomeOf(status) });
      durations.observe({ method, endpoint }, seconds);
      if (status === 429) limited.inc();
    },
    dispatched: (outcome) => events.inc({ outcome }),
  };
}

/** What is in the database, counted when somebody asks; left out while it can't be reached. */
function countWaiting(database: Database, registry: Registry): void {
  const gauge = (counted: Counted) => gaugeOf(database, registry, counted);
  gauge({
    name: 'stripe_events_waiting',
    help: 'Events of Stripe’s that wait for their turn (received) or for an operator (failed).',
    statuses: ['received', 'failed'],
    sql: countedOf('webhook_events', ['received', 'failed']),
  });
  gauge({
    name: 'emails_waiting',
    help: 'Mails that wait for their turn (queued) or for an operator (failed).',
    statuses: ['queued', 'failed'],
    sql: countedOf('emails', ['queued', 'failed']),
  });
  gauge({
    name: 'discrepancies_open',
    help: 'Things in which Stripe’s books and ours differ.',
    statuses: ['open'],
    sql: countedOf('discrepancies', ['open']),
  });
  gauge({
    name: 'reconciliation_timestamp_seconds',
    help: 'When the last comparison of Stripe’s books with ours began that came to its end.',
    statuses: ['finished'],
    sql: `select 'finished' as status, extract(epoch from started_at)::float as value
      from reconciliations where finished_at is not null order by started_at desc limit 1`,
  });
}

/** Each status by itself, so that its own index answers and the rows that are done are not read. */
const countedOf = (table: string, statuses: readonly string[]) =>
  statuses
    .map(
      (status) =>
        `select '${status}' as status, count(*)::float as value from ${table} where status = '${status}'`,
    )
    .join(' union all ');

interface Counted {
  name: string;
  help: string;
  /** Those without a row are 0. */
  statuses: readonly string[];
  /** Answers rows of `status` and `value`. */
  sql: string;
}

function gaugeOf(
  { sequelize }: Database,
  registry: Registry,
  { name, help, statuses, sql }: Counted,
): void {
  const gauge = new Gauge({
    name,
    help,
    labelNames: ['status'] as const,
    registers: [registry],
    async collect() {
      gauge.reset();
      const rows = await sequelize
        .query<{ status: string; value: number }>(sql, { type: QueryTypes.SELECT })
        .catch(() => undefined);
      if (rows === undefined) return;
      for (const status of statuses) {
        gauge.set({ status }, rows.find((row) => row.status === status)?.value ?? 0);
      }
    },
  });
}

function outcomeOf(status: number | undefined): string {
  if (status === undefined) return 'lost';
  if (status < 300) return 'ok';
  if (status === 402) return 'declined';
  if (status === 409) return 'conflict';
  if (status === 429) return 'rate_limited';
  return status < 500 ? 'refused' : 'fault';
}

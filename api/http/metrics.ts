import type { Context, Next } from 'koa';
import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export interface HttpMetrics {
  registry: Registry;
  measure: (context: Context, next: Next) => Promise<void>;
}

/** Counts requests and measures how long they take, by the route's pattern: ids make no new series. */
export function createHttpMetrics(): HttpMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const labelNames = ['method', 'route', 'status'] as const;
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests answered.',
    labelNames,
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to its answer.',
    labelNames,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  });
  return {
    registry,
    async measure(context, next) {
      const begun = process.hrtime.bigint();
      try {
        await next();
      } finally {
        const labels = {
          method: context.method,
          route: routePatternOf(context),
          status: String(context.status),
        };
        requests.inc(labels);
        durations.observe(labels, Number(process.hrtime.bigint() - begun) / 1e9);
      }
    },
  };
}

/** `/api/v1/invoices/:id`, or "(none)" where no route fits. */
export function routePatternOf(context: Context): string {
  const pattern: unknown = context['_matchedRoute'];
  return typeof pattern === 'string' ? pattern : '(none)';
}

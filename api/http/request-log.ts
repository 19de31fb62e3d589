import type { Context, Next } from 'koa';
import type { Logger } from '../../platform/logger';
import { routePatternOf } from './metrics';
import { requestIdOf } from './request-id';

const quiet = new Set(['/healthz', '/readyz', '/metrics']);

/** One line per request. Paths and queries may hold secrets: only the route's pattern is logged (I12). */
export function logRequests(logger: Logger) {
  return async (context: Context, next: Next): Promise<void> => {
    const begun = performance.now();
    await next();
    const route = routePatternOf(context);
    const level = quiet.has(route) ? 'trace' : 'info';
    logger[level](
      {
        request_id: requestIdOf(context),
        method: context.method,
        route,
        status: context.status,
        ms: Math.round(performance.now() - begun),
      },
      'request',
    );
  };
}

import Koa from 'koa';
import { createAdmissions } from './accounts/authenticate';
import { createLoginLimiter } from './accounts/login-limiter';
import { createPayLinks } from '../platform/pay-links';
import { createKeyring } from './accounts/tokens';
import type { ApiOptions } from './dependencies';
import { createHttpMetrics } from './http/metrics';
import { problemResponses } from './http/problem-response';
import { nameRequest } from './http/request-id';
import { logRequests } from './http/request-log';
import { serveRoutes } from './http/router';
import { securityHeaders } from './http/security-headers';
import { allRoutes } from './routes';

/** The whole API as one Koa application. Nothing is connected to before the first request. */
export function createApp(options: ApiOptions): Koa {
  const { config, database, logger } = options;
  const keyring = createKeyring([config.JWT_SECRET]);
  const dependencies = {
    ...options,
    keyring,
    logins: createLoginLimiter(),
    payLinks: createPayLinks(config),
  };
  const metrics = createHttpMetrics();
  const router = serveRoutes(
    allRoutes(metrics.registry),
    dependencies,
    createAdmissions(database, keyring),
  );

  const app = new Koa();
  app.on('error', (error: unknown) => logger.error({ err: error }, 'answer not sent'));
  app.use(nameRequest);
  app.use(metrics.measure);
  app.use(logRequests(logger));
  app.use(securityHeaders(config.PUBLIC_URL));
  app.use(problemResponses(logger));
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}

import Koa from 'koa';
import compress from 'koa-compress';
import { signingSecretsOf } from '../platform/config';
import { createAdmissions } from './accounts/authenticate';
import { createAttempts, createRateLimits } from './accounts/rate-limits';
import { createAccountLinks } from '../platform/account-links';
import { createPayLinks } from '../platform/pay-links';
import { createKeyring } from './accounts/tokens';
import type { ApiOptions } from './dependencies';
import { crossOrigin } from './http/cross-origin';
import { deadline } from './http/deadline';
import { createHttpMetrics } from './http/metrics';
import { createOnce } from './http/once';
import { problemResponses } from './http/problem-response';
import { nameRequest } from './http/request-id';
import { logRequests } from './http/request-log';
import { serveRoutes } from './http/router';
import { createSealedAnswers } from './http/sealed-answers';
import { securityHeaders } from './http/security-headers';
import { allRoutes } from './routes';

/** The whole API as one Koa application. Nothing is connected to before the first request. */
export function createApp(options: ApiOptions): Koa {
  const { config, database, logger } = options;
  const keyring = createKeyring(signingSecretsOf(config));
  const limits = createRateLimits(database, config);
  const dependencies = {
    ...options,
    keyring,
    limits,
    attempts: createAttempts(limits, config),
    accountLinks: createAccountLinks(config),
    payLinks: createPayLinks(config),
  };
  const metrics = createHttpMetrics();
  const router = serveRoutes(
    allRoutes(metrics.registry),
    dependencies,
    createAdmissions(dependencies),
    createOnce({
      database,
      logger,
      sealedAnswers: createSealedAnswers(signingSecretsOf(config)),
    }),
  );

  // Of X-Forwarded-For only what our own proxies added is believed: its last entries.
  const app = new Koa({ proxy: config.TRUST_PROXY > 0, maxIpsCount: config.TRUST_PROXY });
  app.on('error', (error: unknown) => logger.error({ err: error }, 'answer not sent'));
  app.use(nameRequest);
  app.use(metrics.measure);
  app.use(logRequests(logger));
  app.use(securityHeaders(config.PUBLIC_URL));
  app.use(crossOrigin(config.CORS_ORIGINS));
  app.use(compress());
  app.use(problemResponses(logger));
  app.use(deadline(config.REQUEST_TIMEOUT_SECONDS));
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}

import cors from '@koa/cors';
import type { Middleware } from 'koa';

/** How long a browser may remember what it was allowed. */
const preflightSeconds = 600;

/** What a page may send besides what every page may. */
const requestHeaders = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-None-Match',
  'X-Request-Id',
];

/** What a page may read of an answer besides what every page may. */
const answerHeaders = [
  'Allow',
  'ETag',
  'Idempotent-Replayed',
  'Retry-After',
  'WWW-Authenticate',
  'X-Request-Id',
];

/**
 * Lets pages of these origins call the API from a browser; nobody else's. Without credentials: who
 * calls says so by a bearer token, which a foreign page hasn't got.
 * @param origins parted by commas: `https://app.example,https://admin.example`
 */
export function crossOrigin(origins: string | undefined): Middleware {
  const allowed = new Set((origins ?? '').split(',').map((origin) => origin.trim()));
  allowed.delete('');
  return cors({
    origin: (context) => {
      const origin = context.get('Origin');
      return allowed.has(origin) ? origin : '';
    },
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: requestHeaders,
    exposeHeaders: answerHeaders,
    maxAge: preflightSeconds,
    credentials: false,
  });
}

import { Router } from '@koa/router';
import Koa from 'koa';
import type http from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError, type ErrorBody } from '../errors';
import type { IdMint } from '../ids';
import type { Witness } from '../witness/witness';
import { BrokenConnection } from './api';

export interface ServerOptions {
  ids: IdMint;
  log: (message: string, facts: Record<string, unknown>) => void;
  witness: Witness | null;
  /** Mounts the endpoints. */
  mount: (router: Router) => void;
}

/** The application behind the sandbox's address. */
export function createHandler(options: ServerOptions): http.RequestListener {
  const app = new Koa();
  app.use(async (ctx, next) => {
    const version = ctx.get('stripe-version');
    ctx.set('Request-Id', options.ids.mint('req'));
    ctx.set('Cache-Control', 'no-cache, no-store');
    if (version !== '') {
      ctx.set('Stripe-Version', version);
    }
    try {
      await next();
    } catch (error) {
      answerError(ctx, error, options.log);
    }
    options.witness?.testify(ctx, ctx.respond === false ? null : ctx.status);
  });
  const router = new Router();
  options.mount(router);
  app.use(router.routes());
  app.use((ctx) => {
    answer(ctx, 404, {
      type: 'invalid_request_error',
      message: `Unrecognized request URL (${ctx.method}: ${ctx.path}). If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code.`,
    });
  });
  const handle = app.callback();
  return (request, response) => {
    void handle(request, response);
  };
}

/** Resolves with the port once the server listens; rejects with the reason why it can't. */
export function listen(server: http.Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address: AddressInfo | string | null = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Ends the server at once; requests under way are cut. */
export function shut(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function answerError(ctx: Koa.Context, error: unknown, log: ServerOptions['log']): void {
  if (error instanceof BrokenConnection) {
    ctx.respond = false;
    ctx.res.destroy();
    return;
  }
  if (error instanceof ApiError) {
    answer(ctx, error.status, error.body);
    return;
  }
  log('a request failed', { path: ctx.path, error: String(error) });
  answer(ctx, 500, { type: 'api_error', message: 'The sandbox failed; see its log.' });
}

function answer(ctx: Koa.Context, status: number, error: ErrorBody): void {
  ctx.status = status;
  ctx.body = { error };
}

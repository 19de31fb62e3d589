import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Router } from '@koa/router';
import type { Context } from 'koa';
import type { createAdmissions } from '../accounts/authenticate';
import type { Dependencies } from '../dependencies';
import { idempotencyKeyOf } from './idempotency-key';
import { takesKey, type Once } from './once';
import { Problem } from './problem';
import { readJson, readRaw } from './read-body';
import type { HttpFacts, Route, RouteAnswer, RouteCall } from './route';

/** A router that serves these routes. */
export function serveRoutes(
  routes: readonly Route[],
  dependencies: Dependencies,
  admissions: ReturnType<typeof createAdmissions>,
  once: Once,
): Router {
  const router = new Router();
  for (const route of routes) {
    for (const path of route.paths) {
      // Without its trailing slash the router takes a path both ways.
      router.register(path.replace(/\/$/, ''), [route.method], async (context) => {
        const answer = await route.run({
          admit: (access, scope) => admissions[access](context, scope),
          readInput: () => readInput(route, context, context.params),
          once: takesKey(route) ? underKey(route, context, once) : withoutKey,
          http: httpFacts(context),
          dependencies,
        });
        if (dependencies.checkAnswers === true) checkAnswer(route, answer);
        write(context, route, answer);
      });
    }
  }
  return router;
}

async function readInput(
  { request }: Route,
  context: Context,
  params: Record<string, string>,
): Promise<Record<string, unknown>> {
  refuseDuplicates(context);
  return {
    params,
    query: context.query,
    ...(request.shape.body === undefined ? {} : { body: await readJson(context) }),
  };
}

/** A parameter that is given twice means one thing to us and another to a proxy. Pages ask people, not programs. */
function refuseDuplicates({ path, query }: Context): void {
  if (!path.startsWith('/api/')) return;
  const errors = Object.entries(query)
    .filter(([, value]) => Array.isArray(value))
    .map(([field]) => ({ field, message: 'Given more than once.', code: 'invalid' }));
  const [first] = errors;
  if (first === undefined) return;
  throw new Problem(400, 'invalid_request', `${first.field}: ${first.message}`, { errors });
}

const withoutKey: RouteCall['once'] = (_userId, _input, does) => does();

const underKey =
  ({ method, secret }: Route, context: Context, once: Once): RouteCall['once'] =>
  (userId, input, does) => {
    const key = idempotencyKeyOf(httpFacts(context));
    if (key === undefined || userId === undefined) return does();
    const { query, body } = input;
    const asked = { method, path: context.path.replace(/\/+$/, ''), query, body };
    return once({ userId, key, asked, secret }, does);
  };

function httpFacts(context: Context): HttpFacts {
  return {
    origin: `${context.protocol}://${context.host}`,
    path: context.path,
    address: context.ip,
    header: (name) => context.get(name),
    readRaw: (limit) => readRaw(context, limit),
  };
}

/** Content types other than JSON are said by the schema of the answer. */
export function contentTypeOf(route: Route, status: number): string {
  const type = route.responses[status]?.meta()?.['contentType'];
  return typeof type === 'string' ? type : 'application/json';
}

function write(context: Context, route: Route, { status, body, headers = {} }: RouteAnswer): void {
  context.status = status;
  // Of an answer that holds a secret, its length when compressed would tell (BREACH).
  if (!isTagged(route)) context['compress'] = false;
  if (body === undefined) {
    context.body = null;
    context.set(headers);
    return;
  }
  const content = contentOf(body);
  context.body = content;
  context.type = contentTypeOf(route, status);
  if (route.cache !== undefined) context.set('Cache-Control', route.cache);
  context.set(headers);
  // What is still being written can't be known yet.
  if (isTagged(route) && status === 200 && !(content instanceof Readable)) tag(context, content);
}

/** Whether its answers have an ETag: what is read, and is no secret. */
export const isTagged = ({ method, secret }: Pick<Route, 'method' | 'secret'>) =>
  method === 'get' && secret === undefined;

const contentOf = (body: unknown): string | Buffer | Readable =>
  typeof body === 'string' || Buffer.isBuffer(body) || body instanceof Readable
    ? body
    : JSON.stringify(body);

/** Whoever has this answer already is told so. Weak: what is compressed on the way is still the same. */
function tag(context: Context, content: string | Buffer): void {
  const hash = `"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"`;
  context.set('ETag', `W/${hash}`);
  if (isKnown(context.get('If-None-Match'), hash)) context.status = 304;
}

/**
 * RFC 9110, 13.1.2. Koa's `fresh` heeds `Cache-Control: no-cache` besides, which fetch() adds to every
 * request that asks; but that is said to caches, and we are where the answer comes from.
 */
const isKnown = (tags: string, hash: string) =>
  tags.split(',').some((known) => ['*', hash].includes(known.trim().replace(/^W\//, '')));

function checkAnswer(route: Route, { status, body }: RouteAnswer): void {
  const result = route.responses[status]?.safeParse(body);
  if (result?.success === true) return;
  const reason = result?.error.message ?? `status ${status} is not documented`;
  throw new Error(`${route.method} ${route.paths[0]} answers what it must not: ${reason}`);
}

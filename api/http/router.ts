import { Router } from '@koa/router';
import type { Context } from 'koa';
import type { createAdmissions } from '../accounts/authenticate';
import type { Dependencies } from '../dependencies';
import { readJson, readRaw } from './read-body';
import type { HttpFacts, Route, RouteAnswer } from './route';

/** A router that serves these routes. */
export function serveRoutes(
  routes: readonly Route[],
  dependencies: Dependencies,
  admissions: ReturnType<typeof createAdmissions>,
): Router {
  const router = new Router();
  for (const route of routes) {
    for (const path of route.paths) {
      // Without its trailing slash the router takes a path both ways.
      router.register(path.replace(/\/$/, ''), [route.method], async (context) => {
        const answer = await route.run({
          admit: (access) => admissions[access](context),
          readInput: () => readInput(route, context, context.params),
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
  return {
    params,
    query: context.query,
    ...(request.shape.body === undefined ? {} : { body: await readJson(context) }),
  };
}

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
  context.body = body ?? null;
  if (body !== undefined) context.type = contentTypeOf(route, status);
  context.set(headers);
}

function checkAnswer(route: Route, { status, body }: RouteAnswer): void {
  const result = route.responses[status]?.safeParse(body);
  if (result?.success === true) return;
  const reason = result?.error.message ?? `status ${status} is not documented`;
  throw new Error(`${route.method} ${route.paths[0]} answers what it must not: ${reason}`);
}

import { z } from 'zod';
import type { Access, Principals } from '../accounts/authenticate';
import { scopeNeeded, type Scope } from '../accounts/scopes';
import type { Dependencies } from '../dependencies';
import { parseRequest } from './parse-request';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Facts of the HTTP request itself, for the few handlers that need them. */
export interface HttpFacts {
  /** Scheme and host that the client used. */
  origin: string;
  path: string;
  /** The client's IP address. */
  address: string;
  header: (name: string) => string;
  /** The body's bytes, for a route whose schema has no `body`. */
  readRaw: (limit: number) => Promise<Buffer>;
}

/** A schema with any of `params`, `query` and `body`; what it leaves out is not read. */
export type RequestSchema = z.ZodObject<{
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
}>;

export type ResponseSchemas = Readonly<Record<number, z.ZodType>>;

/** One of the documented answers: its status and a body of that status's schema. */
export type Answer<R extends ResponseSchemas> = {
  [Status in keyof R & number]: {
    status: Status;
    body: z.input<R[Status]>;
    headers?: Record<string, string>;
  };
}[keyof R & number];

export interface RouteDefinition<
  A extends Access,
  S extends RequestSchema,
  R extends ResponseSchemas,
> {
  method: Method;
  /** With and without its trailing slash; further ones are aliases that the documents leave out. */
  path: string | readonly [string, ...string[]];
  auth: A;
  summary: string;
  description?: string;
  tags: readonly string[];
  request: S;
  responses: R;
  /** Statuses of refusals, besides those that follow from `auth` and `request`. */
  problems?: readonly number[];
  /**
   * Its answer holds a secret: it is never stored, compressed or tagged (I12). Repeated under the same
   * Idempotency-Key it is made `again`, by what is itself safe to repeat, or can be had `once`.
   */
  secret?: 'again' | 'once';
  /** Its Cache-Control, where the answer is the same for everybody; else nothing may keep it. */
  cache?: string;
  handler: (
    request: z.output<S> & { principal: Principals[A]; http: HttpFacts },
    dependencies: Dependencies,
  ) => Promise<Answer<R>>;
}

/** An answer whose body the router writes as it is. */
export interface RouteAnswer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** A route whose types were checked where it was defined. */
export interface Route {
  method: Method;
  paths: readonly [string, ...string[]];
  auth: Access;
  /** What an API key needs to be let in; undefined where none is. */
  scope: Scope | undefined;
  summary: string;
  description: string | undefined;
  tags: readonly string[];
  request: RequestSchema;
  responses: ResponseSchemas;
  problems: readonly number[];
  secret: 'again' | 'once' | undefined;
  cache: string | undefined;
  run: (call: RouteCall) => Promise<RouteAnswer>;
}

/** What the router brings to a route for one request. */
export interface RouteCall {
  /** Lets the caller in, or throws 401 or 403. */
  admit: <A extends Access>(access: A, scope: Scope | undefined) => Promise<Principals[A]>;
  /** `params`, `query` and `body` as they were sent. */
  readInput: () => Promise<Record<string, unknown>>;
  /** Does a request of this user once, if it came with an Idempotency-Key that counts. */
  once: (
    userId: string | undefined,
    input: Record<string, unknown>,
    does: () => Promise<RouteAnswer>,
  ) => Promise<RouteAnswer>;
  http: HttpFacts;
  dependencies: Dependencies;
}

/** Defines one route: who may call it, what it takes and answers, and what it does. */
export function route<A extends Access, S extends RequestSchema, R extends ResponseSchemas>(
  definition: RouteDefinition<A, S, R>,
): Route {
  const { path, description, problems = [], secret, cache, handler, ...rest } = definition;
  const paths: Route['paths'] = typeof path === 'string' ? [path] : path;
  const scope = rest.auth === 'operator' ? scopeNeeded(rest.method, paths[0]) : undefined;
  return {
    ...rest,
    paths,
    scope,
    description,
    problems,
    secret,
    cache,
    async run({ admit, readInput, once, http, dependencies }) {
      const principal = await admit(definition.auth, scope);
      const given = await readInput();
      const input = parseRequest(definition.request, given);
      const caller: Principals[Access] = principal;
      return once(caller?.user.id, given, () =>
        handler({ ...input, principal, http }, dependencies),
      );
    },
  };
}

/** A Cache-Control for what is the same for everybody and may be a minute old: a price list. */
export const briefly = 'public, max-age=60';

/** An answer, with its headers. */
export const answer = <S extends number, B>(
  status: S,
  body: B,
  headers: Record<string, string> = {},
) => ({ status, body, headers });

export const ok = <B>(body: B) => ({ status: 200 as const, body });
export const created = <B>(body: B) => ({ status: 201 as const, body });
export const noContent = () => ({ status: 204 as const, body: undefined });

/** A request that takes nothing. */
export const nothing = z.object({});
/** An answer without a body. */
export const empty = z.undefined();

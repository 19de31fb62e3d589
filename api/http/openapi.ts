import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { exampleBody } from './openapi-examples';
import { shareDefinitions } from './openapi-components';
import { takesKey } from './once';
import { contentTypeOf, isTagged } from './router';
import type { Route } from './route';

type Json = Record<string, unknown>;

/** RFC 9457, and what every refusal carries besides. */
const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().describe('Stable: tell refusals apart by this.'),
    request_id: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string(), code: z.string() })),
  })
  .describe('A refusal. Outside v1 it also has `error` and a list of messages per field.');

/** The OpenAPI 3.1 document of these routes, made of the schemas that validate them. */
export function openApiDocument(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.paths[0].replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  const shared = shareDefinitions(paths);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Everbill',
      version,
      description: 'Subscription billing that cannot forget to bill and cannot bill twice.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths: shared.content,
    components: {
      schemas: { Problem: jsonSchema(problemSchema, 'output'), ...shared.definitions },
      responses: problemResponses(routes),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        api_key: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key (`ek_…`) with the scope that is named.',
        },
      },
    },
  };
}

function operation(route: Route): Json {
  const { summary, description, tags, request } = route;
  const { body } = request.shape;
  return {
    operationId: operationId(route),
    summary,
    ...(description === undefined ? {} : { description }),
    tags,
    security: securityOf(route),
    parameters: [
      ...parameters(request.shape.params, 'path'),
      ...parameters(request.shape.query, 'query'),
      ...headers(route),
    ],
    ...(body === undefined ? {} : { requestBody: requestBody(body) }),
    responses: { ...answers(route), ...refusals(route) },
  };
}

function requestBody(body: z.ZodType): Json {
  const schema = jsonSchema(body, 'input');
  return {
    required: !body.safeParse({}).success,
    content: { 'application/json': { schema, example: exampleBody(schema) } },
  };
}

function securityOf({ auth, scope }: Route): Json[] {
  if (auth === 'open') return [];
  return [{ bearer: [] }, ...(scope === undefined ? [] : [{ api_key: [scope] }])];
}

/** `post /api/users/login/` → `post_users_login`. */
function operationId({ method, paths: [path] }: Route): string {
  const words = path
    .replace(/^\/api\//, '')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  return [method, ...words].join('_');
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input');
  const names = new Set(Array.isArray(required) ? required : []);
  return Object.entries(properties ?? {}).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || names.has(name),
    schema: property,
  }));
}

/** What any request of its kind may say of itself. */
function headers(route: Route): Json[] {
  return [
    ...(takesKey(route)
      ? [
          {
            name: 'Idempotency-Key',
            in: 'header',
            required: false,
            description:
              'A name for this request: it is done once under it, and answered the same for a day.',
            schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
          },
        ]
      : []),
    ...(isTagged(route)
      ? [
          {
            name: 'If-None-Match',
            in: 'header',
            required: false,
            description: 'The `ETag` of an answer that you have: 304 when it still holds.',
            schema: { type: 'string' },
          },
        ]
      : []),
  ];
}

function answers(route: Route): Json {
  const known = isTagged(route) ? { 304: { description: STATUS_CODES[304] ?? '' } } : {};
  const documented = Object.fromEntries(
    Object.entries(route.responses).map(([status, schema]) => [
      status,
      {
        description: STATUS_CODES[status] ?? '',
        ...(schema instanceof z.ZodUndefined
          ? {}
          : {
              content: {
                [contentTypeOf(route, Number(status))]: { schema: jsonSchema(schema, 'output') },
              },
            }),
      },
    ]),
  );
  return { ...documented, ...known };
}

function refusals(route: Route): Json {
  const { auth, paths, request, problems, responses } = route;
  const statuses = new Set([
    ...(paths[0].startsWith('/api/') ? [400] : []),
    ...(takesKey(route) ? [409, 422] : []),
    ...(request.shape.body === undefined ? [] : [400, 413, 415]),
    ...(parameters(request.shape.query, 'query').length === 0 ? [] : [400]),
    ...(request.shape.params === undefined ? [] : [404]),
    ...(auth === 'open' ? [] : [401, 429]),
    ...(auth === 'operator' ? [403] : []),
    ...problems,
    500,
    503,
  ]);
  return Object.fromEntries(
    [...statuses]
      .filter((status) => responses[status] === undefined)
      .map((status) => [status, { $ref: `#/components/responses/${problemName(status)}` }]),
  );
}

/** What all refusals of one status have in common; said once. */
function problemResponses(routes: readonly Route[]): Json {
  const statuses = new Set(routes.flatMap((route) => Object.keys(refusals(route)).map(Number)));
  const content = {
    'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
  };
  return Object.fromEntries(
    [...statuses].map((status) => [
      problemName(status),
      { description: STATUS_CODES[status] ?? '', content },
    ]),
  );
}

/** 404 → `NotFound`. */
const problemName = (status: number) => (STATUS_CODES[status] ?? `${status}`).replaceAll(/\W/g, '');

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): z.core.JSONSchema.BaseSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { contentTypeOf } from './router';
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
  return {
    openapi: '3.1.0',
    info: {
      title: 'Everbill',
      version,
      description: 'Subscription billing that cannot forget to bill and cannot bill twice.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths,
    components: {
      schemas: { Problem: jsonSchema(problemSchema, 'output') },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function operation(route: Route): Json {
  const { summary, description, tags, auth, request } = route;
  return {
    operationId: operationId(route),
    summary,
    ...(description === undefined ? {} : { description }),
    tags,
    security: auth === 'open' ? [] : [{ bearer: [] }],
    parameters: [
      ...parameters(request.shape.params, 'path'),
      ...parameters(request.shape.query, 'query'),
    ],
    ...(request.shape.body === undefined
      ? {}
      : {
          requestBody: {
            required: !request.shape.body.safeParse({}).success,
            content: { 'application/json': { schema: jsonSchema(request.shape.body, 'input') } },
          },
        }),
    responses: { ...answers(route), ...refusals(route) },
  };
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

function answers(route: Route): Json {
  return Object.fromEntries(
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
}

function refusals({ auth, request, problems, responses }: Route): Json {
  const statuses = new Set([
    ...(request.shape.body === undefined ? [] : [400, 413, 415]),
    ...(parameters(request.shape.query, 'query').length === 0 ? [] : [400]),
    ...(request.shape.params === undefined ? [] : [404]),
    ...(auth === 'open' ? [] : [401]),
    ...(auth === 'operator' ? [403] : []),
    ...problems,
    500,
    503,
  ]);
  const problem = {
    'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
  };
  return Object.fromEntries(
    [...statuses]
      .filter((status) => responses[status] === undefined)
      .map((status) => [status, { description: STATUS_CODES[status] ?? '', content: problem }]),
  );
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): z.core.JSONSchema.BaseSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

import { z } from 'zod';

/** The part of a JSON schema that examples are made of. */
export interface JsonSchema {
  properties?: Record<string, JsonSchema> | undefined;
  required?: string[] | undefined;
  default?: unknown;
  enum?: unknown[] | undefined;
  type?: unknown;
}

const jsonSchema: z.ZodType<JsonSchema> = z.lazy(() =>
  z.object({
    properties: z.record(z.string(), jsonSchema).optional(),
    required: z.array(z.string()).optional(),
    default: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    type: z.unknown().optional(),
  }),
);

const operation = z.object({
  summary: z.string(),
  description: z.string().optional(),
  security: z.array(z.unknown()),
  parameters: z.array(z.object({ name: z.string(), in: z.string() })),
  requestBody: z
    .object({ content: z.object({ 'application/json': z.object({ schema: jsonSchema }) }) })
    .optional(),
  responses: z.record(z.string(), z.unknown()),
});

const document = z.object({
  info: z.object({ title: z.string(), description: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), operation)),
});

/** One documented call. */
export interface Operation extends z.output<typeof operation> {
  method: string;
  /** With `{name}` for its parameters. */
  path: string;
}

/** What an OpenAPI document of ours says, as far as a collection needs it. */
export interface Documented {
  title: string;
  description: string;
  operations: Operation[];
}

/** @throws z.ZodError when it is no document of ours */
export function readDocument(openApi: unknown): Documented {
  const { info, paths } = document.parse(openApi);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]) => ({ ...each, method, path })),
  );
  return { ...info, operations };
}

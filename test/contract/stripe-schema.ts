import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import { z } from 'zod';

const json = z.json();
type Json = z.infer<typeof json>;

/** Stripe's own description of its answers; see scripts/vendor-stripe-openapi.ts. */
const vendored = z
  .object({
    version: z.string(),
    answers: z.record(z.string(), json),
    schemas: z.record(z.string(), json),
  })
  .parse(JSON.parse(readFileSync(join(__dirname, 'stripe-openapi.json'), 'utf8')));

/** The version of Stripe's API that the description is of. */
export const describedVersion = vendored.version;

/**
 * OpenAPI 3.0 as JSON Schema: `nullable` becomes a type, references point into `$defs`, and an object may have no member
 * that it does not name, for a misspelt one would otherwise pass.
 */
function toJsonSchema(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(toJsonSchema);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, format: _, properties, additionalProperties, ...rest } = schema;
  const converted: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(rest)) {
    converted[key] =
      key === '$ref' && typeof value === 'string' ? reference(value) : toJsonSchema(value);
  }
  if (typeof properties === 'object' && properties !== null) {
    converted['properties'] = Object.fromEntries(
      Object.entries(properties).map(([name, each]) => [name, toJsonSchema(each)]),
    );
    converted['additionalProperties'] = toJsonSchema(additionalProperties ?? false);
  } else if (additionalProperties !== undefined) {
    converted['additionalProperties'] = toJsonSchema(additionalProperties);
  }
  return nullable === true ? { anyOf: [converted, { type: 'null' }] } : converted;
}

const reference = (ref: string): string => ref.replace('#/components/schemas/', 'stripe#/$defs/');

const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addSchema({
  $id: 'stripe',
  $defs: Object.fromEntries(
    Object.entries(vendored.schemas).map(([name, schema]) => [name, toJsonSchema(schema)]),
  ),
});

const compiled = new Map<string, ValidateFunction>();

function validator(key: string, schema: () => Json | undefined): ValidateFunction | undefined {
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const given = schema();
  const converted = given === undefined ? undefined : toJsonSchema(given);
  if (typeof converted !== 'object' || converted === null) return undefined;
  const validate = ajv.compile(converted);
  compiled.set(key, validate);
  return validate;
}

/** Whether Stripe has such an endpoint among those of the slice. */
export const describes = (method: string, template: string): boolean =>
  `${method} ${template}` in vendored.answers;

/**
 * What is wrong with a body by Stripe's description; nothing is the best answer.
 *
 * @param template e.g. `/v1/customers/:id`
 * @param status 200, or that of an error, whose body has a description of its own
 */
export function complaints(
  method: string,
  template: string,
  status: number,
  body: unknown,
): string[] {
  const key = status < 400 ? `${method} ${template}` : 'error';
  const validate = validator(key, () =>
    status < 400 ? vendored.answers[key] : { $ref: '#/components/schemas/error' },
  );
  if (validate === undefined) return [`Stripe has no ${method} ${template}.`];
  return [...said(validate, body), ...eventObjects(body)];
}

/** What an event is about is any object by its description; it has one of its own by its kind, unless a test made it up. */
function eventObjects(body: unknown): string[] {
  const listed = isRecord(body) && Array.isArray(body['data']) ? body['data'] : [body];
  return listed.flatMap((event: unknown) => {
    if (!isRecord(event) || event['object'] !== 'event' || !isRecord(event['data'])) return [];
    if (String(event['id']).startsWith('evt_madeup')) return [];
    const about = event['data']['object'];
    const kind = isRecord(about) ? about['object'] : undefined;
    if (typeof kind !== 'string' || vendored.schemas[kind] === undefined) return [];
    const validate = validator(kind, () => ({ $ref: `#/components/schemas/${kind}` }));
    return validate === undefined
      ? []
      : said(validate, about).map((each) => `${kind} of an event: ${each}`);
  });
}

function said(validate: ValidateFunction, body: unknown): string[] {
  if (validate(body)) return [];
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'anyOf');
  // Where there are several forms to choose from, the one that got furthest tells most.
  const deepest = Math.max(...errors.map(depth));
  return [...new Set(errors.filter((each) => depth(each) === deepest).map(sentence))];
}

const depth = ({ instancePath }: ErrorObject): number => instancePath.split('/').length;

function sentence({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath.replaceAll(/\/\d+/g, '/[]')} ${message ?? ''} ${JSON.stringify(params)}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

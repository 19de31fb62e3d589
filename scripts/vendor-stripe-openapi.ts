/**
 * Writes test/contract/stripe-openapi.json: what Stripe's OpenAPI description says of the answers of the endpoints
 * that the sandbox has, and nothing else.
 *
 *   npx tsx scripts/vendor-stripe-openapi.ts <folder of the Go module github.com/stripe/stripe-mock>
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { ROUTES } from '../sandbox/http/api';
import { root } from './stack/node-program';

const json = z.json();
type Json = z.infer<typeof json>;

const description = z.object({
  info: z.object({ version: z.string() }),
  components: z.object({ schemas: z.record(z.string(), json) }),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        responses: z.record(
          z.string(),
          z.object({ content: z.record(z.string(), z.object({ schema: json })).optional() }),
        ),
      }),
    ),
  ),
});

const REF = '#/components/schemas/';

/** Objects that an answer of the sandbox may hold expanded; others appear by their ids only. */
const OBJECTS = [
  ...['customer', 'deleted_customer', 'payment_method', 'setup_intent', 'payment_intent'],
  ...['charge', 'refund', 'dispute', 'balance_transaction', 'event', 'error'],
  ...['webhook_endpoint', 'deleted_webhook_endpoint', 'subscription', 'invoice', 'invoice_payment'],
];

/** Parameters of a path may be named as they like: `{customer}`, `:id`. */
const template = (path: string): string => path.replaceAll(/\{\w+\}|:\w+/g, ':id');

/** A schema without what validates nothing: prose, and expansions that the slice does not have. */
function trim(schema: Json, found: (name: string) => void): Json {
  if (Array.isArray(schema)) return schema.map((each) => trim(each, found));
  if (typeof schema !== 'object' || schema === null) return schema;
  const trimmed: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key.startsWith('x-') || key === 'title' || key === 'description') continue;
    if (key === 'properties' && typeof value === 'object' && value !== null) {
      trimmed[key] = Object.fromEntries(
        Object.entries(value).map(([name, each]) => [name, trim(each, found)]),
      );
    } else if (key === 'anyOf' && 'x-expansionResources' in schema && Array.isArray(value)) {
      trimmed[key] = trim(value.filter(isInSlice), found);
    } else {
      if (key === '$ref' && typeof value === 'string') found(value.slice(REF.length));
      trimmed[key] = trim(value, found);
    }
  }
  return trimmed;
}

function isInSlice(option: Json): boolean {
  const ref = typeof option === 'object' && option !== null && '$ref' in option && option['$ref'];
  return typeof ref !== 'string' || OBJECTS.includes(ref.slice(REF.length));
}

function main(folder: string): void {
  const file = join(folder, 'embedded', 'openapi', 'spec3.json');
  const { info, components, paths } = description.parse(JSON.parse(readFileSync(file, 'utf8')));
  const wanted = [...OBJECTS];
  const found = (name: string): void => void wanted.push(name);
  const answers: Record<string, Json> = {};
  for (const [path, operations] of Object.entries(paths)) {
    for (const route of ROUTES) {
      if (template(route.path) !== template(path)) continue;
      const schema = operations[route.method]?.responses['200']?.content?.['application/json'];
      if (schema === undefined) throw new Error(`Stripe has no ${route.method} ${path}`);
      answers[`${route.method.toUpperCase()} ${template(path)}`] = trim(schema.schema, found);
    }
  }
  const schemas: Record<string, Json> = {};
  for (const name of wanted) {
    if (schemas[name] === undefined) schemas[name] = trim(components.schemas[name] ?? {}, found);
  }
  const head = {
    notice: readFileSync(join(folder, 'LICENSE'), 'utf8'),
    source: `github.com/stripe/${basename(folder)}`,
    version: info.version,
  };
  const target = join(root, 'test', 'contract', 'stripe-openapi.json');
  writeFileSync(
    target,
    [
      ...Object.entries(head).map(([name, value]) => `${lead(name)}${JSON.stringify(value)},`),
      `"answers": ${perLine(answers)},`,
      `"schemas": ${perLine(schemas)}`,
    ]
      .join('\n')
      .replace(/^/, '{\n')
      .concat('\n}\n'),
  );
  console.log(
    `${target}: ${Object.keys(answers).length} endpoints, ${Object.keys(schemas).length} schemas`,
  );
}

const lead = (name: string): string => `${JSON.stringify(name)}: `;

/** One member a line, in order, so that a newer version can be compared with an older one. */
function perLine(members: Record<string, Json>): string {
  const lines = Object.entries(members)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => lead(name) + JSON.stringify(value));
  return `{\n${lines.join(',\n')}\n}`;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Name the folder of the Go module stripe-mock.');
main(folder);

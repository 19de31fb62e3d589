import { randomUUID } from 'node:crypto';
import { z } from 'zod';

type Json = z.core.JSONSchema.BaseSchema;

/** Values for members of these names, where a value of the right type is not yet a right value. */
const byName: Readonly<Record<string, unknown>> = {
  email: 'somebody@everbill.test',
  code: 'a_code',
  evidence: { customer_name: 'Casey Customer' },
  payment_method_id: 'pm_card_visa',
  password: 'correct horse battery',
  new_password: 'correct horse battery',
  new_password_confirm: 'correct horse battery',
  password_confirm: 'correct horse battery',
  currency: 'usd',
  country: 'DE',
  time_zone: 'Europe/Berlin',
  locale: 'de-DE',
  percentage: '19',
  percent_off: '10',
  interval: 'month',
  frozen_time: '2031-02-01T00:00:00Z',
  to_plan_id: randomUUID(),
};

/** The JSON schema of what a schema takes. */
export const inputSchema = (schema: z.ZodType): Json =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });

/** The names of the members of a body or of a query. */
export const membersOf = (schema: z.ZodType): string[] =>
  Object.keys(firstOption(inputSchema(schema)).properties ?? {});

/** The smallest thing that a schema takes. @throws Error when it does not take it after all. */
export function sampleOf(schema: z.ZodType): Record<string, unknown> {
  const sample = z.record(z.string(), z.unknown()).parse(sampled(inputSchema(schema), ''));
  const checked = schema.safeParse(sample);
  if (checked.success) return sample;
  // What is not needed by itself, but in this company.
  const fuller = z.record(z.string(), z.unknown()).parse(sampled(inputSchema(schema), '', true));
  for (const name of Object.keys(fuller)) {
    const more = { ...sample, [name]: fuller[name] };
    if (schema.safeParse(more).success) return more;
  }
  if (schema.safeParse(fuller).success) return fuller;
  throw new Error(`no sample: ${checked.error.message} of ${JSON.stringify(sample)}`);
}

function firstOption(schema: Json): Json {
  const [first] = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return typeof first === 'object' ? firstOption(first) : schema;
}

function sampled(given: Json | boolean | undefined, name: string, whole = false): unknown {
  if (Object.hasOwn(byName, name)) return byName[name];
  if (typeof given !== 'object') return 'text';
  const schema = firstOption(given);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.type === 'array') {
    return (schema.minItems ?? 0) === 0 ? [] : [sampled(firstItem(schema), name)];
  }
  if (schema.type === 'object') return sampledObject(schema, whole);
  if (schema.type === 'boolean') return true;
  if (schema.type === 'integer' || schema.type === 'number') {
    return Math.max(1, schema.minimum ?? 1);
  }
  return text(schema);
}

function sampledObject({ properties = {}, required = [] }: Json, whole: boolean) {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([member]) => whole || required.includes(member))
      .map(([member, value]) => [member, sampled(value, member)]),
  );
}

function firstItem({ items }: Json): Json | boolean | undefined {
  return Array.isArray(items) ? items[0] : items;
}

function text({ format, pattern }: Json): string {
  if (format === 'uuid') return randomUUID();
  if (format === 'email') return `${randomUUID()}@everbill.test`;
  if (format === 'date-time') return '2031-02-01T00:00:00Z';
  if (format === 'date') return '2031-02-01';
  if (pattern?.includes('\\d') === true) return '10';
  return `text-${randomUUID().slice(0, 8)}`;
}

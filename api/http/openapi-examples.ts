import { z } from 'zod';

/** What a field's value may look like, by its name; whatever a schema says itself goes first. */
const EXAMPLES: Readonly<Record<string, unknown>> = {
  name: 'Mia Winter',
  first_name: 'Mia',
  last_name: 'Winter',
  username: 'mia.winter',
  email: 'mia@example.com',
  password: 'a-long-Word-7391',
  password_confirm: 'a-long-Word-7391',
  old_password: 'a-long-Word-7391',
  new_password: 'another-Word-1937',
  new_password_confirm: 'another-Word-1937',
  refresh: 'eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl',
  token: 'from-the-link-in-the-mail',
  payment_method_id: 'pm_card_visa',
  status: 'cancelled',
  code: 'spring',
  coupon: 'spring',
  percent_off: '25',
  currency: 'usd',
  country: 'DE',
  percentage: '19',
  description: 'An hour of support',
  external_id: 'crm-4711',
  frozen_time: '2026-01-31T09:00:00Z',
  reason: 'As agreed by telephone',
  locale: 'de-DE',
  time_zone: 'Europe/Berlin',
};

/** Nothing is required where one of two must be given: this one is. */
const CHOSEN = ['percent_off'];

const ID = '3f0e6b7c-58a4-4c0f-9b7e-2d5a1c8e4f60';

interface Schema {
  properties?: Record<string, Schema> | undefined;
  required?: string[] | undefined;
  default?: unknown;
  enum?: unknown[] | undefined;
  anyOf?: Schema[] | undefined;
  items?: Schema | undefined;
  type?: unknown;
  format?: string | undefined;
  minimum?: number | undefined;
}

const schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    properties: z.record(z.string(), schema).optional(),
    required: z.array(z.string()).optional(),
    default: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    anyOf: z.array(schema).optional(),
    items: schema.optional(),
    type: z.unknown().optional(),
    format: z.string().optional(),
    minimum: z.number().optional(),
  }),
);

/** A body that is of this shape: what is required; where nothing is, what can be said. */
export function exampleBody(jsonSchema: unknown): unknown {
  return exampleOf('', schema.parse(jsonSchema));
}

function exampleOf(name: string, field: Schema): unknown {
  const said = field.default ?? field.enum?.[0] ?? EXAMPLES[name];
  if (said !== undefined) return said;
  const [first] = field.anyOf ?? [];
  if (first !== undefined) return exampleOf(name, first);
  if (field.format === 'uuid') return ID;
  if (field.format === 'date-time') return '2026-12-31T00:00:00Z';
  switch (field.type) {
    case 'object':
      return exampleObject(field);
    case 'array':
      return field.items === undefined ? [] : [exampleOf(name, field.items)];
    case 'integer':
    case 'number':
      return Math.max(1, field.minimum ?? 1);
    case 'boolean':
      return false;
    default:
      return name;
  }
}

function exampleObject({ properties = {}, required = [] }: Schema): unknown {
  const fields = Object.entries(properties);
  const needed = fields.filter(([name]) => required.includes(name) || CHOSEN.includes(name));
  const chosen = needed.length > 0 ? needed : fields;
  return Object.fromEntries(chosen.map(([name, field]) => [name, exampleOf(name, field)]));
}

import type { JsonSchema } from './openapi';

/** Examples by a field's name; what stands in double braces is a variable of the collection. */
const EXAMPLES: Readonly<Record<string, unknown>> = {
  name: 'Mia Winter',
  first_name: 'Mia',
  last_name: 'Winter',
  username: '{{email}}',
  email: '{{email}}',
  password: '{{password}}',
  password_confirm: '{{password}}',
  old_password: '{{password}}',
  new_password: '{{password}}-2',
  new_password_confirm: '{{password}}-2',
  refresh: '{{refresh_token}}',
  plan: '{{plan_id}}',
  plan_id: '{{plan_id}}',
  payment_method_id: 'pm_card_visa',
  status: 'cancelled',
  frozen_time: '2026-01-31T09:00:00Z',
  country: 'DE',
  external_id: 'crm-{{$randomUUID}}',
  metadata: { segment: 'b2b' },
  scopes: ['users:write', 'subscriptions:write'],
  inclusive: false,
  percentage: '20',
  amount: 1000,
  currency: 'usd',
  interval: 'month',
  interval_count: 1,
  trial_days: 0,
  features: ['5 projects'],
  evidence: { uncategorized_text: 'The customer used it until yesterday.' },
  dunning: { retry_days: [1, 3, 5, 7], final_action: 'cancel' },
};

/** Where neither its name nor its schema says more than a type; text is its own name. */
const BARE: Readonly<Record<string, unknown>> = {
  integer: 1,
  number: 1,
  boolean: true,
  array: [],
  object: {},
};

/** What a path's `{id}` names, where the word before it does not say it. */
const ID_VARIABLES: Readonly<Record<string, string>> = {
  discrepancies: 'discrepancy_id',
  'webhook-events': 'event_id',
};

/**
 * A body that the schema takes: what is required and what has a default; where neither exists,
 * everything that can be said.
 */
export function exampleBody({ properties = {}, required = [] }: JsonSchema): unknown {
  const fields = Object.entries(properties);
  const needed = fields.filter(
    ([name, { default: fallback }]) => required.includes(name) || fallback !== undefined,
  );
  const chosen = needed.length > 0 ? needed : fields;
  return Object.fromEntries(chosen.map(([name, field]) => [name, exampleOf(name, field)]));
}

function exampleOf(name: string, field: JsonSchema): unknown {
  const example = field.default ?? EXAMPLES[name] ?? field.enum?.[0];
  if (example !== undefined) return example;
  return BARE[String(field.type)] ?? name;
}

/** `/api/v1/invoices/{id}/pay` → `/api/v1/invoices/{{invoice_id}}/pay`. */
export function examplePath(path: string): string {
  return path
    .replaceAll(
      /([\w-]+)\/\{id\}/g,
      (_match, word: string) => `${word}/{{${ID_VARIABLES[word] ?? idVariable(word)}}}`,
    )
    .replaceAll('{token}', '{{pay_token}}')
    .replace(/^\/api\/docs\/assets\/\{name\}$/, '/api/docs/assets/swagger-ui.css')
    .replace(/^\/pay\/assets\/\{name\}$/, '/pay/assets/{{pay_asset}}');
}

/** `api-keys` → `api_key_id`. */
const idVariable = (word: string) => `${word.replace(/s$/, '').replaceAll('-', '_')}_id`;

/** The names in double braces, each once, in the order of the alphabet. */
export function usedVariables(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name))].toSorted();
}

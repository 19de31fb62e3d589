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

/** What a path's `{id}` names, by the word before it. */
const ID_VARIABLES: Readonly<Record<string, string>> = {
  plans: 'plan_id',
  subscriptions: 'subscription_id',
  invoices: 'invoice_id',
  'test-clocks': 'test_clock_id',
  users: 'user_id',
  coupons: 'coupon_id',
  'tax-rates': 'tax_rate_id',
  'invoice-items': 'invoice_item_id',
  'payment-methods': 'payment_method_id',
  'webhook-events': 'event_id',
  discrepancies: 'discrepancy_id',
  disputes: 'dispute_id',
};

/**
 * A body that the schema takes: what is required and what has a default; where neither exists,
 * everything that can be said.
 * @throws Error for a required field that no example is known of
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
  if (field.type === 'string') return name;
  throw new Error(`No example is known of the field ${name}: add one.`);
}

/** `/api/v1/invoices/{id}/pay` → `/api/v1/invoices/{{invoice_id}}/pay`. */
export function examplePath(path: string): string {
  return path
    .replaceAll(/([\w-]+)\/\{id\}/g, (_match, word: string) => {
      const variable = ID_VARIABLES[word];
      if (variable === undefined) throw new Error(`No variable is known of ${path}: add one.`);
      return `${word}/{{${variable}}}`;
    })
    .replaceAll('{name}', 'swagger-ui.css');
}

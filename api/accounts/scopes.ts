import { z } from 'zod';

/** What lies under /api/v1/admin/: the first word of a path. */
const resources = [
  'users',
  'subscriptions',
  'plans',
  'invoices',
  'invoice-items',
  'coupons',
  'tax-rates',
  'disputes',
  'ledger',
  'webhook-events',
  'emails',
  'reconciliation',
  'discrepancies',
  'audit-log',
  'metrics',
  'billing-day',
] as const;

type Resource = (typeof resources)[number];

/** What an API key may do: to one resource, or to all of them; `write` holds `read`. */
export type Scope = 'read' | 'write' | `${Resource}:${'read' | 'write'}`;

const scopes = resources.flatMap(
  (resource) => [`${resource}:read`, `${resource}:write`] as const,
) satisfies Scope[];

export const scope = z
  .enum(['read', 'write', ...scopes])
  .describe('`read` and `write` hold for everything, `write` includes `read`.');

/**
 * The scope that a key needs for an operator's route: its resource, `read` to GET and `write` for
 * all else. Undefined for routes that no key may call, such as those for keys themselves.
 */
export function scopeNeeded(method: string, path: string): Scope | undefined {
  const [, word] = /^\/api\/v1\/admin\/([\w-]+)/.exec(path) ?? [];
  const resource = resources.find((each) => each === word);
  if (resource === undefined) return undefined;
  return `${resource}:${method === 'get' ? 'read' : 'write'}`;
}

/** Whether these scopes of a key hold the one that is needed. */
export function allows(held: readonly string[], needed: Scope): boolean {
  const [resource, right] = needed.split(':');
  const enough = right === 'read' ? ['read', 'write'] : ['write'];
  return enough.some((each) => held.includes(each) || held.includes(`${resource}:${each}`));
}

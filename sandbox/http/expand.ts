import { invalidRequest } from '../errors';
import type { Store } from '../store/store';

/** As deep as Stripe expands. */
const DEEPEST = 4;

type JsonObject = { [key: string]: unknown };

/**
 * Which members of which object may be expanded. A member not named here answers as Stripe does for one
 * that cannot be.
 */
const EXPANDABLE: Readonly<Record<string, readonly string[]>> = {
  customer: ['invoice_settings.default_payment_method'],
  payment_method: ['customer'],
  setup_intent: ['customer', 'payment_method', 'latest_attempt'],
  payment_intent: ['customer', 'payment_method', 'latest_charge'],
  charge: ['customer', 'payment_intent', 'balance_transaction', 'refunds'],
  refund: ['charge', 'payment_intent', 'balance_transaction'],
  dispute: ['charge', 'payment_intent'],
  subscription: ['customer', 'default_payment_method', 'latest_invoice'],
  invoice: ['customer', 'payments', 'parent.subscription_details.subscription'],
  invoice_payment: ['invoice', 'payment.payment_intent'],
};

/**
 * Replaces ids by the objects that they name, along each path (`customer`, `data.latest_charge`, …).
 *
 * @throws ApiError 400 for a path that cannot be expanded
 */
export function expandPaths(store: Store, body: object, paths: readonly string[]): object {
  let expanded: unknown = body;
  for (const path of paths) {
    const segments = path.split('.');
    if (segments.length > DEEPEST + 1) {
      throw invalidRequest(`You cannot expand more than ${DEEPEST} levels of a property`, {
        param: 'expand',
      });
    }
    expanded = expandAlong(store, expanded, segments, path);
  }
  return isObject(expanded) ? expanded : body;
}

function expandAlong(store: Store, value: unknown, segments: string[], path: string): unknown {
  const [segment, ...rest] = segments;
  if (segment === undefined || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((each: unknown) => expandAlong(store, each, segments, path));
  }
  if (!isObject(value)) {
    throw notExpandable(path);
  }
  if (value['object'] === 'list' && segment === 'data') {
    return { ...value, data: expandAlong(store, value['data'], rest, path) };
  }
  const [member, remaining] = memberOf(value, segments, path);
  const present = resolve(store, value, member);
  return withMember(value, member.split('.'), expandAlong(store, present, remaining, path));
}

/** The expandable member that the segments begin with, and the segments after it. */
function memberOf(value: JsonObject, segments: string[], path: string): [string, string[]] {
  const allowed = EXPANDABLE[String(value['object'])] ?? [];
  const rest = segments.join('.');
  const member = allowed.find((each) => rest === each || rest.startsWith(`${each}.`));
  if (member === undefined) {
    throw notExpandable(path);
  }
  return [member, segments.slice(member.split('.').length)];
}

function resolve(store: Store, value: JsonObject, member: string): unknown {
  if (value['object'] === 'charge' && member === 'refunds') {
    return refundsOf(store, String(value['id']));
  }
  if (value['object'] === 'invoice' && member === 'payments') {
    return paymentsOf(store, String(value['id']));
  }
  let present: unknown = value;
  for (const segment of member.split('.')) {
    present = isObject(present) ? present[segment] : null;
  }
  return typeof present === 'string' ? (objectById(store, present) ?? present) : present;
}

function withMember(value: JsonObject, member: string[], replacement: unknown): JsonObject {
  const [head = '', ...rest] = member;
  if (rest.length === 0) {
    return { ...value, [head]: replacement };
  }
  const inner = value[head];
  return isObject(inner) ? { ...value, [head]: withMember(inner, rest, replacement) } : value;
}

/** The object with this id, whatever its kind. */
function objectById(store: Store, id: string): object | undefined {
  const { tables } = store;
  switch (id.slice(0, id.indexOf('_'))) {
    case 'cus': {
      const row = tables.customers.get(id);
      return row?.deleted === true ? { id, object: 'customer', deleted: true } : row?.object;
    }
    case 'pm':
      return tables.payment_methods.get(id)?.object;
    case 'pi':
      return tables.payment_intents.get(id)?.object;
    case 'seti':
      return tables.setup_intents.get(id)?.object;
    case 'ch':
      return tables.charges.get(id)?.object;
    case 'sub':
      return tables.subscriptions.get(id)?.object;
    case 'in':
      return tables.invoices.get(id)?.object;
    default:
      return undefined;
  }
}

function refundsOf(store: Store, charge: string): object {
  const data: object[] = [];
  for (const [, { object }] of store.tables.refunds.newestFirst()) {
    if (object.charge === charge) {
      data.push(object);
    }
  }
  return { object: 'list', data, has_more: false, url: `/v1/charges/${charge}/refunds` };
}

function paymentsOf(store: Store, invoice: string): object {
  const data = store.tables.invoices.get(invoice)?.payments ?? [];
  return { object: 'list', data, has_more: false, url: `/v1/invoice_payments?invoice=${invoice}` };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notExpandable(path: string) {
  return invalidRequest(`This property cannot be expanded (${path}).`, { param: 'expand' });
}

import type Stripe from 'stripe';
import { z } from 'zod';
import { differences } from '../differences';
import { invalidRequest, resourceMissing } from '../errors';
import { emit } from '../events';
import { listPage, within } from '../http/pagination';
import { address, clearableText, created, expand, metadata, page, text } from '../http/parameters';
import { ok, route, type Route } from '../http/routes';
import { mergeMetadata } from '../metadata';
import type { CustomerRow } from '../store/rows';
import type { Scope } from '../world';
import { findCustomer, findPaymentMethod, idOf, wholeAddress } from './lookup';
import { attach, detach, listOf, resolvePaymentMethod } from './payment-methods';

const cleared = z.literal('').transform(() => null);

const customerFields = {
  expand,
  address: address.or(cleared).optional(),
  description: clearableText.optional(),
  email: clearableText.optional(),
  invoice_settings: z.strictObject({ default_payment_method: clearableText.optional() }).optional(),
  metadata: metadata.optional(),
  name: clearableText.optional(),
  phone: clearableText.optional(),
  preferred_locales: z.array(text).optional(),
  shipping: z
    .strictObject({ address, name: text, phone: clearableText.optional() })
    .or(cleared)
    .optional(),
  tax_exempt: z.enum(['none', 'exempt', 'reverse']).optional(),
};

const changes = z.strictObject(customerFields);
type Changes = z.output<typeof changes>;

function blank(scope: Scope): Stripe.Customer {
  const { customers } = scope.store.tables;
  const id = scope.ids.mint('cus', (each) => customers.has(each));
  return {
    id,
    object: 'customer',
    address: null,
    balance: 0,
    created: scope.seconds(),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: id.slice(-8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  };
}

function withChanges(scope: Scope, customer: Stripe.Customer, change: Changes): Stripe.Customer {
  return {
    ...customer,
    address:
      change.address === undefined ? (customer.address ?? null) : wholeAddress(change.address),
    description: change.description === undefined ? customer.description : change.description,
    email: change.email === undefined ? customer.email : change.email,
    invoice_settings: invoiceSettings(scope, customer, change.invoice_settings),
    metadata: mergeMetadata(customer.metadata, change.metadata),
    name: change.name === undefined ? (customer.name ?? null) : change.name,
    phone: change.phone === undefined ? (customer.phone ?? null) : change.phone,
    preferred_locales: change.preferred_locales ?? customer.preferred_locales ?? [],
    shipping: change.shipping === undefined ? customer.shipping : shipping(change.shipping),
    tax_exempt: change.tax_exempt ?? customer.tax_exempt ?? 'none',
  };
}

function shipping(given: Exclude<Changes['shipping'], undefined>): Stripe.Customer.Shipping | null {
  const place = wholeAddress(given?.address);
  return given === null || place === null
    ? null
    : { address: place, name: given.name, phone: given.phone ?? null };
}

function invoiceSettings(
  scope: Scope,
  customer: Stripe.Customer,
  change: Changes['invoice_settings'],
): Stripe.Customer.InvoiceSettings {
  const chosen = change?.default_payment_method;
  if (chosen === undefined) {
    return customer.invoice_settings;
  }
  if (chosen !== null) {
    const param = 'invoice_settings[default_payment_method]';
    const { object } = findPaymentMethod(scope, chosen, { param });
    if (object.customer !== customer.id) {
      throw invalidRequest(
        `The customer does not have a payment method with the ID ${chosen}. The payment method must be attached to the customer.`,
        { code: 'resource_missing', param },
      );
    }
  }
  return { ...customer.invoice_settings, default_payment_method: chosen };
}

function create(scope: Scope, params: Changes & { payment_method?: string | undefined }) {
  const { customers } = scope.store.tables;
  const fresh = blank(scope);
  customers.put(fresh.id, { object: fresh, deleted: false });
  const asked = params.invoice_settings?.default_payment_method;
  const { payment_method } = params;
  let settings = params.invoice_settings;
  if (payment_method !== undefined) {
    const row = resolvePaymentMethod(scope, payment_method, { param: 'payment_method' });
    attach(scope, row, fresh.id);
    // A token names the payment method that has just been made of it.
    settings = asked === payment_method ? { default_payment_method: row.object.id } : settings;
  }
  const object = withChanges(scope, fresh, { ...params, invoice_settings: settings });
  customers.put(object.id, { object, deleted: false });
  emit(scope, { type: 'customer.created', data: { object } });
  return object;
}

function update(scope: Scope, row: CustomerRow, params: Changes): Stripe.Customer {
  const object = withChanges(scope, row.object, params);
  scope.store.tables.customers.put(object.id, { ...row, object });
  const previous_attributes = differences(row.object, object);
  if (Object.keys(previous_attributes).length > 0) {
    emit(scope, { type: 'customer.updated', data: { object, previous_attributes } });
  }
  return object;
}

function remove(scope: Scope, row: CustomerRow): Stripe.DeletedCustomer {
  const { customers, payment_methods } = scope.store.tables;
  const { id } = row.object;
  for (const [, method] of [...payment_methods.oldestFirst()]) {
    if (idOf(method.object.customer) === id) {
      detach(scope, method);
    }
  }
  const object = customers.get(id)?.object ?? row.object;
  customers.put(id, { object, deleted: true });
  emit(scope, { type: 'customer.deleted', data: { object } });
  return { id, object: 'customer', deleted: true };
}

export const customerRoutes: Route[] = [
  route('post', '/v1/customers', {
    schema: z.strictObject({ ...customerFields, payment_method: text.optional() }),
    handle: ({ scope, params }) => ok(create(scope, params)),
  }),
  route('get', '/v1/customers', {
    schema: z.strictObject({ ...page, created, email: text.optional() }),
    handle: ({ scope, params }) =>
      ok(
        listPage(
          scope.store.tables.customers,
          { url: '/v1/customers', what: 'customer', page: params },
          ({ object, deleted }) => {
            const matches = params.email === undefined || object.email === params.email;
            return !deleted && matches && within(object.created, params.created) ? object : null;
          },
        ),
      ),
  }),
  route('get', '/v1/customers/:id', {
    schema: z.strictObject({ expand }),
    handle: ({ scope, ids }) => {
      const row = scope.store.tables.customers.get(ids.id);
      return row?.deleted === true
        ? ok({ id: ids.id, object: 'customer', deleted: true })
        : ok(findCustomer(scope, ids.id, 'path').object);
    },
  }),
  route('post', '/v1/customers/:id', {
    schema: changes,
    handle: ({ scope, params, ids }) =>
      ok(update(scope, findCustomer(scope, ids.id, 'path'), params)),
  }),
  route('delete', '/v1/customers/:id', {
    schema: z.strictObject({}),
    handle: ({ scope, ids }) => ok(remove(scope, findCustomer(scope, ids.id, 'path'))),
  }),
  route('get', '/v1/customers/:id/payment_methods', {
    schema: z.strictObject({ ...page, type: text.optional(), allow_redisplay: text.optional() }),
    handle: ({ scope, params, ids }) => {
      findCustomer(scope, ids.id, 'path');
      const url = `/v1/customers/${ids.id}/payment_methods`;
      return ok(listOf(scope, { customer: ids.id, type: params.type }, { url, page: params }));
    },
  }),
  route('get', '/v1/customers/:id/payment_methods/:nested', {
    schema: z.strictObject({ expand }),
    handle: ({ scope, ids }) => {
      findCustomer(scope, ids.id, 'path');
      const { object } = findPaymentMethod(scope, ids.nested, 'path');
      if (object.customer !== ids.id) {
        throw resourceMissing('PaymentMethod', ids.nested, 'payment_method', true);
      }
      return ok(object);
    },
  }),
];

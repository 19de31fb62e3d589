import type Stripe from 'stripe';
import { z } from 'zod';
import { ApiError, invalidRequest } from '../errors';
import { emit } from '../events';
import { listPage } from '../http/pagination';
import { billingDetails, expand, integer, metadata, page, text } from '../http/parameters';
import { ok, route, type Route } from '../http/routes';
import { mergeMetadata } from '../metadata';
import { instrumentByNumber, type Decline } from '../outcomes';
import { declineError } from '../payments/declines';
import { mintBankAccount, mintFromCard, mintFromToken } from '../payments/mint-payment-method';
import type { PaymentMethodRow } from '../store/rows';
import type { Scope } from '../world';
import { findCustomer, findPaymentMethod, idOf, type Origin } from './lookup';

const cardInput = z.strictObject({
  number: text.optional(),
  exp_month: integer.optional(),
  exp_year: integer.optional(),
  cvc: text.optional(),
  token: text.optional(),
});

const bankInput = z.strictObject({
  account_number: text.optional(),
  routing_number: text.optional(),
  account_holder_type: text.optional(),
  account_type: text.optional(),
});

/** A payment method described in place, as a browser does when it pays. */
export const paymentMethodData = z.strictObject({
  type: z.enum(['card', 'us_bank_account']),
  card: cardInput.optional(),
  us_bank_account: bankInput.optional(),
  billing_details: billingDetails.optional(),
  metadata: metadata.optional(),
  allow_redisplay: z.enum(['always', 'limited', 'unspecified']).optional(),
});

export type PaymentMethodData = z.output<typeof paymentMethodData>;

/** Makes a payment method of the details given. */
export function createPaymentMethod(scope: Scope, data: PaymentMethodData): PaymentMethodRow {
  const holder = {
    billing: data.billing_details,
    metadata: mergeMetadata({}, data.metadata),
  };
  return data.type === 'card'
    ? mintFromCard(scope, data.card ?? {}, holder)
    : mintBankAccount(scope, data.us_bank_account?.account_number, holder);
}

/** The payment method with this id, or a new one when the id is a test token. */
export function resolvePaymentMethod(scope: Scope, id: string, origin: Origin): PaymentMethodRow {
  return mintFromToken(scope, id) ?? findPaymentMethod(scope, id, origin);
}

/**
 * Gives a payment method to a customer. A card whose bank refuses is refused here already.
 *
 * @throws ApiError 402 for a declining card, 400 for one that is spent or belongs to somebody else
 */
export function attach(scope: Scope, row: PaymentMethodRow, customer: string): PaymentMethodRow {
  const owner = idOf(row.object.customer);
  if (owner === customer) {
    return row;
  }
  if (owner !== null) {
    throw invalidRequest(
      'The payment method you provided has already been attached to a customer.',
      { code: 'payment_method_unexpected_state', param: 'payment_method' },
    );
  }
  refuseSpent(row);
  const decline = instrumentByNumber(row.instrument)?.attach ?? null;
  if (decline !== null) {
    throw refusedAtAttach(decline);
  }
  const attached = { ...row, object: { ...row.object, customer } };
  save(scope, attached);
  emit(scope, { type: 'payment_method.attached', data: { object: attached.object } });
  return attached;
}

/** @throws ApiError 400 for a payment method that was used up or detached */
export function refuseSpent(row: PaymentMethodRow): void {
  if (row.spent) {
    throw invalidRequest(
      'This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used again.',
      { param: 'payment_method' },
    );
  }
}

/** Takes a payment method from its customer, for good. */
export function detach(scope: Scope, row: PaymentMethodRow): PaymentMethodRow {
  const customer = idOf(row.object.customer);
  if (customer === null) {
    throw invalidRequest(
      'The payment method you provided is not attached to a customer so detachment is impossible.',
      { code: 'payment_method_unexpected_state', param: 'payment_method' },
    );
  }
  const detached = { ...row, spent: true, object: { ...row.object, customer: null } };
  save(scope, detached);
  forgetDefault(scope, customer, row.object.id);
  emit(scope, {
    type: 'payment_method.detached',
    data: { object: detached.object, previous_attributes: { customer } },
  });
  return detached;
}

export function save(scope: Scope, row: PaymentMethodRow): void {
  scope.store.tables.payment_methods.put(row.object.id, row);
}

function forgetDefault(scope: Scope, customer: string, paymentMethod: string): void {
  const row = scope.store.tables.customers.get(customer);
  const settings = row?.object.invoice_settings;
  if (row !== undefined && settings?.default_payment_method === paymentMethod) {
    const invoice_settings = { ...settings, default_payment_method: null };
    const object = { ...row.object, invoice_settings };
    scope.store.tables.customers.put(customer, { ...row, object });
  }
}

function refusedAtAttach(decline: Decline): ApiError {
  return new ApiError(402, { ...declineError(decline), param: '' });
}

/** A page of payment methods, of one customer or of all. */
export function listOf(
  scope: Scope,
  filter: { customer?: string | undefined; type?: string | undefined },
  request: { url: string; page: z.output<z.ZodObject<typeof page>> },
) {
  return listPage(
    scope.store.tables.payment_methods,
    { what: 'PaymentMethod', ...request },
    ({ object }) => {
      const mine = filter.customer === undefined || object.customer === filter.customer;
      return mine && (filter.type === undefined || object.type === filter.type) ? object : null;
    },
  );
}

function updateCard(
  object: Stripe.PaymentMethod,
  change: { exp_month?: number | undefined; exp_year?: number | undefined } | undefined,
): Stripe.PaymentMethod {
  if (change === undefined || object.card === undefined) {
    return object;
  }
  const card = {
    ...object.card,
    exp_month: change.exp_month ?? object.card.exp_month,
    exp_year: change.exp_year ?? object.card.exp_year,
  };
  return { ...object, card };
}

export const paymentMethodRoutes: Route[] = [
  route('post', '/v1/payment_methods', {
    schema: paymentMethodData.extend({ expand }),
    publishable: true,
    handle: ({ scope, params }) => ok(createPaymentMethod(scope, params).object),
  }),
  route('get', '/v1/payment_methods', {
    schema: z.strictObject({
      ...page,
      customer: text.optional(),
      type: text.optional(),
      allow_redisplay: text.optional(),
    }),
    handle: ({ scope, params }) => {
      if (params.customer !== undefined) {
        findCustomer(scope, params.customer, { param: 'customer' });
      }
      return ok(listOf(scope, params, { url: '/v1/payment_methods', page: params }));
    },
  }),
  route('get', '/v1/payment_methods/:id', {
    schema: z.strictObject({ expand }),
    handle: ({ scope, ids }) => ok(findPaymentMethod(scope, ids.id, 'path').object),
  }),
  route('post', '/v1/payment_methods/:id', {
    schema: z.strictObject({
      expand,
      metadata: metadata.optional(),
      billing_details: billingDetails.optional(),
      card: z
        .strictObject({ exp_month: integer.optional(), exp_year: integer.optional() })
        .optional(),
    }),
    handle: ({ scope, params, ids }) => {
      const row = findPaymentMethod(scope, ids.id, 'path');
      const object = {
        ...updateCard(row.object, params.card),
        metadata: mergeMetadata(row.object.metadata, params.metadata),
      };
      save(scope, { ...row, object });
      emit(scope, { type: 'payment_method.updated', data: { object } });
      return ok(object);
    },
  }),
  route('post', '/v1/payment_methods/:id/attach', {
    schema: z.strictObject({ expand, customer: text }),
    handle: ({ scope, params, ids }) => {
      findCustomer(scope, params.customer, { param: 'customer' });
      const row = resolvePaymentMethod(scope, ids.id, 'path');
      return ok(attach(scope, row, params.customer).object);
    },
  }),
  route('post', '/v1/payment_methods/:id/detach', {
    schema: z.strictObject({ expand }),
    handle: ({ scope, ids }) => ok(detach(scope, findPaymentMethod(scope, ids.id, 'path')).object),
  }),
];

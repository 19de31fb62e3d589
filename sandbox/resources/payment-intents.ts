import type Stripe from 'stripe';
import { z } from 'zod';
import { checkAmount } from '../currencies';
import { invalidRequest, unexpectedState } from '../errors';
import { emit } from '../events';
import { listPage, within } from '../http/pagination';
import {
  clearableText,
  created,
  expand,
  flag,
  integer,
  metadata,
  page,
  text,
} from '../http/parameters';
import { ok, route, type Answer, type Call, type Route } from '../http/routes';
import { mergeMetadata } from '../metadata';
import { cancelPayment, capturePayment } from '../payments/capture';
import { saveIntent } from '../payments/charge';
import { confirmPayment } from '../payments/confirm-payment';
import { blankIntent } from '../payments/intent-object';
import type { PaymentMethodRow } from '../store/rows';
import type { Scope } from '../world';
import { checkClientSecret } from './client-secret';
import { findCustomer, findPaymentIntent, findPaymentMethod, idOf } from './lookup';
import { mandateData } from './mandate-data';
import { createPaymentMethod, paymentMethodData, resolvePaymentMethod } from './payment-methods';

const futureUsage = z.enum(['off_session', 'on_session']);
const captureMethod = z.enum(['automatic', 'automatic_async', 'manual']);

/** What creating and confirming have in common. */
const paying = {
  expand,
  capture_method: captureMethod.optional(),
  error_on_requires_action: flag.optional(),
  mandate_data: mandateData.optional(),
  off_session: flag.optional(),
  payment_method: text.optional(),
  payment_method_data: paymentMethodData.optional(),
  receipt_email: clearableText.optional(),
  return_url: z.url({ protocol: /^https?$/ }).optional(),
  setup_future_usage: futureUsage.or(z.literal('').transform(() => null)).optional(),
  use_stripe_sdk: flag.optional(),
};

const creation = z.strictObject({
  ...paying,
  amount: integer,
  currency: text,
  automatic_payment_methods: z
    .strictObject({ enabled: flag, allow_redirects: z.enum(['always', 'never']).optional() })
    .optional(),
  confirm: flag.optional(),
  confirmation_method: z.enum(['automatic', 'manual']).optional(),
  customer: text.optional(),
  description: clearableText.optional(),
  metadata: metadata.optional(),
  statement_descriptor: text.optional(),
  statement_descriptor_suffix: text.optional(),
});

const confirmation = z.strictObject({ ...paying, client_secret: text.optional() });

const changes = z.strictObject({
  expand,
  amount: integer.optional(),
  currency: text.optional(),
  customer: text.optional(),
  description: clearableText.optional(),
  metadata: metadata.optional(),
  payment_method: text.optional(),
  payment_method_data: paymentMethodData.optional(),
  receipt_email: clearableText.optional(),
  setup_future_usage: futureUsage.or(z.literal('').transform(() => null)).optional(),
  statement_descriptor: text.optional(),
  statement_descriptor_suffix: text.optional(),
});

type Creation = z.output<typeof creation>;
type ConfirmationParams = z.output<typeof confirmation>;
type Changes = z.output<typeof changes>;

function create({ scope, params }: Call<Creation>): Answer {
  checkAmount(params.amount, params.currency);
  refuseOrphans(params);
  if (params.customer !== undefined) {
    findCustomer(scope, params.customer, { param: 'customer' });
  }
  const method = chosenMethod(scope, params);
  const fresh = withMethod(blankIntent(scope, params), method);
  saveIntent(scope, fresh);
  emit(scope, { type: 'payment_intent.created', data: { object: fresh } });
  return params.confirm === true ? pay(scope, fresh, method, params) : ok(fresh);
}

/** Parameters that say nothing without `confirm`. */
function refuseOrphans(params: Creation): void {
  const orphans = [
    'off_session',
    'return_url',
    'error_on_requires_action',
    'mandate_data',
  ] as const;
  const orphan = orphans.find((each) => params[each] !== undefined);
  if (params.confirm !== true && orphan !== undefined) {
    throw invalidRequest(
      `The parameter \`${orphan}\` cannot be passed when creating a PaymentIntent unless confirm is set to true.`,
      { param: orphan },
    );
  }
}

/** The payment method that a request names, brings along as a token, or describes. */
function chosenMethod(
  scope: Scope,
  params: Pick<Changes, 'payment_method' | 'payment_method_data'>,
): PaymentMethodRow | null {
  if (params.payment_method_data !== undefined) {
    return createPaymentMethod(scope, params.payment_method_data);
  }
  return params.payment_method === undefined
    ? null
    : resolvePaymentMethod(scope, params.payment_method, { param: 'payment_method' });
}

function withMethod(
  intent: Stripe.PaymentIntent,
  method: PaymentMethodRow | null,
): Stripe.PaymentIntent {
  return method === null
    ? intent
    : {
        ...intent,
        payment_method: method.object.id,
        status: 'requires_confirmation',
        next_action: null,
      };
}

function pay(
  scope: Scope,
  intent: Stripe.PaymentIntent,
  method: PaymentMethodRow | null,
  params: Pick<ConfirmationParams, 'off_session' | 'return_url' | 'error_on_requires_action'>,
): Answer {
  if (method === null) {
    throw unexpectedState(
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
      { payment_intent: intent },
    );
  }
  return confirmPayment(scope, intent, {
    method,
    offSession: params.off_session ?? false,
    returnUrl: params.return_url ?? null,
    errorOnRequiresAction: params.error_on_requires_action ?? false,
  });
}

function confirm({ scope, params, ids, key }: Call<ConfirmationParams>): Answer {
  const { object } = findPaymentIntent(scope, ids.id, 'path');
  checkClientSecret(key, params.client_secret, object);
  if (key === 'publishable' && params.off_session === true) {
    throw invalidRequest('off_session may only be passed with a secret key.', {
      param: 'off_session',
    });
  }
  const named = chosenMethod(scope, params);
  const present = idOf(object.payment_method);
  const method =
    named ??
    (present === null ? null : findPaymentMethod(scope, present, { param: 'payment_method' }));
  const intent = {
    ...object,
    capture_method: params.capture_method ?? object.capture_method,
    receipt_email: params.receipt_email === undefined ? object.receipt_email : params.receipt_email,
    setup_future_usage:
      params.setup_future_usage === undefined
        ? object.setup_future_usage
        : params.setup_future_usage,
  };
  return forBrowser(key, pay(scope, intent, method, params));
}

function update({ scope, params, ids }: Call<Changes>): Answer {
  const { object } = findPaymentIntent(scope, ids.id, 'path');
  const touchesMoney = ['amount', 'currency', 'customer', 'payment_method', 'payment_method_data'];
  const changeable = ['requires_payment_method', 'requires_confirmation', 'requires_action'];
  if (touchesMoney.some((each) => each in params) && !changeable.includes(object.status)) {
    throw unexpectedState(
      `This PaymentIntent could not be updated because it has a status of ${object.status}.`,
      { payment_intent: object },
    );
  }
  const amount = params.amount ?? object.amount;
  const currency = params.currency ?? object.currency;
  checkAmount(amount, currency);
  if (params.customer !== undefined) {
    findCustomer(scope, params.customer, { param: 'customer' });
  }
  const changed: Stripe.PaymentIntent = {
    ...object,
    amount,
    currency,
    customer: params.customer ?? object.customer,
    description: params.description === undefined ? object.description : params.description,
    metadata: mergeMetadata(object.metadata, params.metadata),
    receipt_email: params.receipt_email === undefined ? object.receipt_email : params.receipt_email,
    setup_future_usage:
      params.setup_future_usage === undefined
        ? object.setup_future_usage
        : params.setup_future_usage,
    statement_descriptor: params.statement_descriptor ?? object.statement_descriptor,
    statement_descriptor_suffix:
      params.statement_descriptor_suffix ?? object.statement_descriptor_suffix,
  };
  return ok(saveIntent(scope, withMethod(changed, chosenMethod(scope, params))));
}

/** What a publishable key does not show. */
const PRIVATE_MEMBERS = ['customer', 'metadata', 'latest_charge', 'amount_received'];

/** Leaves out of an answer what a customer's browser may not see. */
function forBrowser(key: string, answer: Answer): Answer {
  if (key !== 'publishable' || answer.status !== 200) {
    return answer;
  }
  const shown = Object.entries(answer.body).filter(([name]) => !PRIVATE_MEMBERS.includes(name));
  return ok(Object.fromEntries(shown));
}

const CANCELLATION_REASONS = [
  'abandoned',
  'duplicate',
  'fraudulent',
  'requested_by_customer',
] as const;

export const paymentIntentRoutes: Route[] = [
  route('post', '/v1/payment_intents', { schema: creation, handle: create }),
  route('get', '/v1/payment_intents', {
    schema: z.strictObject({ ...page, created, customer: text.optional() }),
    handle: ({ scope, params }) =>
      ok(
        listPage(
          scope.store.tables.payment_intents,
          { url: '/v1/payment_intents', what: 'payment_intent', page: params },
          ({ object }) => {
            const matches = params.customer === undefined || object.customer === params.customer;
            return matches && within(object.created, params.created) ? object : null;
          },
        ),
      ),
  }),
  route('get', '/v1/payment_intents/:id', {
    schema: z.strictObject({ expand, client_secret: text.optional() }),
    publishable: true,
    handle: ({ scope, params, ids, key }) => {
      const { object } = findPaymentIntent(scope, ids.id, 'path');
      checkClientSecret(key, params.client_secret, object);
      return forBrowser(key, ok(object));
    },
  }),
  route('post', '/v1/payment_intents/:id', { schema: changes, handle: update }),
  route('post', '/v1/payment_intents/:id/confirm', {
    schema: confirmation,
    publishable: true,
    handle: confirm,
  }),
  route('post', '/v1/payment_intents/:id/cancel', {
    schema: z.strictObject({
      expand,
      cancellation_reason: z.enum(CANCELLATION_REASONS).optional(),
    }),
    handle: ({ scope, params, ids }) => {
      const { object } = findPaymentIntent(scope, ids.id, 'path');
      return ok(cancelPayment(scope, object, params.cancellation_reason ?? null));
    },
  }),
  route('post', '/v1/payment_intents/:id/capture', {
    schema: z.strictObject({ expand, amount_to_capture: integer.optional() }),
    handle: ({ scope, params, ids }) => {
      const { object } = findPaymentIntent(scope, ids.id, 'path');
      return ok(capturePayment(scope, object, params.amount_to_capture ?? null));
    },
  }),
];

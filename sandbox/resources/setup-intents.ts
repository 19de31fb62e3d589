import type Stripe from 'stripe';
import { z } from 'zod';
import { invalidRequest, unexpectedState } from '../errors';
import { emit } from '../events';
import { listPage, within } from '../http/pagination';
import { clearableText, created, expand, flag, metadata, page, text } from '../http/parameters';
import { ok, route, type Answer, type Call, type Route } from '../http/routes';
import { mergeMetadata } from '../metadata';
import { confirmSetup, saveSetupIntent } from '../payments/confirm-setup';
import type { PaymentMethodRow } from '../store/rows';
import type { Scope } from '../world';
import { checkClientSecret } from './client-secret';
import { findCustomer, findPaymentMethod, findSetupIntent, idOf } from './lookup';
import { mandateData } from './mandate-data';
import { createPaymentMethod, paymentMethodData, resolvePaymentMethod } from './payment-methods';

const confirming = {
  expand,
  mandate_data: mandateData.optional(),
  payment_method: text.optional(),
  payment_method_data: paymentMethodData.optional(),
  return_url: z.url({ protocol: /^https?$/ }).optional(),
  use_stripe_sdk: flag.optional(),
};

const creation = z.strictObject({
  ...confirming,
  automatic_payment_methods: z
    .strictObject({ enabled: flag, allow_redirects: z.enum(['always', 'never']).optional() })
    .optional(),
  confirm: flag.optional(),
  customer: text.optional(),
  description: clearableText.optional(),
  metadata: metadata.optional(),
  usage: z.enum(['off_session', 'on_session']).optional(),
});

const confirmation = z.strictObject({ ...confirming, client_secret: text.optional() });

type Creation = z.output<typeof creation>;

function blank(scope: Scope, params: Creation): Stripe.SetupIntent {
  const { setup_intents } = scope.store.tables;
  const id = scope.ids.mint('seti', (each) => setup_intents.has(each));
  return {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: null,
    application: null,
    automatic_payment_methods: {
      allow_redirects: params.automatic_payment_methods?.allow_redirects ?? 'always',
      enabled: params.automatic_payment_methods?.enabled ?? true,
    },
    cancellation_reason: null,
    client_secret: `${id}_secret_${scope.ids.secret('seti')}`,
    created: scope.seconds(),
    customer: params.customer ?? null,
    customer_account: null,
    description: params.description ?? null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    managed_payments: null,
    mandate: null,
    metadata: mergeMetadata({}, params.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card', 'us_bank_account'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    usage: params.usage ?? 'off_session',
  };
}

function create({ scope, params }: Call<Creation>): Answer {
  if (params.customer !== undefined) {
    findCustomer(scope, params.customer, { param: 'customer' });
  }
  if (params.confirm !== true && params.return_url !== undefined) {
    throw invalidRequest(
      'The parameter `return_url` cannot be passed when creating a SetupIntent unless confirm is set to true.',
      { param: 'return_url' },
    );
  }
  const method = chosenMethod(scope, params);
  const intent = blank(scope, params);
  const fresh = saveSetupIntent(
    scope,
    method === null
      ? intent
      : { ...intent, payment_method: method.object.id, status: 'requires_confirmation' },
  );
  emit(scope, { type: 'setup_intent.created', data: { object: fresh } });
  return params.confirm === true
    ? confirmWith(scope, fresh, method, params.return_url ?? null)
    : ok(fresh);
}

function chosenMethod(
  scope: Scope,
  params: Pick<Creation, 'payment_method' | 'payment_method_data'>,
): PaymentMethodRow | null {
  if (params.payment_method_data !== undefined) {
    return createPaymentMethod(scope, params.payment_method_data);
  }
  return params.payment_method === undefined
    ? null
    : resolvePaymentMethod(scope, params.payment_method, { param: 'payment_method' });
}

function confirmWith(
  scope: Scope,
  intent: Stripe.SetupIntent,
  method: PaymentMethodRow | null,
  returnUrl: string | null,
): Answer {
  if (method === null) {
    throw unexpectedState(
      "You cannot confirm this SetupIntent because it's missing a payment method.",
      { setup_intent: intent },
    );
  }
  return confirmSetup(scope, intent, method, returnUrl);
}

function confirm({ scope, params, ids, key }: Call<z.output<typeof confirmation>>): Answer {
  const { object } = findSetupIntent(scope, ids.id, 'path');
  checkClientSecret(key, params.client_secret, object);
  const present = idOf(object.payment_method);
  const method =
    chosenMethod(scope, params) ??
    (present === null ? null : findPaymentMethod(scope, present, { param: 'payment_method' }));
  return confirmWith(scope, object, method, params.return_url ?? null);
}

function cancel(
  scope: Scope,
  intent: Stripe.SetupIntent,
  reason: Stripe.SetupIntent.CancellationReason | null,
): Stripe.SetupIntent {
  if (intent.status === 'succeeded' || intent.status === 'canceled') {
    throw unexpectedState(
      `You cannot cancel this SetupIntent because it has a status of ${intent.status}.`,
      { setup_intent: intent },
    );
  }
  const canceled = saveSetupIntent(scope, {
    ...intent,
    status: 'canceled',
    cancellation_reason: reason,
    next_action: null,
  });
  emit(scope, { type: 'setup_intent.canceled', data: { object: canceled } });
  return canceled;
}

export const setupIntentRoutes: Route[] = [
  route('post', '/v1/setup_intents', { schema: creation, handle: create }),
  route('get', '/v1/setup_intents', {
    schema: z.strictObject({
      ...page,
      created,
      customer: text.optional(),
      payment_method: text.optional(),
    }),
    handle: ({ scope, params }) =>
      ok(
        listPage(
          scope.store.tables.setup_intents,
          { url: '/v1/setup_intents', what: 'setupintent', page: params },
          ({ object }) => {
            const matches =
              (params.customer === undefined || object.customer === params.customer) &&
              (params.payment_method === undefined ||
                object.payment_method === params.payment_method);
            return matches && within(object.created, params.created) ? object : null;
          },
        ),
      ),
  }),
  route('get', '/v1/setup_intents/:id', {
    schema: z.strictObject({ expand, client_secret: text.optional() }),
    publishable: true,
    handle: ({ scope, params, ids, key }) => {
      const { object } = findSetupIntent(scope, ids.id, 'path');
      checkClientSecret(key, params.client_secret, object);
      return ok(object);
    },
  }),
  route('post', '/v1/setup_intents/:id/confirm', {
    schema: confirmation,
    publishable: true,
    handle: confirm,
  }),
  route('post', '/v1/setup_intents/:id/cancel', {
    schema: z.strictObject({
      expand,
      cancellation_reason: z.enum(['abandoned', 'duplicate', 'requested_by_customer']).optional(),
    }),
    handle: ({ scope, params, ids }) => {
      const { object } = findSetupIntent(scope, ids.id, 'path');
      return ok(cancel(scope, object, params.cancellation_reason ?? null));
    },
  }),
];

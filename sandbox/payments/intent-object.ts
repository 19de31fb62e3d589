import type Stripe from 'stripe';
import { mergeMetadata } from '../metadata';
import type { Scope } from '../world';

/** What is said of an intent when it is made. */
export interface NewIntent {
  /** Minor units. */
  amount: number;
  currency: string;
  automatic_payment_methods?:
    { enabled: boolean; allow_redirects?: 'always' | 'never' | undefined } | undefined;
  capture_method?: Stripe.PaymentIntent.CaptureMethod | undefined;
  confirmation_method?: Stripe.PaymentIntent.ConfirmationMethod | undefined;
  customer?: string | undefined;
  description?: string | null | undefined;
  metadata?: Parameters<typeof mergeMetadata>[1];
  receipt_email?: string | null | undefined;
  setup_future_usage?: Stripe.PaymentIntent.SetupFutureUsage | null | undefined;
  statement_descriptor?: string | undefined;
  statement_descriptor_suffix?: string | undefined;
}

/** An intent that nobody has paid anything on yet. Amounts in minor units. */
export function blankIntent(scope: Scope, params: NewIntent): Stripe.PaymentIntent {
  const { payment_intents } = scope.store.tables;
  const id = scope.ids.mint('pi', (each) => payment_intents.has(each));
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: params.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: {
      allow_redirects: params.automatic_payment_methods?.allow_redirects ?? 'always',
      enabled: params.automatic_payment_methods?.enabled ?? true,
    },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: params.capture_method ?? 'automatic_async',
    client_secret: `${id}_secret_${scope.ids.secret('pi')}`,
    confirmation_method: params.confirmation_method ?? 'automatic',
    created: scope.seconds(),
    currency: params.currency,
    customer: params.customer ?? null,
    customer_account: null,
    description: params.description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: mergeMetadata({}, params.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: {
        installments: null,
        mandate_options: null,
        network: null,
        request_three_d_secure: 'automatic',
      },
    },
    payment_method_types: ['card', 'us_bank_account'],
    payment_record: null,
    processing: null,
    receipt_email: params.receipt_email ?? null,
    review: null,
    setup_future_usage: params.setup_future_usage ?? null,
    shipping: null,
    source: null,
    statement_descriptor: params.statement_descriptor ?? null,
    statement_descriptor_suffix: params.statement_descriptor_suffix ?? null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  };
}

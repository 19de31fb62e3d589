import StripePackage from 'stripe';
import type Stripe from 'stripe';
import type { Scope } from '../world';
import { boundaryAfter, type Recurrence } from './recurrence';

/** What a subscription is made of. */
export interface SubscriptionTerms {
  customer: string;
  /** Id of the price, e.g. `price_pro_monthly`. */
  price: string;
  /** Minor units for each period. */
  amount: number;
  currency: string;
  recurrence: Recurrence;
  /** Whole days before the first charge; 0 for none. */
  trialDays: number;
  paymentMethod: string | null;
  metadata: Stripe.Metadata;
}

/** A new subscription, its first period begun, `incomplete` until its first invoice is paid, or `trialing`. */
export function newSubscription(scope: Scope, terms: SubscriptionTerms): Stripe.Subscription {
  const { subscriptions } = scope.store.tables;
  const id = scope.ids.mint('sub', (each) => subscriptions.has(each));
  const now = scope.seconds();
  const trialEnd = terms.trialDays === 0 ? null : now + terms.trialDays * 24 * 3600;
  const anchor = trialEnd ?? now;
  return {
    id,
    object: 'subscription',
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: anchor,
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: null, type: 'classic' },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: {
      comment: null,
      feedback: null,
      feedback_option: null,
      reason: null,
    },
    collection_method: 'charge_automatically',
    created: now,
    currency: terms.currency,
    customer: terms.customer,
    customer_account: null,
    days_until_due: null,
    default_payment_method: terms.paymentMethod,
    default_source: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    ended_at: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: 'self' },
    },
    items: {
      object: 'list',
      data: [
        itemOf(scope, id, terms, [now, trialEnd ?? boundaryAfter(anchor, now, terms.recurrence)]),
      ],
      has_more: false,
      url: `/v1/subscription_items?subscription=${id}`,
    },
    latest_invoice: null,
    livemode: false,
    managed_payments: null,
    metadata: terms.metadata,
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: 'off',
    },
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: now,
    status: trialEnd === null ? 'incomplete' : 'trialing',
    test_clock: null,
    transfer_data: null,
    trial_end: trialEnd,
    trial_settings: {
      end_behavior: { billing_cycle_anchor: null, missing_payment_method: 'create_invoice' },
    },
    trial_start: trialEnd === null ? null : now,
  };
}

function itemOf(
  scope: Scope,
  subscription: string,
  terms: SubscriptionTerms,
  [start, end]: [number, number],
): Stripe.SubscriptionItem {
  return {
    id: scope.ids.mint('si'),
    object: 'subscription_item',
    billing_thresholds: null,
    created: scope.seconds(),
    current_period_end: end,
    current_period_start: start,
    current_trial: null,
    discounts: [],
    metadata: {},
    plan: planOf(scope, terms),
    price: priceOf(scope, terms),
    quantity: 1,
    subscription,
    tax_rates: [],
  };
}

/** Products have no part in this: one is named after each price. */
const productOf = (price: string) => `prod_${price.replace(/^price_/, '')}`;

function priceOf(scope: Scope, terms: SubscriptionTerms): Stripe.Price {
  return {
    id: terms.price,
    object: 'price',
    active: true,
    billing_scheme: 'per_unit',
    created: scope.seconds(),
    currency: terms.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: null,
    metadata: {},
    nickname: null,
    product: productOf(terms.price),
    recurring: {
      interval: terms.recurrence.interval,
      interval_count: terms.recurrence.count,
      meter: null,
      trial_period_days: null,
      usage_type: 'licensed',
    },
    tax_behavior: 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: 'recurring',
    unit_amount: terms.amount,
    unit_amount_decimal: StripePackage.Decimal.from(terms.amount),
  };
}

/** The old form of a price, which items still carry beside it. */
function planOf(scope: Scope, terms: SubscriptionTerms): Stripe.Plan {
  return {
    id: terms.price,
    object: 'plan',
    active: true,
    amount: terms.amount,
    amount_decimal: StripePackage.Decimal.from(terms.amount),
    billing_scheme: 'per_unit',
    created: scope.seconds(),
    currency: terms.currency,
    interval: terms.recurrence.interval,
    interval_count: terms.recurrence.count,
    livemode: false,
    metadata: {},
    meter: null,
    nickname: null,
    product: productOf(terms.price),
    tiers_mode: null,
    transform_usage: null,
    trial_period_days: null,
    usage_type: 'licensed',
  };
}

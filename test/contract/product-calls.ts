/** One thing that the product asks of Stripe. */
export interface StripeCall {
  /** As the code has it: `stripe.<call>(…)`. */
  call: string;
  method: 'GET' | 'POST' | 'DELETE';
  /** Every second part is an id: `/v1/customers/:id`. */
  template: string;
}

const call = (name: string, method: StripeCall['method'], template: string): StripeCall => ({
  call: name,
  method,
  template,
});

/**
 * Every call that the product makes to Stripe. Nothing else may be called: what is not here has been seen by neither the
 * sandbox nor stripe-mock.
 */
export const PRODUCT_CALLS: readonly StripeCall[] = [
  call('charges.list', 'GET', '/v1/charges'),
  call('customers.create', 'POST', '/v1/customers'),
  call('customers.del', 'DELETE', '/v1/customers/:id'),
  call('disputes.close', 'POST', '/v1/disputes/:id/close'),
  call('disputes.list', 'GET', '/v1/disputes'),
  call('disputes.retrieve', 'GET', '/v1/disputes/:id'),
  call('disputes.update', 'POST', '/v1/disputes/:id'),
  call('events.list', 'GET', '/v1/events'),
  call('invoices.retrieve', 'GET', '/v1/invoices/:id'),
  call('paymentIntents.cancel', 'POST', '/v1/payment_intents/:id/cancel'),
  call('paymentIntents.confirm', 'POST', '/v1/payment_intents/:id/confirm'),
  call('paymentIntents.create', 'POST', '/v1/payment_intents'),
  call('paymentIntents.list', 'GET', '/v1/payment_intents'),
  call('paymentIntents.retrieve', 'GET', '/v1/payment_intents/:id'),
  call('paymentIntents.update', 'POST', '/v1/payment_intents/:id'),
  call('paymentMethods.attach', 'POST', '/v1/payment_methods/:id/attach'),
  call('paymentMethods.detach', 'POST', '/v1/payment_methods/:id/detach'),
  call('paymentMethods.retrieve', 'GET', '/v1/payment_methods/:id'),
  call('refunds.create', 'POST', '/v1/refunds'),
  call('refunds.list', 'GET', '/v1/refunds'),
  call('refunds.retrieve', 'GET', '/v1/refunds/:id'),
  call('setupIntents.create', 'POST', '/v1/setup_intents'),
  call('setupIntents.retrieve', 'GET', '/v1/setup_intents/:id'),
  call('subscriptions.cancel', 'DELETE', '/v1/subscriptions/:id'),
  call('subscriptions.retrieve', 'GET', '/v1/subscriptions/:id'),
  call('subscriptions.update', 'POST', '/v1/subscriptions/:id'),
];

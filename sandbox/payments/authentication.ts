import type Stripe from 'stripe';
import type { Scope } from '../world';

/**
 * The `next_action` of an intent that waits for 3D Secure: with a return URL the holder is sent to the
 * sandbox's own page and back, without one it is what Stripe.js would act upon.
 */
export function authenticationAction(
  scope: Scope,
  intent: { id: string; client_secret: string | null },
  returnUrl: string | null,
) {
  const secret = encodeURIComponent(intent.client_secret ?? '');
  const url = `${scope.baseUrl()}/authenticate/${intent.id}?client_secret=${secret}`;
  if (returnUrl === null) {
    return {
      type: 'use_stripe_sdk',
      use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url, source: intent.id },
    } satisfies Stripe.PaymentIntent.NextAction;
  }
  return {
    type: 'redirect_to_url',
    redirect_to_url: { url, return_url: returnUrl },
  } satisfies Stripe.PaymentIntent.NextAction;
}

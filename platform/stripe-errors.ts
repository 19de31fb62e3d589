import Stripe from 'stripe';

/** Stripe's own fault (5xx): what became of the request is not known. */
export const isFault = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeError && (error.statusCode ?? 0) >= 500;

/** Codes of requests that are wrong in themselves: a bug, or another account's key. */
const ownFault = /^(parameter_|resource_missing$|livemode_|testmode_|platform_api_key_|url_)/;

/**
 * Why Stripe says no to a well-formed request, in its own code, if it does: things are not, or not any
 * more, as the request supposes. Undefined for every other error.
 */
export function refusalOf(error: unknown): { code: string; message: string } | undefined {
  if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) return undefined;
  const { code, param, message } = error;
  if (error.statusCode !== 400 || (code !== undefined && ownFault.test(code))) return undefined;
  // More than is left has no code of its own.
  if (code === undefined) {
    return param === 'amount' || param === undefined
      ? { code: 'not_possible', message }
      : undefined;
  }
  return { code, message };
}

/** Whether an answer is one that Stripe has kept for its idempotency key, and repeats for a day. */
export const isReplayed = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeError && error.headers?.['idempotent-replayed'] === 'true';

/** Whether there is nothing of this id at Stripe. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing';

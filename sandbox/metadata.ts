import type Stripe from 'stripe';
import { invalidRequest } from './errors';

/** Stripe's own limit. */
const MOST_KEYS = 50;

/**
 * Merges new metadata into what is there: an empty value removes its key, null removes everything.
 *
 * @throws ApiError 400 for more than 50 keys
 */
export function mergeMetadata(
  present: Stripe.Metadata | null,
  change: Record<string, string> | null | undefined,
): Stripe.Metadata {
  if (change === null) {
    return {};
  }
  const merged: Stripe.Metadata = { ...present };
  for (const [key, value] of Object.entries(change ?? {})) {
    if (value === '') {
      delete merged[key];
    } else {
      merged[key] = value;
    }
  }
  if (Object.keys(merged).length > MOST_KEYS) {
    throw invalidRequest('You can only have up to 50 metadata keys.', { param: 'metadata' });
  }
  return merged;
}

import type Stripe from 'stripe';
import type { Database } from '../../../db/database';
import { receivedEvent, storeEvents } from '../../../db/repositories/webhook-events';
import { Problem } from '../../http/problem';

/** Seconds that a signature stays good. */
const tolerance = 300;

/**
 * The event, if one of our secrets signed these bytes.
 * @param secrets several, parted by commas, while one is being replaced. Empty ones don't count, for
 *   anybody could sign with them.
 * @throws Problem 400 when none did, or too long ago.
 */
export function verifiedEvent(
  stripe: Stripe,
  secrets: string,
  body: Buffer,
  signature: string,
): Stripe.Event {
  if (signature === '') throw badSignature('There is no Stripe-Signature header.');
  for (const secret of secrets.split(',').map((part) => part.trim())) {
    if (secret === '') continue;
    const event = signedBy(stripe, secret, body, signature);
    if (event !== undefined) return event;
  }
  throw badSignature('The signature does not fit, or is too old.');
}

function signedBy(
  stripe: Stripe,
  secret: string,
  body: Buffer,
  signature: string,
): Stripe.Event | undefined {
  try {
    return stripe.webhooks.constructEvent(body, signature, secret, tolerance);
  } catch {
    return undefined;
  }
}

const badSignature = (detail: string) => new Problem(400, 'signature_invalid', detail);

/**
 * Writes the event down, once, however often it is delivered.
 * @throws Problem 400 when the body is signed but no event.
 */
export async function storeEvent(database: Database, event: unknown): Promise<void> {
  const received = receivedEvent(event);
  if (received === undefined) {
    throw new Problem(400, 'event_invalid', 'This is not an event of Stripe’s.');
  }
  await storeEvents(database, [received]);
}

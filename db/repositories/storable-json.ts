/** As deep as an object of Stripe's can be, several times over; what lies deeper is left out. */
const deepest = 60;

/** Fields that let their holder pay, authenticate or sign as somebody else (I12). */
const secretKeys: ReadonlySet<string> = new Set(['client_secret', 'secret', 'ephemeral_key']);

/** What is personal in Stripe's objects. Nobody reads it here, and what is not kept need not be erased. */
const personalKeys: ReadonlySet<string> = new Set([
  'address',
  'billing_details',
  'customer_address',
  'customer_details',
  'customer_email',
  'customer_name',
  'customer_phone',
  'customer_shipping',
  'customer_tax_ids',
  'email',
  'evidence',
  'fingerprint',
  'last4',
  'phone',
  'receipt_email',
  'receipt_number',
  'shipping',
]);

/** A customer's name and description are people's words; of other objects they are not. */
const customerKeys: ReadonlySet<string> = new Set([
  'name',
  'individual_name',
  'business_name',
  'description',
]);

/** The same inside of a link: to the bank's page, or back from it. */
const secretInText = /\b(pi|seti|src|cs|ek)_\w+_secret_\w+|(client_secret=)[^&#\s"]+/g;

/**
 * Stripe's JSON as it may be kept: without secrets (I12) and what is personal, and without the
 * characters that PostgreSQL's jsonb refuses, NUL and halves of surrogate pairs, in whose place U+FFFD
 * is put.
 */
export function storable(object: Record<string, unknown>): Record<string, unknown> {
  return storableObject(object, 0);
}

function storableValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return storableText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return null;
  if (Array.isArray(value)) return value.map((item: unknown) => storableValue(item, depth + 1));
  return storableObject(value, depth + 1);
}

function storableObject(object: object, depth: number): Record<string, unknown> {
  const kept: [string, unknown][] = [];
  const customer = 'object' in object && object.object === 'customer';
  for (const [key, value] of Object.entries(object)) {
    if (secretKeys.has(key) || personalKeys.has(key)) continue;
    if (customer && customerKeys.has(key)) continue;
    kept.push([storableText(key), storableValue(value, depth)]);
  }
  return Object.fromEntries(kept);
}

/** One half of a pair alone: with the flag `u`, whole pairs don't match. */
const loneSurrogate = /\p{Surrogate}/gu;

/** Whether PostgreSQL takes it as it is. */
export const isStorable = (text: string) => !text.includes('\0') && text.search(loneSurrogate) < 0;

const storableText = (text: string) =>
  text
    .replaceAll('\0', '\uFFFD')
    .replaceAll(loneSurrogate, '\uFFFD')
    .replaceAll(secretInText, '$2[removed]');

import { z } from 'zod';
import { BillingError } from '../../billing/billing-error';
import { toInstant } from '../../billing/instant';

/** PostgreSQL can't store NUL, and nobody means it. */
const withoutNul = (value: string) => !value.includes('\0');
const nulMessage = 'Null characters are not allowed.';

/** Text as people write it, trimmed, without NUL, of at most `max` characters. */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'This field may not be blank.')
    .max(max, `Ensure this field has no more than ${max} characters.`)
    .refine(withoutNul, nulMessage);

/** The same, but it may be empty. */
export const optionalText = (max: number) =>
  z
    .string()
    .trim()
    .max(max, `Ensure this field has no more than ${max} characters.`)
    .refine(withoutNul, nulMessage);

/** A password as it was typed: nothing is trimmed. */
export const secret = z
  .string()
  .min(1, 'This field may not be blank.')
  .max(1024, 'Ensure this field has no more than 1024 characters.')
  .refine(withoutNul, nulMessage);

export const email = z
  .string()
  .trim()
  .max(254, 'Ensure this field has no more than 254 characters.')
  .pipe(z.email('Enter a valid email address.'));

export const id = z.uuid();
/** Path parameters of a resource; anything that isn't a UUID can't be found. */
export const byId = z.object({ id });

export const instant = z.iso.datetime();
/** What was sent as an instant, with its offset; read as UTC. */
export const instantInput = z.iso
  .datetime({ offset: true })
  .max(40)
  .transform((value, context) => {
    try {
      return toInstant(value);
    } catch (error) {
      if (!(error instanceof BillingError)) throw error;
      context.addIssue('Not an instant of the years 0 to 9999.');
      return z.NEVER;
    }
  });

/** An exact amount with the currency's decimals: "9.99". */
export const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
/** A count of minor units: 999 is 9.99 in usd. */
export const minorUnits = z.int();

/** Stripe's id of a payment method, or one of its test tokens. */
export const paymentMethodId = text(255).regex(
  /^pm_\w+$/,
  'Not a payment method: pm_… is expected.',
);

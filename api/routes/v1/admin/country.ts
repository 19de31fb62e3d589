import { z } from 'zod';

const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** ISO 3166-1 alpha-2. */
export const country = z
  .string()
  .refine(
    (code) => /^[A-Z]{2}$/.test(code) && names.of(code) !== undefined,
    'Not a country: two capital letters of ISO 3166 are expected, such as DE.',
  );

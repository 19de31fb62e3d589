import { z } from 'zod';

/** ISO 3166-1 alpha-2. */
export const country = z
  .string()
  .regex(/^[A-Z]{2}$/, 'Two capital letters, as in ISO 3166: DE.')
  .refine(
    (code) =>
      new Intl.DisplayNames('en', { type: 'region', fallback: 'none' }).of(code) !== undefined,
    'There is no such country.',
  );

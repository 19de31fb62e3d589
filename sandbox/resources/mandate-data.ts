import { z } from 'zod';
import { integer, text } from '../http/parameters';

/** The holder's consent to debits from a bank account. It is taken and not looked at any further. */
export const mandateData = z.strictObject({
  customer_acceptance: z.strictObject({
    type: z.enum(['online', 'offline']),
    accepted_at: integer.optional(),
    online: z.strictObject({ ip_address: text.optional(), user_agent: text.optional() }).optional(),
    offline: z.strictObject({}).optional(),
  }),
});

import { z } from 'zod';
import { isTimeZone } from '../../../../../billing/calendar';
import { byId, email, id, instant, text } from '../../../../http/fields';
import { pageQuery } from '../../../../queries/newest-first';
import { externalId, metadata, metadataChanges } from '../../metadata';
import { country } from '../country';
import { reason } from '../reason';

const role = z.enum(['customer', 'operator']);
const taxStatus = z.enum(['consumer', 'business', 'exempt']);

export const user = z
  .object({
    id,
    email: z.string(),
    email_verified_at: instant.nullable(),
    name: z.string(),
    username: z.string().nullable(),
    role,
    is_active: z.boolean(),
    country: z.string().nullable(),
    tax_status: taxStatus,
    time_zone: z.string(),
    locale: z.string(),
    external_id: z.string().nullable().describe('What your own system calls this user; unique.'),
    metadata: z.record(z.string(), z.string()),
    invoice_prefix: z.string(),
    stripe_customer_id: z.string().nullable(),
    trial_used_at: instant.nullable(),
    erased_at: instant.nullable().describe('Since then only the books know this user, by number.'),
    created_at: instant,
  })
  .meta({ id: 'AdminUser' });

export const oneRequest = z.object({ params: byId });

export const listRequest = z.object({
  query: pageQuery.extend({
    email: email.optional().describe('Exactly this one, in any case.'),
    external_id: externalId.optional(),
    role: role.optional(),
  }),
});

const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'Not a time zone: an IANA name is expected, such as Europe/Berlin.')
  .describe('Of subscriptions to come: those that run keep theirs.');

const locale = z
  .string()
  .max(35)
  .refine((tag) => {
    try {
      return Intl.getCanonicalLocales(tag)[0] === tag;
    } catch {
      return false;
    }
  }, 'Not a locale: a BCP 47 tag is expected, such as de-DE.');

export const createRequest = z.object({
  body: z.strictObject({
    email,
    name: text(150),
    external_id: externalId.optional(),
    metadata: metadata.optional(),
    country: country.optional(),
    tax_status: taxStatus.default('consumer'),
    time_zone: timeZone.default('UTC'),
    locale: locale.default('en-US'),
    email_verification: z
      .enum(['done', 'mail', 'later'])
      .default('later')
      .describe('`done`: you have seen that the address is theirs; `mail`: a link is mailed now.'),
    reason,
  }),
});

export const changeRequest = oneRequest.extend({
  body: z.strictObject({
    email: email.optional(),
    name: text(150).optional(),
    external_id: externalId.nullable().optional(),
    metadata: metadataChanges.optional(),
    country: country.nullable().optional(),
    tax_status: taxStatus.optional(),
    time_zone: timeZone.optional(),
    locale: locale.optional(),
    reason,
  }),
});

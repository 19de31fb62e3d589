import type { UserRecord } from '../../../../../activities/ports/records';

/** A user as operators see them. */
export const present = (row: UserRecord) => ({
  id: row.id,
  email: row.email,
  email_verified_at: row.emailVerifiedAt,
  name: row.name,
  username: row.username,
  role: row.role,
  is_active: row.isActive,
  country: row.country,
  tax_status: row.taxStatus,
  time_zone: row.timeZone,
  locale: row.locale,
  external_id: row.externalId,
  metadata: row.metadata,
  invoice_prefix: row.invoicePrefix,
  stripe_customer_id: row.stripeCustomerId,
  trial_used_at: row.trialUsedAt,
  erased_at: row.erasedAt,
  created_at: row.createdAt,
});

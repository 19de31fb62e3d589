import type { UserRecord } from '../../activities/ports/records';
import { createBillingStore } from '../../db/billing-store';
import type { Dependencies } from '../dependencies';

/** Stripe's customer of a user, made the first time it is needed; the same one for two requests at once. */
export async function ensureCustomer(
  { database, payments }: Pick<Dependencies, 'database' | 'payments'>,
  user: UserRecord,
): Promise<string> {
  if (user.stripeCustomerId !== null) return user.stripeCustomerId;
  const stripeCustomerId = await payments.createCustomer(user);
  return createBillingStore(database).transaction((unit) =>
    unit.keepStripeCustomer(user.id, stripeCustomerId),
  );
}

import type { Payments } from './settlement';

/** Stripe's customer of a user, made the first time it is needed. */
export async function ensureCustomer({ store, payments }: Payments, userId: string) {
  const user = await store.transaction((unit) => unit.user(userId));
  if (user.stripeCustomerId !== null) return user.stripeCustomerId;
  const stripeCustomerId = await payments.createCustomer(user);
  return store.transaction((unit) => unit.keepStripeCustomer(userId, stripeCustomerId));
}

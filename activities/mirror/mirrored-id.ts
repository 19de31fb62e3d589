import { v5 as uuidv5 } from 'uuid';

/** The name space of the ids below; it must never change. */
const namespace = '0b1f4a52-8a3c-4c5e-9d5a-6f1f6c1f7b3d';

/** The row that mirrors a subscription of Stripe's (`sub_…`): one, whichever of its events comes first. */
export const mirroredId = (stripeSubscriptionId: string): string =>
  uuidv5(stripeSubscriptionId, namespace);

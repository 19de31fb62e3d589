import { bringUpToDate } from './bring-up-to-date';
import type { Mirrored, Mirroring, MirrorRequest } from './mirrored';

/**
 * Makes our rows say what Stripe says of a subscription that it runs itself, for one of its events or,
 * without one, to find what was missed. Nothing when there is nothing to mirror it by.
 */
export const mirrorStripeSubscription = (
  deps: Mirroring,
  request: MirrorRequest & { eventId?: string },
): Promise<Mirrored | undefined> => bringUpToDate(deps, request);

import type { ChangeRequest } from '../../workflows/messages';

/** The subscribers of a plan, each reached through the workflow of their subscription. */
export interface Subscribers {
  /** Ids of live subscriptions of this plan, in ascending order, after the given one. */
  subscribersOf(planId: string, after: string | undefined, limit: number): Promise<string[]>;
  /** Asks one subscription to change; false when it refuses, or has ended. */
  change(subscriptionId: string, request: ChangeRequest): Promise<boolean>;
}

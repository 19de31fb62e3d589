import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** What operators can search subscriptions by in the Temporal Web UI; ids and statuses only. */
export const searchAttributes = {
  status: defineSearchAttributeKey('SubscriptionStatus', SearchAttributeType.KEYWORD),
  userId: defineSearchAttributeKey('UserId', SearchAttributeType.KEYWORD),
  planId: defineSearchAttributeKey('PlanId', SearchAttributeType.KEYWORD),
  needsAttention: defineSearchAttributeKey('NeedsAttention', SearchAttributeType.BOOL),
} as const;

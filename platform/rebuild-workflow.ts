import { subscriptionWorkflowId, taskQueue, type SubscriptionInput } from '../workflows/messages';
import type { TemporalClient } from './temporal-client';

/**
 * Starts the workflow of a subscription anew from its row (I6), unless it runs.
 * @param mirrors Stripe's `sub_…` of one that Stripe runs itself
 */
export async function rebuildWorkflow(
  temporal: TemporalClient,
  subscriptionId: string,
  mirrors?: string,
) {
  const input: SubscriptionInput = {
    subscriptionId,
    ...(mirrors === undefined ? {} : { mirrors }),
  };
  await temporal.within(5_000, (client) =>
    client.workflow.start('subscription', {
      workflowId: subscriptionWorkflowId(subscriptionId),
      taskQueue,
      args: [input],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowTaskTimeout: '5 seconds',
      staticSummary: 'Rebuilt from the database',
    }),
  );
}

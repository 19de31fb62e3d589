import { subscriptionWorkflowId, taskQueue } from '../workflows/messages';
import type { TemporalClient } from './temporal-client';

/** Starts the workflow of a subscription anew from its row (I6), unless it runs. */
export async function rebuildWorkflow(temporal: TemporalClient, subscriptionId: string) {
  await temporal.within(5_000, (client) =>
    client.workflow.start('subscription', {
      workflowId: subscriptionWorkflowId(subscriptionId),
      taskQueue,
      args: [{ subscriptionId }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowTaskTimeout: '5 seconds',
      staticSummary: 'Rebuilt from the database',
    }),
  );
}

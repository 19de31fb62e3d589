import { WorkflowNotFoundError } from '@temporalio/client';
import type { TemporalClient } from './temporal-client';
import {
  paymentReadSignal,
  paymentReadWorkflowId,
  subscriptionWorkflowId,
  taskQueue,
  type PaymentToRead,
} from '../workflows/messages';

/**
 * Has a payment read again from Stripe by its subscription's workflow; where that has ended, by one of
 * its own. Asked several times it is read several times, which changes nothing.
 */
export async function readAgain(
  temporal: TemporalClient,
  { subscriptionId, ...payment }: { subscriptionId: string } & PaymentToRead,
): Promise<void> {
  try {
    await temporal.within(5_000, ({ workflow }) =>
      workflow.getHandle(subscriptionWorkflowId(subscriptionId)).signal(paymentReadSignal, payment),
    );
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    await temporal.within(5_000, ({ workflow }) =>
      workflow.start('paymentEvent', {
        workflowId: paymentReadWorkflowId(payment.invoiceId),
        taskQueue,
        args: [{ subscriptionId, ...payment }],
        workflowIdConflictPolicy: 'USE_EXISTING',
        staticSummary: 'A payment of a subscription that has ended, read again from Stripe',
      }),
    );
  }
}

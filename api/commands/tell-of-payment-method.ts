import { WorkflowNotFoundError } from '@temporalio/common';
import { createBillingStore } from '../../db/billing-store';
import { paymentMethodChangedSignal, subscriptionWorkflowId } from '../../workflows/messages';
import type { Dependencies } from '../dependencies';

/** How long Temporal may take to accept a signal. */
const acceptMilliseconds = 5_000;

/**
 * Tells the customer's subscriptions that their default payment method has changed, so that what is
 * past due is charged with it at once. Those that have tried it already are left alone, so that a
 * request may be repeated.
 */
export async function tellOfPaymentMethod(
  { database, temporal }: Pick<Dependencies, 'database' | 'temporal'>,
  userId: string,
): Promise<void> {
  const waiting = await createBillingStore(database).transaction((unit) =>
    unit.waitingForPaymentMethod(userId),
  );
  for (const subscriptionId of waiting) {
    try {
      await temporal.within(acceptMilliseconds, ({ workflow }) =>
        workflow
          .getHandle(subscriptionWorkflowId(subscriptionId))
          .signal(paymentMethodChangedSignal),
      );
    } catch (error) {
      // It has ended meanwhile: nobody is left who wants to know.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
}

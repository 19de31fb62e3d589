import { getExternalWorkflowHandle, TemporalFailure } from '@temporalio/workflow';
import { payments } from './activities';
import { paymentMethodChangedSignal, subscriptionWorkflowId } from './messages';

/**
 * News of a customer's payment method, which concern all of their subscriptions: those with something
 * past due are told that there is another one to try.
 */
export async function paymentMethodEvent({ eventId }: { eventId: string }): Promise<void> {
  const { tell } = await payments.applyPaymentMethodEvent({ eventId });
  for (const subscriptionId of tell) {
    const workflow = getExternalWorkflowHandle(subscriptionWorkflowId(subscriptionId));
    try {
      await workflow.signal(paymentMethodChangedSignal);
    } catch (error) {
      // It has ended meanwhile: nobody is left who wants to know.
      if (!(error instanceof TemporalFailure)) throw error;
    }
  }
}

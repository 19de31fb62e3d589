import type { SubscriptionRecord } from '../../activities/ports/records';
import type { Dependencies } from '../dependencies';
import { Refused } from '../http/refusals';
import { ownSubscription } from '../queries/subscriptions';
import { command } from './subscription-workflows';

/**
 * Asks a subscription's workflow for something, and answers the subscription as it then is.
 * @throws Refused as the workflow does, and `payment_method_declined` when a charge did not go
 *   through and so nothing was changed.
 */
export async function ask(
  { temporal, database }: Pick<Dependencies, 'temporal' | 'database'>,
  { id, userId }: Pick<SubscriptionRecord, 'id' | 'userId'>,
  begin: Parameters<typeof command>[2],
  updateId?: string,
): Promise<SubscriptionRecord> {
  const { declined } = await command(temporal, id, begin, updateId);
  if (declined !== undefined) throw declinedBy(declined);
  return ownSubscription(database, userId, id);
}

/** A charge that did not go through, as a refusal. */
export const declinedBy = (decline: {
  code: string;
  declineCode: string | null;
  message: string;
}) =>
  new Refused({
    code: 'payment_method_declined',
    message: decline.message,
    declineCode: decline.declineCode ?? decline.code,
  });

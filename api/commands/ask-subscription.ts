import type { SubscriptionRecord } from '../../activities/ports/records';
import { isLive } from '../../billing/subscription';
import { rebuildWorkflow } from '../../platform/rebuild-workflow';
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
  { temporal, database }: Asking,
  { id, userId }: Pick<SubscriptionRecord, 'id' | 'userId'>,
  begin: Parameters<typeof command>[2],
  updateId?: string,
): Promise<SubscriptionRecord> {
  const { declined } = await askOrRebuild({ temporal, database }, id, begin, updateId);
  if (declined !== undefined) throw declinedBy(declined);
  return ownSubscription(database, userId, id);
}

type Asking = Pick<Dependencies, 'temporal' | 'database'>;

/** A subscription that lives by its row has lost its workflow: it gets it back, and is asked again (I6). */
async function askOrRebuild(
  { temporal, database }: Asking,
  id: string,
  begin: Parameters<typeof command>[2],
  updateId: string | undefined,
): ReturnType<typeof command> {
  try {
    return await command(temporal, id, begin, updateId);
  } catch (error) {
    if (!(error instanceof Refused) || error.refusal.code !== 'subscription_ended') throw error;
    const row = (await database.subscriptions.findByPk(id))?.get({ plain: true });
    if (row === undefined || !isLive(row.status)) throw error;
    await rebuildWorkflow(temporal, id, mirrorsOf(row));
    return command(temporal, id, begin, updateId);
  }
}

/** Stripe's id of a subscription that it runs itself; undefined for one of ours. */
const mirrorsOf = ({ managedBy, externalId }: SubscriptionRecord) =>
  managedBy === 'stripe' ? (externalId ?? undefined) : undefined;

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

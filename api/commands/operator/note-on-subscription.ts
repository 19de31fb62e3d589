import type { SubscriptionRecord } from '../../../activities/ports/records';
import type { Actor } from '../../accounts/authenticate';
import type { Dependencies } from '../../dependencies';
import { notFound } from '../../http/problem';
import { Refused } from '../../http/refusals';
import { anyRow } from '../../queries/operator/any';
import { recordAct } from './audit';
import { changedMetadata } from './metadata';

export interface SubscriptionNotes {
  externalId?: string | null | undefined;
  metadata?: Record<string, string | null> | undefined;
}

/**
 * Changes what the business notes on a subscription. Its workflow knows nothing of these words, which
 * may be personal, so it is not asked (I6 is about what it knows, I12 about the words).
 * @throws Problem 404; Refused `managed_by_stripe`, where the external id is Stripe's.
 */
export async function noteOnSubscription(
  { database }: Dependencies,
  operator: Actor,
  id: string,
  { externalId, metadata }: SubscriptionNotes,
  reason: string | undefined,
): Promise<SubscriptionRecord> {
  await database.transaction(async (transaction) => {
    const row = await database.subscriptions.findByPk(id, { transaction, lock: true });
    if (row === null) throw notFound();
    const before = row.get({ plain: true });
    if (before.managedBy === 'stripe' && externalId !== undefined) throw namedByStripe();
    const changes = {
      ...(externalId === undefined ? {} : { externalId }),
      ...(metadata === undefined ? {} : { metadata: changedMetadata(before.metadata, metadata) }),
    };
    await row.update(changes, { transaction });
    await recordAct(
      database,
      transaction,
      { operator, action: 'subscription.note', object: `subscription/${id}`, reason },
      { before: null, after: { changed: Object.keys(changes) } },
    );
  });
  return anyRow(database.subscriptions, id);
}

const namedByStripe = () =>
  new Refused({
    code: 'managed_by_stripe',
    message: 'Stripe runs this subscription, and its external id is Stripe’s.',
  });

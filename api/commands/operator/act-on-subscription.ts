import { setTimeout as delay } from 'node:timers/promises';
import type { SubscriptionRecord, UserRecord } from '../../../activities/ports/records';
import { retrySignal, subscriptionWorkflowId } from '../../../workflows/messages';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { Database } from '../../../db/database';
import type { Dependencies } from '../../dependencies';
import { Refused } from '../../http/refusals';
import { couponsOn } from '../../queries/coupons';
import { anyRow } from '../../queries/operator/any';
import { audited, factsOf, type Facts } from './audit';

/** What an operator asks of somebody's subscription. */
export interface SubscriptionAct {
  operator: UserRecord;
  subscriptionId: string;
  /** `cancel`, `pause` … */
  action: string;
  reason?: string | undefined;
}

/**
 * Does something to anybody's subscription, and keeps it in the audit log (I11).
 * @throws Problem 404; Refused as the subscription's workflow does.
 */
export async function actOnSubscription(
  { database }: Dependencies,
  { operator, subscriptionId, action, reason }: SubscriptionAct,
  does: (subscription: SubscriptionRecord) => Promise<SubscriptionRecord>,
): Promise<SubscriptionRecord> {
  const subscription = await anyRow(database.subscriptions, subscriptionId);
  return audited(
    database,
    {
      operator,
      action: `subscription.${action}`,
      object: `subscription/${subscriptionId}`,
      reason,
    },
    () => subscriptionFacts(database, subscriptionId),
    () => does(subscription),
  );
}

/** What an action may change of a subscription. Metadata and a customer's words may be personal. */
export async function subscriptionFacts(database: Database, id: string): Promise<Facts> {
  const row = await anyRow(database.subscriptions, id);
  const applied = await couponsOn(database, [id]);
  return {
    ...factsOf(row, [
      'id',
      'status',
      'planId',
      'quantity',
      'collectionMethod',
      'timeZone',
      'anchorAt',
      'cycle',
      'currentPeriodStart',
      'currentPeriodEnd',
      'trialEnd',
      'startsAt',
      'pausedAt',
      'resumeAt',
      'cancelAtPeriodEnd',
      'canceledAt',
      'endedAt',
      'pendingChange',
      'needsAttention',
    ]),
    coupon: applied.get(id)?.coupon.code ?? null,
  };
}

/**
 * After a mend: a subscription that needs attention goes on from where it got stuck.
 * @throws Refused `subscription_ended` when its workflow runs no more.
 */
export async function retrySubscription(
  { database, temporal }: Dependencies,
  { id }: SubscriptionRecord,
): Promise<SubscriptionRecord> {
  try {
    await temporal.within(5_000, ({ workflow }) =>
      workflow.getHandle(subscriptionWorkflowId(id)).signal(retrySignal),
    );
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new Refused({
      code: 'subscription_ended',
      message: 'No workflow runs for this subscription.',
    });
  }
  return attended(database, id);
}

/** How long to wait for a subscription that goes on by itself, and how often to look. */
const patienceMilliseconds = 3_000;
const pauseMilliseconds = 100;

/** The subscription once nothing stops it any more, or as it is when that does not come soon. */
async function attended(database: Database, id: string): Promise<SubscriptionRecord> {
  for (let waited = 0; ; waited += pauseMilliseconds) {
    const row = await anyRow(database.subscriptions, id);
    if (row.needsAttention === null || waited >= patienceMilliseconds) return row;
    await delay(pauseMilliseconds);
  }
}

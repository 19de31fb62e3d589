import { randomUUID } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import type { PlanRecord, SubscriptionRecord, UserRecord } from '../../activities/ports/records';
import { cancelUpdate, type CreateOutcome, type CreateRequest } from '../../workflows/messages';
import type { Dependencies } from '../dependencies';
import { Problem } from '../http/problem';
import { Refused } from '../http/refusals';
import { findPlan } from '../queries/plans';
import { ownSubscription } from '../queries/subscriptions';
import { command, createInWorkflow } from './subscription-workflows';

export interface Subscribe {
  user: UserRecord;
  planId: string;
  quantity?: number | undefined;
  paymentMethodId?: string | undefined;
  timeZone?: string | undefined;
  testClockId?: string | undefined;
  metadata?: Record<string, string> | undefined;
  /** The client's; the same key never makes a second subscription. */
  idempotencyKey?: string | undefined;
}

export interface Subscribed {
  subscription: SubscriptionRecord;
  /** To be authenticated by the customer, when the subscription is incomplete. */
  invoiceId?: string;
}

/**
 * Starts a subscription and answers once its first payment has settled.
 * @throws Refused for every expected no; a declined card is `payment_method_declined`.
 */
export async function subscribe(
  dependencies: Dependencies,
  request: Subscribe,
): Promise<Subscribed> {
  const { config, database, temporal } = dependencies;
  const { user, planId, testClockId, idempotencyKey } = request;
  const id =
    idempotencyKey === undefined ? randomUUID() : uuidv5(idempotencyKey.normalize(), user.id);
  await refuseOtherRequest(dependencies, id, request);
  const plan = await planOnOffer(dependencies, planId);
  if (testClockId !== undefined) await refuseForeignClock(dependencies, user, testClockId);
  await replaceUnfinished(dependencies, user, id);
  const create: CreateRequest = {
    userId: user.id,
    planId,
    quantity: request.quantity ?? 1,
    timeZone: request.timeZone ?? user.timeZone,
    exclusive: config.ONE_LIVE_SUBSCRIPTION,
    ...(request.paymentMethodId === undefined ? {} : { paymentMethodId: request.paymentMethodId }),
    ...(testClockId === undefined ? {} : { testClockId }),
    ...(request.metadata === undefined ? {} : { metadata: request.metadata }),
  };
  const outcome = await createInWorkflow(temporal, id, create, `Subscription of plan ${plan.name}`);
  refuseFailed(outcome);
  return settled(await ownSubscription(database, user.id, id), outcome);
}

function settled(subscription: SubscriptionRecord, outcome: CreateOutcome): Subscribed {
  return 'invoiceId' in outcome && outcome.invoiceId !== undefined
    ? { subscription, invoiceId: outcome.invoiceId }
    : { subscription };
}

function refuseFailed(outcome: CreateOutcome): void {
  if ('refused' in outcome) throw new Refused(outcome.refused);
  if (outcome.declined === undefined) return;
  const { message, code, declineCode } = outcome.declined;
  throw new Refused({
    code: 'payment_method_declined',
    message,
    declineCode: declineCode ?? code,
  });
}

/** A key that made one subscription can't be used to ask for another. */
async function refuseOtherRequest(
  { database }: Dependencies,
  id: string,
  { planId, quantity = 1 }: Subscribe,
): Promise<void> {
  const row = await database.subscriptions.findByPk(id);
  const known = row?.get({ plain: true });
  if (known === undefined) return;
  if (known.planId === planId && known.quantity === quantity) return;
  throw new Problem(
    422,
    'idempotency_key_reused',
    'This Idempotency-Key was used for another request.',
  );
}

async function planOnOffer(dependencies: Dependencies, planId: string): Promise<PlanRecord> {
  const plan = await findPlan(dependencies.database, planId);
  if (plan === undefined) {
    throw new Refused({ code: 'plan_not_found', message: 'There is no such plan.' });
  }
  return plan;
}

async function refuseForeignClock(
  { database }: Dependencies,
  { id: ownerId, role }: UserRecord,
  testClockId: string,
): Promise<void> {
  const where = role === 'operator' ? { id: testClockId } : { id: testClockId, ownerId };
  if ((await database.testClocks.count({ where })) > 0) return;
  throw new Refused({ code: 'test_clock_not_found', message: 'There is no such test clock.' });
}

/**
 * A subscription that waits for its customer to authenticate makes room for the new one. One whose
 * first payment is under way at this moment does not: then the new one is refused.
 */
async function replaceUnfinished(
  { database, temporal }: Dependencies,
  { id: userId }: UserRecord,
  newId: string,
): Promise<void> {
  const rows = await database.subscriptions.findAll({ where: { userId, status: 'incomplete' } });
  for (const row of rows) {
    const { id } = row.get({ plain: true });
    if (id === newId || !(await waitsForCustomer(database, id))) continue;
    try {
      await command(temporal, id, (handle) =>
        handle.startUpdate(cancelUpdate, {
          args: [{ atPeriodEnd: false, reason: 'replaced' }],
          waitForStage: 'ACCEPTED',
        }),
      );
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
}

async function waitsForCustomer(
  { invoices, paymentAttempts }: Dependencies['database'],
  subscriptionId: string,
): Promise<boolean> {
  const rows = await invoices.findAll({ where: { subscriptionId, status: 'open' } });
  const invoiceIds = rows.map((row) => row.get({ plain: true }).id);
  const attempts = await paymentAttempts.findAll({ where: { invoiceId: invoiceIds } });
  const statuses = attempts.map((row) => row.get({ plain: true }).status);
  return statuses.includes('requires_action') && !statuses.includes('pending');
}

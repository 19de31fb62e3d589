import { randomUUID } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import type { PlanRecord, SubscriptionRecord, UserRecord } from '../../activities/ports/records';
import {
  cancelUpdate,
  type CreateOutcome,
  type CreateRequest,
  type OperatorTerms,
} from '../../workflows/messages';
import type { Dependencies } from '../dependencies';
import { keyReused } from '../http/idempotency-key';
import { Refused } from '../http/refusals';
import { findPlan } from '../queries/plans';
import { ownSubscription } from '../queries/subscriptions';
import { declinedBy } from './ask-subscription';
import { couponIdOf } from './coupons';
import { keepDetails } from './request-details';
import { command, createInWorkflow } from './subscription-workflows';
import { refuseUnverified } from './verify-email';

export interface Subscribe {
  user: UserRecord;
  /** Whoever asks, when it is not the customer: an operator may use any test clock. */
  by?: UserRecord | undefined;
  planId: string;
  quantity?: number | undefined;
  paymentMethodId?: string | undefined;
  /** The code of a coupon, in any case. */
  coupon?: string | undefined;
  timeZone?: string | undefined;
  testClockId?: string | undefined;
  metadata?: Record<string, string> | undefined;
  /** What the business's own system calls it. */
  externalId?: string | undefined;
  terms?: OperatorTerms | undefined;
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
  const { database, temporal } = dependencies;
  const { user, planId, idempotencyKey } = request;
  if (request.by === undefined) refuseUnverified(dependencies, user);
  const id =
    idempotencyKey === undefined ? randomUUID() : uuidv5(idempotencyKey.normalize(), user.id);
  const plan = await planOnOffer(dependencies, planId);
  const create = await createRequestOf(dependencies, id, request);
  await replaceUnfinished(dependencies, user, id);
  const outcome = await createInWorkflow(temporal, id, create, `Subscription of plan ${plan.name}`);
  refuseFailed(outcome);
  return settled(await ownSubscription(database, user.id, id), outcome);
}

/** What the workflow is asked: ids and amounts only. */
async function createRequestOf(
  dependencies: Dependencies,
  id: string,
  request: Subscribe,
): Promise<CreateRequest> {
  const { user, by = user, planId, quantity = 1, testClockId, coupon } = request;
  const { paymentMethodId, terms } = request;
  if (testClockId !== undefined) await refuseForeignClock(dependencies, by, testClockId);
  const couponId = coupon === undefined ? undefined : await couponIdOf(dependencies, coupon);
  const detailsId = await keepRequest(dependencies, id, request);
  return {
    userId: user.id,
    planId,
    quantity,
    timeZone: request.timeZone ?? user.timeZone,
    exclusive: dependencies.config.ONE_LIVE_SUBSCRIPTION,
    ...(paymentMethodId === undefined ? {} : { paymentMethodId }),
    ...(testClockId === undefined ? {} : { testClockId }),
    ...(couponId === undefined ? {} : { couponId }),
    ...(detailsId === undefined ? {} : { detailsId }),
    ...(terms === undefined ? {} : { terms }),
  };
}

function settled(subscription: SubscriptionRecord, outcome: CreateOutcome): Subscribed {
  return 'invoiceId' in outcome && outcome.invoiceId !== undefined
    ? { subscription, invoiceId: outcome.invoiceId }
    : { subscription };
}

function refuseFailed(outcome: CreateOutcome): void {
  if ('refused' in outcome) throw new Refused(outcome.refused);
  if (outcome.declined !== undefined) throw declinedBy(outcome.declined);
}

/**
 * Writes down what people said with the request; and, under a key, the request itself, so that a key
 * which made one subscription can't be used to ask for another. Answers the id of the details.
 */
async function keepRequest(
  { database }: Dependencies,
  id: string,
  { user, planId, quantity = 1, coupon, metadata, externalId, idempotencyKey }: Subscribe,
): Promise<string | undefined> {
  const { id: userId } = user;
  const words = {
    ...(metadata === undefined ? {} : { metadata }),
    ...(externalId === undefined ? {} : { externalId }),
  };
  if (idempotencyKey === undefined) {
    return Object.keys(words).length === 0 ? undefined : keepDetails(database, userId, words);
  }
  const request = JSON.stringify({ planId, quantity, coupon: coupon?.toLowerCase() });
  const detailsId = uuidv5('details', id);
  await keepDetails(database, userId, { ...words, ...{ request } }, detailsId);
  const row = await database.requestDetails.findByPk(detailsId, { rejectOnEmpty: true });
  const { data } = row.get({ plain: true });
  if ('request' in data && data.request === request) return detailsId;
  throw keyReused();
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
      await command(temporal, id, (handle, options) =>
        handle.startUpdate(cancelUpdate, {
          ...options,
          args: [{ atPeriodEnd: false, reason: 'replaced' }],
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

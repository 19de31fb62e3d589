import { Op } from 'sequelize';
import type {
  DisputeRecord,
  InvoiceRecord,
  PlanRecord,
  SubscriptionCycleRecord,
  SubscriptionRecord,
} from '../../activities/ports/records';
import { SUBSCRIPTION_STATUSES, isLive, type SubscriptionStatus } from '../../billing/subscription';
import type { Database } from '../../db/database';
import { notFound } from '../http/problem';
import { openDisputesOf } from './operator/disputes';
import { couponsOn, type AppliedCoupon } from './coupons';
import { plansById } from './plans';

export const liveStatuses: SubscriptionStatus[] = SUBSCRIPTION_STATUSES.filter(isLive);

/** A subscription as it is shown: with its plan, coupon and the invoices that time still concerns. */
export interface SubscriptionView {
  subscription: SubscriptionRecord;
  plan: PlanRecord;
  /** The one that it has now. */
  coupon: AppliedCoupon | undefined;
  /** Of a paused one: what became of the cycle that it is in. */
  pausedIn: SubscriptionCycleRecord | undefined;
  /** Draft and open ones, oldest period first. */
  unsettled: InvoiceRecord[];
  /** Of its payments, those that are not over, the most urgent first: for operators. */
  disputes: DisputeRecord[];
}

/** All of a user's subscriptions, newest first. */
export async function subscriptionsOf(
  { subscriptions }: Database,
  userId: string,
): Promise<SubscriptionRecord[]> {
  const rows = await subscriptions.findAll({
    where: { userId },
    order: [
      ['createdAt', 'DESC'],
      ['id', 'DESC'],
    ],
  });
  return rows.map((row) => row.get({ plain: true }));
}

/** @throws Problem 404, also when it is somebody else's (I10). */
export async function ownSubscription(
  { subscriptions }: Database,
  userId: string,
  id: string,
): Promise<SubscriptionRecord> {
  const row = await subscriptions.findOne({ where: { id, userId } });
  if (row === null) throw notFound();
  return row.get({ plain: true });
}

/** The user's live subscription, else the one they had last. */
export async function currentSubscription(
  database: Database,
  userId: string,
): Promise<SubscriptionRecord | undefined> {
  const all = await subscriptionsOf(database, userId);
  return all.find(({ status }) => isLive(status)) ?? all[0];
}

/** Adds what showing them needs, in as many queries for all of them as for one. */
export async function viewSubscriptions(
  database: Database,
  subscriptions: readonly SubscriptionRecord[],
): Promise<SubscriptionView[]> {
  const ids = subscriptions.map(({ id }) => id);
  const [plans, coupons, cycles, unsettled, disputes] = await Promise.all([
    plansById(
      database,
      subscriptions.map(({ planId }) => planId),
    ),
    couponsOn(database, ids),
    cyclesPausedIn(database, subscriptions),
    unsettledInvoices(database, ids),
    openDisputesOf(database, ids),
  ]);
  return subscriptions.map((subscription) => {
    const plan = plans.get(subscription.planId);
    if (plan === undefined) throw new Error(`subscription ${subscription.id} has no plan`);
    return {
      subscription,
      plan,
      coupon: coupons.get(subscription.id),
      pausedIn: cycles.find(({ subscriptionId }) => subscriptionId === subscription.id),
      unsettled: unsettled.filter(({ subscriptionId }) => subscriptionId === subscription.id),
      disputes: disputes.filter(({ subscriptionId }) => subscriptionId === subscription.id),
    };
  });
}

export async function viewSubscription(
  database: Database,
  subscription: SubscriptionRecord,
): Promise<SubscriptionView> {
  const [view] = await viewSubscriptions(database, [subscription]);
  if (view === undefined) throw new Error('one in, one out');
  return view;
}

async function unsettledInvoices(
  { invoices }: Database,
  subscriptionIds: string[],
): Promise<InvoiceRecord[]> {
  if (subscriptionIds.length === 0) return [];
  const rows = await invoices.findAll({
    where: { subscriptionId: subscriptionIds, status: ['draft', 'open'] },
    order: [
      ['periodStart', 'ASC'],
      ['createdAt', 'ASC'],
    ],
  });
  return rows.map((row) => row.get({ plain: true }));
}

async function cyclesPausedIn(
  { subscriptionCycles }: Database,
  subscriptions: readonly SubscriptionRecord[],
): Promise<SubscriptionCycleRecord[]> {
  const paused = subscriptions.filter(({ status }) => status === 'paused');
  if (paused.length === 0) return [];
  const rows = await subscriptionCycles.findAll({
    where: { [Op.or]: paused.map(({ id, cycle }) => ({ subscriptionId: id, cycle })) },
  });
  return rows.map((row) => row.get({ plain: true }));
}

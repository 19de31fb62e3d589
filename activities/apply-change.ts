import { boundary } from '../billing/calendar';
import type { Instant } from '../billing/instant';
import { about, subscriptionFacts } from './email-facts';
import { agreedForPeriodEnd, giveUpUnpaidChange, withoutInstead } from './pending-change';
import { planOf } from './plan-of';
import { epochOf, isFreeStub } from './plan-lines';
import type { PendingChange, PlanRecord, SubscriptionRecord } from './ports/records';
import type { UnitOfWork } from './ports/store';
import { recordCycle } from './record-cycle';

/**
 * The subscription as it goes into its next period, with the change that waited for it, and its plan
 * then. Another interval begins a new epoch at the boundary.
 */
export async function changeAtBoundary(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  now: Instant,
): Promise<{ changed: SubscriptionRecord; plan: PlanRecord }> {
  const plan = await planOf(unit, subscription);
  const { currentPeriodEnd: at } = subscription;
  const agreed = agreedForPeriodEnd(subscription);
  const left = await giveUpUnpaidChange(unit, subscription, now);
  if (agreed === undefined || (agreed.notBefore !== undefined && agreed.notBefore > at)) {
    return { changed: { ...subscription, pendingChange: left }, plan };
  }
  const next = await planOf(unit, agreed);
  const anchored = hasOtherTerm(plan, next)
    ? { anchorAt: at, epochCycle: subscription.cycle + 1 }
    : {};
  const changed = await unit.updateSubscription(subscription, {
    planId: next.id,
    quantity: agreed.quantity,
    pendingChange: left?.when === 'now' ? withoutInstead(left) : null,
    ...anchored,
  });
  await recordChange(unit, { before: subscription, after: changed, from: plan, to: next, at });
  return { changed, plan: next };
}

/** The paid change comes into force, as it was reckoned. */
export async function applyChange(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  change: PendingChange,
  { now, charged }: { now: Instant; charged?: { amount: bigint; currency: string } },
): Promise<SubscriptionRecord> {
  const from = await planOf(unit, subscription);
  const to = await planOf(unit, change);
  const at = change.prorationDate ?? now;
  const changed = await unit.updateSubscription(subscription, {
    planId: to.id,
    quantity: change.quantity,
    pendingChange: await replaced(unit, subscription, change, now),
    ...(hasOtherTerm(from, to) ? anchoredAnew(subscription, to, at) : {}),
  });
  await recordNewEpoch(unit, subscription, changed);
  await recordChange(unit, {
    before: subscription,
    after: changed,
    from,
    to,
    at: now,
    ...(charged === undefined ? {} : { charged }),
  });
  await unit.queueEmail({
    kind: 'plan_changed',
    ...about(changed, changed.id, change.changeId),
    data: {
      ...subscriptionFacts(changed, to),
      previous_plan_name: from.name,
      takes_effect: 'now',
      effective_at: at,
      ...(charged === undefined ? {} : { charged_now: String(charged.amount) }),
    },
  });
  return changed;
}

/**
 * What a change that comes into force leaves of the one agreed for the period's end: nothing, but for
 * an operator's move to another version of the plan that is kept.
 */
async function replaced(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  change: PendingChange,
  now: Instant,
): Promise<PendingChange | null> {
  const agreed = agreedForPeriodEnd(subscription);
  if (agreed === undefined) return null;
  if (agreed.reason === 'plan_version' && change.planId === subscription.planId) {
    return { ...agreed, quantity: change.quantity };
  }
  await unit.recordEvent(subscription.id, now, 'change_dropped', { reason: 'replaced' });
  return null;
}

/** Whether nothing is charged for the current time: in a trial, or in a free stub. */
export const isFree = (subscription: SubscriptionRecord): boolean =>
  subscription.status === 'trialing' || isFreeStub(subscription, subscription.cycle);

/** Free time goes on, and what follows it is anchored at its end; else a new epoch begins at once. */
const anchoredAnew = (subscription: SubscriptionRecord, to: PlanRecord, at: Instant) =>
  isFree(subscription)
    ? { anchorAt: subscription.currentPeriodEnd, epochCycle: subscription.cycle + 1 }
    : newEpoch(subscription, to, at);

/** A change of interval at the very start of a cycle takes that cycle's place. */
export function newEpoch(
  subscription: SubscriptionRecord,
  to: PlanRecord,
  at: Instant,
): Pick<
  SubscriptionRecord,
  'anchorAt' | 'epochCycle' | 'cycle' | 'currentPeriodStart' | 'currentPeriodEnd'
> {
  const cycle = subscription.cycle + (at > subscription.currentPeriodStart ? 1 : 0);
  const epoch = epochOf({ ...subscription, anchorAt: at, epochCycle: cycle }, to);
  return {
    anchorAt: at,
    epochCycle: cycle,
    cycle,
    currentPeriodStart: at,
    currentPeriodEnd: boundary(epoch, 1),
  };
}

/** The cycle that was cut short ends where the new one begins, so that periods tile time (I4). */
async function recordNewEpoch(
  unit: UnitOfWork,
  before: SubscriptionRecord,
  after: SubscriptionRecord,
): Promise<void> {
  const cut = await unit.cycle(before.id, before.cycle);
  if (cut === undefined) return;
  if (after.cycle === before.cycle) {
    if (after.currentPeriodEnd === cut.periodEnd) return;
    await unit.updateCycle(cut, { periodEnd: after.currentPeriodEnd });
    return;
  }
  await unit.updateCycle(cut, { periodEnd: after.currentPeriodStart });
  await recordCycle(unit, after, 'billed');
}

/** Whether a change of plan begins a new epoch. */
export const hasOtherTerm = (from: PlanRecord, to: PlanRecord): boolean =>
  from.interval !== to.interval || from.intervalCount !== to.intervalCount;

/** Tells the story of a change that came into force. */
async function recordChange(
  unit: UnitOfWork,
  change: {
    before: SubscriptionRecord;
    after: SubscriptionRecord;
    from: PlanRecord;
    to: PlanRecord;
    at: Instant;
    charged?: { amount: bigint; currency: string };
  },
): Promise<void> {
  const { before, after, from, to, at, charged } = change;
  await unit.recordEvent(after.id, at, 'plan_changed', {
    from_plan: from.name,
    to_plan: to.name,
    from_plan_id: from.id,
    to_plan_id: to.id,
    from_quantity: before.quantity,
    to_quantity: after.quantity,
    ...(charged === undefined
      ? {}
      : { charged: String(charged.amount), currency: charged.currency }),
  });
}

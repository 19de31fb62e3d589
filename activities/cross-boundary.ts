import { periodOf, type Epoch } from '../billing/calendar';
import type { Instant } from '../billing/instant';
import type { SubscriptionState } from '../billing/subscription-state';
import { isLive } from '../billing/subscription';
import { about, subscriptionFacts } from './email-facts';
import { issueInvoice } from './issue-invoice';
import type { PlanRecord, SubscriptionRecord } from './ports/records';
import type { BillingStore, UnitOfWork } from './ports/store';
import { stateOf } from './subscription-state';

/**
 * The end of a subscription's cycle number `cycle`: it ends there if it was to be canceled, else the
 * next cycle begins at exactly that boundary (I4), is recorded (I5) and, unless paused, invoiced
 * (I1). Called again for a cycle that has passed it changes nothing. `now` is when it really
 * happens, at or after the boundary; deadlines count from it.
 */
export function crossBoundary(
  store: BillingStore,
  { subscriptionId, cycle, now }: { subscriptionId: string; cycle: number; now: Instant },
): Promise<SubscriptionState> {
  return store.transaction(async (unit) => {
    const subscription = await unit.lockSubscription(subscriptionId);
    const passed = subscription.cycle !== cycle || subscription.currentPeriodEnd > now;
    if (passed || !isLive(subscription.status)) return stateOf(unit, subscription);
    const plan = await planOf(unit, subscription);
    return stateOf(
      unit,
      subscription.cancelAtPeriodEnd
        ? await endAtBoundary(unit, subscription, plan)
        : await beginNextCycle(unit, subscription, plan, now),
    );
  });
}

async function endAtBoundary(unit: UnitOfWork, subscription: SubscriptionRecord, plan: PlanRecord) {
  const at = subscription.currentPeriodEnd;
  const ended = await unit.updateSubscription(subscription, { status: 'canceled', endedAt: at });
  for (const invoice of await unit.unsettledInvoices(ended.id)) {
    // It is still owed, but somebody who has left is not reminded; a draft never was.
    await unit.updateInvoice(
      invoice,
      invoice.status === 'draft' ? { status: 'void', closedAt: at } : { nextReminderAt: null },
    );
  }
  await unit.recordEvent(ended.id, at, 'ended', { reason: 'period_ended' });
  await unit.queueEmail({
    kind: 'subscription_canceled',
    ...about(ended, ended.id, 'ended'),
    data: { ...subscriptionFacts(ended, plan), canceled_at: at, reason: 'period_ended' },
  });
  return ended;
}

async function beginNextCycle(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  plan: PlanRecord,
  now: Instant,
) {
  const cycle = subscription.cycle + 1;
  const period = periodOf(epochOf(subscription, plan), cycle);
  const next = await unit.updateSubscription(subscription, {
    cycle,
    currentPeriodStart: period.start,
    currentPeriodEnd: period.end,
    ...(subscription.status === 'trialing' ? { status: 'active' } : {}),
  });
  const paused = next.status === 'paused';
  await unit.recordCycle({
    subscriptionId: next.id,
    cycle,
    periodStart: period.start,
    periodEnd: period.end,
    outcome: paused ? 'skipped' : 'billed',
  });
  if (paused) {
    await unit.recordEvent(next.id, period.start, 'cycle_skipped', { cycle });
  } else {
    await issueInvoice(unit, {
      subscription: next,
      plan,
      reason: 'cycle',
      occasion: String(cycle),
      period,
      now,
    });
  }
  return next;
}

/** The stretch of the subscription's life that its current cycle belongs to. */
export function epochOf(subscription: SubscriptionRecord, plan: PlanRecord): Epoch {
  return {
    anchor: subscription.anchorAt,
    timeZone: subscription.timeZone,
    firstCycle: subscription.epochCycle,
    term: { interval: plan.interval, intervalCount: plan.intervalCount },
  };
}

/** A subscription's plan is never deleted, so that a missing one means damaged books. */
export async function planOf(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
): Promise<PlanRecord> {
  const plan = await unit.plan(subscription.planId);
  if (plan === undefined) throw new Error(`Plan ${subscription.planId} is gone.`);
  return plan;
}

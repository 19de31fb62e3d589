import { cycleAt, periodOf } from '../billing/calendar';
import { catchUp, type CatchUpDecision } from '../billing/catch-up';
import { collectionSchedule } from '../billing/dunning';
import type { Instant } from '../billing/instant';
import { isLive } from '../billing/subscription';
import type { SubscriptionState } from '../billing/subscription-state';
import { digestUncharged, digestOf } from './digest';
import { about, subscriptionFacts } from './email-facts';
import { issueInvoice } from './issue-invoice';
import { changeAtBoundary } from './apply-change';
import { giveUpChange } from './pending-change';
import { epochOf, isFreeStub, periodLine } from './plan-lines';
import { planOf } from './plan-of';
import type { InvoiceRecord, PlanRecord, SubscriptionRecord } from './ports/records';
import type { BillingStore, UnitOfWork } from './ports/store';
import { recordCycle } from './record-cycle';
import { transitionOf } from './refusal';
import { stateAfter, stateOf } from './subscription-state';
import { voidInvoice } from './void-invoice';

/**
 * The end of a subscription's cycle number `cycle`: it ends there if it was to be canceled, else the
 * next cycle begins at exactly that boundary (I4), is recorded (I5) and, unless paused, invoiced
 * (I1), with the change of plan that waited for it. Called again for a cycle that has passed it
 * changes nothing. `now` is when it really happens, at or after the boundary; deadlines count from it.
 */
export function crossBoundary(
  store: BillingStore,
  { subscriptionId, cycle, now }: { subscriptionId: string; cycle: number; now: Instant },
): Promise<SubscriptionState> {
  return store.transaction(async (unit) => {
    const subscription = await unit.lockSubscription(subscriptionId);
    const passed = subscription.cycle !== cycle || subscription.currentPeriodEnd > now;
    if (passed || !isLive(subscription.status)) return stateOf(unit, subscription);
    if (subscription.cancelAtPeriodEnd) {
      const plan = await planOf(unit, subscription);
      return stateOf(unit, await endAtBoundary(unit, subscription, plan, now));
    }
    return stateAfter(unit, subscription, await beginNextCycle(unit, subscription, now));
  });
}

async function endAtBoundary(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  plan: PlanRecord,
  now: Instant,
) {
  const at = subscription.currentPeriodEnd;
  const { status } = transitionOf(subscription, 'end_reached');
  const ended = await unit.updateSubscription(subscription, {
    status,
    endedAt: at,
    pendingChange: await giveUpChange(unit, subscription, now),
  });
  for (const invoice of await unit.unsettledInvoices(ended.id)) {
    // It is still owed, but somebody who has left is not reminded; a draft never was.
    if (invoice.status === 'draft') await voidInvoice(unit, { invoice, now: at });
    else await leaveToPay(unit, ended, invoice, now);
  }
  await unit.recordEvent(ended.id, at, 'ended', { reason: 'period_ended' });
  await unit.queueEmail({
    kind: 'subscription_canceled',
    ...about(ended, ended.id, 'ended'),
    data: { ...subscriptionFacts(ended, plan), canceled_at: at, reason: 'period_ended' },
  });
  return ended;
}

/** It is written off in the end: at the time that they were given to pay it, or the usual one from now. */
const leaveToPay = (
  unit: UnitOfWork,
  { timeZone }: SubscriptionRecord,
  invoice: InvoiceRecord,
  now: Instant,
) =>
  unit.updateInvoice(invoice, {
    nextReminderAt: null,
    finalActionAt: invoice.finalActionAt ?? collectionSchedule(now, timeZone).finalActionAt,
  });

async function beginNextCycle(unit: UnitOfWork, before: SubscriptionRecord, now: Instant) {
  const event = before.status === 'trialing' ? 'trial_ended' : 'boundary_reached';
  const { status, effects } = transitionOf(before, event);
  const { changed, plan } = await changeAtBoundary(unit, before, now);
  const cycle = before.cycle + 1;
  const start = before.currentPeriodEnd;
  // After a trial, the stub before an explicit anchor begins in the middle of its whole period.
  const period = { start, end: periodOf(epochOf(changed, plan), cycle).end };
  const next = await unit.updateSubscription(changed, {
    status,
    cycle,
    currentPeriodStart: period.start,
    currentPeriodEnd: period.end,
    trialNoticeAt: null,
    pendingChange: changed.pendingChange,
  });
  const paused = effects.includes('record_skipped_cycle');
  const decision: CatchUpDecision = paused
    ? 'skip'
    : next.testClockId === null
      ? catchUp(plan.catchUp, period, now)
      : 'bill';
  await recordCycle(unit, next, decision === 'skip' ? 'skipped' : 'billed');
  if (decision === 'skip') {
    await unit.recordEvent(next.id, period.start, 'cycle_skipped', {
      cycle,
      period_start: period.start,
      period_end: period.end,
      reason: paused ? 'paused' : 'outage',
    });
    return next;
  }
  const currentCycle = cycleAt(epochOf(next, plan), now);
  const digest = await digestOf(unit, next, { cycle, currentCycle });
  const draft = effects.includes('draft_cycle_invoice')
    ? 'unpaid'
    : decision === 'hold'
      ? 'held'
      : undefined;
  await issueInvoice(unit, {
    subscription: next,
    plan,
    reason: 'cycle',
    occasion: String(cycle),
    cycle,
    period,
    lines: [periodLine(next, plan, { cycle, period, free: isFreeStub(next, cycle) })],
    now,
    ...(draft === undefined ? {} : { draft }),
    ...(digest === undefined || draft !== undefined ? {} : { digest }),
  });
  if (digest !== undefined && cycle >= currentCycle) {
    await digestUncharged(unit, next, plan, digest);
  }
  return next;
}

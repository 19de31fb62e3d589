import type { Instant } from '../../billing/instant';
import { isLive, type SubscriptionStatus } from '../../billing/subscription';
import { about, subscriptionFacts } from '../email-facts';
import type { PlanRecord, SubscriptionRecord } from '../ports/records';
import type { UnitOfWork } from '../ports/store';
import { isNews } from './mirrored';

/** A row as it was mirrored before, if it was, and as it is now, with its plans. */
interface Change {
  before?: SubscriptionRecord;
  previous?: PlanRecord;
  row: SubscriptionRecord;
  plan: PlanRecord;
  now: Instant;
}

/** Writes what is new about a mirrored subscription into its story, and tells its customer. */
export async function tellChanges(unit: UnitOfWork, change: Change): Promise<void> {
  const { before, row, plan, now } = change;
  if (before === undefined) {
    await unit.recordEvent(row.id, now, 'created', {
      plan: plan.name,
      quantity: row.quantity,
      status: row.status,
    });
  } else {
    await tellPlan(unit, change);
    await tellPeriod(unit, before, row, now);
  }
  if (hasBegun(row.status) && (before === undefined || !hasBegun(before.status))) {
    await tellBeginning(unit, change);
  }
  if (isLive(row.status)) await tellCancellation(unit, change);
  if (before?.status !== row.status) await tellStatus(unit, change);
}

const hasBegun = (status: SubscriptionStatus) =>
  status === 'active' || status === 'trialing' || status === 'past_due';

async function tellBeginning(unit: UnitOfWork, { before, row, plan, now }: Change): Promise<void> {
  if (before !== undefined) await unit.recordEvent(row.id, now, 'activated');
  if (row.status === 'past_due' || !isNews(row.startedAt, now)) return;
  await unit.queueEmail({
    kind: 'subscription_confirmed',
    ...about(row, row.id, 'confirmed'),
    data: subscriptionFacts(row, plan),
  });
}

async function tellPlan(unit: UnitOfWork, { before, previous, row, plan, now }: Change) {
  if (before === undefined || previous === undefined) return;
  if (before.planId === row.planId && before.quantity === row.quantity) return;
  await unit.recordEvent(row.id, now, 'plan_changed', {
    from_plan: previous.name,
    to_plan: plan.name,
    from_plan_id: previous.id,
    to_plan_id: plan.id,
    from_quantity: before.quantity,
    to_quantity: row.quantity,
  });
}

async function tellPeriod(
  unit: UnitOfWork,
  before: SubscriptionRecord,
  row: SubscriptionRecord,
  now: Instant,
): Promise<void> {
  if (before.currentPeriodStart >= row.currentPeriodStart) return;
  await unit.recordEvent(row.id, now, 'renewed', {
    period_start: row.currentPeriodStart,
    period_end: row.currentPeriodEnd,
  });
}

async function tellCancellation(unit: UnitOfWork, { before, row, plan, now }: Change) {
  const was = before?.cancelAtPeriodEnd ?? false;
  if (was === row.cancelAtPeriodEnd) return;
  const facts = { ...about(row, row.id, row.revision), data: subscriptionFacts(row, plan) };
  if (!row.cancelAtPeriodEnd) {
    await unit.recordEvent(row.id, now, 'reactivated');
    await unit.queueEmail({ kind: 'subscription_reactivated', ...facts });
    return;
  }
  await unit.recordEvent(row.id, now, 'cancellation_scheduled', { at: row.currentPeriodEnd });
  if (!isNews(row.canceledAt ?? now, now)) return;
  await unit.queueEmail({
    kind: 'cancellation_scheduled',
    ...facts,
    data: { ...facts.data, access_until: row.currentPeriodEnd },
  });
}

async function tellStatus(unit: UnitOfWork, { before, row, plan, now }: Change): Promise<void> {
  const { status } = row;
  if (status === 'canceled') return tellEnd(unit, { row, plan, now });
  if (before === undefined || before.status === 'incomplete') {
    if (status !== 'incomplete_expired') return;
    await unit.recordEvent(row.id, now, 'expired', { reason: 'not_paid_in_time' });
    return;
  }
  if (status === 'active' && (before.status === 'past_due' || before.status === 'unpaid')) {
    await unit.recordEvent(row.id, now, 'recovered');
    return;
  }
  await unit.recordEvent(row.id, now, 'status_changed', { from: before.status, to: status });
}

/** Stripe keeps on what has ended whether it was to end with its period. */
async function tellEnd(
  unit: UnitOfWork,
  { row, plan, now }: { row: SubscriptionRecord; plan: PlanRecord; now: Instant },
): Promise<void> {
  const endedAt = row.endedAt ?? now;
  const reason =
    row.cancelReason === 'payment_failed'
      ? 'not_paid'
      : row.cancelAtPeriodEnd
        ? 'period_ended'
        : 'requested';
  await unit.recordEvent(row.id, now, 'ended', { reason });
  if (!isNews(endedAt, now)) return;
  await unit.queueEmail({
    kind: 'subscription_canceled',
    ...about(row, row.id, 'ended'),
    data: { ...subscriptionFacts(row, plan), canceled_at: endedAt, reason },
  });
}

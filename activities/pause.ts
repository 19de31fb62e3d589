import { catchUp } from '../billing/catch-up';
import { addDays, type Instant } from '../billing/instant';
import type { SubscriptionState } from '../billing/subscription-state';
import { command, type Addressed, type Commanded } from './command';
import { about, subscriptionFacts } from './email-facts';
import { issueInvoice } from './issue-invoice';
import { periodLine } from './plan-lines';
import { planOf } from './plan-of';
import type { InvoiceRecord, SubscriptionRecord } from './ports/records';
import type { BillingStore, UnitOfWork } from './ports/store';
import { isPastDue } from './recover';
import { refusal, refusedBy, transitionOf } from './refusal';
import { stateOf } from './subscription-state';

/** The longest pause whose end is known. */
const mostDays = 5 * 366;

/** Stops invoices: boundaries tick on and their cycles are skipped; paid time is not extended. */
export const pause = (store: BillingStore, request: Addressed & { resumeAt?: Instant }) =>
  command(store, request, async (unit, subscription) => {
    const { now, resumeAt } = request;
    const refused = refusedBy(subscription, 'pause');
    if (refused !== undefined) return refused;
    if (subscription.pendingChange?.when === 'now') return refusal('change_pending');
    if (resumeAt !== undefined && (resumeAt <= now || resumeAt > addDays(now, mostDays, 'UTC'))) {
      return refusal('resume_at_invalid');
    }
    const plan = await planOf(unit, subscription);
    const paused = await unit.updateSubscription(subscription, {
      status: transitionOf(subscription, 'pause').status,
      pausedAt: now,
      resumeAt: resumeAt ?? null,
    });
    const until = resumeAt === undefined ? {} : { resume_at: resumeAt };
    await unit.recordEvent(paused.id, now, 'paused', until);
    await unit.queueEmail({
      kind: 'subscription_paused',
      ...about(paused, paused.id, paused.revision),
      data: { ...subscriptionFacts(paused, plan), ...until },
    });
    return paused;
  });

/** Resumes by request; what is left of an unbilled period is invoiced, `collect` if it is to be charged. */
export async function resume(
  store: BillingStore,
  request: Addressed,
): Promise<Commanded & { collect?: string }> {
  let invoice: InvoiceRecord | undefined;
  const commanded = await command(store, request, async (unit, subscription) => {
    const refused = refusedBy(subscription, 'resume');
    if (refused !== undefined) return refused;
    const resumed = await resumeAtOnce(unit, subscription, request.now, request.now);
    ({ invoice } = resumed);
    return resumed.subscription;
  });
  const collect = invoice?.status === 'open' ? { collect: invoice.id } : {};
  return 'refused' in commanded ? commanded : { ...commanded, ...collect };
}

/** The end of a pause that was known when it began: from then on it is billed, however late it is now. */
export function resumeWhenDue(
  store: BillingStore,
  { subscriptionId, now }: { subscriptionId: string; now: Instant },
): Promise<SubscriptionState> {
  return store.transaction(async (unit) => {
    const subscription = await unit.lockSubscription(subscriptionId);
    const { status, resumeAt } = subscription;
    if (status !== 'paused' || resumeAt === null || resumeAt > now) {
      return stateOf(unit, subscription);
    }
    const resumed = await resumeAtOnce(unit, subscription, resumeAt, now);
    return stateOf(unit, resumed.subscription);
  });
}

async function resumeAtOnce(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  at: Instant,
  now: Instant,
): Promise<{ subscription: SubscriptionRecord; invoice?: InvoiceRecord }> {
  const plan = await planOf(unit, subscription);
  const unsettled = await unit.unsettledInvoices(subscription.id);
  const event = unsettled.some(isPastDue) ? 'resume_with_debt' : 'resume';
  const resumed = await unit.updateSubscription(subscription, {
    status: transitionOf(subscription, event).status,
    pausedAt: null,
    resumeAt: null,
  });
  const cycle = await unit.cycle(resumed.id, resumed.cycle);
  const unbilled = cycle?.outcome === 'skipped' && cycle.billedFrom === null;
  const period = { start: at, end: resumed.currentPeriodEnd };
  const decision =
    resumed.testClockId === null ? catchUp(plan.catchUp, period, now) : ('bill' as const);
  const bills = unbilled && period.start < period.end && decision !== 'skip';
  await unit.recordEvent(resumed.id, at, 'resumed', bills ? { billed_from: at } : {});
  await unit.queueEmail({
    kind: 'subscription_resumed',
    ...about(resumed, resumed.id, resumed.revision),
    data: subscriptionFacts(resumed, plan),
  });
  if (!bills) return { subscription: resumed };
  await unit.updateCycle(cycle, { billedFrom: at });
  const invoice = await issueInvoice(unit, {
    subscription: resumed,
    plan,
    reason: 'resume',
    occasion: String(resumed.cycle),
    cycle: resumed.cycle,
    period,
    lines: [periodLine(resumed, plan, { cycle: resumed.cycle, period })],
    now,
    ...(decision === 'hold' ? { draft: 'held' as const } : {}),
  });
  return { subscription: resumed, invoice };
}

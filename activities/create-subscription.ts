import { periodOf, trialEnd, type Epoch, type Period } from '../billing/calendar';
import { toInstant, type Instant } from '../billing/instant';
import type { SubscriptionState } from '../billing/subscription-state';
import type { CreateRequest, Refusal } from '../workflows/messages';
import { about, subscriptionFacts } from './email-facts';
import { issueInvoice } from './issue-invoice';
import type { PlanRecord, SubscriptionRecord, UserRecord } from './ports/records';
import { LiveSubscriptionExists, type BillingStore, type UnitOfWork } from './ports/store';
import { stateOf } from './subscription-state';

/** How long a first payment may wait for the customer's authentication (DESIGN: 23 hours). */
const incompleteMilliseconds = 23 * 60 * 60 * 1000;

export type Created = { refused: Refusal } | { state: SubscriptionState; clock?: Instant };

/** What a request must meet before anything is written or sent to Stripe. */
export interface Admission {
  user: UserRecord;
  plan: PlanRecord;
  /** On the subscription's own time. */
  now: Instant;
  clock?: Instant;
}

/** Checks a request against the books: `refused`, or what the next steps need. */
export async function admit(
  unit: UnitOfWork,
  request: CreateRequest,
  now: Instant,
): Promise<{ refused: Refusal } | Admission> {
  const user = await unit.user(request.userId);
  if (!user.isActive) return refuse('user_inactive', 'This account is deactivated.');
  const plan = await unit.plan(request.planId);
  if (plan === undefined) return refuse('plan_not_found', 'There is no such plan.');
  if (plan.archivedAt !== null) {
    return refuse('plan_archived', 'This plan is no longer offered; choose another one.');
  }
  if (request.testClockId === undefined) return { user, plan, now };
  const clock = await unit.testClock(request.testClockId);
  if (clock === undefined) return refuse('test_clock_not_found', 'There is no such test clock.');
  if (clock.status !== 'ready') {
    return refuse('test_clock_busy', 'The test clock is advancing; wait until it is ready.');
  }
  return { user, plan, now: clock.frozenTime, clock: clock.frozenTime };
}

const refuse = (code: Refusal['code'], message: string) => ({ refused: { code, message } });

/**
 * Writes a new subscription with its first cycle and invoice, or its trial. Called again for the same
 * id it answers what is there. The unique index, not this code, decides between two at once.
 */
export async function createSubscription(
  store: BillingStore,
  {
    subscriptionId,
    request,
    now,
    paymentMethodId,
  }: {
    subscriptionId: string;
    request: CreateRequest;
    now: Instant;
    /** The saved one, as Stripe names it after attaching. */
    paymentMethodId?: string;
  },
): Promise<Created> {
  try {
    return await store.transaction(async (unit) => {
      const admission = await admit(unit, request, now);
      const known = await unit.findSubscription(subscriptionId);
      if (known !== undefined) {
        return { state: await stateOf(unit, known), ...(await clockOf(unit, known)) };
      }
      if ('refused' in admission) return admission;
      const subscription = await insert(unit, subscriptionId, request, admission);
      if (paymentMethodId !== undefined) await unit.makeDefault(request.userId, paymentMethodId);
      const { clock } = admission;
      return {
        state: await stateOf(unit, subscription),
        ...(clock === undefined ? {} : { clock }),
      };
    });
  } catch (error) {
    if (!(error instanceof LiveSubscriptionExists)) throw error;
    return refuse('live_subscription_exists', 'This account already has a live subscription.');
  }
}

/** The time of the test clock that a subscription hangs on, if it does. */
export async function clockOf(
  unit: UnitOfWork,
  { testClockId }: SubscriptionRecord,
): Promise<{ clock?: Instant }> {
  const clock = testClockId === null ? undefined : await unit.testClock(testClockId);
  return clock === undefined ? {} : { clock: clock.frozenTime };
}

async function insert(
  unit: UnitOfWork,
  id: string,
  request: CreateRequest,
  { user, plan, now }: Admission,
): Promise<SubscriptionRecord> {
  const trial = plan.trialDays > 0 && user.trialUsedAt === null;
  const collectionMethod =
    request.paymentMethodId === undefined ? plan.collectionMethod : 'charge_automatically';
  const { epoch, cycle, period } = firstCycle(plan, request.timeZone, now, trial);
  const subscription = await unit.insertSubscription({
    id,
    userId: user.id,
    planId: plan.id,
    status: trial ? 'trialing' : collectionMethod === 'send_invoice' ? 'active' : 'incomplete',
    quantity: request.quantity,
    collectionMethod,
    timeZone: request.timeZone,
    anchorAt: epoch.anchor,
    epochCycle: epoch.firstCycle,
    cycle,
    currentPeriodStart: period.start,
    currentPeriodEnd: period.end,
    trialEnd: trial ? period.end : null,
    expiresAt: later(now, incompleteMilliseconds),
    testClockId: request.testClockId ?? null,
    exclusive: request.exclusive,
    metadata: request.metadata ?? {},
    startedAt: now,
  });
  await unit.recordCycle({
    subscriptionId: id,
    cycle,
    periodStart: period.start,
    periodEnd: period.end,
    outcome: trial ? 'trial' : 'billed',
  });
  await unit.recordEvent(id, now, 'created', { plan: plan.name, status: subscription.status });
  if (trial) {
    await unit.updateUser(user.id, { trialUsedAt: now });
    await confirm(unit, subscription, plan);
    return subscription;
  }
  const invoice = await issueInvoice(unit, {
    subscription,
    plan,
    reason: 'cycle',
    occasion: String(cycle),
    period,
    now,
  });
  if (subscription.status === 'incomplete' && invoice.status === 'paid') {
    return activate(unit, subscription, plan, now);
  }
  if (subscription.status === 'active') await confirm(unit, subscription, plan);
  return subscription;
}

/** A trial is cycle 0 and anchors what follows at its end; without one, cycle 1 begins now. */
function firstCycle(plan: PlanRecord, timeZone: string, now: Instant, trial: boolean) {
  const end = trial ? trialEnd(now, plan.trialDays, timeZone) : now;
  const epoch: Epoch = {
    anchor: end,
    timeZone,
    firstCycle: 1,
    term: { interval: plan.interval, intervalCount: plan.intervalCount },
  };
  const period: Period = trial ? { start: now, end } : periodOf(epoch, 1);
  return { epoch, cycle: trial ? 0 : 1, period };
}

const later = (at: Instant, milliseconds: number) =>
  toInstant(new Date(Date.parse(at) + milliseconds));

/** The first payment came: the subscription begins to run. */
export async function activate(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  plan: PlanRecord,
  now: Instant,
): Promise<SubscriptionRecord> {
  const active = await unit.updateSubscription(subscription, { status: 'active' });
  await unit.recordEvent(subscription.id, now, 'activated');
  await confirm(unit, active, plan);
  return active;
}

function confirm(unit: UnitOfWork, subscription: SubscriptionRecord, plan: PlanRecord) {
  return unit.queueEmail({
    kind: 'subscription_confirmed',
    ...about(subscription, subscription.id, 'confirmed'),
    data: subscriptionFacts(subscription, plan),
  });
}

import { toInstant, type Instant } from '../billing/instant';
import { quantityProblem } from '../billing/money';
import type { SubscriptionState } from '../billing/subscription-state';
import type { CreateRequest, Refusal } from '../workflows/messages';
import { couponRefusal, redeem } from './coupons';
import { about, subscriptionFacts } from './email-facts';
import { firstCycle, type FirstCycle } from './first-cycle';
import { issueInvoice } from './issue-invoice';
import { isFreeStub, periodLine } from './plan-lines';
import { planOf } from './plan-of';
import type { PlanRecord, SubscriptionRecord, UserRecord } from './ports/records';
import { LiveSubscriptionExists, type BillingStore, type UnitOfWork } from './ports/store';
import { recordCycle } from './record-cycle';
import { refusal, transitionOf } from './refusal';
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
  layout: FirstCycle;
}

/** Checks a request against the books: `refused`, or what the next steps need. */
export async function admit(
  unit: UnitOfWork,
  request: CreateRequest,
  realNow: Instant,
): Promise<{ refused: Refusal } | Admission> {
  const user = await unit.user(request.userId);
  if (!user.isActive) return { refused: refusal('user_inactive') };
  const plan = await unit.plan(request.planId);
  if (plan === undefined) return { refused: refusal('plan_not_found') };
  if (plan.archivedAt !== null) return { refused: refusal('plan_archived') };
  if (quantityProblem(request.quantity, plan.amountMinor, plan.currency) !== undefined) {
    return { refused: refusal('amount_too_large') };
  }
  const clock =
    request.testClockId === undefined ? undefined : await unit.testClock(request.testClockId);
  if (request.testClockId !== undefined) {
    if (clock === undefined) return { refused: refusal('test_clock_not_found') };
    if (clock.status !== 'ready') return { refused: refusal('test_clock_busy') };
  }
  const now = clock?.frozenTime ?? realNow;
  if (request.couponId !== undefined) {
    const refused = await couponRefusal(unit, { couponId: request.couponId, plan, at: now });
    if (refused !== undefined) return { refused };
  }
  const layout = firstCycle({ plan, request, now, hadTrial: user.trialUsedAt !== null });
  if ('refused' in layout) return layout;
  return { user, plan, now, layout, ...(clock === undefined ? {} : { clock: clock.frozenTime }) };
}

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
      // So that nobody is deactivated, or erased, between the look and the write.
      await unit.lockUser(request.userId);
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
    return { refused: refusal('live_subscription_exists') };
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
  { user, plan, now, layout }: Admission,
): Promise<SubscriptionRecord> {
  const { terms = {} } = request;
  const collectionMethod =
    terms.collectionMethod ??
    (request.paymentMethodId === undefined ? plan.collectionMethod : 'charge_automatically');
  const { startAt } = terms;
  const { metadata = {}, externalId = null } = await unit.requestDetails(request.detailsId);
  const subscription = await unit.insertSubscription({
    id,
    userId: user.id,
    planId: plan.id,
    status: startAt === undefined ? firstStatus(layout, collectionMethod) : 'incomplete',
    quantity: request.quantity,
    collectionMethod,
    timeZone: request.timeZone,
    ...layout,
    expiresAt: startAt === undefined ? later(now, incompleteMilliseconds) : null,
    startsAt: startAt ?? null,
    stubCharged: terms.chargeStub ?? true,
    testClockId: request.testClockId ?? null,
    exclusive: request.exclusive,
    metadata,
    externalId,
    startedAt: startAt ?? now,
  });
  await unit.recordEvent(id, now, 'created', {
    plan: plan.name,
    quantity: request.quantity,
    status: subscription.status,
    ...(startAt === undefined ? {} : { starts_at: startAt }),
  });
  if (request.couponId !== undefined) {
    await redeem(unit, {
      couponId: request.couponId,
      subscriptionId: id,
      plan,
      at: now,
      startsAt: layout.trialEnd ?? layout.currentPeriodStart,
    });
  }
  return startAt === undefined ? beginFirstCycle(unit, subscription, plan, now) : subscription;
}

function firstStatus(
  { trialEnd }: FirstCycle,
  collectionMethod: SubscriptionRecord['collectionMethod'],
): SubscriptionRecord['status'] {
  if (trialEnd !== null) return 'trialing';
  return collectionMethod === 'send_invoice' ? 'active' : 'incomplete';
}

/** The first cycle as the row has it: a trial, which costs nothing, or a period that is invoiced. */
async function beginFirstCycle(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  plan: PlanRecord,
  now: Instant,
): Promise<SubscriptionRecord> {
  const { cycle, currentPeriodStart: start, currentPeriodEnd: end } = subscription;
  const trial = subscription.trialEnd !== null;
  await recordCycle(unit, subscription, trial ? 'trial' : 'billed');
  if (trial) {
    await unit.updateUser(subscription.userId, { trialUsedAt: start });
    await confirm(unit, subscription, plan);
    return subscription;
  }
  const period = { start, end };
  const free = isFreeStub(subscription, cycle);
  const invoice = await issueInvoice(unit, {
    subscription,
    plan,
    reason: 'cycle',
    occasion: String(cycle),
    cycle,
    period,
    lines: [periodLine(subscription, plan, { cycle, period, free })],
    now,
    customerPresent: subscription.status === 'incomplete',
  });
  if (subscription.status === 'incomplete' && invoice.status === 'paid') {
    return activate(unit, subscription, plan, now);
  }
  if (subscription.status === 'active') await confirm(unit, subscription, plan);
  return subscription;
}

/**
 * The agreed day of a subscription that an operator made for the future: its trial or its first
 * period begins at exactly that instant. Nobody waits for this charge, so that one that fails is
 * tried again like any later one's.
 */
export function startSubscription(
  store: BillingStore,
  { subscriptionId, now }: { subscriptionId: string; now: Instant },
): Promise<SubscriptionState> {
  return store.transaction(async (unit) => {
    const agreed = await unit.lockSubscription(subscriptionId);
    const { status, startsAt, trialEnd } = agreed;
    if (status !== 'incomplete' || startsAt === null || startsAt > now) {
      return stateOf(unit, agreed);
    }
    const plan = await planOf(unit, agreed);
    const event = trialEnd === null ? 'started' : 'started_with_trial';
    const started = await unit.updateSubscription(agreed, {
      status: transitionOf(agreed, event).status,
      startsAt: null,
    });
    await unit.recordEvent(subscriptionId, startsAt, 'started', { plan: plan.name });
    return stateOf(unit, await beginFirstCycle(unit, started, plan, now));
  });
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
  const { status } = transitionOf(subscription, 'first_payment_succeeded');
  const active = await unit.updateSubscription(subscription, { status });
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

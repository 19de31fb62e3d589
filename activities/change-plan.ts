import { cycleAt, periodOf } from '../billing/calendar';
import { toInstant, type Instant } from '../billing/instant';
import type { ChangeRequest, Refusal } from '../workflows/messages';
import { command, type Addressed, type Commanded } from './command';
import { about, subscriptionFacts } from './email-facts';
import { issueInvoice } from './issue-invoice';
import { applyChange, isFree } from './apply-change';
import { agreedForPeriodEnd, dropChange } from './pending-change';
import { epochOf } from './plan-lines';
import type { InvoiceRecord, PendingChange, PlanRecord, SubscriptionRecord } from './ports/records';
import type { BillingStore, UnitOfWork } from './ports/store';
import { priceChange, proposeChange, type Proposal } from './propose-change';
import { refusal, refusedBy } from './refusal';

/** How long a change waits for the customer to authenticate its payment. */
const paymentMilliseconds = 23 * 60 * 60 * 1000;

/**
 * Changes plan or quantity. At the period's end it is noted, in the place of one noted before; now it
 * is invoiced, and in force at once where nothing is due, else when `collect`, the invoice that is
 * answered, is paid.
 */
export async function changePlan(
  store: BillingStore,
  request: Addressed & ChangeRequest,
): Promise<Commanded & { collect?: string }> {
  const commanded = await command(store, request, async (unit, subscription) => {
    const proposal = await proposeChange(unit, subscription, request, request.now);
    if ('refused' in proposal) return proposal.refused;
    if (request.when === 'period_end') return schedule(unit, subscription, proposal, request);
    if (isFree(subscription)) {
      return applyChange(unit, subscription, pendingOf(proposal, request), { now: request.now });
    }
    return invoiceChange(unit, subscription, proposal, request);
  });
  if ('refused' in commanded) return commanded;
  const invoiceId = await store.transaction(async (unit) => {
    const { pendingChange } = await unit.lockSubscription(request.subscriptionId);
    return pendingChange?.changeId === request.commandId ? pendingChange.invoiceId : undefined;
  });
  return invoiceId === undefined ? commanded : { ...commanded, collect: invoiceId };
}

function pendingOf(
  { to, quantity, at }: Proposal,
  { commandId, now, move }: Addressed & ChangeRequest,
): PendingChange {
  return {
    changeId: commandId,
    planId: to.id,
    quantity,
    when: 'now',
    reason: move === undefined ? 'requested' : 'plan_version',
    requestedAt: now,
    prorationDate: at,
  };
}

async function schedule(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  proposal: Proposal,
  request: Addressed & ChangeRequest,
): Promise<SubscriptionRecord | Refusal> {
  const { from, to } = proposal;
  const { now, move } = request;
  const before = subscription.pendingChange;
  // A move keeps the number of units that the customer has asked for.
  const quantity = move === undefined ? proposal.quantity : (before?.quantity ?? proposal.quantity);
  if (move !== undefined && before !== null) {
    // What the customer has agreed on stands; a move that was noted is not told twice (I8).
    if (before.planId !== from.id && before.planId !== to.id) return refusal('change_pending');
    if (before.planId === to.id && before.reason === 'plan_version') return subscription;
  }
  const { prorationDate: _, ...change } = pendingOf({ ...proposal, quantity }, request);
  const notBefore = move === undefined ? proposal.moved?.notBefore : move.notBefore;
  const scheduled = await unit.updateSubscription(subscription, {
    pendingChange: {
      ...change,
      when: 'period_end',
      ...(proposal.moved === undefined ? {} : { reason: 'plan_version' }),
      ...(notBefore === undefined ? {} : { notBefore }),
    },
  });
  const at = boundaryFrom(subscription, from, notBefore);
  await unit.recordEvent(subscription.id, now, 'change_scheduled', {
    from_plan: from.name,
    to_plan: to.name,
    to_quantity: quantity,
    at,
  });
  const facts = subscriptionFacts({ ...scheduled, quantity }, to);
  if (move !== undefined) {
    await unit.queueEmail({
      kind: 'plan_price_change',
      ...about(scheduled, scheduled.id, to.id),
      data: {
        ...facts,
        previous_amount: String(from.amountMinor * BigInt(subscription.quantity)),
        effective_at: at,
      },
    });
    return scheduled;
  }
  await unit.queueEmail({
    kind: 'plan_changed',
    ...about(scheduled, scheduled.id, request.commandId),
    data: {
      ...facts,
      previous_plan_name: from.name,
      takes_effect: 'period_end',
      effective_at: at,
    },
  });
  return scheduled;
}

/** The end of the current period, or the first boundary from `notBefore` on. */
function boundaryFrom(
  subscription: SubscriptionRecord,
  plan: PlanRecord,
  notBefore: Instant | undefined,
): Instant {
  const { currentPeriodEnd: end } = subscription;
  if (notBefore === undefined || notBefore <= end) return end;
  const epoch = epochOf(subscription, plan);
  const { start, end: next } = periodOf(epoch, cycleAt(epoch, notBefore));
  return start === notBefore ? start : next;
}

async function invoiceChange(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  proposal: Proposal,
  request: Addressed & ChangeRequest,
): Promise<SubscriptionRecord | Refusal> {
  const priced = await priceChange(unit, subscription, proposal);
  if ('refused' in priced) return priced.refused;
  const { commandId, now, customerPresent } = request;
  const invoice = await issueInvoice(unit, {
    subscription,
    plan: priced.to,
    reason: 'change',
    occasion: commandId,
    cycle: priced.cycle,
    period: priced.period,
    lines: priced.lines,
    now,
    customerPresent: customerPresent ?? false,
    reversedTaxes: priced.reversedTaxes,
  });
  const change = pendingOf(proposal, request);
  if (invoice.status === 'paid') {
    const { totalMinor, currency } = invoice;
    return applyChange(unit, subscription, change, {
      now,
      charged: { amount: totalMinor, currency },
    });
  }
  const agreed = agreedForPeriodEnd(subscription);
  return unit.updateSubscription(subscription, {
    pendingChange: {
      ...change,
      ...(agreed === undefined ? {} : { instead: agreed }),
      invoiceId: invoice.id,
      expiresAt: earlier(payableUntil(invoice, now), subscription.currentPeriodEnd),
    },
  });
}

/** A sent invoice has its days to be paid in. */
const payableUntil = ({ collectionMethod, dueAt }: InvoiceRecord, now: Instant): Instant =>
  collectionMethod === 'send_invoice'
    ? dueAt
    : toInstant(new Date(Date.parse(now) + paymentMilliseconds));

const earlier = (a: Instant, b: Instant) => (a < b ? a : b);

/** Takes a change back that waits: for the period's end, or for its payment. */
export const withdrawChange = (store: BillingStore, request: Addressed) =>
  command(store, request, async (unit, subscription) => {
    const { pendingChange } = subscription;
    const refused = refusedBy(subscription, 'drop_pending_change');
    if (refused !== undefined) return refused;
    if (pendingChange === null) return refusal('no_pending_change');
    if (pendingChange.reason === 'plan_version') return refusal('change_by_operator');
    if (pendingChange.when === 'period_end') {
      return dropChange(unit, subscription, 'withdrawn', request.now);
    }
    // Its intent is canceled first; see expire-change.ts.
    return unit.updateSubscription(subscription, {
      pendingChange: { ...pendingChange, expiresAt: request.now, withdrawn: true },
    });
  });

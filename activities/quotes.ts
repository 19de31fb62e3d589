import { periodOf } from '../billing/calendar';
import type { Instant } from '../billing/instant';
import { isLive, transition } from '../billing/subscription';
import type { Refusal } from '../workflows/messages';
import { composeInvoice, type ComposedInvoice } from './compose-invoice';
import { clockOf } from './create-subscription';
import { hasOtherTerm, isFree } from './apply-change';
import { agreedForPeriodEnd } from './pending-change';
import { epochOf, isFreeStub, periodLine } from './plan-lines';
import { planOf } from './plan-of';
import type { InvoiceQuote, Quotes } from './ports/quotes';
import type { PlanRecord, SubscriptionRecord } from './ports/records';
import type { BillingStore, UnitOfWork } from './ports/store';
import { priceChange, proposeChange } from './propose-change';
import { refusal } from './refusal';

/** Quotes from the books, by the code that charges; nothing is written. */
export function createQuotes(store: BillingStore): Quotes {
  return {
    previewChange: (subscriptionId, request) =>
      store.transaction(async (unit) => {
        const subscription = await subscriptionOf(unit, subscriptionId);
        if (subscription.managedBy === 'stripe') return { refused: refusal('managed_by_stripe') };
        const now = await timeOf(unit, subscription);
        const proposal = await proposeChange(unit, subscription, request, now);
        if ('refused' in proposal) return proposal;
        const { at } = proposal;
        if (request.when === 'period_end') {
          const upcoming = await upcomingOf(unit, {
            ...subscription,
            pendingChange: null,
            ...nextTerms(subscription, proposal),
          });
          return 'refused' in upcoming ? upcoming : { ...upcoming, prorationDate: at };
        }
        if (isFree(subscription)) return freeQuote(subscription, proposal.to, at);
        const priced = await priceChange(unit, subscription, proposal);
        if ('refused' in priced) return priced;
        const { composed, period } = priced;
        return { ...quoteOf(composed), period, issuedAt: at, prorationDate: at };
      }),
    upcomingInvoice: (subscriptionId) =>
      store.transaction(async (unit) =>
        upcomingOf(unit, await subscriptionOf(unit, subscriptionId)),
      ),
  };
}

/** Read without a lock: what it costs is reckoned again when it is charged. */
async function subscriptionOf(unit: UnitOfWork, id: string): Promise<SubscriptionRecord> {
  const subscription = await unit.findSubscription(id);
  if (subscription === undefined) throw new Error(`There is no subscription ${id}.`);
  return subscription;
}

/** The subscription as it would be at its next boundary with the proposed plan and quantity. */
const nextTerms = (
  { cycle, currentPeriodEnd, anchorAt, epochCycle }: SubscriptionRecord,
  { from, to, quantity }: { from: PlanRecord; to: PlanRecord; quantity: number },
) => ({
  planId: to.id,
  quantity,
  ...(hasOtherTerm(from, to)
    ? { anchorAt: currentPeriodEnd, epochCycle: cycle + 1 }
    : { anchorAt, epochCycle }),
});

/** The subscription's own time: its test clock's, or now. */
async function timeOf(unit: UnitOfWork, subscription: SubscriptionRecord): Promise<Instant> {
  const { clock } = await clockOf(unit, subscription);
  return clock ?? new Date().toISOString();
}

/** During a trial, or in a free stub, a change costs nothing. */
function freeQuote(subscription: SubscriptionRecord, to: PlanRecord, at: Instant) {
  const none = { subtotalMinor: 0n, discountMinor: 0n, taxMinor: 0n, totalMinor: 0n };
  return {
    ...none,
    currency: to.currency,
    lines: [],
    creditAppliedMinor: 0n,
    amountDueMinor: 0n,
    period: { start: at, end: subscription.currentPeriodEnd },
    issuedAt: at,
    prorationDate: at,
  };
}

async function upcomingOf(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
): Promise<{ refused: Refusal } | InvoiceQuote> {
  if (subscription.managedBy === 'stripe') return { refused: refusal('managed_by_stripe') };
  const issues = issuesAtBoundary(subscription);
  if (!issues) return { refused: refusal('no_upcoming_invoice') };
  const from = await planOf(unit, subscription);
  const agreed = agreedForPeriodEnd(subscription);
  const at = subscription.startsAt ?? subscription.currentPeriodEnd;
  const comes = agreed !== undefined && (agreed.notBefore === undefined || agreed.notBefore <= at);
  const next = comes
    ? {
        ...subscription,
        ...nextTerms(subscription, {
          from,
          to: await planOf(unit, agreed),
          quantity: agreed.quantity,
        }),
      }
    : subscription;
  const plan = await planOf(unit, next);
  const cycle = next.startsAt === null ? next.cycle + 1 : next.cycle;
  const period = { start: at, end: periodOf(epochOf(next, plan), cycle).end };
  const free = isFreeStub(next, cycle);
  const composed = await composeInvoice(unit, {
    subscription: next,
    plan,
    lines: [periodLine(next, plan, { cycle, period, free })],
    at,
    withItems: true,
  });
  return { ...quoteOf(composed), period, issuedAt: at };
}

/** Whether the next boundary brings an invoice. */
function issuesAtBoundary(subscription: SubscriptionRecord): boolean {
  const { status, startsAt, trialEnd, cancelAtPeriodEnd } = subscription;
  if (!isLive(status) || cancelAtPeriodEnd) return false;
  if (status === 'incomplete') return startsAt !== null && trialEnd === null;
  const result = transition(status, status === 'trialing' ? 'trial_ended' : 'boundary_reached');
  return !('refusal' in result) && !result.effects.includes('record_skipped_cycle');
}

function quoteOf({ amounts, currency }: ComposedInvoice) {
  return {
    currency,
    lines: amounts.lines.map((line) => ({
      description: line.description,
      kind: line.kind,
      proration: line.proration,
      quantity: line.quantity,
      amountMinor: line.amount,
      discountMinor: line.discount,
      taxMinor: line.tax,
      period: line.period,
    })),
    subtotalMinor: amounts.subtotal,
    discountMinor: amounts.discount,
    taxMinor: amounts.tax,
    totalMinor: amounts.total,
    creditAppliedMinor: amounts.creditApplied,
    amountDueMinor: amounts.amountDue,
  };
}

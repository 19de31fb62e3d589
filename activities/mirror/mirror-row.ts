import type { PlanRecord, SubscriptionRecord } from '../ports/records';
import type { UnitOfWork } from '../ports/store';
import type { StripeItem, StripeSubscription } from '../ports/stripe-billing';
import { planOf } from '../plan-of';
import type { About } from './mirrored';
import { tellChanges } from './tell-changes';

/** A mirror's row and its plan, as they now are. */
export interface MirrorRow {
  row: SubscriptionRecord;
  plan: PlanRecord;
}

/**
 * Writes the row that mirrors a subscription, and tells what has changed since. `revision` is the
 * row's from before Stripe was read, undefined when there was none: a row that has changed since then
 * is left alone. A customer or a price that nobody here has is a reason to write none.
 */
export async function mirrorRow(
  unit: UnitOfWork,
  about: About,
  revision: number | undefined,
  found: StripeSubscription,
): Promise<'overtaken' | { reason: string } | MirrorRow> {
  const known = await unit.findSubscription(about.subscriptionId);
  if (known === undefined) return begin(unit, about, found);
  const before = await unit.lockSubscription(known.id);
  if (before.revision !== revision) return 'overtaken';
  const previous = await planOf(unit, before);
  const bought = await boughtPlan(unit, found, previous);
  const { plan, item } = bought ?? { plan: previous, item: found.items[0] };
  const changes = changed(before, {
    ...factsOf(found, item),
    planId: plan.id,
    needsAttention: bought === undefined ? unknownPrice(found) : null,
    cancelReason: cancelReasonOf(before.cancelReason, about, found),
    ...(about.commandId === undefined ? {} : { lastCommandId: about.commandId }),
  });
  if (Object.keys(changes).length === 0) return { row: before, plan };
  const row = await unit.updateSubscription(before, changes);
  await tellChanges(unit, { before, previous, row, plan, now: about.now });
  return { row, plan };
}

async function begin(
  unit: UnitOfWork,
  about: About,
  found: StripeSubscription,
): Promise<'overtaken' | { reason: string } | MirrorRow> {
  const user = await unit.userOfCustomer(found.customerId);
  if (user === undefined) return { reason: `${found.customerId} is no customer of ours.` };
  const bought = await boughtPlan(unit, found);
  if (bought === undefined) return { reason: unknownPrice(found) };
  // Two that both saw no row take turns, and the second one sees the first one's.
  await unit.lockUser(user.id);
  if ((await unit.findSubscription(about.subscriptionId)) !== undefined) return 'overtaken';
  const { plan, item } = bought;
  const row = await unit.insertSubscription({
    ...factsOf(found, item),
    currentPeriodStart: item.periodStart,
    currentPeriodEnd: item.periodEnd,
    quantity: item.quantity,
    id: about.subscriptionId,
    userId: user.id,
    planId: plan.id,
    timeZone: user.timeZone,
    // Stripe numbers no periods.
    cycle: 0,
    epochCycle: 0,
    expiresAt: null,
    testClockId: null,
    managedBy: 'stripe',
    externalId: found.id,
    // It is a fact of Stripe's, whatever else its customer has here.
    exclusive: false,
    cancelReason: cancelReasonOf(null, about, found),
    ...(about.commandId === undefined ? {} : { lastCommandId: about.commandId }),
  });
  await tellChanges(unit, { row, plan, now: about.now });
  return { row, plan };
}

/** What of the row Stripe decides, besides the plan. */
const factsOf = (found: StripeSubscription, item: StripeItem | undefined) => ({
  status: found.status,
  collectionMethod: found.collectionMethod,
  anchorAt: found.anchorAt,
  trialEnd: found.trialEnd,
  cancelAtPeriodEnd: found.cancelAtPeriodEnd,
  canceledAt: found.canceledAt,
  endedAt: found.endedAt,
  startedAt: found.startedAt,
  ...(item === undefined
    ? {}
    : {
        quantity: item.quantity,
        currentPeriodStart: item.periodStart,
        currentPeriodEnd: item.periodEnd,
      }),
});

/** The words of whoever canceled it here, else Stripe's own. */
function cancelReasonOf(
  present: string | null,
  { cancelReason }: About,
  { canceledAt, cancelReason: stripes }: StripeSubscription,
): string | null {
  return canceledAt === null ? null : (cancelReason ?? present ?? stripes);
}

/** The plan of the first item that there is one for; the present one, of several with the same price. */
async function boughtPlan(
  unit: UnitOfWork,
  { items }: StripeSubscription,
  present?: PlanRecord,
): Promise<{ plan: PlanRecord; item: StripeItem } | undefined> {
  const plans = await unit.plansOfPrices(items.map(({ priceId }) => priceId));
  for (const item of items) {
    const priced = plans.filter(({ stripePriceId }) => stripePriceId === item.priceId);
    const plan =
      priced.find(({ id }) => id === present?.id) ??
      priced.find(({ archivedAt }) => archivedAt === null) ??
      priced[0];
    if (plan !== undefined) return { plan, item };
  }
  return undefined;
}

const unknownPrice = ({ items }: StripeSubscription) =>
  `No plan has the price ${items.map(({ priceId }) => priceId).join(', ')}: make one with this stripe_price_id, then replay the event.`;

/** Only what differs, so that a row that says the same already keeps its revision. */
function changed(
  row: SubscriptionRecord,
  facts: Partial<SubscriptionRecord>,
): Partial<SubscriptionRecord> {
  const before: Record<string, unknown> = { ...row };
  return Object.fromEntries(Object.entries(facts).filter(([key, fact]) => before[key] !== fact));
}

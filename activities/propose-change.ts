import { changeLines, costsMorePerDay, type CoveringLine } from '../billing/change';
import { periodOf, type Period } from '../billing/calendar';
import { toInstant, type Instant } from '../billing/instant';
import { maximumCharge, mulRational, quantityProblem } from '../billing/money';
import { composeInvoice, type ComposedInvoice } from './compose-invoice';
import { sumOfTaxes } from '../billing/tax';
import { ratesOf, taxesOf } from './invoiced-taxes';
import { hasOtherTerm, newEpoch } from './apply-change';
import { agreedForPeriodEnd } from './pending-change';
import { bought, day, epochOf, type DraftLine } from './plan-lines';
import { planOf } from './plan-of';
import type {
  CreditNoteLineRecord,
  InvoicedTax,
  InvoiceLineRecord,
  PendingChange,
  PlanRecord,
  SubscriptionRecord,
} from './ports/records';
import type { UnitOfWork } from './ports/store';
import { refusal, refusedBy } from './refusal';
import type { ChangeRequest, Refusal } from '../workflows/messages';

/** A change that may be made: what to, and as of when its amounts are reckoned. */
export interface Proposal {
  from: PlanRecord;
  to: PlanRecord;
  quantity: number;
  at: Instant;
  /** An operator's move to another version of the plan, which a change of quantity keeps. */
  moved?: PendingChange;
}

/** What a change now costs. */
export interface PricedProposal extends Proposal {
  /** What it charges time for: the rest of the period, or the first one of a new interval. */
  period: Period;
  cycle: number;
  lines: DraftLine[];
  reversedTaxes: InvoicedTax[];
  composed: ComposedInvoice;
}

/** How long a preview's amounts hold. */
const previewMilliseconds = 10 * 60 * 1000;

/** Checks a change of plan or quantity against the books; nothing is written. */
export async function proposeChange(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  request: ChangeRequest,
  now: Instant,
): Promise<{ refused: Refusal } | Proposal> {
  const from = await planOf(unit, subscription);
  const moved = request.move === undefined ? moveThatStands(subscription, request) : undefined;
  const to = await unit.plan(request.planId ?? moved?.planId ?? subscription.planId);
  if (to === undefined) return { refused: refusal('plan_not_found') };
  const quantity = request.quantity ?? subscription.quantity;
  const refused =
    refusedBy(subscription, eventOf(request, isCheaper({ from, to, subscription, quantity }))) ??
    refusedTarget({ from, to, subscription, quantity }, request);
  if (refused !== undefined) return { refused };
  if (subscription.pendingChange?.when === 'now') return { refused: refusal('change_pending') };
  const at = request.prorationDate ?? now;
  const outside = at < subscription.currentPeriodStart || at >= subscription.currentPeriodEnd;
  if (at > now || at < earlier(now, previewMilliseconds) || outside) {
    return { refused: refusal('proration_date_invalid') };
  }
  return { from, to, quantity, at, ...(moved === undefined ? {} : { moved }) };
}

/** With the period's end comes an operator's move too, unless the customer names another plan. */
function moveThatStands(
  subscription: SubscriptionRecord,
  { planId, when }: ChangeRequest,
): PendingChange | undefined {
  const agreed = agreedForPeriodEnd(subscription);
  const stands = when === 'period_end' && planId === undefined;
  return stands && agreed?.reason === 'plan_version' ? agreed : undefined;
}

function eventOf({ when, move }: ChangeRequest, cheaper: boolean) {
  if (when === 'now') return 'change_now';
  // An operator's move is no favour that must be earned by paying.
  return cheaper || move !== undefined ? 'downgrade_at_period_end' : 'change_at_period_end';
}

interface Target {
  from: PlanRecord;
  to: PlanRecord;
  subscription: SubscriptionRecord;
  quantity: number;
}

function refusedTarget(target: Target, request: ChangeRequest): Refusal | undefined {
  const { from, to, subscription, quantity } = target;
  const same = to.id === from.id && quantity === subscription.quantity;
  if (same) return refusal('nothing_to_change');
  // Who has an archived plan keeps it, and an operator may move them to one.
  const chosen = to.id !== from.id && request.planId !== undefined;
  if (to.archivedAt !== null && chosen && request.move === undefined) {
    return refusal('plan_archived');
  }
  if (to.currency !== from.currency) return refusal('currency_mismatch');
  if (quantityProblem(quantity, to.amountMinor, to.currency) !== undefined) {
    return refusal('amount_too_large');
  }
  return undefined;
}

/** Whether a day costs less than before, or as much. */
const isCheaper = ({ from, to, subscription, quantity }: Target): boolean =>
  !costsMorePerDay(
    { unitAmount: to.amountMinor, quantity, term: to },
    { unitAmount: from.amountMinor, quantity: subscription.quantity, term: from },
  );

const earlier = (at: Instant, milliseconds: number) =>
  toInstant(new Date(Date.parse(at) - milliseconds));

/**
 * What a change now costs: the rest of what was paid is credited, the new price is charged for the
 * rest of the period, or for a whole one where the interval changes. Refused while the current
 * period's invoice is open, for unpaid time is never credited.
 */
export async function priceChange(
  unit: UnitOfWork,
  subscription: SubscriptionRecord,
  proposal: Proposal,
): Promise<{ refused: Refusal } | PricedProposal> {
  const { from, to, quantity, at } = proposal;
  const unsettled = await unit.unsettledInvoices(subscription.id);
  if (unsettled.length > 0) return { refused: refusal('invoice_not_paid') };
  const covering = await Promise.all(
    (await unit.coveringLines(subscription.id, at)).map((line) => coveringLine(unit, line)),
  );
  if (covering.some(({ period }) => period.start > at)) {
    return { refused: refusal('proration_date_invalid') };
  }
  const begun = hasOtherTerm(from, to) ? newEpoch(subscription, to, at) : undefined;
  const current = {
    start: subscription.currentPeriodStart,
    end: subscription.currentPeriodEnd,
  };
  const newPeriod = begun && { start: begun.currentPeriodStart, end: begun.currentPeriodEnd };
  const { credits, debit } = changeLines({
    covering,
    price: { unitAmount: to.amountMinor, quantity },
    period: current,
    fullPeriod: periodOf(epochOf(subscription, from), subscription.cycle),
    at,
    granularity: from.proration,
    timeZone: subscription.timeZone,
    ...(newPeriod === undefined ? {} : { newPeriod }),
  });
  const lines: DraftLine[] = [
    ...credits.map(({ source, ...credit }) => ({
      ...credit,
      description: `Unused time of ${source.line.description} from ${day(at, subscription)}`,
      quantity: source.line.quantity,
      kind: 'unused' as const,
      proration: true,
      planId: source.line.planId,
      reversesLineId: source.line.id,
    })),
    {
      ...debit,
      description:
        newPeriod === undefined
          ? `${bought(to, quantity)}, from ${day(at, subscription)}`
          : bought(to, quantity),
      quantity,
      kind: 'period',
      proration: newPeriod === undefined,
      planId: to.id,
      reversesLineId: null,
    },
  ];
  const composed = await composeInvoice(unit, { subscription, plan: to, lines, at });
  if (composed.amounts.amountDue > maximumCharge(to.currency)) {
    return { refused: refusal('amount_too_large') };
  }
  return {
    ...proposal,
    period: debit.period,
    cycle: begun?.cycle ?? subscription.cycle,
    lines,
    reversedTaxes: covering.flatMap(({ line }) => line.taxes),
    composed,
  };
}

/** A line with what is left of it: a credit note has given some of its price back already. */
async function coveringLine(
  unit: UnitOfWork,
  line: InvoiceLineRecord,
): Promise<CoveringLine & { line: InvoiceLineRecord }> {
  const notes = await unit.creditNoteLines(line.invoiceId);
  const credited = notes
    .filter(({ invoiceLineId }) => invoiceLineId === line.id)
    .reduce((sum, note) => sum + creditedOfPrice(line, note), 0n);
  const whole =
    line.wholeNetMinor === null || credited > 0n ? {} : { wholeNet: line.wholeNetMinor };
  return {
    line,
    amount: line.amountMinor - credited,
    discount: line.discountMinor,
    taxRates: ratesOf(line),
    period: { start: line.periodStart, end: line.periodEnd },
    ...whole,
  };
}

/** A note counts net and tax; a line's price contains its inclusive tax. */
function creditedOfPrice(line: InvoiceLineRecord, { netMinor, taxMinor }: CreditNoteLineRecord) {
  const inclusive = sumOfTaxes(taxesOf(line), 'inclusive');
  return line.taxMinor === 0n
    ? netMinor
    : netMinor + mulRational(taxMinor, inclusive, line.taxMinor);
}

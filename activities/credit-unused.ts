import {
  creditNoteFor,
  destinationsOf,
  spreadCredit,
  type CreditAmounts,
} from '../billing/credit-note';
import { periodOf } from '../billing/calendar';
import type { Instant } from '../billing/instant';
import { mulRational, type MinorUnits } from '../billing/money';
import { unusedShare } from '../billing/proration';
import type { Rational } from '../billing/rational';
import { sumOfTaxes } from '../billing/tax';
import { atMostLeft, creditLeft, dueOf, type CreditLeft, type LineCredit } from './credit-left';
import { issueCreditNote } from './credit-notes';
import { ratesOf, taxesOf } from './invoiced-taxes';
import { epochOf } from './plan-lines';
import type {
  InvoiceLineRecord,
  InvoiceRecord,
  PlanRecord,
  SubscriptionRecord,
} from './ports/records';
import type { UnitOfWork } from './ports/store';

/** Whose time is given back, from when on, in the measure of which plan. */
interface Leaving {
  subscription: SubscriptionRecord;
  plan: PlanRecord;
  now: Instant;
  /** False: only what is still to be paid is given back, and no paid time. */
  paidToo?: boolean;
}

/**
 * Gives the time back that is invoiced and not used at `now`, by credit notes on the invoices that
 * charge for it: of a paid invoice to the customer's balance; of an open one it comes off what is
 * due. A line gives back the unused share of what is left of it, an invoice at most what is left.
 * @returns what went to the balance
 */
export async function creditUnused(unit: UnitOfWork, leaving: Leaving): Promise<MinorUnits> {
  const { subscription, now } = leaving;
  const drawn: Drawn = new Map();
  for (const line of await unit.coveringLines(subscription.id, now)) {
    const stops = await stopsOf(unit, drawn, line);
    const [own] = stops;
    if (leaving.paidToo === false && drawn.get(line.invoiceId)?.invoice.status !== 'open') continue;
    const left = own?.left.lines.find(({ invoiceLineId }) => invoiceLineId === line.id);
    if (left === undefined) continue;
    const credit = atMostLeft(unusedOf(line, left, leaving), left);
    const room = stops.map(({ left: { whole } }) => whole.total);
    for (const [index, part] of spreadCredit(credit, room).parts.entries()) {
      const stop = stops[index];
      if (stop !== undefined) draw(stop, part);
    }
  }
  let toBalance = 0n;
  for (const { invoice, credits } of drawn.values()) {
    if (credits.size > 0) toBalance += await note(unit, leaving, invoice, [...credits.values()]);
  }
  return toBalance;
}

/**
 * What a line costs for the time that is not used, after its discount and what credit notes have given
 * back of it, with its own taxes: the same share of the same amount that a change would credit.
 */
function unusedOf(line: InvoiceLineRecord, left: LineCredit, leaving: Leaving): CreditAmounts {
  const taxes = taxesOf(line);
  const inclusive = sumOfTaxes(taxes, 'inclusive');
  // The price contains the inclusive part of the tax.
  const amount =
    line.taxMinor === 0n ? left.net : left.net + mulRational(left.tax, inclusive, line.taxMinor);
  const share = unusedShareOf(line, amount, leaving);
  return creditNoteFor([{ amount, discount: 0n, taxRates: ratesOf(line), taxes }], share);
}

/**
 * The share of what is left of a line's price. Of a share of a whole period it is reckoned from the
 * whole, as a change does it, so that rounding what was rounded before adds nothing.
 */
function unusedShareOf(
  line: InvoiceLineRecord,
  left: MinorUnits,
  { subscription, plan, now: at }: Leaving,
): Rational {
  const measure = { at, granularity: plan.proration, timeZone: subscription.timeZone };
  const untouched = left > 0n && left === line.amountMinor - line.discountMinor;
  if (line.wholeNetMinor === null || !untouched) {
    return unusedShare({ ...measure, period: { start: line.periodStart, end: line.periodEnd } });
  }
  const whole = periodOf(epochOf(subscription, plan), subscription.cycle);
  const share = unusedShare({ ...measure, period: whole });
  const unused = mulRational(line.wholeNetMinor, share.numerator, share.denominator);
  return { numerator: unused < left ? unused : left, denominator: left };
}

/** The invoices that credits are drawn from, by id: what is left of them, and the credits by line. */
type Drawn = Map<
  string,
  { invoice: InvoiceRecord; left: CreditLeft; credits: Map<string, LineCredit> }
>;

/** An invoice that a credit may be noted against, and the line that it is noted for. */
interface Stop {
  left: CreditLeft;
  credits: Map<string, LineCredit>;
  lineId: string;
}

/**
 * A change's invoice is worth the new line less what it gave back of the line before. So what is more
 * than that invoice is noted against the one before, whose own credit the new line had swallowed.
 */
async function stopsOf(unit: UnitOfWork, drawn: Drawn, line: InvoiceLineRecord): Promise<Stop[]> {
  const stops: Stop[] = [];
  const seen = new Set<string>();
  const toVisit = [line];
  for (let next = toVisit.shift(); next !== undefined; next = toVisit.shift()) {
    const { id: lineId, invoiceId } = next;
    if (seen.has(invoiceId)) continue;
    seen.add(invoiceId);
    const from = drawn.get(invoiceId) ?? (await opened(unit, invoiceId));
    drawn.set(invoiceId, from);
    if (from.invoice.status === 'draft' || from.invoice.status === 'void') continue;
    stops.push({ left: from.left, credits: from.credits, lineId });
    for (const { reversesLineId } of await unit.linesOf(invoiceId)) {
      const reversed = reversesLineId === null ? undefined : await unit.invoiceLine(reversesLineId);
      if (reversed !== undefined) toVisit.push(reversed);
    }
  }
  return stops;
}

async function opened(unit: UnitOfWork, invoiceId: string) {
  const invoice = await unit.lockInvoice(invoiceId);
  return {
    invoice,
    left: await creditLeft(unit, invoice),
    credits: new Map<string, LineCredit>(),
  };
}

/** Notes a part for its line, and takes it off what is left. */
function draw({ left, credits, lineId }: Stop, wanted: CreditAmounts): void {
  const { net, tax, total } = atMostLeft(wanted, left.whole);
  if (total === 0n) return;
  left.whole = {
    net: left.whole.net - net,
    tax: left.whole.tax - tax,
    total: left.whole.total - total,
  };
  const sofar = credits.get(lineId) ?? { net: 0n, tax: 0n };
  credits.set(lineId, { invoiceLineId: lineId, net: sofar.net + net, tax: sofar.tax + tax });
}

async function note(
  unit: UnitOfWork,
  { subscription, now }: Leaving,
  invoice: InvoiceRecord,
  lines: LineCredit[],
): Promise<MinorUnits> {
  const to = destinationsOf({
    total: lines.reduce((sum, { net, tax }) => sum + net + tax, 0n),
    outstanding: dueOf(invoice),
    paidByCard: 0n,
    wanted: 'balance',
  });
  await issueCreditNote(unit, {
    subscription,
    invoice,
    lines,
    to,
    reason: 'cancel',
    occasion: String(subscription.cycle),
    now,
  });
  return to.toBalance;
}

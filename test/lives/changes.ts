import { least, most, partOf, sum, type Part } from './arithmetic';
import { ahead, later, type Time } from './calendar';
import type { Plan } from './catalogue';
import { close, leastCharge, reckon, takeBack, type Charge } from './invoicing';
import {
  hasOtherTerm,
  outstanding,
  periodOf,
  type Invoice,
  type Line,
  type Pending,
  type State,
} from './state';

/** The charged lines that reach beyond `at` and that no later invoice has given back. */
function covering({ invoices }: State, at: Time): { line: Line; invoice: Invoice }[] {
  const reversed = new Set(
    invoices
      .filter(({ status }) => status !== 'void')
      .flatMap(({ lines }) => lines.map(({ reverses }) => reverses)),
  );
  return invoices
    .filter(({ status }) => status === 'open' || status === 'paid')
    .flatMap((invoice) => invoice.lines.map((line) => ({ line, invoice })))
    .filter(({ line }) => line.kind === 'period' && line.end > at && !reversed.has(line))
    .toSorted((a, b) => a.line.start - b.line.start);
}

/** The invoice of a change at `at`: the rest of what was paid back, the rest of the new price. */
export function priceChange(state: State, plan: Plan, quantity: number, at: Time) {
  const measure = { byDay: state.plan.byDay, zone: state.zone };
  const credits = covering(state, at).flatMap(({ line }): Charge[] => {
    const unused = unusedOf(state, line, at);
    if (unused === undefined) return [];
    const amount = -unused;
    return [{ kind: 'unused', amount, start: at, end: line.end, reverses: line }];
  });
  const whole = plan.amount * BigInt(quantity);
  const part = ahead(at, periodOf(state, state.plan, state.cycle), measure);
  const debit: Charge = hasOtherTerm(state.plan, plan)
    ? {
        kind: 'period',
        amount: whole,
        start: at,
        end: later(at, plan.unit, plan.count, state.zone),
      }
    : {
        kind: 'period',
        amount: partOf(whole, part),
        start: at,
        end: state.end,
        part: { whole, part },
      };
  const cycle = state.cycle + (hasOtherTerm(state.plan, plan) && at > state.start ? 1 : 0);
  const about = { reason: 'change', cycle, start: debit.start, end: debit.end } as const;
  return { about, amounts: reckon(state, plan, [...credits, debit], at) };
}

/** The change comes into force; another interval begins a new epoch where it was reckoned for. */
export function applyChange(state: State, { plan, quantity, waits }: Pending): void {
  const at = waits?.at ?? state.now;
  const newEpoch = hasOtherTerm(state.plan, plan) && state.status !== 'trialing';
  Object.assign(state, { plan, quantity, pending: undefined } satisfies Partial<State>);
  if (!newEpoch) return;
  const end = later(at, plan.unit, plan.count, state.zone);
  const current = state.cycles.at(-1);
  const replaces = at <= state.start;
  if (current !== undefined) current.end = replaces ? end : at;
  if (!replaces) {
    state.cycle += 1;
    state.cycles.push({
      cycle: state.cycle,
      start: at,
      end,
      outcome: 'billed',
      billedFrom: undefined,
    });
  }
  Object.assign(state, {
    anchor: at,
    epochCycle: state.cycle,
    start: at,
    end,
  } satisfies Partial<State>);
}

/** A change that waits for its payment comes to nothing: what it stood in for is scheduled again. */
export function dropWaitingChange(state: State): void {
  const waits = state.pending?.waits;
  if (waits === undefined) return;
  takeBack(state, waits.invoice);
  state.pending = waits.insteadOf;
}

/**
 * Gives back what is invoiced and not used: off what is due of an open invoice, else to the balance.
 * What is more than a change's invoice comes from the invoices that it had given back from.
 */
export function creditUnused(state: State, statuses: readonly Invoice['status'][]): void {
  const drawn = new Map<Invoice, bigint>();
  const room = (invoice: Invoice) => invoice.total - invoice.noted - (drawn.get(invoice) ?? 0n);
  for (const { line, invoice } of covering(state, state.now)) {
    if (!statuses.includes(invoice.status)) continue;
    const chain = chainOf(state, invoice);
    let left = least(creditOf(state, line), most(sum(chain.map(room)), 0n));
    for (const each of chain) {
      const taken = most(least(left, room(each)), 0n);
      drawn.set(each, (drawn.get(each) ?? 0n) + taken);
      left -= taken;
    }
  }
  for (const [invoice, amount] of drawn) {
    const offDue = invoice.status === 'open' ? least(amount, outstanding(invoice)) : 0n;
    invoice.noted += amount;
    invoice.credited += offDue;
    state.balance += amount - offDue;
    if (offDue > 0n) carryTheRest(state, invoice);
  }
}

/** What is left below the least charge is owed on the balance, as when an invoice is made. */
function carryTheRest(state: State, invoice: Invoice): void {
  const rest = outstanding(invoice);
  if (rest >= leastCharge) return;
  invoice.carried += rest;
  state.balance -= rest;
  close(invoice, 'paid');
}

/**
 * What a line cost for the time that is ahead; nothing when none is. A part of a period is reckoned from
 * the whole one again, so that nothing is rounded twice.
 */
function unusedOf(state: State, { wholeNet, ...line }: Line, at: Time): bigint | undefined {
  const { plan, cycle, zone } = state;
  const measure = { byDay: plan.byDay, zone };
  const whole = wholeNet === undefined ? line : periodOf(state, plan, cycle);
  const part = ahead(at, whole, measure);
  return part.of === 0n ? undefined : partOf(wholeNet ?? line.amount - line.discount, part);
}

/** Net and tax of what is not used of a line: never more than it took. */
function creditOf(state: State, line: Line): bigint {
  const net = line.amount - line.discount;
  const unused = least(unusedOf(state, line, state.now) ?? 0n, net);
  const none: Part = { of: 0n, per: 1n };
  const tax = unused === net ? line.tax : partOf(unused, state.tax ?? none);
  return unused + least(tax, line.tax);
}

function chainOf(state: State, first: Invoice): Invoice[] {
  const chain = [first];
  for (const invoice of chain) {
    for (const { reverses } of invoice.lines) {
      const earlier = state.invoices.find(({ lines }) => lines.some((line) => line === reverses));
      if (earlier !== undefined && !chain.includes(earlier)) chain.push(earlier);
    }
  }
  return chain;
}

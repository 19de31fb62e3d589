import { least, most, partOf, partsOf, sum, type Part } from './arithmetic';
import { ahead, later, type Time } from './calendar';
import type { Plan } from './catalogue';
import { days, periodOf, type Invoice, type Line, type State } from './state';

/** A line before discount and tax. */
export interface Charge {
  kind: Line['kind'];
  amount: bigint;
  start: Time;
  end: Time;
  reverses?: Line;
  /** It is this part of what a whole period costs. */
  part?: { whole: bigint; part: Part };
}

type Amounts = Pick<
  Invoice,
  'lines' | 'subtotal' | 'discount' | 'tax' | 'total' | 'creditApplied' | 'amountDue' | 'redemption'
>;

/** Stripe charges nothing below this, in usd and in eur. */
export const leastCharge = 50n;

/** What a period of a plan costs, or what is left of it from `start` on. */
export function periodCharge(
  state: State,
  plan: Plan,
  cycle: number,
  { start, end }: { start: Time; end: Time },
): Charge {
  const whole = plan.amount * BigInt(state.quantity);
  const full = periodOf(state, plan, cycle);
  if (start <= full.start) return { kind: 'period', amount: whole, start, end };
  const part = ahead(start, full, { byDay: plan.byDay, zone: state.zone });
  return { kind: 'period', amount: partOf(whole, part), start, end, part: { whole, part } };
}

/** Lines, then discount, then tax, then the balance. `at` decides whether the coupon is in force. */
export function reckon(state: State, plan: Plan, charges: Charge[], at: Time): Amounts {
  const redemption = redemptionInForce(state, plan, at);
  const discounts = charges.map((charge) => discountOf(charge, redemption?.coupon.off));
  const nets = charges.map(({ amount }, index) => amount - (discounts[index] ?? 0n));
  const taxes = state.tax === undefined ? nets.map(() => 0n) : partsOf(nets, state.tax);
  const off = redemption?.coupon.off;
  const lines = charges.map(({ kind, amount, start, end, reverses, part }, index) => ({
    kind,
    amount,
    start,
    end,
    ...(reverses === undefined ? {} : { reverses }),
    ...(part === undefined ? {} : { wholeNet: part.whole - wholeDiscount(part.whole, off) }),
    discount: discounts[index] ?? 0n,
    tax: taxes[index] ?? 0n,
  }));
  const discount = sum(discounts);
  const total = sum(nets) + sum(taxes);
  return {
    lines,
    subtotal: sum(charges.map(({ amount }) => amount)),
    discount,
    tax: sum(taxes),
    total,
    redemption: discount === 0n ? undefined : redemption,
    ...settle(total, state.balance),
  };
}

function settle(total: bigint, balance: bigint) {
  const owed = total - balance;
  const amountDue = owed < leastCharge ? 0n : owed;
  return { amountDue, creditApplied: total - amountDue };
}

function discountOf({ kind, amount, part }: Charge, off: Part | bigint | undefined): bigint {
  if (kind === 'unused') return 0n;
  if (part === undefined) return wholeDiscount(amount, off);
  const discount = wholeDiscount(part.whole, off);
  // What a part costs after its discount is that part of what the whole costs after its discount.
  return discount === 0n ? 0n : amount - partOf(part.whole - discount, part.part);
}

function wholeDiscount(whole: bigint, off: Part | bigint | undefined): bigint {
  if (off === undefined) return 0n;
  return typeof off === 'bigint' ? least(off, whole) : partOf(whole, off);
}

function redemptionInForce(state: State, plan: Plan, at: Time) {
  const { redemption } = state;
  if (redemption === undefined) return undefined;
  const { lasts, plans, off } = redemption.coupon;
  if (plans !== undefined && !plans.includes(plan.code)) return undefined;
  if (typeof off === 'bigint' && plan.currency !== 'usd') return undefined;
  if (lasts === 'forever') return redemption;
  if (lasts === 'once') {
    const used = state.invoices.some(
      (invoice) => invoice.status !== 'void' && invoice.redemption === redemption,
    );
    return used ? undefined : redemption;
  }
  const over = later(redemption.startsAt, 'month', lasts.months, state.zone);
  return at < over ? redemption : undefined;
}

/** Makes the invoice; of a draft number, balance and deadlines come later. */
export function issue(
  state: State,
  about: Pick<Invoice, 'reason' | 'cycle' | 'start' | 'end'>,
  amounts: Amounts,
  draft = false,
): Invoice {
  const invoice: Invoice = {
    ...about,
    ...amounts,
    ...(draft ? { creditApplied: 0n, amountDue: most(amounts.total, 0n) } : {}),
    number: undefined,
    status: 'draft',
    sent: state.sent,
    amountPaid: 0n,
    credited: 0n,
    carried: 0n,
    noted: 0n,
    issuedAt: state.now,
    dueAt: state.now,
    attempts: 0,
    attemptAt: undefined,
    firstFailedAt: undefined,
    overdue: false,
    finalAt: undefined,
  };
  state.invoices.push(invoice);
  if (!draft) open(state, invoice);
  return invoice;
}

/** Makes it final: number, balance, deadlines from now on; with nothing due it is paid. */
export function open(state: State, invoice: Invoice): void {
  const { amountDue, creditApplied } = settle(invoice.total, state.balance);
  const { now } = state;
  state.numbers += 1;
  state.balance -= creditApplied;
  Object.assign(invoice, {
    number: state.numbers,
    amountDue,
    creditApplied,
    issuedAt: now,
    dueAt: now,
    status: amountDue === 0n ? 'paid' : 'open',
  } satisfies Partial<Invoice>);
  if (amountDue === 0n) return;
  if (!invoice.sent) {
    invoice.attemptAt = now;
    return;
  }
  invoice.dueAt = days(state, now, 7);
  invoice.finalAt = days(state, now, 37);
}

/** As if it had never been issued, but for its number. */
export function takeBack(state: State, invoice: Invoice): void {
  if (invoice.status === 'open') state.balance += invoice.creditApplied;
  close(invoice, 'void');
}

export function close(invoice: Invoice, status: Invoice['status']): void {
  invoice.status = status;
  invoice.attemptAt = undefined;
  invoice.finalAt = undefined;
}

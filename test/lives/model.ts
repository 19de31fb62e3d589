import { dayLength, later, type Time } from './calendar';
import type { Coupon, Plan } from './catalogue';
import { applyChange, creditUnused, dropWaitingChange, priceChange } from './changes';
import { issue, open, periodCharge, reckon, takeBack } from './invoicing';
import { charge, giveUp } from './payments';
import {
  days,
  hasOtherTerm,
  isAtRest,
  isFailing,
  isLive,
  isPastDue,
  periodOf,
  unsettled,
  type Invoice,
  type Pending,
  type State,
} from './state';

/** Why something is refused, as the API's stable code; undefined: it is done. */
export type Refusal = string | undefined;

export interface Change {
  plan?: Plan;
  quantity?: number;
  when: 'now' | 'period_end';
  /** The instant of an earlier preview. */
  asOf?: Time;
}

/** An invoice as a preview shows it. */
export type Quote = ReturnType<typeof reckon>;

/** The largest charge in usd and eur. */
const mostCharge = 99_999_999n;
const previewLength = 600_000;
const longestPause = 5 * 366 * dayLength;

/**
 * What must be true of one subscription, by the decisions of the design alone: reckoned without a line of
 * the product's own arithmetic.
 */
export class Model {
  readonly state: State;

  constructor(beginning: {
    at: Time;
    zone: string;
    tax: State['tax'];
    plan: Plan;
    quantity: number;
    card: State['card'];
  }) {
    const { at, plan, zone, card } = beginning;
    const trialEnd = later(at, 'day', plan.trialDays, zone);
    this.state = {
      ...beginning,
      now: at,
      sent: card === 'none',
      status: plan.trialDays > 0 ? 'trialing' : card === 'none' ? 'active' : 'incomplete',
      anchor: trialEnd,
      epochCycle: 1,
      cycle: plan.trialDays > 0 ? 0 : 1,
      start: at,
      end: plan.trialDays > 0 ? trialEnd : later(at, plan.unit, plan.count, zone),
      pending: undefined,
      endsAtPeriodEnd: false,
      resumeAt: undefined,
      redemption: undefined,
      redemptions: [],
      balance: 0n,
      numbers: 0,
      invoices: [],
      cycles: [],
    };
  }

  /** Subscribes; without a trial the first period is invoiced at once. */
  begin(coupon?: Coupon): Refusal {
    const { state } = this;
    if (coupon !== undefined) {
      const refused = this.#couponRefusal(coupon);
      if (refused !== undefined) return refused;
      this.#redeem(coupon);
    }
    this.#recordCycle(state.status === 'trialing' ? 'trial' : 'billed');
    if (state.status === 'trialing') return undefined;
    const invoice = this.#billCycle();
    if (state.status === 'incomplete' && invoice.status === 'paid') state.status = 'active';
    this.settleDue();
    return isLive(state) ? undefined : 'payment_method_declined';
  }

  /** What the invoice of a change would be, or why it is refused. */
  preview(change: Change): { refused: string } | Quote {
    const refused = this.#changeRefusal(change);
    if (refused !== undefined) return { refused };
    const { state } = this;
    const { plan = state.plan, quantity = state.quantity, asOf = state.now } = change;
    if (change.when === 'period_end') {
      return this.#upcoming({ plan, quantity, when: 'period_end' });
    }
    if (state.status === 'trialing') return reckon({ ...state, balance: 0n }, plan, [], state.now);
    const unpriced = this.#pricingRefusal(asOf);
    if (unpriced !== undefined) return { refused: unpriced };
    return priceChange(state, plan, quantity, asOf).amounts;
  }

  /** The invoice of the next boundary as it would be made now. */
  upcoming(): { refused: string } | Quote {
    const { pending } = this.state;
    // One that waits for its money has come to nothing by then, unless it is paid.
    return this.#upcoming(pending?.waits === undefined ? pending : pending.waits.insteadOf);
  }

  change(change: Change): Refusal {
    const refused = this.#changeRefusal(change);
    if (refused !== undefined) return refused;
    const { state } = this;
    const { plan = state.plan, quantity = state.quantity, when, asOf = state.now } = change;
    if (when === 'period_end') {
      state.pending = { plan, quantity, when };
      return undefined;
    }
    if (state.status === 'trialing') {
      applyChange(state, { plan, quantity, when });
      return undefined;
    }
    const unpriced = this.#pricingRefusal(asOf);
    if (unpriced !== undefined) return unpriced;
    return this.#changeNow(plan, quantity, asOf);
  }

  #changeNow(plan: Plan, quantity: number, at: Time): Refusal {
    const { state } = this;
    const { about, amounts } = priceChange(state, plan, quantity, at);
    const invoice = issue(state, about, amounts);
    const expiresAt = Math.min(days(state, state.now, 7), state.end);
    const waits = { at, invoice, expiresAt, insteadOf: state.pending };
    const pending: Pending = { plan, quantity, when: 'now', waits };
    if (invoice.status === 'paid') {
      applyChange(state, pending);
      this.settleDue();
      return undefined;
    }
    state.pending = pending;
    if (invoice.sent) return undefined;
    const wentThrough = charge(state, invoice);
    this.settleDue();
    return wentThrough ? undefined : 'payment_method_declined';
  }

  #changeRefusal({ plan, quantity, when, asOf }: Change): Refusal {
    const { state } = this;
    const to = plan ?? state.plan;
    const units = quantity ?? state.quantity;
    const waits = when === 'period_end';
    const refused = this.#refusal({
      unpaid: 'subscription_unpaid',
      past_due: waits && this.#isCheaper(to, units) ? undefined : 'subscription_past_due',
      paused: waits ? undefined : 'subscription_paused',
    });
    if (refused !== undefined) return refused;
    if (to === state.plan && units === state.quantity) return 'nothing_to_change';
    if (to.archived) return 'plan_archived';
    if (to.currency !== state.plan.currency) return 'currency_mismatch';
    if (to.amount * BigInt(units) > mostCharge) return 'amount_too_large';
    if (state.pending?.waits !== undefined) return 'change_pending';
    const at = asOf ?? state.now;
    if (at < state.now - previewLength || at < state.start) return 'proration_date_invalid';
    return undefined;
  }

  /** Unpaid time is never credited; nor is any from before it was bought. */
  #pricingRefusal(at: Time): Refusal {
    if (unsettled(this.state).length > 0) return 'invoice_not_paid';
    const { amounts } = priceChange(this.state, this.state.plan, 1, at);
    const early = amounts.lines.some(
      ({ reverses }) => reverses !== undefined && reverses.start > at,
    );
    return early ? 'proration_date_invalid' : undefined;
  }

  /** Whether a day costs no more, with months and years of their average length. */
  #isCheaper(plan: Plan, quantity: number): boolean {
    const { state } = this;
    const length = ({ unit, count }: Plan) =>
      BigInt(count) * { day: 4800n, week: 33_600n, month: 146_097n, year: 1_753_164n }[unit];
    return (
      plan.amount * BigInt(quantity) * length(state.plan) <=
      state.plan.amount * BigInt(state.quantity) * length(plan)
    );
  }

  withdraw(): Refusal {
    const refused = this.#refusal();
    if (refused !== undefined) return refused;
    if (this.state.pending === undefined) return 'no_pending_change';
    if (this.state.pending.waits === undefined) this.state.pending = undefined;
    else dropWaitingChange(this.state);
    return undefined;
  }

  pause(resumeAt?: Time): Refusal {
    const { state } = this;
    const refused = this.#refusal({
      trialing: 'subscription_trialing',
      unpaid: 'subscription_unpaid',
      paused: 'already_paused',
    });
    if (refused !== undefined) return refused;
    if (state.pending?.waits !== undefined) return 'change_pending';
    if (resumeAt !== undefined && (resumeAt <= state.now || resumeAt > state.now + longestPause)) {
      return 'resume_at_invalid';
    }
    state.status = 'paused';
    state.resumeAt = resumeAt;
    return undefined;
  }

  /** By request: should the charge not go through, it runs all the same, and is past due. */
  resume(): Refusal {
    const not = 'not_paused';
    const refused = this.#refusal({ trialing: not, active: not, past_due: not, unpaid: not });
    if (refused !== undefined) return refused;
    const invoice = this.#resumed(this.state.now);
    if (invoice?.attemptAt !== undefined) charge(this.state, invoice);
    this.settleDue();
    return undefined;
  }

  #resumed(at: Time): Invoice | undefined {
    const { state } = this;
    state.status = unsettled(state).some(isPastDue) ? 'past_due' : 'active';
    state.resumeAt = undefined;
    const current = state.cycles.at(-1);
    const unbilled = current?.outcome === 'skipped' && current.billedFrom === undefined;
    if (current === undefined || !unbilled || at >= state.end) return undefined;
    current.billedFrom = at;
    const { cycle, end, plan } = state;
    const charges = [periodCharge(state, plan, cycle, { start: at, end })];
    const about = { reason: 'resume', cycle, start: at, end } as const;
    return issue(state, about, reckon(state, plan, charges, at));
  }

  cancel({ atPeriodEnd, prorate }: { atPeriodEnd: boolean; prorate?: boolean }): Refusal {
    const { state } = this;
    const refused = this.#refusal();
    if (refused !== undefined) return refused;
    if (atPeriodEnd) {
      state.endsAtPeriodEnd = true;
      return undefined;
    }
    state.status = 'canceled';
    dropWaitingChange(state);
    this.#forgetPlans();
    creditUnused(state, prorate === false ? ['open'] : ['open', 'paid']);
    for (const invoice of unsettled(state)) {
      invoice.attemptAt = undefined;
      if (invoice.status === 'draft') takeBack(state, invoice);
      else invoice.finalAt = days(state, state.now, 37);
    }
    return undefined;
  }

  reactivate(): Refusal {
    const refused = this.#refusal();
    if (refused !== undefined) return refused;
    if (!this.state.endsAtPeriodEnd) return 'not_canceling';
    this.state.endsAtPeriodEnd = false;
    return undefined;
  }

  applyCoupon(coupon: Coupon): Refusal {
    const refused = this.#refusal();
    if (refused !== undefined) return refused;
    if (this.state.redemption?.coupon === coupon) return undefined;
    const unredeemed = this.#couponRefusal(coupon);
    if (unredeemed === undefined) this.#redeem(coupon);
    return unredeemed;
  }

  removeCoupon(): Refusal {
    const refused = this.#refusal();
    if (refused !== undefined) return refused;
    if (this.state.redemption === undefined) return 'no_coupon';
    this.state.redemption = undefined;
    return undefined;
  }

  /**
   * Another default card: what is past due is tried with it at once; while it is unpaid and nothing else is
   * owed, the oldest draft is issued for it.
   */
  useCard(good: boolean): void {
    const { state } = this;
    state.card = good ? 'good' : 'bad';
    if (!isLive(state)) return;
    const left = unsettled(state);
    const oldest = left.find(isFailing);
    const draft = left.find(({ status }) => status === 'draft');
    if (oldest !== undefined) oldest.attemptAt = state.now;
    else if (state.status === 'unpaid' && draft !== undefined) open(state, draft);
    this.settleDue();
  }

  pay(invoice: Invoice | undefined): Refusal {
    if (invoice?.status !== 'open' && invoice?.status !== 'uncollectible') {
      return 'invoice_not_payable';
    }
    if (this.isOver) return 'subscription_ended';
    const wentThrough = charge(this.state, invoice);
    this.settleDue();
    return wentThrough ? undefined : 'payment_method_declined';
  }

  /** Lives on to `to`, through everything that falls due on the way. */
  advance(to: Time): void {
    for (let next = this.#next(); next !== undefined && next.at <= to; next = this.#next()) {
      this.state.now = Math.max(this.state.now, next.at);
      next.happen();
    }
    this.state.now = Math.max(this.state.now, to);
  }

  /** What is due at this very moment. */
  settleDue(): void {
    this.advance(this.state.now);
  }

  /** When something happens next by itself. */
  get nextEventAt(): Time | undefined {
    return this.#next()?.at;
  }

  /** Whether nothing can happen to it any more. */
  get isOver(): boolean {
    return !isLive(this.state) && unsettled(this.state).length === 0;
  }

  /** The earliest; of things at one instant money comes before the boundary, and the attempt before the end. */
  #next(): { at: Time; happen: () => void } | undefined {
    const { state } = this;
    const events: { at: Time | undefined; happen: () => void }[] = [];
    events.push({
      at: state.pending?.waits?.expiresAt,
      happen: () => dropWaitingChange(state),
    });
    const left = unsettled(state);
    const oldest = left.find((invoice) => !invoice.sent && !isAtRest(invoice));
    if (oldest !== undefined) {
      events.push({
        at: oldest.attemptAt,
        happen: () => {
          // Who has left is not charged.
          if (isLive(state)) charge(state, oldest);
          else oldest.attemptAt = undefined;
        },
      });
    }
    for (const invoice of left) {
      const mayBeOverdue = invoice.sent && invoice.status === 'open' && !invoice.overdue;
      events.push({
        at: mayBeOverdue ? invoice.dueAt : undefined,
        happen: () => {
          invoice.overdue = true;
          if (state.status === 'active') state.status = 'past_due';
        },
      });
    }
    for (const invoice of left) {
      events.push({ at: invoice.finalAt, happen: () => giveUp(state, invoice) });
    }
    if (isLive(state)) {
      events.push({ at: state.resumeAt, happen: () => void this.#resumed(state.resumeAt ?? 0) });
      events.push({ at: state.end, happen: () => this.#crossBoundary() });
    }
    let first: { at: Time; happen: () => void } | undefined;
    for (const { at, happen } of events) {
      if (at !== undefined && (first === undefined || at < first.at)) first = { at, happen };
    }
    return first;
  }

  #crossBoundary(): void {
    const { state } = this;
    if (state.endsAtPeriodEnd) return this.#end();
    const { pending } = state;
    if (pending !== undefined) {
      const { plan, quantity } = pending;
      if (hasOtherTerm(state.plan, plan)) {
        Object.assign(state, { anchor: state.end, epochCycle: state.cycle + 1 });
      }
      Object.assign(state, { plan, quantity, pending: undefined });
    }
    const { status } = state;
    if (status === 'trialing') state.status = 'active';
    state.cycle += 1;
    state.start = state.end;
    state.end = periodOf(state, state.plan, state.cycle).end;
    this.#recordCycle(status === 'paused' ? 'skipped' : 'billed');
    if (status !== 'paused') this.#billCycle();
  }

  /** Its last period is over: what is owed stays payable, and is given up when its time is over. */
  #end(): void {
    const { state } = this;
    state.status = 'canceled';
    this.#forgetPlans();
    for (const invoice of unsettled(state)) {
      invoice.attemptAt = undefined;
      if (invoice.status === 'draft') takeBack(state, invoice);
      else invoice.finalAt ??= days(state, state.now, 37);
    }
  }

  #forgetPlans(): void {
    Object.assign(this.state, {
      endsAtPeriodEnd: false,
      resumeAt: undefined,
      pending: undefined,
    } satisfies Partial<State>);
  }

  #billCycle(): Invoice {
    const { state } = this;
    const { cycle, start, end, plan, status } = state;
    const charges = [periodCharge(state, plan, cycle, { start, end })];
    const about = { reason: 'cycle', cycle, start, end } as const;
    return issue(state, about, reckon(state, plan, charges, start), status === 'unpaid');
  }

  #recordCycle(outcome: 'trial' | 'billed' | 'skipped'): void {
    const { cycle, start, end } = this.state;
    this.state.cycles.push({ cycle, start, end, outcome, billedFrom: undefined });
  }

  #upcoming(change: Pending | undefined): { refused: string } | Quote {
    const { state } = this;
    if (!isLive(state) || state.status === 'paused' || state.endsAtPeriodEnd) {
      return { refused: 'no_upcoming_invoice' };
    }
    const { plan, quantity } = change ?? state;
    const epoch = hasOtherTerm(state.plan, plan)
      ? { anchor: state.end, epochCycle: state.cycle + 1 }
      : {};
    const next: State = { ...state, ...epoch, plan, quantity };
    const period = periodOf(next, plan, state.cycle + 1);
    return reckon(next, plan, [periodCharge(next, plan, state.cycle + 1, period)], period.start);
  }

  #couponRefusal({ redeemBefore, plans, off }: Coupon): Refusal {
    const { plan, now } = this.state;
    if (redeemBefore !== undefined && now >= redeemBefore) return 'coupon_expired';
    if (plans !== undefined && !plans.includes(plan.code)) return 'coupon_not_for_plan';
    if (typeof off === 'bigint' && plan.currency !== 'usd') return 'coupon_currency_mismatch';
    return undefined;
  }

  /** One that it has had before goes on where it was. */
  #redeem(coupon: Coupon): void {
    const { state } = this;
    const earlier = state.redemptions.find((redemption) => redemption.coupon === coupon);
    const startsAt = state.status === 'trialing' ? state.end : state.now;
    state.redemption = earlier ?? { coupon, startsAt };
    if (earlier === undefined) state.redemptions.push(state.redemption);
  }

  /** What the status alone refuses; one that is not named allows it, but an ended one nothing. */
  #refusal(refusals: Partial<Record<State['status'], Refusal>> = {}): Refusal {
    return isLive(this.state) ? refusals[this.state.status] : 'subscription_ended';
  }
}

import type { Part } from './arithmetic';
import { later, type Time } from './calendar';
import type { Coupon, Plan } from './catalogue';

export type Status =
  | 'incomplete'
  | 'incomplete_expired'
  | 'trialing'
  | 'active'
  | 'past_due'
  | 'unpaid'
  | 'paused'
  | 'canceled';

export interface Line {
  kind: 'period' | 'unused';
  /** Before discount and tax; what is given back is negative. */
  amount: bigint;
  discount: bigint;
  tax: bigint;
  start: Time;
  end: Time;
  /** Of a part of a period: what the whole costs after its discount, which credits are reckoned from. */
  wholeNet?: bigint;
  /** The line whose rest it gives back. */
  reverses?: Line;
}

export interface Invoice {
  reason: 'cycle' | 'change' | 'resume';
  cycle: number;
  /** Its place in the customer's sequence; none while it is a draft. */
  number: number | undefined;
  status: 'draft' | 'open' | 'paid' | 'void' | 'uncollectible';
  /** The customer pays it by hand. */
  sent: boolean;
  lines: Line[];
  subtotal: bigint;
  discount: bigint;
  tax: bigint;
  total: bigint;
  creditApplied: bigint;
  amountDue: bigint;
  amountPaid: bigint;
  /** What credit notes took off what was due, what they left below the least charge, and all that they gave back. */
  credited: bigint;
  carried: bigint;
  noted: bigint;
  start: Time;
  end: Time;
  issuedAt: Time;
  dueAt: Time;
  redemption: Redemption | undefined;
  attempts: number;
  attemptAt: Time | undefined;
  firstFailedAt: Time | undefined;
  overdue: boolean;
  finalAt: Time | undefined;
}

/** A coupon that this subscription has had, whether or not it has it now. */
export interface Redemption {
  coupon: Coupon;
  startsAt: Time;
}

export interface Cycle {
  cycle: number;
  start: Time;
  end: Time;
  outcome: 'trial' | 'billed' | 'skipped';
  /** Of a skipped one during which it was resumed. */
  billedFrom: Time | undefined;
}

export interface Pending {
  plan: Plan;
  quantity: number;
  when: 'now' | 'period_end';
  /** Of a change now that waits for its money; and what comes back when it comes to nothing. */
  waits?: { at: Time; invoice: Invoice; expiresAt: Time; insteadOf: Pending | undefined };
}

/** All that the model knows of one subscription and its customer. */
export interface State {
  readonly zone: string;
  readonly tax: Part | undefined;
  readonly sent: boolean;
  now: Time;
  card: 'none' | 'good' | 'bad';
  status: Status;
  plan: Plan;
  quantity: number;
  anchor: Time;
  epochCycle: number;
  cycle: number;
  start: Time;
  end: Time;
  pending: Pending | undefined;
  endsAtPeriodEnd: boolean;
  resumeAt: Time | undefined;
  redemption: Redemption | undefined;
  redemptions: Redemption[];
  balance: bigint;
  numbers: number;
  /** In the order in which they were made. */
  invoices: Invoice[];
  cycles: Cycle[];
}

export const isLive = ({ status }: State) =>
  status !== 'canceled' && status !== 'incomplete_expired';

export const outstanding = (invoice: Invoice) =>
  invoice.amountDue - invoice.credited - invoice.carried - invoice.amountPaid;

/** Oldest period first. */
export const unsettled = ({ invoices }: State) =>
  invoices
    .filter(({ status }) => status === 'open' || status === 'draft')
    .toSorted((a, b) => a.start - b.start);

/** It was charged in vain. */
export const isFailing = ({ sent, firstFailedAt }: Invoice) => !sent && firstFailedAt !== undefined;

/** Its retries are over; it waits for its customer and holds up no other. */
export const isAtRest = (invoice: Invoice) =>
  isFailing(invoice) && invoice.attemptAt === undefined && invoice.finalAt === undefined;

export const isPastDue = ({ firstFailedAt, overdue }: Invoice) =>
  firstFailedAt !== undefined || overdue;

/** Always from the anchor: where the period of a cycle begins and ends. */
export function periodOf(
  { anchor, epochCycle, zone }: Pick<State, 'anchor' | 'epochCycle' | 'zone'>,
  { unit, count }: Plan,
  cycle: number,
) {
  const n = cycle - epochCycle;
  return {
    start: later(anchor, unit, n * count, zone),
    end: later(anchor, unit, (n + 1) * count, zone),
  };
}

export const hasOtherTerm = (a: Plan, b: Plan) => a.unit !== b.unit || a.count !== b.count;

export const days = (state: State, from: Time, count: number) =>
  later(from, 'day', count, state.zone);

import { periodOf, type Epoch, type Period } from '../billing/calendar';
import { periodCharge } from '../billing/change';
import { toZoned, type Instant } from '../billing/instant';
import type { LineInput } from '../billing/invoice';
import type { LineKind, PlanRecord, SubscriptionRecord } from './ports/records';

/** A line of an invoice before its arithmetic. */
export interface DraftLine extends LineInput {
  description: string;
  quantity: number;
  kind: LineKind;
  /** Whether it is for a part of a period. */
  proration: boolean;
  period: Period;
  planId: string | null;
  reversesLineId: string | null;
}

/** What a subscription buys. */
export type Bought = Pick<SubscriptionRecord, 'quantity' | 'timeZone'>;

/** The stretch of the subscription's life that its current cycle belongs to. */
export function epochOf(
  { anchorAt, timeZone, epochCycle }: SubscriptionRecord,
  { interval, intervalCount }: PlanRecord,
): Epoch {
  return {
    anchor: anchorAt,
    timeZone,
    firstCycle: epochCycle,
    term: { interval, intervalCount },
  };
}

/**
 * The charge for one period of a plan, in full, or for the part that it is of the whole period: a
 * stub before an explicit anchor, or the rest after a pause.
 */
export function periodLine(
  subscription: SubscriptionRecord,
  plan: PlanRecord,
  { cycle, period, free = false }: { cycle: number; period: Period; free?: boolean },
): DraftLine {
  const fullPeriod = periodOf(epochOf(subscription, plan), cycle);
  const charge = periodCharge({
    fullAmount: plan.amountMinor * BigInt(subscription.quantity),
    period,
    fullPeriod,
    granularity: plan.proration,
    timeZone: subscription.timeZone,
  });
  const name = bought(plan, subscription.quantity);
  const proration = charge.partOf !== undefined;
  return {
    ...(free ? { amount: 0n } : charge),
    description: free
      ? `${name}, free until ${day(period.end, subscription)}`
      : proration
        ? `${name}, from ${day(period.start, subscription)}`
        : name,
    quantity: subscription.quantity,
    kind: 'period',
    proration,
    period,
    planId: plan.id,
    reversesLineId: null,
  };
}

/** Whether the time before an explicit anchor is free, and this cycle is that time. */
export const isFreeStub = (
  { stubCharged, epochCycle }: Pick<SubscriptionRecord, 'stubCharged' | 'epochCycle'>,
  cycle: number,
): boolean => !stubCharged && cycle < epochCycle;

/** "Pro" or "3 × Pro". */
export const bought = ({ name }: PlanRecord, quantity: number) =>
  quantity === 1 ? name : `${quantity} × ${name}`;

/** The calendar day of an instant where the subscription is. */
export const day = (at: Instant, { timeZone }: Pick<SubscriptionRecord, 'timeZone'>) =>
  toZoned(at, timeZone).toPlainDate().toString();

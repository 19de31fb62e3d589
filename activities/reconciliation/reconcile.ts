import type { Instant } from '../../billing/instant';
import type { PaymentToRead } from '../../workflows/messages';
import type { BookedMoney, Difference, ReconciliationBooks } from '../ports/reconciliation';
import type { BookPage, Stretch, StripeBooks } from '../ports/stripe-books';
import {
  compareDispute,
  comparePayment,
  compareRefund,
  paymentMissing,
  refundMissing,
  type Comparison,
} from './differences';

/** What comparing Stripe's books with ours needs. */
export interface Reconciling {
  books: ReconciliationBooks;
  stripeBooks: StripeBooks;
  /** Has a payment read again by its subscription, which writes what it finds. */
  readAgain(payment: { subscriptionId: string } & PaymentToRead): Promise<void>;
}

/** The parts of a comparison, in their order: what Stripe lists, then what of ours it has not listed. */
export type Part = 'payments' | 'refunds' | 'disputes' | 'our_payments' | 'our_refunds';

export interface PageRequest {
  part: Part;
  stretch: Stretch;
  /** Where to go on: what the page before answered as `next`. */
  after?: string;
  now: Instant;
}

export interface ComparedPage {
  compared: number;
  /** How many payments are read again because of it. */
  healing: number;
  next?: string;
}

/** Compares one page. Run again it finds, writes and asks for the same. */
export function comparePage(deps: Reconciling, request: PageRequest): Promise<ComparedPage> {
  const { stripeBooks } = deps;
  const { stretch, after } = request;
  switch (request.part) {
    case 'payments':
      return listed(deps, request, () => stripeBooks.payments(stretch, after), {
        objectOf: ({ intentId }) => intentId,
        compare: comparePayment,
      });
    case 'refunds':
      return listed(deps, request, () => stripeBooks.refunds(stretch, after), {
        objectOf: ({ id }) => id,
        compare: compareRefund,
      });
    case 'disputes':
      return listed(deps, request, () => stripeBooks.disputes(stretch, after), {
        objectOf: ({ id }) => id,
        compare: compareDispute,
      });
    case 'our_payments':
      return ours(deps, request, 'attempts');
    case 'our_refunds':
      return ours(deps, request, 'refunds');
  }
}

interface Listed {
  intentId: string;
  claimedInvoiceId?: string | undefined;
}

async function listed<Item extends Listed>(
  deps: Reconciling,
  { now }: PageRequest,
  read: () => Promise<BookPage<Item>>,
  by: {
    objectOf: (item: Item) => string;
    compare: (there: Item, here: BookedMoney) => Comparison;
  },
): Promise<ComparedPage> {
  const page = await read();
  const money = await deps.books.money(page.items.map(claimOf));
  const seen = page.items.map((item) => ({
    object: by.objectOf(item),
    intentId: item.intentId,
    comparison: by.compare(item, money.get(item.intentId) ?? nothing),
  }));
  const healing = await conclude(deps, seen, now);
  return {
    compared: page.read,
    healing,
    ...(page.next === undefined ? {} : { next: page.next }),
  };
}

const claimOf = ({ intentId, claimedInvoiceId }: Listed) => ({ intentId, claimedInvoiceId });

/** Our own rows that no list of Stripe's has held, one after the other. */
async function ours(
  deps: Reconciling,
  { stretch, after, now }: PageRequest,
  kind: 'attempts' | 'refunds',
): Promise<ComparedPage> {
  const rows = await deps.books.unconfirmed(kind, stretch, after);
  let healing = 0;
  for (const { stripeObject } of rows) healing += await compareOne(deps, stripeObject, now);
  const last = rows.at(-1);
  return { compared: rows.length, healing, ...(last === undefined ? {} : { next: last.id }) };
}

/**
 * Looks once more at what has differed, a batch: whether it was healed. What is too old for the lists
 * is found by this, too: the end of a dispute or of a refund that its bank took weeks for. What it then
 * has read again is healed by the next comparison.
 */
export async function recheck(
  deps: Reconciling,
  { now, after }: { now: Instant; after?: string },
): Promise<{ next?: string }> {
  const objects = await deps.books.openBefore(now, after);
  for (const object of objects) await compareOne(deps, object, now);
  const next = objects.at(-1);
  return next === undefined ? {} : { next };
}

async function compareOne(deps: Reconciling, object: string, now: Instant): Promise<number> {
  return conclude(deps, [await seenNow(deps, object)], now);
}

async function seenNow(deps: Reconciling, object: string): Promise<Seen> {
  const { stripeBooks } = deps;
  if (object.startsWith('pi_')) {
    const payment = await stripeBooks.paymentOf(object);
    const here = await moneyAbout(deps, payment ?? { intentId: object });
    const comparison =
      payment === undefined ? paymentMissing(object, here) : comparePayment(payment, here);
    return { object, intentId: object, comparison };
  }
  if (object.startsWith('re_') || object.startsWith('pyr_')) {
    const refund = await stripeBooks.refund(object);
    const row = await deps.books.refundCalled(object);
    const intentId = refund?.intentId ?? row?.stripePaymentIntentId ?? '';
    const here = await moneyAbout(deps, { intentId });
    const comparison =
      refund === undefined ? refundMissing(row, here) : compareRefund(refund, here);
    return { object, intentId, comparison };
  }
  const dispute = await stripeBooks.dispute(object);
  if (dispute === undefined) return { object, intentId: '', comparison: 'agrees' };
  const comparison = compareDispute(dispute, await moneyAbout(deps, dispute));
  return { object, intentId: dispute.intentId, comparison };
}

const nothing: BookedMoney = { invoice: undefined, attempts: [], refunds: [], disputes: [] };

async function moneyAbout({ books }: Reconciling, about: Listed): Promise<BookedMoney> {
  return (await books.money([claimOf(about)])).get(about.intentId) ?? nothing;
}

interface Seen {
  object: string;
  intentId: string;
  comparison: Comparison;
}

/** Writes what was seen, and has read again what that may heal; how many. */
async function conclude(deps: Reconciling, seen: readonly Seen[], now: Instant): Promise<number> {
  // What is under way is left as it is until it can be told.
  const told = seen.filter(({ comparison }) => comparison !== 'under way');
  const agreed = told.filter(({ comparison }) => comparison === 'agrees');
  await deps.books.confirm({
    intentIds: agreed.map(({ object }) => object).filter((object) => object.startsWith('pi_')),
    refundIds: agreed.map(({ object }) => object).filter((object) => !object.startsWith('pi_')),
    at: now,
  });
  const wanted = await deps.books.report({
    objects: told.map(({ object }) => object),
    differences: told.flatMap(({ comparison }) =>
      typeof comparison === 'string' ? [] : [comparison],
    ),
    at: now,
  });
  const intentOf = new Map(seen.map(({ object, intentId }) => [object, intentId]));
  const readings = wanted.flatMap((difference) => {
    const intentId = intentOf.get(difference.stripeObject);
    return intentId === undefined ? [] : (readingOf(difference, intentId) ?? []);
  });
  for (const reading of readings) await deps.readAgain(reading);
  return readings.length;
}

/** What may mend it: the subscription reads from Stripe what it has not heard of. */
function readingOf(
  { kind, stripeObject, invoiceId, subscriptionId }: Difference,
  intentId: string,
): ({ subscriptionId: string } & PaymentToRead) | undefined {
  if (invoiceId === null || subscriptionId === null) return undefined;
  const payment = { subscriptionId, invoiceId, intentId };
  switch (kind) {
    case 'payment_not_booked':
      return payment;
    case 'refund_not_booked':
      return { ...payment, refunds: true };
    case 'dispute_not_booked':
      return { ...payment, disputeId: stripeObject };
    case 'payment_differs':
    case 'payment_unknown_at_stripe':
    case 'payment_of_unknown_origin':
    case 'refund_differs':
    case 'refund_unknown_at_stripe':
      return undefined;
  }
}

/** As far back as is looked after a long outage. */
const mostDays = 60;
const dayMilliseconds = 86_400_000;

/** The days that are compared; the last minutes are left to the webhooks and calls under way. */
export interface ReconciliationSettings {
  days: number;
  graceMinutes: number;
}

export async function beginReconciliation(
  { books }: Reconciling,
  { id, days, graceMinutes, now }: ReconciliationSettings & { id: string; now: Instant },
): Promise<Stretch> {
  const to = Date.parse(now) - graceMinutes * 60_000;
  const usually = to - days * dayMilliseconds;
  // Nothing lies between two comparisons, however long none was made.
  const last = await books.comparedTo();
  const from = last === undefined ? usually : Math.min(usually, Date.parse(last));
  const earliest = Math.max(from, to - mostDays * dayMilliseconds);
  const stretch = { from: new Date(earliest).toISOString(), to: new Date(to).toISOString() };
  await books.begin({ id, ...stretch, startedAt: now });
  return stretch;
}

export function finishReconciliation(
  { books }: Reconciling,
  run: { id: string; compared: number; finishedAt: Instant },
): Promise<{ healed: number; flagged: number }> {
  return books.finish(run);
}

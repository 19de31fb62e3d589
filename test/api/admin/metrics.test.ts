import { randomUUID } from 'node:crypto';
import type {
  CouponRecord,
  InvoiceRecord,
  PlanRecord,
  SubscriptionRecord,
} from '../../../activities/ports/records';
import { startLonelyApi, type Api, type ApiGround, type Reply } from '../../support/api';
import { newOperator, type Operator } from './operators';

type Json = Reply['body'];

let api: Api & ApiGround;
let operator: Operator;
beforeAll(async () => {
  api = await startLonelyApi();
  operator = await newOperator(api, api.database);
});
afterAll(() => api.close());

/** An instant of the month that was so many months ago, in UTC; the present month has its first only. */
function monthsAgo(months: number, day = 1): string {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, day)).toISOString();
}
const monthName = (months: number) => monthsAgo(months).slice(0, 7);
const farAhead = monthsAgo(-3);

async function plan(changes: Partial<PlanRecord>): Promise<PlanRecord> {
  const row = await api.database.plans.findOne({
    where: { code: 'basic_monthly' },
    rejectOnEmpty: true,
  });
  const id = randomUUID();
  const made = { ...row.get({ plain: true }), id, code: id, ...changes };
  await api.database.plans.create(made);
  return made;
}

async function subscription(
  of: PlanRecord,
  startedAt: string,
  changes: Partial<SubscriptionRecord> = {},
): Promise<SubscriptionRecord> {
  const userId = randomUUID();
  await api.database.users.create({
    id: userId,
    email: `${userId}@everbill.test`,
    passwordHash: 'none',
    invoicePrefix: userId,
  });
  const row = await api.database.subscriptions.create({
    id: randomUUID(),
    userId,
    planId: of.id,
    status: 'active',
    collectionMethod: 'charge_automatically',
    timeZone: 'UTC',
    anchorAt: startedAt,
    epochCycle: 1,
    cycle: 1,
    currentPeriodStart: startedAt,
    currentPeriodEnd: farAhead,
    startedAt,
    ...changes,
  });
  return row.get({ plain: true });
}

const happened = (
  { id: subscriptionId }: SubscriptionRecord,
  at: string,
  type: string,
  data: Record<string, unknown> = {},
) => api.database.subscriptionEvents.create({ subscriptionId, at, type, data });

async function discount(
  { id: subscriptionId }: SubscriptionRecord,
  terms: Partial<CouponRecord>,
  startsAt: string,
  removedAt: string | null = null,
): Promise<void> {
  const couponId = randomUUID();
  await api.database.coupons.create({ id: couponId, code: couponId, name: 'Less', ...terms });
  await api.database.discounts.create({
    id: randomUUID(),
    subscriptionId,
    couponId,
    startsAt,
    removedAt,
  });
}

/** An invoice that was charged in vain, once at each of these instants. */
async function failedInvoice(
  { id: subscriptionId, userId }: SubscriptionRecord,
  amount: bigint,
  failedAt: string[],
  changes: Partial<InvoiceRecord> = {},
): Promise<void> {
  const id = randomUUID();
  const [firstFailedAt = ''] = failedAt;
  await api.database.invoices.create({
    id,
    userId,
    subscriptionId,
    reason: 'cycle',
    occasion: id,
    number: id,
    status: 'open',
    collectionMethod: 'charge_automatically',
    currency: 'usd',
    subtotalMinor: amount,
    discountMinor: 0n,
    taxMinor: 0n,
    totalMinor: amount,
    creditAppliedMinor: 0n,
    amountDueMinor: amount,
    periodStart: firstFailedAt,
    periodEnd: farAhead,
    issuedAt: firstFailedAt,
    dueAt: firstFailedAt,
    firstFailedAt,
    ...changes,
  });
  await api.database.paymentAttempts.bulkCreate(
    failedAt.map((attemptedAt, index) => ({
      id: randomUUID(),
      invoiceId: id,
      number: index + 1,
      status: 'failed' as const,
      idempotencyKey: randomUUID(),
      amountMinor: amount,
      currency: 'usd',
      attemptedAt,
    })),
  );
}

const of = ({ body }: Reply, currency: string): Json =>
  body.currencies.find((each: Json) => each.currency === currency);

it('is empty before there is any business', async () => {
  const { status, body } = await operator.get('metrics');
  expect([status, body.currencies, body.time_zone]).toEqual([200, [], 'UTC']);
});

describe('a business of nineteen subscriptions, reckoned by hand', () => {
  let reply: Reply;
  beforeAll(async () => {
    const monthly = await plan({ amountMinor: 1000n });
    const quarterly = await plan({ amountMinor: 2700n, intervalCount: 3 });
    const yearly = await plan({ amountMinor: 9900n, interval: 'year' });
    const weekly = await plan({ amountMinor: 300n, interval: 'week' });
    const euros = await plan({ amountMinor: 2000n, currency: 'eur' });
    const uneven = await plan({ amountMinor: 1000n, currency: 'gbp', interval: 'year' });
    const daily = await plan({ amountMinor: 10n, currency: 'gbp', interval: 'day' });

    const three = await subscription(monthly, monthsAgo(3, 10), { quantity: 3 });
    await subscription(yearly, monthsAgo(2, 1));
    await subscription(weekly, monthsAgo(2, 5), { status: 'canceled', endedAt: monthsAgo(1, 5) });
    await subscription(monthly, monthsAgo(3, 3), { trialEnd: monthsAgo(2, 3) });

    const smaller = await subscription(quarterly, monthsAgo(3));
    const plans = { from_plan_id: monthly.id, to_plan_id: quarterly.id };
    const quantities = { from_quantity: 1, to_quantity: 1 };
    await happened(smaller, monthsAgo(1, 7), 'plan_changed', { ...plans, ...quantities });
    const more = await subscription(monthly, monthsAgo(3, 8), { quantity: 2 });
    const same = { from_plan_id: monthly.id, to_plan_id: monthly.id };
    const added = { ...same, from_quantity: 1, to_quantity: 2 };
    await happened(more, monthsAgo(0), 'plan_changed', added);

    const quarterOff = await subscription(monthly, monthsAgo(2, 4));
    const percent = { percentOff: '25', duration: 'forever' as const };
    await discount(quarterOff, percent, monthsAgo(2, 4), monthsAgo(1, 2));
    const twoMonths = await subscription(monthly, monthsAgo(3));
    const half = { percentOff: '50', duration: 'repeating' as const, durationMonths: 2 };
    await discount(twoMonths, half, monthsAgo(3));
    const gift = await subscription(monthly, monthsAgo(2, 9));
    await discount(gift, { percentOff: '100', duration: 'once' }, monthsAgo(2, 9));
    const free = await subscription(monthly, monthsAgo(2, 11));
    const fifteen = { amountOffMinor: 1500n, currency: 'usd', duration: 'forever' as const };
    await discount(free, fifteen, monthsAgo(2, 11));

    const paused = await subscription(monthly, monthsAgo(3), {
      status: 'paused',
      pausedAt: monthsAgo(1, 6),
    });
    await happened(paused, monthsAgo(1, 6), 'paused');
    const back = await subscription(monthly, monthsAgo(5));
    await happened(back, monthsAgo(1, 3), 'paused');
    await happened(back, monthsAgo(0), 'resumed');
    const late = await subscription(monthly, monthsAgo(3), { status: 'past_due' });
    const unpaid = await subscription(monthly, monthsAgo(3), { status: 'unpaid' });
    await happened(unpaid, monthsAgo(1, 8), 'final_action', { action: 'unpaid' });

    await subscription(monthly, monthsAgo(0), { status: 'trialing', trialEnd: farAhead });
    await subscription(monthly, monthsAgo(2), {
      status: 'canceled',
      trialEnd: monthsAgo(1),
      endedAt: monthsAgo(2, 9),
    });
    await subscription(monthly, monthsAgo(0), { status: 'incomplete' });
    const clock = { id: randomUUID(), ownerId: operator.id };
    const frozen = { frozenTime: monthsAgo(0), targetTime: monthsAgo(0) };
    await api.database.testClocks.create({ ...clock, ...frozen });
    const rehearsed = await subscription(monthly, monthsAgo(2), { testClockId: clock.id });
    await subscription(euros, monthsAgo(1, 2));
    await subscription(uneven, monthsAgo(1));
    await subscription(daily, monthsAgo(1));

    await failedInvoice(late, 1000n, [monthsAgo(0), monthsAgo(0)], { amountCreditedMinor: 200n });
    await failedInvoice(three, 3000n, [monthsAgo(1, 10)], {
      status: 'paid',
      amountPaidMinor: 3000n,
      paidAt: monthsAgo(1, 13),
    });
    await failedInvoice(unpaid, 1000n, [monthsAgo(1)], { status: 'uncollectible' });
    await failedInvoice(rehearsed, 7777n, [monthsAgo(0)]);
    reply = await operator.get('metrics?months=4');
  });

  it('says what it brings in a month, of whom, and how they are', () => {
    const usd = of(reply, 'usd');
    expect(usd).toMatchObject({
      // 3000 + 825 + 1000 + 900 + 2000 + 1000 + 1000 + 1000 + 0 + 1000 + 1000
      mrr: 12_725,
      customers: 11,
      arpu: 1157,
      subscriptions: { active: 10, trialing: 1, past_due: 1, paused: 1, unpaid: 1 },
    });
  });

  it('tells month by month what changed, and from what to what', () => {
    expect(of(reply, 'usd').months).toEqual([
      expect.objectContaining({
        month: monthName(3),
        mrr_at_start: 1000,
        new: { subscriptions: 7, mrr: 3000 + 1000 + 1000 + 500 + 1000 + 1000 + 1000 },
        expansion: 0,
        contraction: 0,
        churned: { subscriptions: 0, mrr: 0 },
        mrr_at_end: 9500,
        gross_churn: '0.0000',
      }),
      expect.objectContaining({
        month: monthName(2),
        mrr_at_start: 9500,
        new: { subscriptions: 6, mrr: 825 + 1300 + 1000 + 750 + 1000 + 0 },
        mrr_at_end: 14_375,
      }),
      expect.objectContaining({
        month: monthName(1),
        mrr_at_start: 14_375,
        new: { subscriptions: 0, mrr: 0 },
        expansion: 250 + 500,
        contraction: 100,
        paused: 3000,
        resumed: 0,
        churned: { subscriptions: 1, mrr: 1300 },
        mrr_at_end: 10_725,
        gross_churn: '0.0974',
        net_churn: '0.0452',
      }),
      expect.objectContaining({
        month: monthName(0),
        mrr_at_start: 10_725,
        expansion: 1000,
        resumed: 1000,
        mrr_at_end: 12_725,
        gross_churn: '0.0000',
        net_churn: '-0.0932',
      }),
    ]);
  });

  it('never mixes currencies, and rounds each subscription', () => {
    expect(of(reply, 'eur')).toMatchObject({ mrr: 2000, customers: 1, arpu: 2000 });
    // 1000 / 12 = 83.3 and 10 × 365 / 12 = 304.2
    expect(of(reply, 'gbp')).toMatchObject({ mrr: 83 + 304, arpu: 194 });
    expect(of(reply, 'gbp').months.at(-2)).toMatchObject({ gross_churn: null, mrr_at_end: 387 });
  });

  it('says which payments failed, which were recovered, and what is at risk', () => {
    const { months, dunning } = of(reply, 'usd');
    expect(months.map((each: Json) => each.failed_payments)).toEqual([
      { attempts: 0, amount: 0 },
      { attempts: 0, amount: 0 },
      { attempts: 2, amount: 4000 },
      { attempts: 2, amount: 2000 },
    ]);
    expect(months.map((each: Json) => each.recovered_payments.amount)).toEqual([0, 0, 3000, 0]);
    expect(dunning).toEqual({
      open: { invoices: 1, subscriptions: 1, amount_at_risk: 800, mrr_at_risk: 1000 },
      recovered: { invoices: 1, amount: 3000 },
      lost: { invoices: 1, amount: 1000 },
      recovered_share: '0.5000',
    });
  });

  it('begins months at the midnights of the zone that is asked for', async () => {
    const east = await operator.get('metrics?months=4&time_zone=Pacific/Auckland');
    const west = await operator.get('metrics?months=4&time_zone=America/Los_Angeles');
    expect(of(east, 'usd').mrr).toBe(12_725);
    // What began at the first of a month in Greenwich began in the month before in Los Angeles.
    const began = (answer: Reply) => of(answer, 'eur').months.map((each: Json) => each.new.mrr);
    expect(began(east)).toEqual([0, 0, 2000, 0]);
    expect(began(west)).toEqual([0, 0, 2000, 0]);
    const gbp = of(west, 'gbp').months.filter((each: Json) => each.new.subscriptions > 0);
    expect(gbp.map((each: Json) => each.month)).toEqual([monthName(2)]);
  });

  it('refuses what it cannot show', async () => {
    for (const query of ['months=0', 'months=61', 'months=x', 'time_zone=Mars/Base']) {
      expect((await operator.get(`metrics?${query}`)).status).toBe(400);
    }
  });
});

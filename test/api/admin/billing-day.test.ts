import { randomUUID } from 'node:crypto';
import type { SubscriptionRecord } from '../../../activities/ports/records';
import { startLonelyApi, type Api, type ApiGround } from '../../support/api';
import { newOperator, type Operator } from './operators';

let api: Api & ApiGround;
let operator: Operator;
beforeAll(async () => {
  api = await startLonelyApi();
  operator = await newOperator(api, api.database);
});
afterAll(() => api.close());

const dayMilliseconds = 86_400_000;
/** A day some days from now, at an hour of it, in UTC. */
const day = (ahead: number) =>
  new Date(Date.now() + ahead * dayMilliseconds).toISOString().slice(0, 10);
const at = (ahead: number, hour: number) =>
  `${day(ahead)}T${String(hour).padStart(2, '0')}:00:00.000Z`;

/** One that renews, or renewed, at a boundary; it began a month before. */
async function subscription(
  boundary: string,
  changes: Partial<SubscriptionRecord> = {},
): Promise<SubscriptionRecord> {
  const plan = await api.database.plans.findOne({ rejectOnEmpty: true });
  const userId = randomUUID();
  await api.database.users.create({
    id: userId,
    email: `${userId}@everbill.test`,
    passwordHash: 'none',
    invoicePrefix: userId,
  });
  const startedAt = new Date(Date.parse(boundary) - 30 * dayMilliseconds).toISOString();
  const row = await api.database.subscriptions.create({
    id: randomUUID(),
    userId,
    planId: plan.get({ plain: true }).id,
    status: 'active',
    collectionMethod: 'charge_automatically',
    timeZone: 'UTC',
    anchorAt: startedAt,
    epochCycle: 1,
    cycle: 1,
    currentPeriodStart: startedAt,
    currentPeriodEnd: boundary,
    startedAt,
    ...changes,
  });
  return row.get({ plain: true });
}

/** One that went over its boundary, with the invoice of the new period. */
async function renewed(
  boundary: string,
  invoice: 'paid' | 'open' | 'failed' | 'skipped',
  changes: Partial<SubscriptionRecord> = {},
): Promise<void> {
  const end = new Date(Date.parse(boundary) + 30 * dayMilliseconds).toISOString();
  const period = { currentPeriodStart: boundary, currentPeriodEnd: end };
  const { id, userId } = await subscription(boundary, { cycle: 2, ...period, ...changes });
  await api.database.subscriptionCycles.create({
    subscriptionId: id,
    cycle: 2,
    periodStart: boundary,
    periodEnd: end,
    outcome: invoice === 'skipped' ? 'skipped' : 'billed',
  });
  if (invoice === 'skipped') return;
  const number = randomUUID();
  await api.database.invoices.create({
    id: number,
    userId,
    subscriptionId: id,
    reason: 'cycle',
    occasion: '2',
    number,
    status: invoice === 'paid' ? 'paid' : 'open',
    collectionMethod: 'charge_automatically',
    currency: 'usd',
    subtotalMinor: 1000n,
    discountMinor: 0n,
    taxMinor: 0n,
    totalMinor: 1000n,
    creditAppliedMinor: 0n,
    amountDueMinor: 1000n,
    periodStart: boundary,
    periodEnd: end,
    issuedAt: boundary,
    dueAt: boundary,
    firstFailedAt: invoice === 'failed' ? boundary : null,
  });
}

describe('a billing day', () => {
  it('on which nothing is due is finished', async () => {
    const { status, body } = await operator.get('billing-day');
    expect([status, body.due, body.finished, body.estimated_finish_at]).toEqual([
      200,
      0,
      true,
      null,
    ]);
    expect(body.date).toBe(body.at.slice(0, 10));
  });

  it('says what is done, what is late, what failed and when it will be over', async () => {
    for (let paid = 0; paid < 7; paid += 1) await renewed(at(-1, 8), 'paid');
    await renewed(at(-1, 9), 'open');
    await renewed(at(-1, 9), 'failed', { status: 'past_due' });
    await renewed(at(-1, 9), 'skipped', { status: 'paused' });
    await subscription(at(-1, 10), { status: 'canceled', endedAt: at(-1, 10) });
    const oldest = await subscription(at(-1, 11));
    await subscription(at(-1, 12));
    await subscription(at(-1, 13), { needsAttention: 'a bug' });
    const before = await subscription(at(-2, 12));
    // None of its business: another day's, a test clock's, Stripe's own, ended before, a first period.
    await renewed(at(-2, 12), 'paid');
    await subscription(at(-1, 12), { managedBy: 'stripe', externalId: 'sub_1' });
    await subscription(at(-1, 12), { status: 'canceled', endedAt: at(-1, 3) });
    await renewed(at(-1, 12), 'paid', { startedAt: at(-1, 12) });
    const { body } = await operator.get(`billing-day?date=${day(-1)}`);
    expect(body).toMatchObject({
      date: day(-1),
      time_zone: 'UTC',
      from: `${day(-1)}T00:00:00.000Z`,
      to: `${day(0)}T00:00:00.000Z`,
      due: 14,
      done: { total: 11, billed: 9, skipped: 1, ended: 1 },
      late: 3,
      upcoming: 0,
      late_from_before: 1,
      oldest_late: { subscription: oldest.id, due_at: at(-1, 11) },
      needs_attention: 1,
      invoices: { paid: 7, open: 1, failed: 1, draft: 0, void: 0, uncollectible: 0 },
      rate_per_minute: 2,
      finished: false,
    });
    const seconds = (Date.parse(body.at) - Date.parse(at(-1, 11))) / 1000;
    expect(body.oldest_late.seconds).toBe(Math.floor(seconds));
    // 3 that are late, at 11 in five minutes.
    const left = Date.parse(body.estimated_finish_at) - Date.parse(body.at);
    expect(left).toBe(Math.ceil((3 / 11) * 5 * 60_000));
    await api.database.subscriptions.destroy({ where: { id: before.id } });
  });

  it('that is to come is over when its last one is due', async () => {
    await subscription(at(1, 6));
    await subscription(at(1, 20), { status: 'trialing', trialEnd: at(1, 20) });
    await subscription(at(1, 21), { status: 'incomplete' });
    const { body } = await operator.get(`billing-day?date=${day(1)}`);
    expect(body).toMatchObject({
      due: 2,
      done: { total: 0 },
      late: 0,
      upcoming: 2,
      oldest_late: null,
      finished: false,
      estimated_finish_at: at(1, 20),
    });
  });

  it('that stands still has no estimate', async () => {
    await subscription(at(-5, 6));
    const { body } = await operator.get(`billing-day?date=${day(-5)}`);
    expect(body).toMatchObject({ late: 1, rate_per_minute: 0, estimated_finish_at: null });
  });

  it('is a day of the zone that is asked for, short or long', async () => {
    const spring = await operator.get('billing-day?date=2026-03-29&time_zone=Europe/Berlin');
    expect(spring.body).toMatchObject({
      from: '2026-03-28T23:00:00.000Z',
      to: '2026-03-29T22:00:00.000Z',
    });
    const autumn = await operator.get('billing-day?date=2026-10-25&time_zone=Europe/Berlin');
    expect(autumn.body).toMatchObject({
      from: '2026-10-24T22:00:00.000Z',
      to: '2026-10-25T23:00:00.000Z',
    });
  });

  it('is refused when it is none', async () => {
    for (const query of ['date=2026-02-30', 'date=tomorrow', 'time_zone=Mars/Base']) {
      expect((await operator.get(`billing-day?${query}`)).status).toBe(400);
    }
  });
});

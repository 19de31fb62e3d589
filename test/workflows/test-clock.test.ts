import {
  advance,
  clockAt,
  invoicesOf,
  mailsOf,
  planLike,
  subscribe,
  subscriptionRow,
} from '../support/customers';
import { createWorld, quietRuntime, type World } from '../support/world';

let world: World;
beforeAll(async () => {
  quietRuntime();
  world = await createWorld();
});
afterAll(() => world.close());

it('renews monthly for a year at exactly the right boundaries, each invoice paid and mailed', async () => {
  const testClockId = await clockAt(world, '2026-01-31T10:00:00.000Z');
  const { subscriptionId, outcome } = await subscribe(world, {
    paymentMethodId: 'pm_card_visa',
    testClockId,
  });
  expect(outcome).toMatchObject({ status: 'active' });

  const began = Date.now();
  await advance(world, testClockId, '2027-01-31T10:00:00.000Z');
  process.stderr.write(`a year on a test clock: ${Date.now() - began} ms\n`);

  const invoices = await invoicesOf(world, subscriptionId);
  expect(invoices.map(({ periodStart }) => periodStart.slice(0, 16))).toEqual([
    '2026-01-31T10:00',
    '2026-02-28T10:00',
    '2026-03-31T10:00',
    '2026-04-30T10:00',
    '2026-05-31T10:00',
    '2026-06-30T10:00',
    '2026-07-31T10:00',
    '2026-08-31T10:00',
    '2026-09-30T10:00',
    '2026-10-31T10:00',
    '2026-11-30T10:00',
    '2026-12-31T10:00',
    '2027-01-31T10:00',
  ]);
  expect(invoices.every(({ status }) => status === 'paid')).toBe(true);
  expect(invoices.map(({ issuedAt, periodStart }) => issuedAt === periodStart)).toEqual(
    invoices.map(() => true),
  );
  const receipts = (await mailsOf(world, subscriptionId)).filter((kind) => kind === 'receipt');
  expect(receipts).toHaveLength(13);
  const unsent = await world.database.emails.count({ where: { subscriptionId, status: 'queued' } });
  expect(unsent).toBe(0);
  const row = await subscriptionRow(world, subscriptionId);
  expect(row).toMatchObject({ status: 'active', cycle: 13, needsAttention: null });
  const clock = await world.database.testClocks.findByPk(testClockId, { rejectOnEmpty: true });
  expect(clock.get({ plain: true })).toMatchObject({
    status: 'ready',
    frozenTime: '2027-01-31T10:00:00.000Z',
  });
});

it('reminds on days 3 and 6, is overdue on day 7, and is written off with the subscription 30 days later', async () => {
  const testClockId = await clockAt(world, '2026-03-01T09:00:00.000Z');
  const { subscriptionId } = await subscribe(world, { testClockId });
  const story = async (day: string) => {
    await advance(world, testClockId, `2026-${day}T09:00:00.000Z`);
    const [invoice] = await invoicesOf(world, subscriptionId);
    const { status } = await subscriptionRow(world, subscriptionId);
    return [status, invoice?.status, (await mailsOf(world, subscriptionId)).at(-1)];
  };
  expect(await story('03-03')).toEqual(['active', 'open', 'subscription_confirmed']);
  expect(await story('03-04')).toEqual(['active', 'open', 'payment_reminder']);
  expect(await story('03-07')).toEqual(['active', 'open', 'payment_reminder']);
  expect(await story('03-08')).toEqual(['past_due', 'open', 'invoice_overdue']);
  expect(await story('04-06')).toEqual(['past_due', 'open', 'payment_reminder']);
  expect(await story('04-07')).toEqual(['canceled', 'uncollectible', 'subscription_canceled']);
  const kinds = await mailsOf(world, subscriptionId);
  expect(kinds.filter((kind) => kind === 'payment_reminder')).toHaveLength(3);
});

it('brings several subscriptions forward together, each with its own periods, and is ready when all rest', async () => {
  const testClockId = await clockAt(world, '2026-01-15T10:00:00.000Z');
  const plans = await Promise.all([
    planLike(world, 'basic_monthly', { interval: 'week' }),
    planLike(world, 'basic_monthly', {}),
    planLike(world, 'basic_monthly', { intervalCount: 3 }),
  ]);
  const made = [];
  for (const { id: planId } of plans) {
    made.push(await subscribe(world, { paymentMethodId: 'pm_card_visa', testClockId, planId }));
  }
  await advance(world, testClockId, '2026-07-15T10:00:00.000Z');
  const counts = await Promise.all(
    made.map(async ({ subscriptionId }) => (await invoicesOf(world, subscriptionId)).length),
  );
  expect(counts).toEqual([26, 7, 3]);
});

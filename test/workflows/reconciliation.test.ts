import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DiscrepancyRecord } from '../../activities/ports/records';
import { checkBooks } from '../../db/books/checks';
import { dashboardOf } from '../support/dashboard';
import {
  reconcileWorkflowId,
  taskQueue,
  type ReconcileInput,
  type ReconcileResult,
} from '../../workflows/messages';
import type { TemporalClient } from '../../platform/temporal-client';
import { keepSchedules } from '../../worker/schedules';
import {
  eventually,
  invoicesOf,
  newCustomer,
  planLike,
  subscribe,
  subscriptionRow,
} from '../support/customers';
import { createWorld, quietRuntime, type World } from '../support/world';

/** Stripe's webhooks reach nobody in this world: what is not found by comparing is never found. */
let world: World;
beforeEach(async () => {
  quietRuntime();
  world = await createWorld();
});
afterEach(() => world.close());

const stripe = () => dashboardOf(world.config);

/** Compares at once, what is seconds old included. */
const start = (input: ReconcileInput = {}) => {
  const id = randomUUID();
  return world.temporal.client.workflow.start('reconcile', {
    workflowId: reconcileWorkflowId(id),
    taskQueue,
    args: [{ id, graceMinutes: -1, healingSeconds: 3, ...input }],
  });
};
const reconcile = async (input: ReconcileInput = {}): Promise<ReconcileResult> =>
  (await start(input)).result();

async function begunWith(request: Parameters<typeof subscribe>[1] = {}) {
  const { id: planId } = await planLike(world, 'basic_monthly', {
    amountMinor: 1000n,
    trialDays: 0,
  });
  const subscribed = await subscribe(world, { planId, ...request });
  const { subscriptionId } = subscribed;
  const invoice = await eventually('the invoice has its intent', async () => {
    const [first] = await invoicesOf(world, subscriptionId);
    return first?.stripePaymentIntentId === null ? undefined : first;
  });
  return {
    ...subscribed,
    invoice,
    intentId: invoice.stripePaymentIntentId ?? '',
    now: async () => (await invoicesOf(world, subscriptionId))[0],
  };
}

const paid = (request: Parameters<typeof subscribe>[1] = {}) =>
  begunWith({ paymentMethodId: 'pm_card_visa', ...request });

async function discrepancies(): Promise<DiscrepancyRecord[]> {
  const rows = await world.database.discrepancies.findAll({ order: ['kind', 'stripeObject'] });
  return rows.map((row) => row.get({ plain: true }));
}
const kinds = async () =>
  (await discrepancies()).map(({ kind, stripeObject, status }) => [kind, stripeObject, status]);

const proveBooks = async () => expect(await checkBooks(world.database)).toEqual([]);

it('finds nothing where the books agree, however often it looks', async () => {
  await paid();
  await paid();
  const first = await reconcile();
  expect(first).toMatchObject({ healed: 0, flagged: 0 });
  expect(first.compared).toBeGreaterThanOrEqual(2);
  expect(await reconcile()).toMatchObject({ healed: 0, flagged: 0 });
  expect(await discrepancies()).toEqual([]);
  const runs = await world.database.reconciliations.findAll();
  expect(runs.map((row) => row.get({ plain: true }).finishedAt)).not.toContain(null);
});

it('a payment that nobody told us of pays its invoice', async () => {
  const { subscriptionId, intentId, now } = await begunWith();
  await stripe().paymentIntents.confirm(intentId, { payment_method: 'pm_card_visa' });
  await sleep(200);
  expect((await now())?.status).toBe('open');
  expect(await reconcile()).toMatchObject({ healed: 1, flagged: 0 });
  expect(await now()).toMatchObject({ status: 'paid', amountPaidMinor: 1000n });
  expect((await subscriptionRow(world, subscriptionId)).status).toBe('active');
  expect(await kinds()).toEqual([['payment_not_booked', intentId, 'healed']]);
  expect(await reconcile()).toMatchObject({ healed: 0, flagged: 0 });
  await proveBooks();
});

it('money for an invoice that was paid by another intent, or is of another customer, is given back', async () => {
  const { invoice, now } = await paid();
  const stranger = await stripe().customers.create({ email: 'stranger@everbill.test' });
  const lie = await stripe().paymentIntents.create({
    customer: stranger.id,
    amount: 700,
    currency: 'usd',
    payment_method: 'pm_card_visa',
    confirm: true,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    metadata: { invoice_id: invoice.id },
  });
  expect(await reconcile()).toMatchObject({ healed: 1, flagged: 0 });
  expect(await now()).toMatchObject({ status: 'paid', amountPaidMinor: 1000n });
  const refunds = await stripe().refunds.list({ payment_intent: lie.id });
  expect(refunds.data.map(({ amount, status }) => [amount, status])).toEqual([[700, 'succeeded']]);
  expect(await reconcile()).toMatchObject({ healed: 0, flagged: 0 });
  await proveBooks();
});

it('money of another customer does not pay an invoice whose own intent is not made yet', async () => {
  const { invoice, now } = await begunWith();
  await world.database.invoices.update(
    { stripePaymentIntentId: null },
    { where: { id: invoice.id } },
  );
  const stranger = await stripe().customers.create({ email: 'stranger@everbill.test' });
  const lie = await stripe().paymentIntents.create({
    customer: stranger.id,
    amount: 1000,
    currency: 'usd',
    payment_method: 'pm_card_visa',
    confirm: true,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    metadata: { invoice_id: invoice.id },
  });
  expect(await reconcile()).toMatchObject({ healed: 1, flagged: 0 });
  expect(await now()).toMatchObject({ status: 'open', amountPaidMinor: 0n });
  const refunds = await stripe().refunds.list({ payment_intent: lie.id });
  expect(refunds.data.map(({ amount }) => amount)).toEqual([1000]);
  await proveBooks();
});

it('a refund from the dashboard gets its credit note', async () => {
  const { intentId, invoice, now } = await paid();
  const refund = await stripe().refunds.create({ payment_intent: intentId, amount: 400 });
  expect(await reconcile()).toMatchObject({ healed: 1, flagged: 0 });
  expect(await kinds()).toEqual([['refund_not_booked', refund.id, 'healed']]);
  expect((await now())?.amountRefundedMinor).toBe(400n);
  expect(await world.database.creditNotes.count({ where: { invoiceId: invoice.id } })).toBe(1);
  expect(await reconcile()).toMatchObject({ healed: 0, flagged: 0 });
  await proveBooks();
});

it('a dispute that nobody told us of is in the books', async () => {
  const { intentId } = await paid();
  const dispute = await world.sandbox.control.openDispute(intentId);
  expect(await reconcile()).toMatchObject({ healed: 1, flagged: 0 });
  const row = await world.database.disputes.findByPk(dispute.id, { rejectOnEmpty: true });
  expect(row.get({ plain: true })).toMatchObject({ amountMinor: 1000n, status: dispute.status });
  await world.sandbox.control.closeDispute(dispute.id, 'won');
  expect(await reconcile()).toMatchObject({ healed: 1, flagged: 0 });
  await row.reload();
  expect(row.get({ plain: true }).status).toBe('won');
  await proveBooks();
});

describe('what can’t be healed is shown, once, until it agrees', () => {
  it('an attempt over another amount', async () => {
    const { intentId, invoice } = await paid();
    const amount = (minor: number) =>
      world.database.sequelize.query(
        `update payment_attempts set amount_minor = ${minor} where invoice_id = '${invoice.id}'`,
      );
    await amount(999);
    expect(await reconcile()).toMatchObject({ healed: 0, flagged: 1 });
    const [found] = await discrepancies();
    expect(found).toMatchObject({
      kind: 'payment_differs',
      stripeObject: intentId,
      invoiceId: invoice.id,
      status: 'open',
      details: { stripe: { amount: '1000' }, attempt: { amount: '999' } },
    });
    expect(await reconcile()).toMatchObject({ healed: 0, flagged: 1 });
    const [again, ...more] = await discrepancies();
    expect(more).toEqual([]);
    expect(again?.foundAt).toBe(found?.foundAt);
    expect(again?.seenAt).not.toBe(found?.seenAt);
    await amount(1000);
    expect(await reconcile()).toMatchObject({ healed: 1, flagged: 0 });
    await amount(998);
    await reconcile();
    expect(await kinds()).toEqual([['payment_differs', intentId, 'open']]);
  });

  it('an attempt and a refund that Stripe does not know', async () => {
    const { invoice } = await paid();
    await world.database.paymentAttempts.update(
      { stripePaymentIntentId: 'pi_gone', stripeChargeId: 'ch_gone' },
      { where: { invoiceId: invoice.id } },
    );
    await world.database.refunds.create({
      id: randomUUID(),
      invoiceId: invoice.id,
      userId: invoice.userId,
      stripePaymentIntentId: invoice.stripePaymentIntentId ?? '',
      stripeRefundId: 're_gone',
      reason: 'credit_note',
      occasion: randomUUID(),
      status: 'succeeded',
      amountMinor: 5n,
      currency: 'usd',
    });
    await reconcile();
    expect(await kinds()).toEqual(
      expect.arrayContaining([
        ['payment_unknown_at_stripe', 'pi_gone', 'open'],
        ['refund_unknown_at_stripe', 're_gone', 'open'],
      ]),
    );
  });

  it('money for an invoice that is not ours, but not what is none of our business', async () => {
    const pay = (metadata: Record<string, string>) =>
      stripe().paymentIntents.create({
        amount: 500,
        currency: 'usd',
        payment_method: 'pm_card_visa',
        confirm: true,
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
        metadata,
      });
    const { id } = await pay({ invoice_id: randomUUID() });
    const somebodyElses = await pay({ order: '7' });
    await stripe().refunds.create({ payment_intent: somebodyElses.id });
    expect(await reconcile()).toMatchObject({ healed: 0, flagged: 1 });
    expect(await kinds()).toEqual([['payment_of_unknown_origin', id, 'open']]);
  });
});

it('what an operator has resolved stays so until it differs in another way', async () => {
  const { invoice } = await paid();
  const amount = (minor: number) =>
    world.database.sequelize.query(
      `update payment_attempts set amount_minor = ${minor} where invoice_id = '${invoice.id}'`,
    );
  await amount(999);
  await reconcile();
  await world.database.discrepancies.update({ status: 'resolved' }, { where: {} });
  expect(await reconcile()).toMatchObject({ flagged: 0 });
  await amount(998);
  expect(await reconcile()).toMatchObject({ flagged: 1 });
});

it('looks back to the last time after an outage, and else three days', async () => {
  const day = 86_400_000;
  const spans = async () => {
    const rows = await world.database.reconciliations.findAll({ order: [['startedAt', 'ASC']] });
    return rows.map((row) => {
      const { fromAt, toAt } = row.get({ plain: true });
      return Math.round((Date.parse(toAt) - Date.parse(fromAt)) / day);
    });
  };
  await reconcile();
  const tenDaysAgo = new Date(Date.now() - 10 * day).toISOString();
  await world.database.reconciliations.update({ toAt: tenDaysAgo }, { where: {} });
  await reconcile();
  await reconcile();
  expect((await spans()).slice(1)).toEqual([10, 3]);
});

it('leaves alone what is young, and what is under way', async () => {
  const { intentId, invoice } = await begunWith();
  await stripe().paymentIntents.confirm(intentId, { payment_method: 'pm_card_visa' });
  expect(await reconcile({ graceMinutes: 10 })).toMatchObject({ compared: 0, flagged: 0 });
  await world.database.paymentAttempts.create({
    id: randomUUID(),
    invoiceId: invoice.id,
    number: 1,
    status: 'pending',
    idempotencyKey: randomUUID(),
    amountMinor: 1000n,
    currency: 'usd',
    attemptedAt: new Date().toISOString(),
  });
  expect(await reconcile()).toMatchObject({ flagged: 0 });
  expect(await discrepancies()).toEqual([]);
});

it('reads lists of many pages, and goes on where it was when its worker is replaced', async () => {
  const customer = await newCustomer(world);
  const { invoice } = await paid({ userId: customer });
  for (let index = 0; index < 130; index += 1) {
    await stripe().paymentIntents.create({
      amount: 500,
      currency: 'usd',
      payment_method: 'pm_card_visa',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      metadata: { order: `${index}` },
    });
  }
  const lost = await begunWith();
  await stripe().paymentIntents.confirm(lost.intentId, { payment_method: 'pm_card_visa' });
  world.sandbox.control.latency(700);
  const running = await start();
  await sleep(1_000);
  await world.restartWorker();
  world.sandbox.control.calm();
  expect(await running.result()).toMatchObject({ healed: 1, flagged: 0 });
  expect((await lost.now())?.status).toBe('paid');
  expect(invoice.status).toBe('paid');
  const { events } = (await running.fetchHistory()) ?? {};
  expect(events?.length).toBeLessThan(90);
});

it('finds the payments and refunds of a subscription that has ended', async () => {
  const { subscriptionId, intentId, now } = await paid();
  await world.temporal.client.workflow
    .getHandle(`subscription/${subscriptionId}`)
    .signal('cancel', { atPeriodEnd: false });
  await eventually(
    'it has ended',
    async () => (await subscriptionRow(world, subscriptionId)).status === 'canceled',
  );
  await stripe().refunds.create({ payment_intent: intentId, amount: 100 });
  expect(await reconcile()).toMatchObject({ healed: 1, flagged: 0 });
  expect((await now())?.amountRefundedMinor).toBe(100n);
});

it('is started by a schedule that every worker makes sure of, paused or not', async () => {
  const { temporal, logger, database } = world;
  await keepSchedules(temporal, logger);
  const schedule = temporal.client.schedule.getHandle('reconcile');
  await schedule.pause('an operator looks');
  await Promise.all([keepSchedules(temporal, logger), keepSchedules(temporal, logger)]);
  const { spec, policies, state } = await schedule.describe();
  expect(spec.intervals?.[0]?.every).toBe(3_600_000);
  expect(policies.overlap).toBe('SKIP');
  expect(state.paused).toBe(true);
  await schedule.unpause();
  await schedule.trigger();
  await eventually('it has run', async () => {
    const rows = await database.reconciliations.findAll();
    return rows.some((row) => row.get({ plain: true }).finishedAt !== null);
  });
});

it('is scheduled in the end, though Temporal was away when the worker began', async () => {
  const { temporal, logger } = world;
  let asked = 0;
  const away: TemporalClient = {
    ...temporal,
    within: (milliseconds, call) =>
      (asked += 1) < 3 ? Promise.reject(new Error('away')) : temporal.within(milliseconds, call),
  };
  await keepSchedules(away, logger, 10);
  await temporal.client.schedule.getHandle('reconcile').describe();
});

describe('what nobody tells of long after it began', () => {
  /** From where the last comparison ended: all that there is was made before. */
  const longAgo = { days: 0, graceMinutes: -1 };

  it('a refund that fails in the end is found', async () => {
    world.sandbox.control.setSettlementDelay(null);
    const { intentId, now } = await paid({ paymentMethodId: 'pm_card_pendingRefund' });
    const { id } = await stripe().refunds.create({ payment_intent: intentId, amount: 300 });
    expect(await reconcile()).toMatchObject({ healed: 1, flagged: 0 });
    expect((await now())?.amountRefundedMinor).toBe(300n);
    await world.sandbox.control.settleRefund(id, 'failed');
    await reconcile(longAgo);
    await reconcile(longAgo);
    const refund = await world.database.refunds.findOne({ where: { stripeRefundId: id } });
    expect(refund?.get({ plain: true }).status).toBe('failed');
    expect(await kinds()).toContainEqual(['refund_not_booked', id, 'healed']);
    await proveBooks();
  }, 60_000);

  it('a dispute that ends in the end is found', async () => {
    const { intentId } = await paid();
    const { id } = await world.sandbox.control.openDispute(intentId);
    expect(await reconcile()).toMatchObject({ healed: 1, flagged: 0 });
    await world.sandbox.control.closeDispute(id, 'lost');
    await reconcile(longAgo);
    await reconcile(longAgo);
    const dispute = await world.database.disputes.findByPk(id);
    expect(dispute?.get({ plain: true }).status).toBe('lost');
    await proveBooks();
  }, 60_000);
});

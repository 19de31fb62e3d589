import { randomUUID } from 'node:crypto';
import { QueryTypes } from 'sequelize';
import {
  cancelSignal,
  cancelUpdate,
  paymentMethodChangedSignal,
  payUpdate,
  reactivateUpdate,
  retrySignal,
  subscriptionWorkflowId,
  viewQuery,
} from '../../workflows/messages';
import { rebuildWorkflow } from '../../platform/rebuild-workflow';
import {
  advance,
  breakCard,
  clockAt,
  eventually,
  invoicesOf,
  mailsOf,
  newCustomer,
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

const handle = (id: string) => world.temporal.client.workflow.getHandle(subscriptionWorkflowId(id));

async function attemptsOf(subscriptionId: string) {
  const invoices = await invoicesOf(world, subscriptionId);
  const rows = await world.database.paymentAttempts.findAll({
    where: { invoiceId: invoices.map(({ id }) => id) },
    order: [['attemptedAt', 'ASC']],
  });
  return rows.map((row) => row.get({ plain: true }));
}

describe('subscribing', () => {
  it('with a good card is active at once, its invoice paid and receipted', async () => {
    const { subscriptionId, outcome } = await subscribe(world, { paymentMethodId: 'pm_card_visa' });
    expect(outcome).toMatchObject({ status: 'active' });
    const [invoice] = await invoicesOf(world, subscriptionId);
    expect(invoice).toMatchObject({ status: 'paid', amountPaidMinor: 1000n, currency: 'usd' });
    expect(await mailsOf(world, subscriptionId)).toEqual(
      expect.arrayContaining(['subscription_confirmed', 'receipt']),
    );
  });

  it('without a card is active, with an open invoice and a payment intent for the customer', async () => {
    const { subscriptionId, outcome } = await subscribe(world);
    expect(outcome).toMatchObject({ status: 'active' });
    const invoice = await eventually('the invoice has its intent', async () => {
      const [first] = await invoicesOf(world, subscriptionId);
      return first?.stripePaymentIntentId === null ? undefined : first;
    });
    expect(invoice).toMatchObject({ status: 'open', nextAttemptAt: null });
  });

  it('with a card that can’t be saved is refused, and leaves nothing behind', async () => {
    const { subscriptionId, outcome } = await subscribe(world, {
      paymentMethodId: 'pm_card_visa_chargeDeclined',
    });
    expect(outcome).toMatchObject({ refused: { code: 'payment_method_declined' } });
    expect(await world.database.subscriptions.findByPk(subscriptionId)).toBeNull();
  });

  it('with a card whose charge declines expires, and its invoice is void', async () => {
    const { subscriptionId, outcome } = await subscribe(world, {
      paymentMethodId: 'pm_card_chargeCustomerFail',
    });
    expect(outcome).toMatchObject({
      status: 'incomplete_expired',
      declined: { code: 'card_declined' },
    });
    const [invoice] = await invoicesOf(world, subscriptionId);
    expect(invoice).toMatchObject({ status: 'void' });
    await handle(subscriptionId).result();
  });

  it('with an unknown card, plan or test clock is refused by its code', async () => {
    const refusal = async (request: Parameters<typeof subscribe>[1]) =>
      (await subscribe(world, request)).outcome;
    expect(await refusal({ paymentMethodId: 'pm_nonsense' })).toMatchObject({
      refused: { code: 'payment_method_unknown' },
    });
    expect(await refusal({ planId: randomUUID() })).toMatchObject({
      refused: { code: 'plan_not_found' },
    });
    expect(await refusal({ testClockId: randomUUID() })).toMatchObject({
      refused: { code: 'test_clock_not_found' },
    });
  });

  it('with a card that must be authenticated waits 23 hours, then gives up with the intent canceled', async () => {
    const testClockId = await clockAt(world, '2026-01-01T00:00:00.000Z');
    const { subscriptionId, outcome } = await subscribe(world, {
      paymentMethodId: 'pm_card_authenticationRequired',
      testClockId,
    });
    expect(outcome).toMatchObject({ status: 'incomplete', invoiceId: expect.any(String) });
    await advance(world, testClockId, '2026-01-01T22:59:59.000Z');
    expect((await subscriptionRow(world, subscriptionId)).status).toBe('incomplete');
    await advance(world, testClockId, '2026-01-01T23:00:00.000Z');
    expect((await subscriptionRow(world, subscriptionId)).status).toBe('incomplete_expired');
    const [invoice] = await invoicesOf(world, subscriptionId);
    expect(invoice?.status).toBe('void');
  });

  it('twice with the same key makes one subscription, and twenty at once make one live one', async () => {
    const userId = await newCustomer(world);
    const subscriptionId = randomUUID();
    const request = { userId, subscriptionId, paymentMethodId: 'pm_card_visa' };
    const [first, second] = await Promise.all([
      subscribe(world, request),
      subscribe(world, request),
    ]);
    expect(second.outcome).toEqual(first.outcome);

    const other = await newCustomer(world);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () =>
        subscribe(world, { userId: other, paymentMethodId: 'pm_card_visa' }),
      ),
    );
    const created = outcomes.filter(({ outcome }) => 'status' in outcome);
    expect(created).toHaveLength(1);
    expect(await world.database.subscriptions.count({ where: { userId: other } })).toBe(1);
    expect(await world.database.invoices.count({ where: { userId: other } })).toBe(1);
  });
});

describe('canceling', () => {
  it('at the period’s end keeps access until then, and can be taken back before', async () => {
    const testClockId = await clockAt(world, '2026-04-01T00:00:00.000Z');
    const { subscriptionId } = await subscribe(world, {
      paymentMethodId: 'pm_card_visa',
      testClockId,
    });
    const workflow = handle(subscriptionId);
    const cancel = () => workflow.executeUpdate(cancelUpdate, { args: [{ atPeriodEnd: true }] });
    expect(await cancel()).toEqual({ status: 'active' });
    expect(await workflow.executeUpdate(reactivateUpdate)).toEqual({ status: 'active' });
    expect(await workflow.executeUpdate(reactivateUpdate)).toMatchObject({
      refused: { code: 'not_canceling' },
    });
    await cancel();
    await advance(world, testClockId, '2026-06-01T00:00:00.000Z');
    const row = await subscriptionRow(world, subscriptionId);
    expect(row).toMatchObject({ status: 'canceled', endedAt: '2026-05-01T00:00:00.000Z' });
    expect(await invoicesOf(world, subscriptionId)).toHaveLength(1);
  });

  it('now ends it at once and credits the unused half of the month', async () => {
    const testClockId = await clockAt(world, '2026-04-01T00:00:00.000Z');
    const { subscriptionId, userId } = await subscribe(world, {
      paymentMethodId: 'pm_card_visa',
      testClockId,
    });
    await advance(world, testClockId, '2026-04-16T00:00:00.000Z');
    const answer = await handle(subscriptionId).executeUpdate(cancelUpdate, {
      args: [{ atPeriodEnd: false }],
    });
    expect(answer).toEqual({ status: 'canceled' });
    const balance = await world.database.balanceTransactions.findAll({ where: { userId } });
    expect(balance.map((row) => row.get({ plain: true }).amountMinor)).toEqual([500n]);
    await handle(subscriptionId).result();

    const again = await subscribe(world, { userId, paymentMethodId: 'pm_card_visa' });
    const [invoice] = await invoicesOf(world, again.subscriptionId);
    expect(invoice).toMatchObject({ creditAppliedMinor: 500n, amountDueMinor: 500n });
  });

  it('works by signal too, as the Temporal CLI sends it', async () => {
    const { subscriptionId } = await subscribe(world, { paymentMethodId: 'pm_card_visa' });
    await handle(subscriptionId).signal(cancelSignal, { atPeriodEnd: false });
    await handle(subscriptionId).result();
    expect((await subscriptionRow(world, subscriptionId)).status).toBe('canceled');
  });

  it('is answered at once while Stripe is down and a payment is under way', async () => {
    const testClockId = await clockAt(world, '2026-04-01T00:00:00.000Z');
    const { subscriptionId } = await subscribe(world, {
      paymentMethodId: 'pm_card_visa',
      testClockId,
    });
    world.sandbox.control.failNextRequests('error_before_commit', 1_000);
    const advancing = advance(world, testClockId, '2026-05-01T00:00:00.000Z');
    await eventually('an attempt is under way', async () =>
      (await attemptsOf(subscriptionId)).some(({ status }) => status === 'pending'),
    );
    const answer = await handle(subscriptionId).executeUpdate(cancelUpdate, {
      args: [{ atPeriodEnd: true }],
    });
    expect(answer).toEqual({ status: 'active' });
    expect((await attemptsOf(subscriptionId)).at(-1)?.status).toBe('pending');

    world.sandbox.control.calm();
    await advancing;
    const invoices = await invoicesOf(world, subscriptionId);
    expect(invoices.map(({ status }) => status)).toEqual(['paid', 'paid']);
  });
});

describe('a card that stops working', () => {
  it('is tried again on days 1, 3, 5 and 7, and then the subscription is canceled', async () => {
    const testClockId = await clockAt(world, '2026-05-01T00:00:00.000Z');
    const { subscriptionId, userId } = await subscribe(world, {
      paymentMethodId: 'pm_card_visa',
      testClockId,
    });
    await breakCard(world, userId);
    await advance(world, testClockId, '2026-06-01T00:00:00.000Z');
    expect((await subscriptionRow(world, subscriptionId)).status).toBe('past_due');
    await advance(world, testClockId, '2026-07-01T00:00:00.000Z');
    const attempts = await attemptsOf(subscriptionId);
    expect(attempts.slice(1).map(({ attemptedAt }) => attemptedAt.slice(0, 10))).toEqual([
      '2026-06-01',
      '2026-06-02',
      '2026-06-04',
      '2026-06-06',
      '2026-06-08',
    ]);
    const row = await subscriptionRow(world, subscriptionId);
    expect(row).toMatchObject({ status: 'canceled', endedAt: '2026-06-08T00:00:00.000Z' });
    const [, second] = await invoicesOf(world, subscriptionId);
    expect(second?.status).toBe('uncollectible');
    const failures = (await mailsOf(world, subscriptionId)).filter((k) => k === 'payment_failed');
    expect(failures).toHaveLength(5);
  });

  it('is replaced by a good one, which is charged at once and makes everything right', async () => {
    const testClockId = await clockAt(world, '2026-05-01T00:00:00.000Z');
    const { subscriptionId, userId } = await subscribe(world, {
      paymentMethodId: 'pm_card_visa',
      testClockId,
    });
    const good = await breakCard(world, userId);
    await advance(world, testClockId, '2026-06-02T12:00:00.000Z');
    await world.database.paymentMethods.update({ isDefault: false }, { where: { userId } });
    await world.database.paymentMethods.update({ isDefault: true }, { where: { id: good } });
    await handle(subscriptionId).signal(paymentMethodChangedSignal);
    await eventually(
      'it is active again',
      async () => (await subscriptionRow(world, subscriptionId)).status === 'active',
    );
    const invoices = await invoicesOf(world, subscriptionId);
    expect(invoices.map(({ status }) => status)).toEqual(['paid', 'paid']);
    await advance(world, testClockId, '2026-07-01T00:00:00.000Z');
    expect(await invoicesOf(world, subscriptionId)).toHaveLength(3);
  });

  it('can be charged again when the customer asks for it, and says why it declined', async () => {
    const testClockId = await clockAt(world, '2026-05-01T00:00:00.000Z');
    const { subscriptionId, userId } = await subscribe(world, {
      paymentMethodId: 'pm_card_visa',
      testClockId,
    });
    await breakCard(world, userId);
    await advance(world, testClockId, '2026-06-01T12:00:00.000Z');
    const [, second] = await invoicesOf(world, subscriptionId);
    const answer = await handle(subscriptionId).executeUpdate(payUpdate, {
      args: [{ invoiceId: second?.id ?? '' }],
    });
    expect(answer).toMatchObject({ status: 'past_due', declined: { code: 'card_declined' } });
    const [first] = await invoicesOf(world, subscriptionId);
    const again = await handle(subscriptionId).executeUpdate(payUpdate, {
      args: [{ invoiceId: first?.id ?? '' }],
    });
    expect(again).toMatchObject({ refused: { code: 'invoice_not_payable' } });
  });
});

describe('what must not go wrong', () => {
  it('a reply that is lost after Stripe took the money is found again, and nothing is paid twice', async () => {
    const before = chargedAtStripe();
    world.sandbox.control.failNextRequests('drop_after_commit', 5, {
      method: 'POST',
      path: '/v1/payment_intents',
    });
    const { subscriptionId, outcome } = await subscribe(world, { paymentMethodId: 'pm_card_visa' });
    world.sandbox.control.calm();
    expect(outcome).toMatchObject({ status: 'active' });
    expect(await attemptsOf(subscriptionId)).toMatchObject([{ status: 'succeeded', number: 1 }]);
    expect(chargedAtStripe() - before).toBe(1000);
  });

  const chargedAtStripe = () => world.sandbox.control.books()['usd']?.charged ?? 0;

  it('a free plan needs no payment and is active at once', async () => {
    const plan = await planLike(world, 'basic_monthly', { amountMinor: 0n });
    const { subscriptionId, outcome } = await subscribe(world, {
      planId: plan.id,
      paymentMethodId: 'pm_card_visa',
    });
    expect(outcome).toMatchObject({ status: 'active' });
    const [invoice] = await invoicesOf(world, subscriptionId);
    expect(invoice).toMatchObject({ status: 'paid', amountDueMinor: 0n });
    expect(await attemptsOf(subscriptionId)).toHaveLength(0);
  });

  it('a workflow that was terminated is rebuilt from the database and goes on', async () => {
    const testClockId = await clockAt(world, '2026-04-01T00:00:00.000Z');
    const { subscriptionId } = await subscribe(world, {
      paymentMethodId: 'pm_card_visa',
      testClockId,
    });
    await handle(subscriptionId).terminate('an accident');
    await rebuildWorkflow(world.temporal, subscriptionId);
    await advance(world, testClockId, '2026-06-01T00:00:00.000Z');
    const invoices = await invoicesOf(world, subscriptionId);
    expect(invoices.map(({ status }) => status)).toEqual(['paid', 'paid', 'paid']);
  });

  it('bad data stops one subscription, says why, and lets it go on after the mend', async () => {
    const testClockId = await clockAt(world, '2026-04-01T00:00:00.000Z');
    const { subscriptionId } = await subscribe(world, {
      paymentMethodId: 'pm_card_visa',
      testClockId,
    });
    const row = await world.database.subscriptions.findByPk(subscriptionId, {
      rejectOnEmpty: true,
    });
    await row.update({ timeZone: 'Atlantis/Nowhere' });
    await advance(world, testClockId, '2026-05-01T00:00:00.000Z');
    expect((await subscriptionRow(world, subscriptionId)).needsAttention).toMatch(/Atlantis/);
    const view = await handle(subscriptionId).query(viewQuery);
    expect(view.needsAttention).toMatch(/Atlantis/);

    await row.update({ timeZone: 'UTC' });
    await handle(subscriptionId).signal(retrySignal);
    await eventually('it renews, and the renewal is paid', async () => {
      const statuses = (await invoicesOf(world, subscriptionId)).map(({ status }) => status);
      return statuses.join() === 'paid,paid';
    });
    expect((await subscriptionRow(world, subscriptionId)).needsAttention).toBeNull();
  });

  it('the ledger balances, and receivables are what open invoices still ask for', async () => {
    const rows = await world.database.sequelize.query<{ account: string; minor: string }>(
      `select account, sum(amount_minor)::text as minor from ledger_postings group by account`,
      { type: QueryTypes.SELECT },
    );
    const sums = new Map(rows.map(({ account, minor }) => [account, BigInt(minor)]));
    expect([...sums.values()].reduce((total, sum) => total + sum, 0n)).toBe(0n);
    const [open] = await world.database.sequelize.query<{ minor: string }>(
      `select coalesce(sum(amount_due_minor), 0)::text as minor from invoices where status = 'open'`,
      { type: QueryTypes.SELECT },
    );
    expect(sums.get('receivable') ?? 0n).toBe(BigInt(open?.minor ?? '0'));
  });
});

import { randomUUID } from 'node:crypto';
import { QueryTypes } from 'sequelize';
import { collect } from '../../activities/collect';
import { cancel } from '../../activities/commands';
import { createSubscription } from '../../activities/create-subscription';
import { createQuotes } from '../../activities/quotes';
import { crossBoundary } from '../../activities/cross-boundary';
import type { CreateRequest } from '../../workflows/messages';
import { createBillingStore } from '../../db/billing-store';
import { isTransientDatabaseError } from '../../db/database';
import { createAccountLinks } from '../../platform/account-links';
import { createPayLinks } from '../../platform/pay-links';
import { createStripe } from '../../platform/stripe';
import { createStripeGateway, isTransientStripeError } from '../../platform/stripe-gateway';
import { createAttempts, createRateLimits } from '../../api/accounts/rate-limits';
import { createKeyring } from '../../api/accounts/tokens';
import { subscribe as subscribeByApi } from '../../api/commands/subscribe';
import { rebuildWorkflow } from '../../platform/rebuild-workflow';
import {
  cancelUpdate,
  paymentMethodChangedSignal,
  retrySignal,
  subscriptionWorkflowId,
} from '../../workflows/messages';
import {
  advance,
  breakCard,
  clockAt,
  eventually,
  invoicesOf,
  newCustomer,
  planCalled,
  planLike,
  subscribe,
  subscriptionRow,
} from '../support/customers';
import { deliverEvents, handle, settled, stripe, world } from './adverse-world';

const store = () => createBillingStore(world.database);
const books = () => world.sandbox.control.books()['usd'];

async function attemptsOf(invoiceId: string) {
  const rows = await world.database.paymentAttempts.findAll({
    where: { invoiceId },
    order: [['number', 'ASC']],
  });
  return rows.map((row) => row.get({ plain: true }));
}

async function subscribedOnClock(request: Partial<CreateRequest> = {}) {
  const testClockId = await clockAt(world, '2026-04-01T00:00:00.000Z');
  const subscribed = await subscribe(world, {
    paymentMethodId: 'pm_card_visa',
    testClockId,
    ...request,
  });
  const to = (at: string) => advance(world, testClockId, `2026-${at}.000Z`);
  return { ...subscribed, testClockId, to };
}

async function useCard(userId: string, id: string) {
  await world.database.paymentMethods.update({ isDefault: false }, { where: { userId } });
  await world.database.paymentMethods.update({ isDefault: true }, { where: { id } });
}

async function second(subscriptionId: string) {
  const [, invoice] = await invoicesOf(world, subscriptionId);
  if (invoice === undefined) throw new Error('There is no second invoice.');
  return invoice;
}

describe('money', () => {
  it('a reply lost after Stripe took the money is not charged again, even where two clocks disagree', async () => {
    // The row says that it was made five seconds from now: another worker's clock runs ahead of ours.
    await world.database.sequelize.query(`
      create function ahead() returns trigger language plpgsql as $$
      begin new.created_at = now() + interval '5 seconds'; return new; end $$;
      create trigger ahead before insert on payment_attempts for each row execute function ahead()`);
    try {
      const before = books()?.charged ?? 0;
      world.sandbox.control.failNextRequests('error_after_commit', 2, {
        method: 'POST',
        path: '/v1/payment_intents',
      });
      const { outcome } = await subscribe(world, { paymentMethodId: 'pm_card_visa' });
      expect(outcome).toMatchObject({ status: 'active' });
      expect((books()?.charged ?? 0) - before).toBe(1000);
    } finally {
      await world.database.sequelize.query(
        'drop trigger ahead on payment_attempts; drop function ahead()',
      );
    }
  });

  async function paidWhenVoid(fault: 'rate_limit' | 'error_after_commit', count: number) {
    world.sandbox.control.setPending(1);
    const { subscriptionId, to } = await subscribedOnClock();
    await to('04-02T00:00:00');
    const [invoice] = await invoicesOf(world, subscriptionId);
    expect(invoice?.status).toBe('void');
    const intentId = invoice?.stripePaymentIntentId ?? '';
    const before = books()?.refunded ?? 0;
    world.sandbox.control.failNextRequests(fault, count, { method: 'POST', path: '/v1/refunds' });
    await world.sandbox.control.settlePayment(intentId, 'succeed');
    await deliverEvents(intentId);
    const refund = await eventually(
      'the refund is in the books',
      async () => {
        const row = await world.database.refunds.findOne({
          where: { stripePaymentIntentId: intentId },
        });
        const plain = row?.get({ plain: true });
        return plain?.stripeRefundId === null ? undefined : plain;
      },
      15_000,
    ).catch((error: unknown) => error);
    expect({ refund, refunded: (books()?.refunded ?? 0) - before }).toMatchObject({
      refund: { status: 'succeeded' },
      refunded: 1000,
    });
  }

  it('late money is refunded although Stripe was busy the first time', () =>
    paidWhenVoid('rate_limit', 2));

  it('a refund whose answer was a fault after the fact is found and booked', () =>
    paidWhenVoid('error_after_commit', 2));

  it('a bank debit that fails days later is dunned like any other decline', async () => {
    const { subscriptionId, to } = await subscribedOnClock();
    world.sandbox.control.setPending(1);
    await to('05-01T00:00:00');
    const { stripePaymentIntentId, id } = await second(subscriptionId);
    expect((await attemptsOf(id)).at(-1)?.status).toBe('processing');
    await world.sandbox.control.settlePayment(stripePaymentIntentId ?? '', 'fail');
    await deliverEvents(stripePaymentIntentId ?? '');
    await eventually(
      'the failure is written',
      async () => (await attemptsOf(id)).at(-1)?.status === 'failed',
    );
    const invoice = await second(subscriptionId);
    const { status } = await subscriptionRow(world, subscriptionId);
    await to('07-02T00:00:00');
    const later = (await invoicesOf(world, subscriptionId)).map((each) => each.status);
    expect({ status, dunned: invoice.nextAttemptAt !== null, later }).toEqual({
      status: 'past_due',
      dunned: true,
      later: ['paid', 'paid', 'paid', 'paid'],
    });
  });

  it('an intent canceled in Stripe’s dashboard is replaced by another', async () => {
    const { subscriptionId, userId, to } = await subscribedOnClock();
    const good = await breakCard(world, userId);
    await to('05-01T00:00:00');
    const invoice = await second(subscriptionId);
    await stripe().paymentIntents.cancel(invoice.stripePaymentIntentId ?? '');
    await useCard(userId, good);
    await to('05-02T00:00:00');
    const { needsAttention, status } = await subscriptionRow(world, subscriptionId);
    expect({ needsAttention, status }).toEqual({ needsAttention: null, status: 'active' });
  });

  it('a sent invoice whose intent was canceled in the dashboard can be paid by another', async () => {
    const { subscriptionId } = await subscribe(world);
    const intentOfFirst = async () =>
      (await invoicesOf(world, subscriptionId))[0]?.stripePaymentIntentId;
    const old = await eventually(
      'it has an intent',
      async () => (await intentOfFirst()) ?? undefined,
    );
    await stripe().paymentIntents.cancel(old);
    await deliverEvents(old);
    const next = await eventually('it has another', async () => {
      const id = await intentOfFirst();
      return id === old ? undefined : (id ?? undefined);
    });
    expect((await stripe().paymentIntents.retrieve(next)).status).toBe('requires_payment_method');
  });

  it('a customer who pays in the very moment of our attempt does not stop the subscription', async () => {
    const { subscriptionId, userId, to } = await subscribedOnClock();
    const good = await breakCard(world, userId);
    await to('05-01T00:00:00');
    const invoice = await second(subscriptionId);
    await useCard(userId, good);
    const gateway = createStripeGateway(createStripe(world.config));
    const payments = {
      ...gateway,
      async retrieveIntent(id: string) {
        const stale = await gateway.retrieveIntent(id);
        await stripe().paymentIntents.confirm(id, { payment_method: good });
        return stale;
      },
    };
    const now = '2026-05-02T00:00:00.000Z';
    const occasion = { subscriptionId, invoiceId: invoice.id, now };
    await collect({ store: store(), payments }, occasion).catch((error: unknown) => {
      // As Temporal does: what may pass is tried again, anything else stops the subscription.
      if (!isTransientStripeError(error)) throw error;
      return collect({ store: store(), payments: gateway }, occasion);
    });
    expect((await second(subscriptionId)).status).toBe('paid');
  });

  it('collecting again after the outcome was written and the answer lost makes no further attempt', async () => {
    const { subscriptionId, userId } = await subscribedOnClock();
    await breakCard(world, userId);
    const now = '2026-05-01T00:00:00.000Z';
    await crossBoundary(store(), { subscriptionId, cycle: 1, now });
    const { id: invoiceId } = await second(subscriptionId);
    const deps = { store: store(), payments: createStripeGateway(createStripe(world.config)) };
    const first = await collect(deps, { subscriptionId, invoiceId, now });
    const again = await collect(deps, { subscriptionId, invoiceId, now });
    expect({ attempts: (await attemptsOf(invoiceId)).length, declined: again.declined }).toEqual({
      attempts: 1,
      declined: first.declined,
    });
  });

  it('a declined first payment is answered as declined although its intent could not be canceled at once', async () => {
    world.sandbox.control.failNextRequests('rate_limit', 1, {
      method: 'POST',
      path: '/v1/payment_intents/',
    });
    const { subscriptionId, outcome } = await subscribe(world, {
      paymentMethodId: 'pm_card_chargeCustomerFail',
    });
    const [invoice] = await invoicesOf(world, subscriptionId);
    const intent = await stripe().paymentIntents.retrieve(invoice?.stripePaymentIntentId ?? '');
    expect({ outcome, intent: intent.status }).toMatchObject({
      outcome: { status: 'incomplete_expired', declined: { code: 'card_declined' } },
      intent: 'canceled',
    });
  });

  it('money that comes by a second intent of a paid invoice is refunded', async () => {
    const { subscriptionId, userId } = await subscribedOnClock();
    const [invoice] = await invoicesOf(world, subscriptionId);
    const card = await world.database.paymentMethods.findOne({ where: { userId } });
    const user = await world.database.users.findByPk(userId);
    const before = books()?.refunded ?? 0;
    const { id } = await stripe().paymentIntents.create({
      amount: 1000,
      currency: 'usd',
      customer: user?.get({ plain: true }).stripeCustomerId ?? '',
      payment_method: card?.get({ plain: true }).id ?? '',
      metadata: { invoice_id: invoice?.id ?? '', subscription_id: subscriptionId },
      confirm: true,
      off_session: true,
    });
    await deliverEvents(id);
    await settled(id);
    await eventually('it is refunded', async () => (books()?.refunded ?? 0) - before === 1000);
  });

  it('who paid on the pay page is not written off because a webhook got lost', async () => {
    const { subscriptionId, userId, to } = await subscribedOnClock();
    await breakCard(world, userId);
    world.sandbox.control.failNextPayment({ code: 'expired_card', declineCode: 'expired_card' });
    await to('05-01T00:00:00');
    const invoice = await second(subscriptionId);
    expect(invoice).toMatchObject({ status: 'open', nextAttemptAt: null });
    const paid = await stripe().paymentIntents.confirm(invoice.stripePaymentIntentId ?? '', {
      payment_method: 'pm_card_visa',
    });
    expect(paid.status).toBe('succeeded');
    await to('05-09T00:00:00');
    const { status } = await subscriptionRow(world, subscriptionId);
    expect([status, (await second(subscriptionId)).status]).toEqual(['active', 'paid']);
  });
});

describe('calling it off', () => {
  it('while the first charge is under way ends the subscription, and gives the money back as credit', async () => {
    world.sandbox.control.failNextRequests('error_before_commit', 2, {
      method: 'POST',
      path: '/v1/payment_intents',
    });
    const subscriptionId = randomUUID();
    const userId = await newCustomer(world);
    const subscribing = subscribe(world, {
      subscriptionId,
      userId,
      paymentMethodId: 'pm_card_visa',
    });
    await eventually('the charge is under way', async () => {
      const row = await world.database.subscriptions.findByPk(subscriptionId);
      return row?.get({ plain: true }).status === 'incomplete';
    });
    const canceled = await handle(subscriptionId).executeUpdate(cancelUpdate, {
      args: [{ atPeriodEnd: false }],
    });
    world.sandbox.control.calm();
    await subscribing;
    const balance = await world.database.balanceTransactions.sum('amountMinor', {
      where: { userId },
    });
    expect({ canceled, balance: balance > 900 }).toEqual({
      canceled: { status: 'canceled' },
      balance: true,
    });
  });
});

describe('dunning', () => {
  it('a new card that comes while the old one is being tried is tried next', async () => {
    const { subscriptionId, userId, to } = await subscribedOnClock();
    const good = await breakCard(world, userId);
    world.sandbox.control.failNextRequests('error_before_commit', 1_000);
    const advancing = to('05-01T00:00:00');
    await eventually('an attempt is under way', async () => {
      const [, invoice] = await invoicesOf(world, subscriptionId);
      return invoice !== undefined && (await attemptsOf(invoice.id))[0]?.status === 'pending';
    });
    await useCard(userId, good);
    await handle(subscriptionId).signal(paymentMethodChangedSignal);
    await new Promise((resolve) => setTimeout(resolve, 500));
    world.sandbox.control.calm();
    await advancing;
    expect((await second(subscriptionId)).status).toBe('paid');
  });

  it('a customer’s own bank debit that fails days later does not end our retries', async () => {
    const { subscriptionId, userId, to } = await subscribedOnClock();
    const good = await breakCard(world, userId);
    await to('05-01T00:00:00');
    const { stripePaymentIntentId, id } = await second(subscriptionId);
    const intentId = stripePaymentIntentId ?? '';
    world.sandbox.control.setPending(1);
    await stripe().paymentIntents.confirm(intentId, { payment_method: good });
    await deliverEvents(intentId);
    await settled(intentId);
    expect((await attemptsOf(id)).at(-1)?.status).toBe('processing');
    await world.sandbox.control.settlePayment(intentId, 'fail');
    await deliverEvents(intentId);
    await settled(intentId);
    expect((await second(subscriptionId)).nextAttemptAt).toBe('2026-05-02T00:00:00.000Z');
  });

  /** On the pay page, with a card that has no money on it. */
  async function customerIsDeclined(userId: string, intentId: string, card: string) {
    const user = await world.database.users.findByPk(userId, { rejectOnEmpty: true });
    world.sandbox.control.failNextPayment({
      declineCode: 'insufficient_funds',
      customer: user.get({ plain: true }).stripeCustomerId ?? '',
    });
    await stripe()
      .paymentIntents.confirm(intentId, { payment_method: card })
      .catch(() => undefined);
    await deliverEvents(intentId);
    await settled(intentId);
  }

  it('a card that must never be tried again is not, because its owner tried another one', async () => {
    const { subscriptionId, userId, to } = await subscribedOnClock();
    const good = await breakCard(world, userId);
    world.sandbox.control.failNextPayment({ declineCode: 'stolen_card' });
    await to('05-01T00:00:00');
    const { stripePaymentIntentId, nextAttemptAt } = await second(subscriptionId);
    expect(nextAttemptAt).toBeNull();
    await customerIsDeclined(userId, stripePaymentIntentId ?? '', good);
    expect((await second(subscriptionId)).nextAttemptAt).toBeNull();
  });

  it('after a cancellation we do not begin to collect again, because the customer was declined', async () => {
    const { subscriptionId, userId, to } = await subscribedOnClock();
    const good = await breakCard(world, userId);
    await to('05-01T00:00:00');
    await handle(subscriptionId).executeUpdate(cancelUpdate, { args: [{ atPeriodEnd: false }] });
    const before = await second(subscriptionId);
    await customerIsDeclined(userId, before.stripePaymentIntentId ?? '', good);
    const { nextAttemptAt, finalActionAt } = await second(subscriptionId);
    expect({ nextAttemptAt, finalActionAt }).toEqual({
      nextAttemptAt: null,
      finalActionAt: before.finalActionAt,
    });
  });

  it('the intent of a void invoice is closed though Stripe took the first request for it badly', async () => {
    const { subscriptionId } = await subscribe(world, {
      paymentMethodId: 'pm_card_authenticationRequired',
    });
    const [invoice] = await invoicesOf(world, subscriptionId);
    const intentId = invoice?.stripePaymentIntentId ?? '';
    const path = `/v1/payment_intents/${intentId}/cancel`;
    world.sandbox.control.failNextRequests('rate_limit', 1, { method: 'POST', path });
    await world.sandbox.control.fail3ds(intentId);
    await deliverEvents(intentId);
    await eventually('nobody can pay it any more', async () => {
      const { status } = await stripe().paymentIntents.retrieve(intentId);
      return status === 'canceled';
    });
    expect((await invoicesOf(world, subscriptionId))[0]?.status).toBe('void');
  });

  it('who failed to authenticate at the first payment can subscribe again', async () => {
    const userId = await newCustomer(world);
    const { subscriptionId } = await subscribe(world, {
      userId,
      paymentMethodId: 'pm_card_authenticationRequired',
    });
    const [invoice] = await invoicesOf(world, subscriptionId);
    const intentId = invoice?.stripePaymentIntentId ?? '';
    await world.sandbox.control.fail3ds(intentId);
    await deliverEvents(intentId);
    await settled(intentId);
    const user = await world.database.users.findByPk(userId, { rejectOnEmpty: true });
    const limits = createRateLimits(world.database, world.config);
    const again = await subscribeByApi(
      {
        ...world,
        stripe: createStripe(world.config),
        payments: createStripeGateway(createStripe(world.config)),
        keyring: createKeyring(['for tests only: 32 characters or more']),
        limits,
        attempts: createAttempts(limits, world.config),
        accountLinks: createAccountLinks(world.config),
        payLinks: createPayLinks(world.config),
        preparePayment: async () => undefined,
        quotes: createQuotes(createBillingStore(world.database)),
      },
      {
        user: user.get({ plain: true }),
        planId: (await planCalled(world, 'basic_monthly')).id,
        paymentMethodId: 'pm_card_visa',
      },
    );
    expect(again.subscription.status).toBe('active');
  });

  it('an unpaid subscription with drafts can be canceled, and its workflow ends', async () => {
    const plan = await planLike(world, 'basic_monthly', {
      dunning: { retryDays: [1, 3], finalAction: 'unpaid' },
    });
    const { subscriptionId, userId, to } = await subscribedOnClock({ planId: plan.id });
    await breakCard(world, userId);
    await to('06-02T00:00:00');
    expect((await subscriptionRow(world, subscriptionId)).status).toBe('unpaid');
    await handle(subscriptionId).executeUpdate(cancelUpdate, { args: [{ atPeriodEnd: false }] });
    await to('09-01T00:00:00');
    const { needsAttention } = await subscriptionRow(world, subscriptionId);
    const { status } = await handle(subscriptionId).describe();
    expect({ needsAttention, workflow: status.name }).toEqual({
      needsAttention: null,
      workflow: 'COMPLETED',
    });
  });
});

describe('machinery', () => {
  it('a connection that PostgreSQL ends in the middle of a transaction is tried again', async () => {
    const failure: unknown = await world.database
      .transaction(async (transaction) => {
        const [row] = await world.database.sequelize.query<{ pid: number }>(
          'select pg_backend_pid() as pid',
          { transaction, type: QueryTypes.SELECT },
        );
        await world.database.sequelize.query('select pg_terminate_backend(:pid)', {
          replacements: { pid: row?.pid },
        });
        await new Promise((resolve) => setTimeout(resolve, 200));
        await world.database.sequelize.query('select 1', { transaction });
      })
      .catch((error: unknown) => error);
    expect([String(failure), isTransientDatabaseError(failure)]).toEqual([String(failure), true]);
  });

  it('the same cancellation run twice answers the same', async () => {
    const { subscriptionId } = await subscribedOnClock();
    const request = {
      subscriptionId,
      commandId: randomUUID(),
      now: '2026-04-16T00:00:00.000Z',
      atPeriodEnd: false,
    };
    const first = await cancel(store(), request);
    const again = await cancel(store(), request);
    expect({ ...again, state: 0 }).toEqual({ ...first, state: 0 });
  });

  it('a subscription made twice by a retry stays on its test clock', async () => {
    const testClockId = await clockAt(world, '2026-01-01T00:00:00.000Z');
    const plan = await planLike(world, 'basic_monthly', {});
    const about = {
      subscriptionId: randomUUID(),
      now: new Date().toISOString(),
      request: {
        userId: await newCustomer(world),
        planId: plan.id,
        quantity: 1,
        timeZone: 'UTC',
        exclusive: true,
        testClockId,
      },
    };
    const first = await createSubscription(store(), about);
    await world.database.plans.update(
      { archivedAt: new Date().toISOString() },
      { where: { id: plan.id } },
    );
    expect(await createSubscription(store(), about)).toEqual(first);
  });

  it('a clock that goes far ahead in one step begins a new history on the way', async () => {
    const plan = await planLike(world, 'basic_monthly', { interval: 'day' });
    const { subscriptionId, to } = await subscribedOnClock({ planId: plan.id });
    const { runId } = await handle(subscriptionId).describe();
    await to('05-11T00:00:00');
    const { events } = await world.temporal.client.workflow
      .getHandle(subscriptionWorkflowId(subscriptionId), runId)
      .fetchHistory();
    const collected = (events ?? []).filter(
      ({ activityTaskScheduledEventAttributes: scheduled }) =>
        scheduled?.activityType?.name === 'collect',
    );
    expect(collected.length).toBeLessThanOrEqual(14);
  });

  it('after a rebuild and a mend, `retry` takes the mark off again', async () => {
    const { subscriptionId, testClockId, to } = await subscribedOnClock();
    const row = await world.database.subscriptions.findByPk(subscriptionId, {
      rejectOnEmpty: true,
    });
    await row.update({ timeZone: 'Atlantis/Nowhere' });
    await advance(world, testClockId, '2026-05-01T00:00:00.000Z');
    expect((await subscriptionRow(world, subscriptionId)).needsAttention).toMatch(/Atlantis/);
    await handle(subscriptionId).terminate('an accident');
    await row.update({ timeZone: 'UTC' });
    await rebuildWorkflow(world.temporal, subscriptionId);
    await handle(subscriptionId).signal(retrySignal);
    await to('06-02T00:00:00');
    expect((await subscriptionRow(world, subscriptionId)).needsAttention).toBeNull();
  });

  it('an event that was looked at a thousand times does not stop all others', async () => {
    const event = (id: string, attempts: number) => ({
      id,
      attempts,
      type: 'payment_intent.created',
      payload: {},
    });
    await world.database.webhookEvents.create(event('evt_old', 1_100));
    await world.database.webhookEvents.create(event('evt_new', 0));
    await eventually('the new one is settled', async () => {
      const row = await world.database.webhookEvents.findByPk('evt_new', { rejectOnEmpty: true });
      return row.get({ plain: true }).status === 'done';
    });
  });
});

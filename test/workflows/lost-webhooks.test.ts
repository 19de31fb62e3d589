import type { PaymentAttemptRecord } from '../../activities/ports/records';
import { createEventPoller } from '../../worker/event-poller';
import { createWorld, quietRuntime, type World } from '../support/world';
import { eventually, invoicesOf, planLike, subscribe, subscriptionRow } from '../support/customers';
import { createStripe } from '../../platform/stripe';
import { dashboardOf } from '../support/dashboard';

/** Stripe's webhooks reach nobody in these worlds. */

let world: World;
beforeAll(async () => {
  quietRuntime();
  world = await createWorld();
});
afterEach(() => world.sandbox.control.calm());
afterAll(() => world.close());

const planAt = (amountMinor: bigint) =>
  planLike(world, 'basic_monthly', { amountMinor, trialDays: 0 });

async function begunWith(paymentMethodId: string) {
  const { id: planId } = await planAt(1000n);
  const subscribed = await subscribe(world, { planId, paymentMethodId });
  const [invoice] = await invoicesOf(world, subscribed.subscriptionId);
  if (invoice === undefined) throw new Error('no invoice');
  return { ...subscribed, invoiceId: invoice.id, intentId: invoice.stripePaymentIntentId ?? '' };
}

async function lastAttempt(invoiceId: string): Promise<PaymentAttemptRecord> {
  const row = await world.database.paymentAttempts.findOne({
    where: { invoiceId },
    order: [['number', 'DESC']],
    rejectOnEmpty: true,
  });
  return row.get({ plain: true });
}

/** The last change of an attempt, and its next reading where it has one, were so many seconds ago. */
const age = (invoiceId: string, seconds: number, readSeconds?: number) =>
  world.database.sequelize.query(
    `update payment_attempts set updated_at = now() - make_interval(secs => :seconds),
       read_again_at = now() - make_interval(secs => cast(:read as double precision))
     where invoice_id = :invoiceId`,
    { replacements: { invoiceId, seconds, read: readSeconds ?? null } },
  );

/** In how many seconds an attempt is read again; undefined while it was not read. */
async function nextReading(invoiceId: string): Promise<number | undefined> {
  const [rows] = await world.database.sequelize.query(
    `select extract(epoch from read_again_at - now())::float as seconds from payment_attempts
     where invoice_id = :invoiceId and read_again_at > now()`,
    { replacements: { invoiceId } },
  );
  const [row] = rows;
  return row !== null && typeof row === 'object' && 'seconds' in row
    ? Number(row.seconds)
    : undefined;
}

describe('when a webhook is lost', () => {
  it('a customer who has authenticated is active all the same, after a while', async () => {
    const { subscriptionId, invoiceId, intentId } = await begunWith(
      'pm_card_authenticationRequired',
    );
    expect((await subscriptionRow(world, subscriptionId)).status).toBe('incomplete');
    await world.sandbox.control.complete3ds(intentId);
    await age(invoiceId, 85);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await subscriptionRow(world, subscriptionId)).status).toBe('incomplete');
    await eventually(
      'it is active',
      async () => (await subscriptionRow(world, subscriptionId)).status === 'active',
      20_000,
    );
    expect((await lastAttempt(invoiceId)).status).toBe('succeeded');
    expect(await world.database.webhookEvents.count()).toBe(0);
  });

  it('a customer who failed to authenticate is told so', async () => {
    const { subscriptionId, invoiceId, intentId } = await begunWith(
      'pm_card_authenticationRequired',
    );
    await world.sandbox.control.fail3ds(intentId);
    await age(invoiceId, 100);
    await eventually(
      'the failure is written',
      async () => (await lastAttempt(invoiceId)).status === 'failed',
      20_000,
    );
    expect((await subscriptionRow(world, subscriptionId)).status).toBe('incomplete_expired');
  });

  it('a bank debit that fails late is dunned', async () => {
    world.sandbox.control.setSettlementDelay(null);
    const { subscriptionId, invoiceId, intentId } = await begunWith('pm_usBankAccount_processing');
    expect((await lastAttempt(invoiceId)).status).toBe('processing');
    await world.sandbox.control.settlePayment(intentId, 'fail');
    await age(invoiceId, 3_600, 1);
    await eventually(
      'the failure is written',
      async () => (await lastAttempt(invoiceId)).status === 'failed',
      20_000,
    );
    expect(['past_due', 'incomplete_expired']).toContain(
      (await subscriptionRow(world, subscriptionId)).status,
    );
  });

  it('a payment is read at growing distance while nothing happens, up to six hours', async () => {
    const { subscriptionId, invoiceId } = await begunWith('pm_card_authenticationRequired');
    const { revision } = await subscriptionRow(world, subscriptionId);
    for (const [seconds, next] of [
      [95, 95],
      [400, 400],
      [100_000, 21_600],
    ] as const) {
      await age(invoiceId, seconds, 1);
      const planned = await eventually('it is read', () => nextReading(invoiceId), 20_000);
      expect(planned).toBeGreaterThan(next - 10);
      expect(planned).toBeLessThan(next + 10);
    }
    expect((await subscriptionRow(world, subscriptionId)).revision).toBe(revision);
  });

  it('an attempt that has changed does not wait for the distance of its earlier days', async () => {
    const { invoiceId } = await begunWith('pm_card_authenticationRequired');
    await age(invoiceId, 120, -20_000);
    const planned = await eventually(
      'it is read anew',
      async () => {
        const seconds = await nextReading(invoiceId);
        return seconds !== undefined && seconds < 1_000 ? seconds : undefined;
      },
      20_000,
    );
    expect(planned).toBeGreaterThan(100);
  });
});

describe('with STRIPE_EVENTS=poll', () => {
  let polling: World;
  beforeAll(async () => {
    polling = await createWorld({ settings: { STRIPE_EVENTS: 'poll' } });
  });
  afterAll(() => polling.close());

  const position = async () => {
    const row = await polling.database.eventPolls.findByPk('stripe');
    return row?.get({ plain: true }).lastEventId ?? undefined;
  };
  const newestAtStripe = async () => {
    const { data } = await dashboardOf(polling.config).events.list({ limit: 1 });
    return data[0]?.id;
  };
  const upToDate = () =>
    eventually(
      'all is fetched',
      async () =>
        (await position()) !== undefined && (await position()) === (await newestAtStripe()),
      20_000,
    );
  const here = async () => {
    const { id: planId } = await planLike(polling, 'basic_monthly', {
      amountMinor: 1000n,
      trialDays: 0,
    });
    const request = { planId, paymentMethodId: 'pm_card_authenticationRequired' };
    const { subscriptionId } = await subscribe(polling, request);
    const [invoice] = await invoicesOf(polling, subscriptionId);
    return { subscriptionId, intentId: invoice?.stripePaymentIntentId ?? '' };
  };

  it('events are fetched, and do what webhooks would have done', async () => {
    const { subscriptionId, intentId } = await here();
    await polling.sandbox.control.complete3ds(intentId);
    await eventually(
      'it is active',
      async () => (await subscriptionRow(polling, subscriptionId)).status === 'active',
      20_000,
    );
    await upToDate();
    const rows = await polling.database.webhookEvents.findAll({ attributes: ['type'] });
    const types = new Set(rows.map((row) => row.get({ plain: true }).type));
    expect(types).toContain('payment_intent.succeeded');
    // Nothing here depends on it.
    expect(types).not.toContain('customer.created');
  });

  it('what happened while no worker ran is fetched page by page, once, by several at once', async () => {
    await upToDate();
    await polling.stopWorker();
    const before = await polling.database.webhookEvents.count();
    for (let index = 0; index < 230; index += 1) {
      await polling.sandbox.control.sendEvent({
        type: 'payment_intent.succeeded',
        object: { id: `pi_of_somebody_${index}`, object: 'payment_intent' },
      });
    }
    const parts = { database: polling.database, stripe: createStripe(polling.config) };
    await polling.database.eventPolls.update(
      { polledAt: '2026-01-01T00:00:00.000Z' },
      { where: { source: 'stripe' } },
    );
    const pollers = [1, 2, 3].map(() => createEventPoller(parts));
    await Promise.all(pollers.map((poller) => poller.workOff()));
    expect((await polling.database.webhookEvents.count()) - before).toBe(230);
    expect(await position()).toBe(await newestAtStripe());
    await polling.startWorker();
  });

  it('goes on after a crash between the rows and the position, and after Stripe forgot the position', async () => {
    await upToDate();
    await polling.stopWorker();
    const all = await polling.database.webhookEvents.count();
    const stripe = createStripe(polling.config);
    const asked = jest.spyOn(stripe.events, 'list');
    const poller = createEventPoller({ database: polling.database, stripe });
    const again = async (lastEventId: string | null) => {
      const polledAt = '2026-01-01T00:00:00.000Z';
      await polling.database.eventPolls.update({ lastEventId, polledAt }, { where: {} });
      await poller.workOff();
    };
    await polling.database.webhookEvents.destroy({
      where: { type: 'payment_intent.succeeded' },
      limit: 10,
    });
    await again(null);
    expect(await polling.database.webhookEvents.count()).toBe(all);
    asked.mockClear();
    await again('evt_forgotten');
    // What Stripe kept while nobody asked is up to thirty days old.
    const oldest = Math.min(
      ...asked.mock.calls.flatMap(([list]) => {
        const created = list?.created;
        return typeof created === 'object' && created.gte !== undefined ? [created.gte] : [];
      }),
    );
    expect(Date.now() / 1_000 - oldest).toBeGreaterThan(29.9 * 86_400);
    expect(await position()).toBe(await newestAtStripe());
    expect(await polling.database.webhookEvents.count()).toBe(all);
    await polling.startWorker();
  });
});

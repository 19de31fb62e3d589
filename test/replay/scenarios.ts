import { rebuildWorkflow } from '../../platform/rebuild-workflow';
import { dashboardOf } from '../support/dashboard';
import {
  cancelUpdate,
  changeUpdate,
  dropChangeUpdate,
  invoiceUpdate,
  pauseUpdate,
  reactivateUpdate,
  resumeUpdate,
  retrySignal,
  subscriptionWorkflowId,
  type ChangeRequest,
} from '../../workflows/messages';
import {
  advance,
  breakCard,
  clockAt,
  eventually,
  newCustomer,
  planCalled,
  planLike,
  subscribe,
} from '../support/customers';
import { allSettled, eventsOf, storeEvents, subscribedAtStripe } from '../support/stripe-billing';
import type { World } from '../support/world';

const anchor = '2026-01-31T10:00:00.000Z';

const handle = (world: World, id: string) =>
  world.temporal.client.workflow.getHandle(subscriptionWorkflowId(id));

/** Subscribes on a test clock and advances it; the subscription's and its customer's ids. */
async function live(world: World, request: Parameters<typeof subscribe>[1] = {}) {
  const testClockId = await clockAt(world, anchor);
  const subscribed = await subscribe(world, { testClockId, ...request });
  return { ...subscribed, until: (to: string) => advance(world, testClockId, to) };
}

const withCard = { paymentMethodId: 'pm_card_visa' };

/** A subscription of a customer of ours that Stripe runs; `tell` has all its events acted on. */
async function liveAtStripe(world: World) {
  const userId = await newCustomer(world);
  const { id: cus } = await dashboardOf(world.config).customers.create({ name: 'Casey' });
  await world.database.users.update({ stripeCustomerId: cus }, { where: { id: userId } });
  const { sub, id } = await subscribedAtStripe({ world }, { cus });
  const told = new Set<string>();
  const tell = async () => {
    const events = (await eventsOf({ world }, sub)).filter((event) => !told.has(event.id));
    await storeEvents(world, events);
    for (const event of events) told.add(event.id);
    await allSettled({ world });
  };
  await tell();
  return { sub, id, tell };
}

/**
 * One life for each branch of the workflow. Its recorded history is replayed by the tests against
 * today's code, so that a change that would break running subscriptions is seen before it is shipped.
 */
export const scenarios: Record<string, (world: World) => Promise<string>> = {
  async renewals(world) {
    const { subscriptionId, until } = await live(world, withCard);
    await until('2026-04-30T10:00:00.000Z');
    return subscriptionId;
  },
  async 'real time'(world) {
    const { subscriptionId } = await subscribe(world, withCard);
    return subscriptionId;
  },
  async trial(world) {
    const plan = await planLike(world, 'basic_monthly', { trialDays: 14 });
    const { subscriptionId, until } = await live(world, { ...withCard, planId: plan.id });
    await until('2026-03-14T10:00:00.000Z');
    return subscriptionId;
  },
  async 'sent invoice until written off'(world) {
    const { subscriptionId, until } = await live(world);
    await until('2026-04-30T10:00:00.000Z');
    return subscriptionId;
  },
  async dunning(world) {
    const { subscriptionId, userId, until } = await live(world, withCard);
    await breakCard(world, userId);
    await until('2026-03-31T10:00:00.000Z');
    return subscriptionId;
  },
  async 'declined at once'(world) {
    const { subscriptionId } = await live(world, { paymentMethodId: 'pm_card_chargeCustomerFail' });
    return subscriptionId;
  },
  async 'never authenticated'(world) {
    const { subscriptionId, until } = await live(world, {
      paymentMethodId: 'pm_card_authenticationRequired',
    });
    await until('2026-02-02T10:00:00.000Z');
    return subscriptionId;
  },
  async cancellations(world) {
    const { subscriptionId, until } = await live(world, withCard);
    const workflow = handle(world, subscriptionId);
    await workflow.executeUpdate(cancelUpdate, { args: [{ atPeriodEnd: true }] });
    await workflow.executeUpdate(reactivateUpdate);
    await until('2026-02-28T10:00:00.000Z');
    await workflow.executeUpdate(cancelUpdate, { args: [{ atPeriodEnd: true }] });
    await until('2026-03-31T10:00:00.000Z');
    return subscriptionId;
  },
  async 'cancellation now'(world) {
    const { subscriptionId } = await live(world, withCard);
    const workflow = handle(world, subscriptionId);
    await workflow.executeUpdate(cancelUpdate, { args: [{ atPeriodEnd: false }] });
    return subscriptionId;
  },
  async 'needs attention'(world) {
    const { subscriptionId, until } = await live(world, withCard);
    const row = await world.database.subscriptions.findByPk(subscriptionId, {
      rejectOnEmpty: true,
    });
    await row.update({ timeZone: 'Atlantis/Nowhere' });
    await until('2026-02-28T10:00:00.000Z');
    await row.update({ timeZone: 'UTC' });
    await handle(world, subscriptionId).signal(retrySignal);
    await eventually(
      'it renews',
      async () => (await row.reload()).get({ plain: true }).cycle === 2,
    );
    return subscriptionId;
  },
  async 'a new run after twelve cycles'(world) {
    const { subscriptionId, until } = await live(world, withCard);
    await until('2027-03-31T10:00:00.000Z');
    return subscriptionId;
  },
  async 'trial notice'(world) {
    const plan = await planLike(world, 'basic_monthly', { trialDays: 14 });
    const { subscriptionId, until } = await live(world, { ...withCard, planId: plan.id });
    await until('2026-03-01T10:00:00.000Z');
    return subscriptionId;
  },
  async 'plan changes'(world) {
    const pro = await planCalled(world, 'pro_monthly');
    const yearly = await planCalled(world, 'pro_yearly');
    const { subscriptionId, until } = await live(world, withCard);
    const change = (request: ChangeRequest) =>
      handle(world, subscriptionId).executeUpdate(changeUpdate, { args: [request] });
    await until('2026-02-10T10:00:00.000Z');
    await change({ planId: pro.id, when: 'now' });
    await change({ quantity: 2, when: 'period_end' });
    await handle(world, subscriptionId).executeUpdate(dropChangeUpdate);
    await change({ planId: yearly.id, when: 'period_end' });
    await until('2026-03-10T10:00:00.000Z');
    return subscriptionId;
  },
  async 'a declined change'(world) {
    const pro = await planCalled(world, 'pro_monthly');
    const { subscriptionId, userId, until } = await live(world, withCard);
    await until('2026-02-10T10:00:00.000Z');
    await breakCard(world, userId);
    await handle(world, subscriptionId).executeUpdate(changeUpdate, {
      args: [{ planId: pro.id, when: 'now' }],
    });
    return subscriptionId;
  },
  async 'a change that is not paid in time'(world) {
    const pro = await planCalled(world, 'pro_monthly');
    const { subscriptionId, until } = await live(world);
    const row = await world.database.invoices.findOne({ where: { subscriptionId } });
    await handle(world, subscriptionId).executeUpdate(invoiceUpdate, {
      args: [{ invoiceId: row?.get({ plain: true }).id ?? '', action: 'mark_paid' }],
    });
    await until('2026-02-01T10:00:00.000Z');
    await handle(world, subscriptionId).executeUpdate(changeUpdate, {
      args: [{ planId: pro.id, when: 'now' }],
    });
    await until('2026-02-10T10:00:00.000Z');
    return subscriptionId;
  },
  async pauses(world) {
    const { subscriptionId, until } = await live(world, withCard);
    const workflow = handle(world, subscriptionId);
    await workflow.executeUpdate(pauseUpdate, { args: [{}] });
    await until('2026-03-10T10:00:00.000Z');
    await workflow.executeUpdate(resumeUpdate);
    await workflow.executeUpdate(pauseUpdate, { args: [{ resumeAt: '2026-04-20T10:00:00.000Z' }] });
    await until('2026-05-31T10:00:00.000Z');
    return subscriptionId;
  },
  async 'a start in the future'(world) {
    const terms = { startAt: '2026-02-20T10:00:00.000Z' };
    const { subscriptionId, until } = await live(world, { ...withCard, terms });
    await until('2026-03-20T10:00:00.000Z');
    return subscriptionId;
  },
  async 'credit notes'(world) {
    const { subscriptionId } = await live(world, withCard);
    const row = await world.database.invoices.findOne({ where: { subscriptionId } });
    const invoiceId = row?.get({ plain: true }).id ?? '';
    await handle(world, subscriptionId).executeUpdate(invoiceUpdate, {
      args: [{ invoiceId, action: 'credit', amount: '300', to: 'card' }],
    });
    return subscriptionId;
  },
  async 'catching up'(world) {
    const { subscriptionId } = await subscribe(world, withCard);
    await handle(world, subscriptionId).terminate('an outage');
    const anchorAt = new Date(Date.now() - 95 * 86_400_000).toISOString();
    const currentPeriodEnd = new Date(Date.now() - 64 * 86_400_000).toISOString();
    await world.database.subscriptions.update(
      { anchorAt, currentPeriodStart: anchorAt, currentPeriodEnd },
      { where: { id: subscriptionId } },
    );
    await rebuildWorkflow(world.temporal, subscriptionId);
    await eventually('it has caught up', async () => {
      const paid = await world.database.invoices.count({
        where: { subscriptionId, status: 'paid' },
      });
      return paid === 4;
    });
    return subscriptionId;
  },
  async 'a mirrored subscription'(world) {
    const { sub, id, tell } = await liveAtStripe(world);
    const mirror = handle(world, id);
    await mirror.executeUpdate(cancelUpdate, { args: [{ atPeriodEnd: true }] });
    await mirror.executeUpdate(reactivateUpdate);
    await mirror.executeUpdate(pauseUpdate, { args: [{}] });
    await tell();
    await world.sandbox.control.renewSubscription(sub, 'fail');
    await tell();
    await mirror.executeUpdate(cancelUpdate, { args: [{ atPeriodEnd: false }] });
    return id;
  },
  async 'a mirrored subscription started by hand'(world) {
    const { sub, id } = await liveAtStripe(world);
    await handle(world, id).terminate('lost');
    await world.sandbox.control.renewSubscription(sub, 'fail');
    await rebuildWorkflow(world.temporal, id);
    await eventually('it mirrors', async () => {
      const row = await world.database.subscriptions.findByPk(id);
      return row?.get({ plain: true }).status === 'past_due';
    });
    return id;
  },
};

import {
  cancelUpdate,
  reactivateUpdate,
  retrySignal,
  subscriptionWorkflowId,
} from '../../workflows/messages';
import { advance, breakCard, clockAt, eventually, planLike, subscribe } from '../support/customers';
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
};

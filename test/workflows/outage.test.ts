import { boundary, type Epoch } from '../../billing/calendar';
import { toInstant } from '../../billing/instant';
import { subscriptionWorkflowId } from '../../workflows/messages';
import { rebuildWorkflow } from '../../worker/sweep';
import {
  breakCard,
  eventually,
  invoicesOf,
  newCustomer,
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

const day = 86_400_000;

/**
 * A subscription that nobody has looked after for three monthly boundaries: its first period lies
 * 95 days back, and its workflow starts only now.
 */
async function neglected(userId: string): Promise<{ subscriptionId: string; epoch: Epoch }> {
  const { subscriptionId } = await subscribe(world, { userId, paymentMethodId: 'pm_card_visa' });
  await world.temporal.client.workflow
    .getHandle(subscriptionWorkflowId(subscriptionId))
    .terminate('an outage');
  const epoch: Epoch = {
    anchor: toInstant(new Date(Date.now() - 95 * day)),
    timeZone: 'UTC',
    firstCycle: 1,
    term: { interval: 'month', intervalCount: 1 },
  };
  const row = await world.database.subscriptions.findByPk(subscriptionId, { rejectOnEmpty: true });
  await row.update({
    anchorAt: epoch.anchor,
    currentPeriodStart: epoch.anchor,
    currentPeriodEnd: boundary(epoch, 1),
  });
  return { subscriptionId, epoch };
}

describe('down over three monthly boundaries', () => {
  it('issues three invoices with their true periods, in order, when it comes up, and charges each', async () => {
    const { subscriptionId, epoch } = await neglected(await newCustomer(world));
    const cameUp = Date.now();
    await rebuildWorkflow(world.temporal, subscriptionId);
    const late = await eventually('three more are paid', async () => {
      const invoices = (await invoicesOf(world, subscriptionId)).filter(({ cycle }) => cycle !== 1);
      return invoices.length === 3 && invoices.every(({ status }) => status === 'paid')
        ? invoices
        : undefined;
    });
    expect(
      late.map(({ cycle, periodStart, periodEnd }) => [cycle, periodStart, periodEnd]),
    ).toEqual(
      [2, 3, 4].map((cycle) => [cycle, boundary(epoch, cycle - 1), boundary(epoch, cycle)]),
    );
    expect(late.every(({ issuedAt }) => Date.parse(issuedAt) >= cameUp - 1_000)).toBe(true);
    const paidAt = late.map(({ paidAt: at }) => at ?? '');
    expect(paidAt).toEqual(paidAt.toSorted());
  });

  it('with a card that declines makes one attempt, and the others wait behind the oldest', async () => {
    const userId = await newCustomer(world);
    const { subscriptionId } = await neglected(userId);
    await breakCard(world, userId);
    await rebuildWorkflow(world.temporal, subscriptionId);
    await eventually('it is past due', async () => {
      const { status } = await subscriptionRow(world, subscriptionId);
      return status === 'past_due';
    });
    const late = (await invoicesOf(world, subscriptionId)).filter(({ cycle }) => cycle !== 1);
    expect(late.map(({ status, attemptCount }) => [status, attemptCount])).toEqual([
      ['open', 1],
      ['open', 0],
      ['open', 0],
    ]);
  });
});

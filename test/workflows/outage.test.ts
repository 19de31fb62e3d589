import { z } from 'zod';
import { boundary, type Epoch } from '../../billing/calendar';
import { toInstant } from '../../billing/instant';
import {
  invoiceUpdate,
  subscriptionWorkflowId,
  type CreateRequest,
} from '../../workflows/messages';
import { rebuildWorkflow } from '../../platform/rebuild-workflow';
import {
  breakCard,
  eventually,
  invoicesOf,
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

const day = 86_400_000;

/**
 * A subscription that nobody has looked after for three monthly boundaries: its first period lies
 * 95 days back, and its workflow starts only now.
 */
async function neglected(
  userId: string,
  request: Partial<CreateRequest> = { paymentMethodId: 'pm_card_visa' },
): Promise<{ subscriptionId: string; epoch: Epoch }> {
  const { subscriptionId } = await subscribe(world, { userId, ...request });
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
  // Its first cycle is as old.
  await world.database.subscriptionCycles.update(
    { periodStart: epoch.anchor, periodEnd: boundary(epoch, 1) },
    { where: { subscriptionId } },
  );
  return { subscriptionId, epoch };
}

/** The mails about a subscription since it came up, with their facts. */
async function mailsSince(subscriptionId: string, time: number) {
  const rows = await world.database.emails.findAll({ where: { subscriptionId } });
  return rows
    .map((row) => row.get({ plain: true }))
    .filter(({ createdAt }) => Date.parse(createdAt) >= time);
}

/** All but the first cycle's, which was issued before the outage. */
const lateInvoices = async (subscriptionId: string) =>
  (await invoicesOf(world, subscriptionId)).filter(({ cycle }) => cycle !== 1);

const digestOf = z.object({
  amount_due: z.string(),
  invoices: z.array(z.object({ status: z.string() })),
});

async function cyclesOf(subscriptionId: string): Promise<string[]> {
  const rows = await world.database.subscriptionCycles.findAll({
    where: { subscriptionId },
    order: [['cycle', 'ASC']],
  });
  return rows.map((row) => row.get({ plain: true }).outcome);
}

describe('down over three monthly boundaries', () => {
  it('issues three invoices with their true periods, in order, when it comes up, and charges each', async () => {
    const { subscriptionId, epoch } = await neglected(await newCustomer(world));
    const cameUp = Date.now();
    await rebuildWorkflow(world.temporal, subscriptionId);
    const late = await eventually('three more are paid', async () => {
      const invoices = await lateInvoices(subscriptionId);
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
    const mails = await mailsSince(subscriptionId, cameUp);
    expect(mails.map(({ kind }) => kind)).toEqual(['billing_digest']);
    expect(digestOf.parse(mails[0]?.data)).toEqual({
      amount_due: '0',
      invoices: [{ status: 'paid' }, { status: 'paid' }, { status: 'paid' }],
    });
  });

  it('with a card that declines makes one attempt, and the others wait behind the oldest', async () => {
    const userId = await newCustomer(world);
    const { subscriptionId } = await neglected(userId);
    await breakCard(world, userId);
    const cameUp = Date.now();
    await rebuildWorkflow(world.temporal, subscriptionId);
    await eventually('it is past due', async () => {
      const { status } = await subscriptionRow(world, subscriptionId);
      return status === 'past_due';
    });
    const late = await lateInvoices(subscriptionId);
    expect(late.map(({ status, attemptCount }) => [status, attemptCount])).toEqual([
      ['open', 1],
      ['open', 0],
      ['open', 0],
    ]);
    const mails = await mailsSince(subscriptionId, cameUp);
    expect(mails.map(({ kind }) => kind)).toEqual(['billing_digest']);
    expect(digestOf.parse(mails[0]?.data).invoices.map(({ status }) => status)).toEqual([
      'failed',
      'open',
      'open',
    ]);
  });

  it('with sent invoices lists them in one mail, each due a week from now', async () => {
    const { subscriptionId } = await neglected(await newCustomer(world), {});
    const cameUp = Date.now();
    await rebuildWorkflow(world.temporal, subscriptionId);
    await eventually('three more are sent', async () => {
      const invoices = await invoicesOf(world, subscriptionId);
      return invoices.length === 4 && invoices.every((each) => each.stripePaymentIntentId !== null);
    });
    const late = await lateInvoices(subscriptionId);
    expect(late.every(({ dueAt }) => Date.parse(dueAt) >= cameUp + 7 * day - 1_000)).toBe(true);
    const mails = await mailsSince(subscriptionId, cameUp);
    expect(mails.map(({ kind }) => kind)).toEqual(['billing_digest']);
  });

  it('with the policy bill_current bills only the period that it comes up in', async () => {
    const plan = await planLike(world, 'basic_monthly', { catchUp: 'bill_current' });
    const { subscriptionId, epoch } = await neglected(await newCustomer(world), {
      planId: plan.id,
      paymentMethodId: 'pm_card_visa',
    });
    await rebuildWorkflow(world.temporal, subscriptionId);
    const [current] = await eventually('the current period is paid', async () => {
      const late = await lateInvoices(subscriptionId);
      return late[0]?.status === 'paid' ? late : undefined;
    });
    expect(current).toMatchObject({ cycle: 4, periodStart: boundary(epoch, 3) });
    expect(await cyclesOf(subscriptionId)).toEqual(['billed', 'skipped', 'skipped', 'billed']);
  });

  it('with the policy hold drafts the missed ones, for an operator to bill or to drop', async () => {
    const plan = await planLike(world, 'basic_monthly', { catchUp: 'hold' });
    const { subscriptionId } = await neglected(await newCustomer(world), {
      planId: plan.id,
      paymentMethodId: 'pm_card_visa',
    });
    await rebuildWorkflow(world.temporal, subscriptionId);
    const statuses = async () =>
      (await lateInvoices(subscriptionId)).map(({ status }) => status).join();
    await eventually('the current period is paid', async () => {
      return (await statuses()) === 'draft,draft,paid';
    });
    const [first, second] = await lateInvoices(subscriptionId);
    const decide = (invoiceId: string | undefined, action: 'finalize' | 'void') =>
      world.temporal.client.workflow
        .getHandle(subscriptionWorkflowId(subscriptionId))
        .executeUpdate(invoiceUpdate, { args: [{ invoiceId: invoiceId ?? '', action }] });
    await decide(first?.id, 'finalize');
    await decide(second?.id, 'void');
    await eventually('one is paid, the other void', async () => {
      return (await statuses()) === 'paid,void,paid';
    });
  });
});

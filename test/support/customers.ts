import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { WithStartWorkflowOperation } from '@temporalio/client';
import type { InvoiceRecord, PlanRecord, SubscriptionRecord } from '../../activities/ports/records';
import type { Instant } from '../../billing/instant';
import type { Database } from '../../db/database';
import {
  createUpdate,
  subscriptionWorkflowId,
  taskQueue,
  testClockWorkflowId,
  type CreateOutcome,
  type CreateRequest,
} from '../../workflows/messages';
import type { World } from './world';

/** A new customer of their own, so that tests in one world don't meet. */
export async function newCustomer({ database }: World): Promise<string> {
  const id = randomUUID();
  await database.users.create({
    id,
    email: `${id}@everbill.test`,
    name: 'Casey Customer',
    passwordHash: 'none',
    invoicePrefix: id.slice(0, 8).toUpperCase(),
  });
  return id;
}

export async function planCalled({ database }: World, code: string): Promise<PlanRecord> {
  const plan = await database.plans.findOne({ where: { code }, rejectOnEmpty: true });
  return plan.get({ plain: true });
}

/** A seeded plan, changed; a version of its own. */
export async function planLike(
  world: World,
  code: string,
  changes: Partial<PlanRecord>,
): Promise<PlanRecord> {
  const id = randomUUID();
  const plan = { ...(await planCalled(world, code)), ...changes, id, code: `${code}_${id}` };
  await world.database.plans.create(plan);
  return plan;
}

export interface Subscribed {
  subscriptionId: string;
  userId: string;
  outcome: CreateOutcome;
}

/** Subscribes as the API does: update-with-start, so that a repeated request finds the first. */
export async function subscribe(
  world: World,
  request: Partial<CreateRequest> & { subscriptionId?: string } = {},
): Promise<Subscribed> {
  const { subscriptionId = randomUUID(), ...rest } = request;
  const create: CreateRequest = {
    userId: rest.userId ?? (await newCustomer(world)),
    planId: rest.planId ?? (await planCalled(world, 'basic_monthly')).id,
    quantity: 1,
    timeZone: 'UTC',
    exclusive: true,
    ...rest,
  };
  const outcome = await world.temporal.client.workflow.executeUpdateWithStart(createUpdate, {
    updateId: 'create',
    startWorkflowOperation: new WithStartWorkflowOperation('subscription', {
      workflowId: subscriptionWorkflowId(subscriptionId),
      taskQueue,
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      args: [{ subscriptionId, create }],
    }),
  });
  return { subscriptionId, userId: create.userId, outcome };
}

/** A test clock that stands at `at`. */
export async function clockAt({ database }: World, at: Instant): Promise<string> {
  const owner = await database.users.findOne({ rejectOnEmpty: true });
  const id = randomUUID();
  await database.testClocks.create({
    id,
    ownerId: owner.get({ plain: true }).id,
    frozenTime: at,
    targetTime: at,
  });
  return id;
}

/** Advances it as the API does, and waits until it is ready. */
export async function advance(world: World, testClockId: string, to: Instant): Promise<void> {
  await world.database.testClocks.update(
    { targetTime: to, status: 'advancing' },
    { where: { id: testClockId } },
  );
  await world.temporal.client.workflow.execute('testClock', {
    workflowId: testClockWorkflowId(testClockId),
    taskQueue,
    args: [{ testClockId, to }],
  });
}

export async function subscriptionRow(
  { database }: { database: Database },
  id: string,
): Promise<SubscriptionRecord> {
  const row = await database.subscriptions.findByPk(id, { rejectOnEmpty: true });
  return row.get({ plain: true });
}

/** Oldest period first. */
export async function invoicesOf(
  { database }: { database: Database },
  subscriptionId: string,
): Promise<InvoiceRecord[]> {
  const rows = await database.invoices.findAll({
    where: { subscriptionId },
    order: [['periodStart', 'ASC']],
  });
  return rows.map((row) => row.get({ plain: true }));
}

/** The kinds of mail that a subscription's customer was sent or will be, in order. */
export async function mailsOf(
  { database }: { database: Database },
  subscriptionId: string,
): Promise<string[]> {
  const rows = await database.emails.findAll({
    where: { subscriptionId },
    order: [
      ['createdAt', 'ASC'],
      ['kind', 'ASC'],
    ],
  });
  return rows.map((row) => row.get({ plain: true }).kind);
}

/** Waits until `look` finds something; fails after ten seconds with what was waited for. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  patienceMilliseconds = 10_000,
): Promise<T> {
  const deadline = Date.now() + patienceMilliseconds;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`This did not come to pass: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The default card becomes one whose every charge declines; the good one's id. */
export async function breakCard(world: World, userId: string): Promise<string> {
  const user = (await world.database.users.findByPk(userId, { rejectOnEmpty: true })).get({
    plain: true,
  });
  const response = await fetch(
    `${world.sandbox.url}/v1/payment_methods/pm_card_chargeCustomerFail/attach`,
    {
      method: 'POST',
      headers: { authorization: `Bearer ${world.sandbox.secretKey}` },
      body: new URLSearchParams({ customer: user.stripeCustomerId ?? '' }),
    },
  );
  const { id } = z.object({ id: z.string() }).parse(await response.json());
  const good = await world.database.paymentMethods.findOne({
    where: { userId, isDefault: true },
    rejectOnEmpty: true,
  });
  await good.update({ isDefault: false });
  await world.database.paymentMethods.create({ id, userId, type: 'card', isDefault: true });
  return good.get({ plain: true }).id;
}

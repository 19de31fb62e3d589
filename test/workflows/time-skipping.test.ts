import { randomUUID } from 'node:crypto';
import type { CreateRequest } from '../../workflows/messages';
import { subscriptionWorkflowId, taskQueue } from '../../workflows/messages';
import {
  eventually,
  invoicesOf,
  mailsOf,
  newCustomer,
  planCalled,
  subscriptionRow,
} from '../support/customers';
import { createTimeSkippingWorld } from '../support/time-skipping';
import type { World } from '../support/world';

let skipping: Awaited<ReturnType<typeof createTimeSkippingWorld>>;
let world: World;
beforeAll(async () => {
  skipping = await createTimeSkippingWorld();
  ({ world } = skipping);
});
afterAll(() => skipping.close());

/** The time-skipping server knows no update-with-start, so the workflow is only started. */
async function subscribe(request: Partial<CreateRequest>): Promise<string> {
  const subscriptionId = randomUUID();
  const create: CreateRequest = {
    userId: await newCustomer(world),
    planId: (await planCalled(world, 'basic_monthly')).id,
    quantity: 1,
    timeZone: 'UTC',
    exclusive: true,
    ...request,
  };
  await world.temporal.client.workflow.start('subscription', {
    workflowId: subscriptionWorkflowId(subscriptionId),
    taskQueue,
    args: [{ subscriptionId, create }],
  });
  await eventually('it is active', async () => {
    const row = await world.database.subscriptions.findByPk(subscriptionId);
    return row?.get({ plain: true }).status === 'active';
  });
  return subscriptionId;
}

it('sleeps until each renewal and bills it, month after month', async () => {
  const subscriptionId = await subscribe({ paymentMethodId: 'pm_card_visa' });
  await skipping.environment.sleep('95 days');
  const invoices = await invoicesOf(world, subscriptionId);
  expect(invoices.length).toBeGreaterThanOrEqual(4);
  expect(invoices.every(({ status }) => status === 'paid')).toBe(true);
  for (const [index, invoice] of invoices.entries()) {
    const next = invoices[index + 1];
    if (next !== undefined) expect(invoice.periodEnd).toBe(next.periodStart);
    // Issued when it came up, to the second, not when somebody looked.
    expect(Date.parse(invoice.issuedAt) - Date.parse(invoice.periodStart)).toBeLessThan(2_000);
  }
});

it('reminds every three days until the due date, then is overdue', async () => {
  const subscriptionId = await subscribe({});
  await skipping.environment.sleep('8 days');
  const kinds = await mailsOf(world, subscriptionId);
  expect(kinds.filter((kind) => kind === 'payment_reminder')).toHaveLength(2);
  expect(kinds.filter((kind) => kind === 'invoice_overdue')).toHaveLength(1);
  expect((await subscriptionRow(world, subscriptionId)).status).toBe('past_due');
});

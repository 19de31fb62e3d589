import { randomUUID } from 'node:crypto';
import { DateTime } from 'luxon';
import { checkBooks } from '../../db/books/checks';
import {
  subscriptionWorkflowId,
  taskQueue,
  viewQuery,
  type CreateRequest,
} from '../../workflows/messages';
import { later } from '../lives/calendar';
import {
  eventually,
  invoicesOf,
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

/** There 02:30 on a 31st is skipped in March 2030, and comes twice in October 2027 and 2032. */
const zone = 'Europe/Berlin';
const renewals = 120;
/** One way through time at most, in days: the server answers when it is done. */
const longestSleep = 400;

/** The next 31st of a month, at half past two at night. */
function next31st(after: number): number {
  let day = DateTime.fromMillis(after, { zone }).startOf('day').plus({ days: 1 });
  while (day.day !== 31) day = day.plus({ days: 1 });
  return day.set({ hour: 2, minute: 30 }).toMillis();
}

async function sleepUntil(at: number): Promise<void> {
  for (;;) {
    const left = at - (await skipping.environment.currentTimeMs());
    if (left <= 0) return;
    await skipping.environment.sleep(Math.min(left, longestSleep * 86_400_000));
  }
}

async function subscribeOn31st(): Promise<string> {
  await sleepUntil(next31st(await skipping.environment.currentTimeMs()));
  const subscriptionId = randomUUID();
  const create: CreateRequest = {
    userId: await newCustomer(world),
    planId: (await planCalled(world, 'basic_monthly')).id,
    quantity: 1,
    timeZone: zone,
    paymentMethodId: 'pm_card_visa',
    exclusive: true,
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

it('bills ten years, month by month, each at its true boundary and paid', async () => {
  const began = Date.now();
  const id = await subscribeOn31st();
  const handle = world.temporal.client.workflow.getHandle(subscriptionWorkflowId(id));
  const firstRun = (await handle.describe()).runId;
  const anchor = Date.parse((await subscriptionRow(world, id)).anchorAt);
  expect(DateTime.fromMillis(anchor, { zone }).day).toBe(31);
  const boundary = (n: number) => new Date(later(anchor, 'month', n, zone)).toISOString();

  await sleepUntil(Date.parse(boundary(renewals)) + 3_600_000);
  const paid = await eventually('the last one is paid', async () => {
    const all = await invoicesOf(world, id);
    return all.length === renewals + 1 && all.every(({ status }) => status === 'paid') && all;
  });

  for (const [n, { cycle, periodStart, periodEnd, issuedAt, totalMinor }] of paid.entries()) {
    expect([n, cycle, periodStart, periodEnd, totalMinor]).toEqual([
      n,
      n + 1,
      boundary(n),
      boundary(n + 1),
      1000n,
    ]);
    // Issued when it came up, in the last year as in the first: nothing adds up.
    expect(Date.parse(issuedAt) - Date.parse(periodStart)).toBeLessThan(5_000);
  }
  expect(paid.map(({ number }) => Number(number?.split('-').at(-1)))).toEqual(
    paid.map((_, n) => n + 1),
  );
  const row = await subscriptionRow(world, id);
  const { state } = await handle.query(viewQuery);
  expect([state.revision, state.cycle, state.boundaryAt]).toEqual([
    row.revision,
    renewals + 1,
    boundary(renewals + 1),
  ]);
  expect(await checkBooks(world.database)).toEqual([]);

  // Its history was begun anew on the way, so that ten years weigh no more than one.
  const { runId, historyLength } = await handle.describe();
  expect(runId).not.toBe(firstRun);
  expect(historyLength).toBeLessThan(1_000);
  process.stderr.write(
    `ten years, ${paid.length} invoices: ${((Date.now() - began) / 1000).toFixed(1)} seconds\n`,
  );
}, 180_000);

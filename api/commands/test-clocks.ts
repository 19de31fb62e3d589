import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { TestClockRecord, UserRecord } from '../../activities/ports/records';
import { toInstant } from '../../billing/instant';
import { usesSandbox } from '../../platform/config';
import { taskQueue, testClockWorkflowId, type TestClockInput } from '../../workflows/messages';
import type { Dependencies } from '../dependencies';
import { Problem, forbidden, invalidField, notFound } from '../http/problem';
import { liveStatuses } from '../queries/subscriptions';
import { makeOnce } from './repeatable';

/** How far a clock goes in one step. */
const mostYears = 10;

/** An advance whose workflow was not started within this time is started again by who looks at it. */
const startAgainMilliseconds = 2_000;

/** Customers play with clocks where no real money moves; elsewhere only operators do. */
export function refuseUnlessAllowed({ config }: Dependencies, { role }: UserRecord): void {
  if (role !== 'operator' && !usesSandbox(config)) throw forbidden();
}

export async function createTestClock(
  { database }: Dependencies,
  { id: ownerId }: UserRecord,
  frozenTime: string,
  idempotencyKey?: string,
): Promise<TestClockRecord> {
  const instant = toInstant(frozenTime);
  const making = {
    table: database.testClocks,
    kind: 'test-clock',
    userId: ownerId,
    idempotencyKey,
  };
  // It may have advanced since it was made: nothing of it is as it was asked for.
  return makeOnce({ ...making, wanted: { ownerId } }, async (id) => {
    await database.testClocks.create({ id, ownerId, frozenTime: instant, targetTime: instant });
  });
}

/** @throws Problem 404, also when it is somebody else's. */
export async function ownTestClock(
  { database }: Dependencies,
  { id: ownerId, role }: UserRecord,
  id: string,
): Promise<TestClockRecord> {
  const row = await database.testClocks.findOne({
    where: role === 'operator' ? { id } : { id, ownerId },
  });
  if (row === null) throw notFound();
  return row.get({ plain: true });
}

/**
 * Sets a clock going: its row first, then the workflow that brings everything on it to the target. If
 * the workflow can't be started now, the row says what is to be done, and the same request again, or
 * looking at the clock, starts it.
 * @throws Problem 400 for a target that is not ahead, 409 while it goes to another one.
 */
export async function advanceTestClock(
  dependencies: Dependencies,
  clock: TestClockRecord,
  frozenTime: string,
  idempotencyKey?: string,
): Promise<TestClockRecord> {
  const to = toInstant(frozenTime);
  const advancing = await dependencies.database.transaction(async (transaction) => {
    const row = await dependencies.database.testClocks.findOne({
      where: { id: clock.id },
      transaction,
      lock: transaction.LOCK.UPDATE,
    });
    if (row === null) throw notFound();
    const { status, frozenTime: from, targetTime } = row.get({ plain: true });
    if (status === 'advancing') {
      if (targetTime === to) return row.get({ plain: true });
      throw new Problem(409, 'test_clock_busy', `The clock is advancing to ${targetTime}.`);
    }
    // Under a key it may have been this very request that brought it there.
    if (from === to && idempotencyKey !== undefined) return row.get({ plain: true });
    refuseTarget(from, to);
    await row.update({ status: 'advancing', targetTime: to }, { transaction });
    await row.reload({ transaction });
    return row.get({ plain: true });
  });
  if (advancing.status === 'advancing') await startAdvance(dependencies, advancing);
  return advancing;
}

function refuseTarget(from: string, to: string): void {
  if (to <= from) throw invalidField('frozen_time', `The clock only goes forward: it is ${from}.`);
  const furthest = new Date(from);
  furthest.setUTCFullYear(furthest.getUTCFullYear() + mostYears);
  if (Date.parse(to) > furthest.getTime()) {
    throw invalidField('frozen_time', `A clock advances by at most ${mostYears} years at a time.`);
  }
}

/** Its target is absolute and only moves forward, so starting it twice does no harm. */
async function startAdvance(
  { temporal }: Dependencies,
  { id: testClockId, targetTime: to }: TestClockRecord,
): Promise<void> {
  const input: TestClockInput = { testClockId, to };
  try {
    await temporal.within(5_000, ({ workflow }) =>
      workflow.start('testClock', {
        workflowId: testClockWorkflowId(testClockId),
        taskQueue,
        args: [input],
        workflowIdConflictPolicy: 'FAIL',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowTaskTimeout: '5 seconds',
        staticSummary: `Test clock to ${to}`,
      }),
    );
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/** Sees to it that a clock which should advance does. Temporal being down is not this one's trouble. */
export async function keepAdvancing(
  dependencies: Dependencies,
  clock: TestClockRecord,
): Promise<void> {
  const age = Date.now() - Date.parse(clock.updatedAt);
  if (clock.status !== 'advancing' || age < startAgainMilliseconds) return;
  try {
    await startAdvance(dependencies, clock);
  } catch (error) {
    dependencies.logger.warn({ err: error, test_clock: clock.id }, 'test clock not started');
  }
}

/** @throws Problem 409 while it advances or anything on it still lives. */
export async function deleteTestClock(
  { database }: Dependencies,
  { id }: TestClockRecord,
): Promise<void> {
  await database.transaction(async (transaction) => {
    const row = await database.testClocks.findOne({
      where: { id },
      transaction,
      lock: transaction.LOCK.UPDATE,
    });
    if (row === null) throw notFound();
    if (row.get({ plain: true }).status === 'advancing') {
      throw new Problem(409, 'test_clock_busy', 'The clock is advancing.');
    }
    const hanging = await database.subscriptions.findAll({
      where: { testClockId: id },
      transaction,
    });
    const rows = hanging.map((subscription) => subscription.get({ plain: true }));
    const open = await database.invoices.count({
      where: {
        subscriptionId: rows.map((subscription) => subscription.id),
        status: ['draft', 'open'],
      },
      transaction,
    });
    if (open > 0 || rows.some(({ status }) => liveStatuses.includes(status))) {
      throw new Problem(409, 'test_clock_in_use', 'A live subscription hangs on this clock.');
    }
    // What has ended needs its clock no more.
    await database.subscriptions.update(
      { testClockId: null },
      { where: { testClockId: id }, transaction },
    );
    await row.destroy({ transaction });
  });
}

import { setTimeout as sleep } from 'node:timers/promises';
import {
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  type ScheduleOptions,
} from '@temporalio/client';
import type { Logger } from '../platform/logger';
import type { TemporalClient } from '../platform/temporal-client';
import { reconcileWorkflowId, taskQueue } from '../workflows/messages';

/** Every hour, never two at once; an hour that was missed in an outage is not made up for. */
const reconciliationSchedule = {
  scheduleId: 'reconcile',
  spec: { intervals: [{ every: '1 hour', offset: '7 minutes' }], jitter: '2 minutes' },
  policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '10 minutes' },
  action: {
    type: 'startWorkflow',
    workflowType: 'reconcile',
    workflowId: reconcileWorkflowId('scheduled'),
    taskQueue,
    args: [{}],
    staticSummary: 'Stripe’s books of the last days, compared with ours',
  },
} as const satisfies ScheduleOptions;

/**
 * Makes sure of what Temporal is to start by itself; several workers, at each of their starts. What an
 * operator has paused stays paused. A failure is logged and tried again: the worker does everything
 * else without.
 */
export async function keepSchedules(
  temporal: TemporalClient,
  logger: Logger,
  againMilliseconds = 60_000,
): Promise<void> {
  const { scheduleId } = reconciliationSchedule;
  for (;;) {
    try {
      return await makeSure(temporal);
    } catch (error) {
      logger.warn({ err: error, scheduleId }, 'the schedule could not be made sure of');
    }
    await sleep(againMilliseconds, undefined, { ref: false });
  }
}

function makeSure(temporal: TemporalClient): Promise<void> {
  const { scheduleId, spec, policies, action } = reconciliationSchedule;
  return temporal.within(10_000, async ({ schedule }) => {
    try {
      await schedule.create(reconciliationSchedule);
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      await schedule
        .getHandle(scheduleId)
        .update(({ state }) => ({ spec, policies, action, state }));
    }
  });
}

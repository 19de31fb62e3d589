import {
  WorkflowNotFoundError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { ClockDriver } from '../activities/ports/clock-driver';
import type { Database } from '../db/database';
import type { TemporalClient } from '../platform/temporal-client';
import { advanceClockUpdate, subscriptionWorkflowId } from '../workflows/messages';

/** Each asking has this long; a longer way is asked for again. */
const deadlineMilliseconds = 20_000;

/** Test clocks on PostgreSQL and Temporal. */
export function createClockDriver(database: Database, temporal: TemporalClient): ClockDriver {
  const idsOn = async (testClockId: string) => {
    const rows = await database.subscriptions.findAll({ where: { testClockId } });
    return rows.map((row) => row.get({ plain: true }).id);
  };
  return {
    subscriptionsOn: idsOn,
    async advance(subscriptionId, to) {
      try {
        const { rest } = await temporal.within(deadlineMilliseconds, (client) =>
          client.workflow
            .getHandle(subscriptionWorkflowId(subscriptionId))
            .executeUpdate(advanceClockUpdate, { args: [{ to }] }),
        );
        return rest;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return true;
        if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return false;
        throw error;
      }
    },
    async mailsInFlight(testClockId) {
      const subscriptionId = await idsOn(testClockId);
      return database.emails.count({
        where: { subscriptionId, status: 'queued', lastError: null },
      });
    },
    async arrive(testClockId, to) {
      await database.testClocks.update(
        { frozenTime: to, status: 'ready' },
        // Not over an advance that was asked for later.
        { where: { id: testClockId, targetTime: to } },
      );
    },
  };
}

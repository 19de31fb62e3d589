import { WorkflowNotFoundError } from '@temporalio/client';
import { Op } from 'sequelize';
import type { Subscribers } from '../activities/ports/subscribers';
import { SUBSCRIPTION_STATUSES, isLive } from '../billing/subscription';
import type { Database } from '../db/database';
import type { TemporalClient } from '../platform/temporal-client';
import { changeUpdate, subscriptionWorkflowId } from '../workflows/messages';

const deadlineMilliseconds = 20_000;

/** The subscribers of a plan, on PostgreSQL and Temporal. */
export function createSubscribers(database: Database, temporal: TemporalClient): Subscribers {
  return {
    async subscribersOf(planId, after, limit) {
      const rows = await database.subscriptions.findAll({
        where: {
          planId,
          status: SUBSCRIPTION_STATUSES.filter(isLive),
          ...(after === undefined ? {} : { id: { [Op.gt]: after } }),
        },
        order: [['id', 'ASC']],
        limit,
      });
      return rows.map((row) => row.get({ plain: true }).id);
    },
    async change(subscriptionId, request) {
      try {
        const outcome = await temporal.within(deadlineMilliseconds, ({ workflow }) =>
          workflow
            .getHandle(subscriptionWorkflowId(subscriptionId))
            .executeUpdate(changeUpdate, { args: [request] }),
        );
        return !('refused' in outcome);
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
  };
}

import { WorkflowNotFoundError } from '@temporalio/client';
import { QueryTypes } from 'sequelize';
import { mirroredId } from '../activities/mirror/mirrored-id';
import type { StoredEvent } from '../activities/stripe-event';
import type { Database } from '../db/database';
import { isLiveKey, type Config } from '../platform/config';
import type { Logger } from '../platform/logger';
import type { TemporalClient } from '../platform/temporal-client';
import {
  paymentEventSignal,
  paymentEventWorkflowId,
  subscriptionWorkflowId,
  taskQueue,
  type SubscriptionInput,
} from '../workflows/messages';
import { judge, type Verdict } from './event-verdict';
import type { WorkerMetrics } from './metrics';

const batchSize = 50;
/** An event whose workflow has not acted on it is sent again after this, then at growing distance. */
const leaseSeconds = 20;
/**
 * After some two and a half days of trying it is on the operators' list, also when it is always taken
 * and never acted on: what stops a subscription each time must not do so for ever.
 */
const tries = 20;

interface DueEvent extends StoredEvent {
  attempts: number;
}

/** Brings Stripe's stored events to the workflows that they concern (I7). */
export function createWebhookDispatcher(deps: {
  config: Pick<Config, 'STRIPE_SECRET_KEY'>;
  database: Database;
  temporal: TemporalClient;
  logger: Logger;
  metrics?: Pick<WorkerMetrics, 'dispatched'>;
}) {
  const { config, database, temporal, logger } = deps;
  const isLive = isLiveKey(config);

  const dispatch = async (event: DueEvent): Promise<void> => {
    try {
      const verdict = await judge(database, event, { isLive });
      deps.metrics?.dispatched(verdict.say);
      if (verdict.say === 'later') return await lookAgain(database, event.id);
      if (isForWorkflow(verdict) && event.attempts > tries) throw new Error(notActedOn);
      if (verdict.say === 'signal') return await signal(temporal, verdict.subscriptionId, event.id);
      if (verdict.say === 'mirror') return await mirror(temporal, verdict, event.id);
      if (verdict.say === 'apply') return await apply(temporal, 'paymentEvent', event.id);
      if (verdict.say === 'payment_method') {
        return await apply(temporal, 'paymentMethodEvent', event.id);
      }
      const reason = verdict.say === 'ignored' ? verdict.reason : null;
      await database.webhookEvents.update(
        { status: verdict.say, reason, settledAt: new Date().toISOString() },
        { where: { id: event.id, status: 'received' } },
      );
    } catch (error) {
      logger.warn({ err: error, eventId: event.id, type: event.type }, 'event not dispatched');
      const lastError = error instanceof Error ? error.message : String(error);
      const status = event.attempts >= tries ? 'failed' : 'received';
      deps.metrics?.dispatched(status === 'failed' ? 'failed' : 'tried');
      // Its workflow may have settled it, though we have not heard that it was reached.
      await database.webhookEvents.update(
        { lastError, status },
        { where: { id: event.id, status: 'received' } },
      );
    }
  };

  return {
    /** Takes what is due and dispatches it; how many events it took. */
    async workOff(): Promise<number> {
      const due = await takeDue(database);
      await Promise.all(due.map(dispatch));
      return due.length;
    },
  };
}

const isForWorkflow = ({ say }: Verdict) => say !== 'done' && say !== 'ignored';

const notActedOn =
  'Its workflow did not act on it: see why the subscription needs attention, then replay it.';

function takeDue(database: Database): Promise<DueEvent[]> {
  return database.sequelize.query<DueEvent>(
    `with due as (
       select id from webhook_events where status = 'received' and due_at <= now()
       order by due_at limit :batchSize for update skip locked
     )
     update webhook_events set attempts = attempts + 1,
       due_at = now() + make_interval(secs => least(:leaseSeconds * power(2, least(attempts, 12)), 21600))
     from due where webhook_events.id = due.id
     returning webhook_events.id, type, payload, attempts`,
    { replacements: { batchSize, leaseSeconds }, type: QueryTypes.SELECT },
  );
}

/** To the subscription's workflow; where that has ended, to one for this event alone. */
async function signal(
  temporal: TemporalClient,
  subscriptionId: string,
  eventId: string,
): Promise<void> {
  try {
    await temporal.within(5_000, (client) =>
      client.workflow
        .getHandle(subscriptionWorkflowId(subscriptionId))
        .signal(paymentEventSignal, { eventId }),
    );
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    await apply(temporal, 'paymentEvent', eventId);
  }
}

/** To the workflow that mirrors a subscription of Stripe's, which is started where it does not run. */
async function mirror(
  temporal: TemporalClient,
  { stripeSubscriptionId: mirrors }: { stripeSubscriptionId: string },
  eventId: string,
): Promise<void> {
  const subscriptionId = mirroredId(mirrors);
  const input: SubscriptionInput = { subscriptionId, mirrors };
  await temporal.within(5_000, (client) =>
    client.workflow.signalWithStart('subscription', {
      workflowId: subscriptionWorkflowId(subscriptionId),
      taskQueue,
      args: [input],
      signal: paymentEventSignal,
      signalArgs: [{ eventId }],
      workflowTaskTimeout: '5 seconds',
      staticSummary: 'Mirrors a subscription that Stripe runs',
    }),
  );
}

/** By a workflow for this event alone. */
async function apply(
  temporal: TemporalClient,
  workflow: 'paymentEvent' | 'paymentMethodEvent',
  eventId: string,
): Promise<void> {
  await temporal.within(5_000, (client) =>
    client.workflow.start(workflow, {
      workflowId: paymentEventWorkflowId(eventId),
      taskQueue,
      args: [{ eventId }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: 'News from Stripe that concern no running subscription',
    }),
  );
}

/** In two seconds; in up to a minute for one that has waited for long. It is not a try. */
async function lookAgain(database: Database, id: string): Promise<void> {
  await database.sequelize.query(
    `update webhook_events set attempts = attempts - 1, due_at = now() +
       least(greatest((now() - received_at) / 10, interval '2 seconds'), interval '1 minute')
     where id = :id`,
    { replacements: { id } },
  );
}

import { WorkflowNotFoundError } from '@temporalio/client';
import { QueryTypes } from 'sequelize';
import { z } from 'zod';
import { intentIdOf } from '../activities/payment-events';
import type { InvoiceRecord, PaymentAttemptRecord } from '../activities/ports/records';
import type { Database } from '../db/database';
import type { Logger } from '../platform/logger';
import type { TemporalClient } from '../platform/temporal-client';
import {
  paymentEventSignal,
  paymentEventWorkflowId,
  subscriptionWorkflowId,
  taskQueue,
} from '../workflows/messages';

const batchSize = 50;
/** An event whose workflow has not acted on it is sent again after this, then at growing distance. */
const leaseSeconds = 20;
/** After some two and a half days of trying it is on the operators' list. */
const tries = 20;

interface DueEvent {
  id: string;
  type: string;
  payload: Record<string, unknown>;
  attempts: number;
}

/** Events that tell nothing which the intent's own events do not. */
const tellNothing = new Set([
  'payment_intent.created',
  'charge.succeeded',
  'charge.failed',
  'charge.updated',
]);

type Verdict =
  | { say: 'done' | 'ignored' }
  /** We are at it ourselves: look again soon. */
  | { say: 'later' }
  | { say: 'signal'; subscriptionId: string };

/** Brings Stripe's stored events to the workflows that they concern (I7). */
export function createWebhookDispatcher(deps: {
  database: Database;
  temporal: TemporalClient;
  logger: Logger;
}) {
  const { database, temporal, logger } = deps;

  const dispatch = async (event: DueEvent): Promise<void> => {
    try {
      const verdict = await judge(database, event);
      if (verdict.say === 'signal') return await signal(temporal, verdict.subscriptionId, event.id);
      if (verdict.say === 'later') return await lookAgain(database, event.id);
      await database.webhookEvents.update(
        { status: verdict.say, settledAt: new Date().toISOString() },
        { where: { id: event.id, status: 'received' } },
      );
    } catch (error) {
      logger.warn({ err: error, eventId: event.id, type: event.type }, 'event not dispatched');
      const lastError = error instanceof Error ? error.message : String(error);
      const status = event.attempts >= tries ? 'failed' : 'received';
      await database.webhookEvents.update({ lastError, status }, { where: { id: event.id } });
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

async function judge(database: Database, event: DueEvent): Promise<Verdict> {
  if (tellNothing.has(event.type)) return { say: 'done' };
  const intentId = intentIdOf(event);
  if (intentId === undefined || !event.type.startsWith('payment_intent.'))
    return { say: 'ignored' };
  const invoice = await invoiceOf(database, event, intentId);
  if (invoice === undefined || invoice.subscriptionId === null) return { say: 'ignored' };
  const attempts = await database.paymentAttempts.findAll({ where: { invoiceId: invoice.id } });
  const rows = attempts.map((attempt) => attempt.get({ plain: true }));
  if (isRecorded(event, invoice, rows)) return { say: 'done' };
  const underWay = rows.some(({ status }) => status === 'pending');
  const noIntentYet = invoice.stripePaymentIntentId === null && invoice.status === 'open';
  if (underWay || noIntentYet) return { say: 'later' };
  const ownIntent = invoice.stripePaymentIntentId === intentId;
  if (!ownIntent && event.type !== 'payment_intent.succeeded') return { say: 'ignored' };
  return { say: 'signal', subscriptionId: invoice.subscriptionId };
}

const metadataOf = z.object({
  data: z.object({ object: z.object({ metadata: z.object({ invoice_id: z.uuid() }) }) }),
});

/**
 * By the intent that is written on the invoice, else by what the intent says of itself. Metadata is
 * never believed to pay an invoice: an intent that is not the invoice's own is waited for while our
 * call may be making it, and its money is refunded otherwise.
 */
async function invoiceOf(
  database: Database,
  event: DueEvent,
  intentId: string,
): Promise<InvoiceRecord | undefined> {
  const known = await database.invoices.findOne({ where: { stripePaymentIntentId: intentId } });
  if (known !== null) return known.get({ plain: true });
  const metadata = metadataOf.safeParse(event.payload);
  if (!metadata.success) return undefined;
  const claimed = await database.invoices.findOne({
    where: { id: metadata.data.data.object.metadata.invoice_id },
  });
  return claimed?.get({ plain: true });
}

const chargeOf = z.object({
  data: z.object({
    object: z.object({
      latest_charge: z.union([z.string(), z.object({ id: z.string() })]).nullish(),
    }),
  }),
});

/** Whether the books hold this very outcome already, as they do of what we charged ourselves. */
function isRecorded(
  event: DueEvent,
  invoice: InvoiceRecord,
  attempts: PaymentAttemptRecord[],
): boolean {
  switch (event.type) {
    case 'payment_intent.succeeded':
      return invoice.status === 'paid' && intentIdOf(event) === invoice.stripePaymentIntentId;
    case 'payment_intent.canceled':
      return invoice.status === 'void';
    case 'payment_intent.requires_action':
      return attempts.some(({ status }) => status === 'requires_action' || status === 'succeeded');
    case 'payment_intent.payment_failed': {
      const object = chargeOf.safeParse(event.payload).data?.data.object;
      const charge = object?.latest_charge ?? null;
      const chargeId = typeof charge === 'string' ? charge : charge?.id;
      return attempts.some(
        ({ status, stripeChargeId }) =>
          status === 'failed' && stripeChargeId === (chargeId ?? null),
      );
    }
    default:
      return false;
  }
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
    await temporal.within(5_000, (client) =>
      client.workflow.start('paymentEvent', {
        workflowId: paymentEventWorkflowId(eventId),
        taskQueue,
        args: [{ eventId }],
        workflowIdConflictPolicy: 'USE_EXISTING',
        staticSummary: 'News of a payment for a subscription that has ended',
      }),
    );
  }
}

async function lookAgain(database: Database, id: string): Promise<void> {
  await database.sequelize.query(
    `update webhook_events set due_at = now() + interval '2 seconds', attempts = attempts - 1
     where id = :id`,
    { replacements: { id } },
  );
}

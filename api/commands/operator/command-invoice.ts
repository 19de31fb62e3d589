import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type {
  CreditNoteRecord,
  InvoiceRecord,
  UserRecord,
} from '../../../activities/ports/records';
import {
  invoiceCommandWorkflowId,
  invoiceUpdate,
  type CommandOutcome,
  type InvoiceCommand,
  type InvoiceCommandInput,
  type Refusal,
} from '../../../workflows/messages';
import type { Dependencies } from '../../dependencies';
import { Refused } from '../../http/refusals';
import { anyRow } from '../../queries/operator/any';
import { declinedBy } from '../ask-subscription';
import { updateIdOf } from '../repeatable';
import { keepDetails } from '../request-details';
import { command } from '../subscription-workflows';
import { audited, factsOf, type Facts } from './audit';
import { runOwnWorkflow } from './own-workflow';

type Settled = Exclude<CommandOutcome, { refused: Refusal }>;
type Action = DistributiveOmit<InvoiceCommand, 'invoiceId' | 'detailsId'>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** What an operator asks of an invoice. */
export interface InvoiceAct {
  operator: UserRecord;
  invoiceId: string;
  action: Action;
  reason?: string | undefined;
  /** For the customer, on a credit note. */
  memo?: string | undefined;
  /** The client's; the same request under the same key is done once. */
  idempotencyKey?: string | undefined;
}

/**
 * Does something to an invoice through its subscription's workflow or, when that has ended, through
 * one of its own; and keeps it in the audit log (I11). Answers the invoice as it then is.
 * @throws Problem 404; Refused as the workflow does.
 */
export async function commandInvoice(
  dependencies: Dependencies,
  act: InvoiceAct,
): Promise<InvoiceRecord> {
  await send(dependencies, act);
  return anyRow(dependencies.database.invoices, act.invoiceId);
}

/** How long to wait for a payment that has been ordered, and how often to look. */
const patienceMilliseconds = 5_000;
const pauseMilliseconds = 100;

/**
 * Collects an open invoice now, and answers it once that attempt is settled; as it is when none comes
 * of it soon: because Stripe is slow, an older invoice goes first, or its customer pays by themselves.
 * @throws as `commandInvoice`.
 */
export async function retryInvoice(
  dependencies: Dependencies,
  act: InvoiceAct & { action: { action: 'retry' } },
): Promise<InvoiceRecord> {
  const { invoices, paymentAttempts } = dependencies.database;
  const { invoiceId } = act;
  const earlier = await paymentAttempts.count({ where: { invoiceId } });
  await send(dependencies, act);
  for (let waited = 0; ; waited += pauseMilliseconds) {
    const invoice = await anyRow(invoices, invoiceId);
    const rows = await paymentAttempts.findAll({ where: { invoiceId } });
    const attempts = rows.map((row) => row.get({ plain: true }));
    const settled = attempts.some(
      ({ number, settledAt }) => number > earlier && settledAt !== null,
    );
    if (invoice.status !== 'open' || settled || waited >= patienceMilliseconds) return invoice;
    await delay(pauseMilliseconds);
  }
}

/**
 * Makes a credit note, and answers it; a part that goes to the card has been sent to Stripe by then.
 * @throws as `commandInvoice`.
 */
export async function creditInvoice(
  dependencies: Dependencies,
  act: InvoiceAct & { action: { action: 'credit' } },
): Promise<CreditNoteRecord> {
  const { creditNoteId } = await send(dependencies, act);
  if (creditNoteId === undefined) throw new Error(`no credit note was made of ${act.invoiceId}`);
  return anyRow(dependencies.database.creditNotes, creditNoteId);
}

/** @throws Refused `invoice_not_paid` when no card has paid it: nothing can be sent back to one. */
export async function refuseUnlessPaidByCard(
  { database }: Dependencies,
  invoiceId: string,
): Promise<void> {
  const { status, amountPaidMinor, paidOutOfBand } = await anyRow(database.invoices, invoiceId);
  if (status === 'paid' && amountPaidMinor > 0n && !paidOutOfBand) return;
  throw new Refused({
    code: 'invoice_not_paid',
    message: 'This invoice was not paid by card, so there is nothing to send back to one.',
  });
}

async function send(dependencies: Dependencies, act: InvoiceAct): Promise<Settled> {
  const { database } = dependencies;
  const { operator, invoiceId, action, reason } = act;
  const { subscriptionId, userId } = await anyRow(database.invoices, invoiceId);
  if (subscriptionId === null) {
    throw new Refused({
      code: 'subscription_not_found',
      message: 'This invoice belongs to no subscription.',
    });
  }
  return audited(
    database,
    {
      operator,
      action: `invoice.${action.action}`,
      object: `invoice/${invoiceId}`,
      reason,
    },
    () => invoiceFacts(dependencies, invoiceId),
    () => tellWorkflow(dependencies, { subscriptionId, userId }, act),
  );
}

async function tellWorkflow(
  dependencies: Dependencies,
  { subscriptionId, userId }: { subscriptionId: string; userId: string },
  { invoiceId, action, reason, memo, idempotencyKey }: InvoiceAct,
): Promise<Settled> {
  const asking = { subscriptionId, action: 'invoice', request: { invoiceId, ...action } };
  const commandId = updateIdOf(idempotencyKey, asking) ?? randomUUID();
  const words = {
    ...(reason === undefined ? {} : { reason }),
    ...(memo === undefined ? {} : { memo }),
  };
  const detailsId =
    Object.keys(words).length === 0
      ? {}
      : { detailsId: await keepDetails(dependencies.database, userId, words, commandId) };
  const order: InvoiceCommand = { ...action, invoiceId, ...detailsId };
  const outcome = await throughSubscription(dependencies, subscriptionId, commandId, order);
  const settled =
    outcome ??
    (await throughOwnWorkflow(dependencies, { subscriptionId, commandId, command: order }));
  if (settled.declined !== undefined) throw declinedBy(settled.declined);
  return settled;
}

/** Undefined when the subscription's workflow has ended. */
async function throughSubscription(
  { temporal }: Dependencies,
  subscriptionId: string,
  commandId: string,
  order: InvoiceCommand,
): Promise<Settled | undefined> {
  try {
    return await command(
      temporal,
      subscriptionId,
      (handle, options) => handle.startUpdate(invoiceUpdate, { ...options, args: [order] }),
      commandId,
    );
  } catch (error) {
    if (error instanceof Refused && error.refusal.code === 'subscription_ended') return undefined;
    throw error;
  }
}

const throughOwnWorkflow = ({ temporal }: Dependencies, input: InvoiceCommandInput) =>
  runOwnWorkflow<Settled>(temporal, {
    type: 'invoiceCommand',
    workflowId: invoiceCommandWorkflowId(input.commandId),
    input,
    summary: `Operator: ${input.command.action}`,
  });

/** What an action may change of an invoice. */
async function invoiceFacts({ database }: Dependencies, id: string): Promise<Facts> {
  const invoice = await anyRow(database.invoices, id);
  return {
    ...factsOf(invoice, [
      'number',
      'status',
      'currency',
      'totalMinor',
      'amountDueMinor',
      'amountPaidMinor',
      'amountCreditedMinor',
      'amountRefundedMinor',
      'paidOutOfBand',
      'nextAttemptAt',
    ]),
    credit_notes: await database.creditNotes.count({ where: { invoiceId: id } }),
  };
}

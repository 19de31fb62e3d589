import type { Commanded } from '../activities/command';
import { database } from './activities';
import { finishAtStripe, type AtStripe } from './finish-at-stripe';
import type { CommandOutcome, InvoiceCommandInput } from './messages';

/**
 * An operator's word on an invoice of a subscription whose own workflow has ended: a credit note for a
 * paid invoice, say. It never revives the subscription.
 */
export async function invoiceCommand(input: InvoiceCommandInput): Promise<CommandOutcome> {
  const { subscriptionId, commandId, command } = input;
  const about = { subscriptionId, now: new Date().toISOString() };
  const commanded: Commanded & AtStripe & { creditNoteId?: string } = await database.invoiceCommand(
    { ...about, commandId, command },
  );
  if ('refused' in commanded) return { refused: commanded.refused };
  await finishAtStripe(about, commanded);
  const { creditNoteId, state } = commanded;
  return { status: state.status, ...(creditNoteId === undefined ? {} : { creditNoteId }) };
}

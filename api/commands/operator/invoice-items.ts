import { randomUUID } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import type { InvoiceItemRecord, UserRecord } from '../../../activities/ports/records';
import { isLive } from '../../../billing/subscription';
import type { Dependencies } from '../../dependencies';
import { Problem, notFound } from '../../http/problem';
import { Refused } from '../../http/refusals';
import { findPlan } from '../../queries/plans';
import { anyRow } from '../../queries/operator/any';
import { factsOf, recordAct, type Facts } from './audit';
import { refuseAmount } from './amounts';

export interface NewInvoiceItem {
  subscriptionId: string;
  description: string;
  /** The whole item's, in minor units of the subscription's currency; negative gives something back. */
  amountMinor: bigint;
  quantity: number;
}

interface Asked {
  reason?: string | undefined;
  /** The client's; the same key never makes a second item. */
  idempotencyKey?: string | undefined;
}

/**
 * Notes a one-off charge or credit for the subscription's next invoice.
 * @throws Problem 404, 400 for an amount that the currency can't have, 422 for a key of another
 *   request; Refused `subscription_ended`.
 */
export async function addInvoiceItem(
  { database }: Dependencies,
  operator: UserRecord,
  { subscriptionId, description, amountMinor, quantity }: NewInvoiceItem,
  { reason, idempotencyKey }: Asked,
): Promise<InvoiceItemRecord> {
  const id =
    idempotencyKey === undefined
      ? randomUUID()
      : uuidv5(`invoice-item/${idempotencyKey}`, operator.id);
  const known = (await database.invoiceItems.findByPk(id))?.get({ plain: true });
  if (known !== undefined) {
    const same =
      known.subscriptionId === subscriptionId &&
      known.description === description &&
      known.amountMinor === amountMinor &&
      known.quantity === quantity;
    if (same) return known;
    throw new Problem(
      422,
      'idempotency_key_reused',
      'This Idempotency-Key was used for another request.',
    );
  }
  const subscription = await anyRow(database.subscriptions, subscriptionId);
  if (!isLive(subscription.status)) {
    throw new Refused({
      code: 'subscription_ended',
      message: 'This subscription has ended: no invoice will come.',
    });
  }
  const plan = await findPlan(database, subscription.planId);
  if (plan === undefined) throw new Error(`subscription ${subscriptionId} has no plan`);
  refuseAmount('amount', amountMinor < 0n ? -amountMinor : amountMinor, plan.currency);
  await database.transaction(async (transaction) => {
    const row = await database.invoiceItems.create(
      {
        id,
        userId: subscription.userId,
        subscriptionId,
        description,
        quantity,
        amountMinor,
        currency: plan.currency,
        createdBy: operator.id,
      },
      { transaction },
    );
    await recordAct(
      database,
      transaction,
      { operator, action: 'invoice_item.create', object: `invoice_item/${id}`, reason },
      { before: null, after: itemFacts(row.get({ plain: true })) },
    );
  });
  return anyRow(database.invoiceItems, id);
}

/**
 * Takes an item back while it waits.
 * @throws Problem 404, also for one that was taken back; 409 `item_invoiced` once it is on an invoice.
 */
export function removeInvoiceItem(
  { database }: Dependencies,
  operator: UserRecord,
  id: string,
  reason: string | undefined,
): Promise<void> {
  return database.transaction(async (transaction) => {
    const row = await database.invoiceItems.findOne({
      where: { id, removedAt: null },
      transaction,
      lock: transaction.LOCK.UPDATE,
    });
    if (row === null) throw notFound();
    const before = row.get({ plain: true });
    if (before.invoiceId !== null) {
      throw new Problem(409, 'item_invoiced', 'This item is on an invoice: credit it there.');
    }
    const removedAt = new Date().toISOString();
    await row.update({ removedAt }, { transaction });
    await recordAct(
      database,
      transaction,
      { operator, action: 'invoice_item.remove', object: `invoice_item/${id}`, reason },
      { before: itemFacts(before), after: itemFacts({ ...before, removedAt }) },
    );
  });
}

const itemFacts = (item: InvoiceItemRecord): Facts =>
  factsOf(item, [
    'subscriptionId',
    'description',
    'quantity',
    'amountMinor',
    'currency',
    'invoiceId',
    'removedAt',
  ]);

import type { InvoiceItemRecord, UserRecord } from '../../../activities/ports/records';
import { isLive, MANAGED_BY_STRIPE } from '../../../billing/subscription';
import type { Database } from '../../../db/database';
import type { Dependencies } from '../../dependencies';
import { Problem, notFound } from '../../http/problem';
import { Refused } from '../../http/refusals';
import { findPlan } from '../../queries/plans';
import { anyRow } from '../../queries/operator/any';
import { makeOnce } from '../repeatable';
import { refuseAmount } from './amounts';
import { factsOf, recordAct, type Asked, type Facts } from './audit';

export interface NewInvoiceItem {
  subscriptionId: string;
  description: string;
  /** The whole item's, in minor units of the subscription's currency; negative gives something back. */
  amountMinor: bigint;
  quantity: number;
}

/**
 * Notes a one-off charge or credit for the subscription's next invoice.
 * @throws Problem 404, 400 for an amount that the currency can't have, 422 for a key of another
 *   request; Refused `subscription_ended`.
 */
export function addInvoiceItem(
  { database }: Dependencies,
  operator: UserRecord,
  item: NewInvoiceItem,
  { reason, idempotencyKey }: Asked,
): Promise<InvoiceItemRecord> {
  const making = { kind: 'invoice-item', userId: operator.id, idempotencyKey, wanted: item };
  return makeOnce({ ...making, table: database.invoiceItems }, async (id) => {
    const { userId, currency } = await itemGround(database, item);
    await database.transaction(async (transaction) => {
      const row = await database.invoiceItems.create(
        { ...item, id, userId, currency, createdBy: operator.id },
        { transaction },
      );
      await recordAct(
        database,
        transaction,
        { operator, action: 'invoice_item.create', object: `invoice_item/${id}`, reason },
        { before: null, after: itemFacts(row.get({ plain: true })) },
      );
    });
  });
}

/** Whose invoice it goes on, and in which currency; refuses what can't go on one. */
async function itemGround(
  database: Database,
  { subscriptionId, amountMinor }: NewInvoiceItem,
): Promise<{ userId: string; currency: string }> {
  const { userId, planId, status, managedBy } = await anyRow(
    database.subscriptions,
    subscriptionId,
  );
  if (managedBy === 'stripe') {
    throw new Refused({ code: 'managed_by_stripe', message: MANAGED_BY_STRIPE });
  }
  if (!isLive(status)) {
    throw new Refused({
      code: 'subscription_ended',
      message: 'This subscription has ended: no invoice will come.',
    });
  }
  const plan = await findPlan(database, planId);
  if (plan === undefined) throw new Error(`subscription ${subscriptionId} has no plan`);
  refuseAmount('amount', amountMinor < 0n ? -amountMinor : amountMinor, plan.currency);
  return { userId, currency: plan.currency };
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
    'quantity',
    'amountMinor',
    'currency',
    'invoiceId',
    'removedAt',
  ]);

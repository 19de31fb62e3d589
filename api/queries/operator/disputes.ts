import { QueryTypes } from 'sequelize';
import type { DisputeRecord } from '../../../activities/ports/records';
import type { Database } from '../../../db/database';

/** A dispute as operators see it: with the subscription whose payment it is. */
export interface DisputeView {
  dispute: DisputeRecord;
  subscriptionId: string | null;
  invoiceNumber: string | null;
}

export async function viewDisputes(
  { invoices }: Database,
  disputes: readonly DisputeRecord[],
): Promise<DisputeView[]> {
  const ids = disputes.flatMap(({ invoiceId }) => (invoiceId === null ? [] : [invoiceId]));
  const rows = ids.length === 0 ? [] : await invoices.findAll({ where: { id: ids } });
  const byId = new Map(rows.map((row) => row.get({ plain: true })).map((row) => [row.id, row]));
  return disputes.map((dispute) => {
    const invoice = byId.get(dispute.invoiceId ?? '');
    return {
      dispute,
      subscriptionId: invoice?.subscriptionId ?? null,
      invoiceNumber: invoice?.number ?? null,
    };
  });
}

/** A dispute, and the subscription that is flagged by it. */
export type FlaggingDispute = DisputeRecord & { subscriptionId: string };

/** The disputes of these subscriptions' payments that are not over, the most urgent first. */
export async function openDisputesOf(
  database: Database,
  subscriptionIds: readonly string[],
): Promise<FlaggingDispute[]> {
  if (subscriptionIds.length === 0) return [];
  const found = await database.sequelize.query<{ id: string; subscriptionId: string }>(
    `select dispute.id, subscription_id as "subscriptionId"
     from disputes dispute join invoices invoice on invoice.id = dispute.invoice_id
     where dispute.closed_at is null and subscription_id in (:ids)`,
    { replacements: { ids: [...subscriptionIds] }, type: QueryTypes.SELECT },
  );
  if (found.length === 0) return [];
  const flagged = new Map(found.map(({ id, subscriptionId }) => [id, subscriptionId]));
  const rows = await database.disputes.findAll({
    where: { id: [...flagged.keys()] },
    order: [
      ['evidenceDueAt', 'ASC'],
      ['id', 'ASC'],
    ],
  });
  return rows.map((row) => {
    const dispute = row.get({ plain: true });
    return { ...dispute, subscriptionId: flagged.get(dispute.id) ?? '' };
  });
}

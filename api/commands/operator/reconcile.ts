import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type {
  DiscrepancyRecord,
  ReconciliationRecord,
  UserRecord,
} from '../../../activities/ports/records';
import { reconcileWorkflowId, taskQueue, type ReconcileInput } from '../../../workflows/messages';
import type { Dependencies } from '../../dependencies';
import { notFound, Problem } from '../../http/problem';
import { anyRow } from '../../queries/operator/any';
import { makeOnce } from '../repeatable';
import { factsOf, recordAct, type Asked } from './audit';

/**
 * Compares Stripe's books with ours now, besides the schedule. Answers as soon as that has begun; its
 * row has no `finishedAt` until it is over. Asked again under the same key it is the same one.
 */
export async function reconcileNow(
  { database, temporal }: Dependencies,
  operator: UserRecord,
  { reason, idempotencyKey }: Asked,
): Promise<ReconciliationRecord> {
  const making = { kind: 'reconciliation', userId: operator.id, idempotencyKey, wanted: {} };
  const row = await makeOnce({ ...making, table: database.reconciliations }, (id) =>
    database.transaction(async (transaction) => {
      const startedAt = new Date().toISOString();
      // What it compares is written by itself when it begins.
      const stretch = { fromAt: startedAt, toAt: startedAt };
      await database.reconciliations.create({ id, startedAt, ...stretch }, { transaction });
      await recordAct(
        database,
        transaction,
        { operator, action: 'reconciliation.start', object: `reconciliation/${id}`, reason },
        { before: null, after: null },
      );
    }),
  );
  const input: ReconcileInput = { id: row.id };
  try {
    await temporal.within(5_000, ({ workflow }) =>
      workflow.start('reconcile', {
        workflowId: reconcileWorkflowId(row.id),
        taskQueue,
        args: [input],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        staticSummary: 'Stripe’s books of the last days, compared with ours by request',
      }),
    );
  } catch (error) {
    // It is over already.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return anyRow(database.reconciliations, row.id);
}

/**
 * Closes something that differs, because an operator knows why or has mended it elsewhere. It is open
 * again when it differs in another way. Asked again it answers the same.
 * @throws Problem 404; 409 `discrepancy_healed` when it does not differ any more.
 */
export async function resolveDiscrepancy(
  { database }: Dependencies,
  operator: UserRecord,
  { id, reason }: { id: string; reason: string },
): Promise<DiscrepancyRecord> {
  await database.transaction(async (transaction) => {
    const row = await database.discrepancies.findByPk(id, { transaction, lock: true });
    if (row === null) throw notFound();
    const before = row.get({ plain: true });
    if (before.status === 'resolved') return;
    if (before.status === 'healed') {
      throw new Problem(409, 'discrepancy_healed', 'The books agree about it again.');
    }
    await row.update({ status: 'resolved', closedAt: new Date().toISOString() }, { transaction });
    await recordAct(
      database,
      transaction,
      { operator, action: 'discrepancy.resolve', object: `discrepancy/${id}`, reason },
      {
        before: factsOf(before, ['kind', 'stripeObject', 'invoiceId', 'details', 'status']),
        after: { status: 'resolved' },
      },
    );
  });
  return anyRow(database.discrepancies, id);
}

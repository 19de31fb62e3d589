import type { z } from 'zod';
import type {
  DiscrepancyRecord,
  ReconciliationRecord,
} from '../../../../../activities/ports/records';
import { discrepancy } from './schemas';

export const presentRun = (run: ReconciliationRecord) => ({
  id: run.id,
  from: run.fromAt,
  to: run.toAt,
  started_at: run.startedAt,
  finished_at: run.finishedAt,
  compared: run.compared,
  healed: run.healed,
  flagged: run.flagged,
});

export const presentDiscrepancy = (row: DiscrepancyRecord): z.input<typeof discrepancy> => ({
  id: row.id,
  kind: discrepancy.shape.kind.parse(row.kind),
  stripe_object: row.stripeObject,
  invoice: row.invoiceId,
  subscription: row.subscriptionId,
  details: row.details,
  status: row.status,
  found_at: row.foundAt,
  seen_at: row.seenAt,
  closed_at: row.closedAt,
});

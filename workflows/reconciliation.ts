import { continueAsNew, sleep, uuid4 } from '@temporalio/workflow';
import type { Part } from '../activities/reconciliation/reconcile';
import { reconciliation } from './activities';
import type { ReconcileInput, ReconcileResult } from './messages';

/** History is begun anew after this many pages. */
const pagesPerRun = 200;

const parts: readonly Part[] = ['payments', 'refunds', 'disputes', 'our_payments', 'our_refunds'];

/**
 * Compares Stripe's books of the last days with ours. What a lost webhook explains is healed: its
 * subscription reads it again. The rest is written down for operators. Its steps may be repeated and
 * cut off anywhere; what it finds again it does not write twice.
 */
export async function reconcile(input: ReconcileInput = {}): Promise<ReconcileResult> {
  const { id = uuid4(), days = 3, graceMinutes = 10, healingSeconds = 20 } = input;
  const run = input.run ?? {
    stretch: await reconciliation.beginReconciliation({ id, days, graceMinutes, now: now() }),
    part: 0,
    compared: 0,
    healing: 0,
  };
  for (let pages = 0; run.part < parts.length; pages += 1) {
    if (pages === pagesPerRun) {
      return continueAsNew<typeof reconcile>({ ...input, id, run });
    }
    const part = parts[run.part] ?? 'payments';
    const { stretch, after } = run;
    const page = await reconciliation.comparePage({
      part,
      stretch,
      now: now(),
      ...(after === undefined ? {} : { after }),
    });
    run.compared += page.compared;
    run.healing += page.healing;
    run.after = page.next;
    if (page.next === undefined) run.part += 1;
  }
  // The subscriptions do it in their own time.
  if (run.healing > 0) await sleep(healingSeconds * 1_000);
  await recheckAll();
  const { compared } = run;
  const found = await reconciliation.finishReconciliation({ id, compared, finishedAt: now() });
  return { id, compared, ...found };
}

async function recheckAll(): Promise<void> {
  const begun = now();
  let after: string | undefined;
  for (let batch = 0; batch < pagesPerRun; batch += 1) {
    const about = { now: begun, ...(after === undefined ? {} : { after }) };
    after = (await reconciliation.recheck(about)).next;
    if (after === undefined) return;
  }
}

const now = () => new Date().toISOString();

import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { TemporalClient } from '../../../platform/temporal-client';
import { taskQueue, type Refusal } from '../../../workflows/messages';
import { Refused } from '../../http/refusals';

/** A workflow that does one thing and answers what became of it. */
export interface OwnWorkflow {
  type: 'invoiceCommand' | 'answerDispute';
  /** Asked again under the same id it answers the same, and does nothing a second time. */
  workflowId: string;
  input: object;
  summary: string;
}

/** How long a worker may take to start it, and then to settle it. */
const startMilliseconds = 5_000;
const settleMilliseconds = 30_000;

/**
 * Runs a workflow of its own and waits for what became of it.
 * @throws Refused when it says no.
 */
export async function runOwnWorkflow<Outcome extends object>(
  temporal: TemporalClient,
  { type, workflowId, input, summary }: OwnWorkflow,
): Promise<Outcome> {
  try {
    await temporal.within(startMilliseconds, ({ workflow }) =>
      workflow.start(type, {
        workflowId,
        taskQueue,
        args: [input],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowTaskTimeout: '5 seconds',
        staticSummary: summary,
      }),
    );
  } catch (error) {
    // It was asked before, under the same key; its answer stands.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  const outcome = await temporal.within<Outcome | { refused: Refusal }>(
    settleMilliseconds,
    ({ workflow }) => workflow.getHandle(workflowId).result(),
  );
  if ('refused' in outcome) throw new Refused(outcome.refused);
  return outcome;
}

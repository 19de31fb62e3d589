import { TemporalFailure } from '@temporalio/workflow';

/**
 * Why an activity failed for good: a regular one says it in the failure's cause, a local one itself.
 * Anything else is a fault of the workflow's own code, which fails the task until it is mended.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof TemporalFailure)) throw error;
  return error.cause?.message ?? error.message;
}

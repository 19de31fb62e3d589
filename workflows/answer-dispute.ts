import { payments } from './activities';
import type { DisputeAnswerInput, DisputeOutcome } from './messages';

/** An operator's answer to a dispute. It is the bank's matter: the subscription's own life goes on beside it. */
export async function answerDispute(input: DisputeAnswerInput): Promise<DisputeOutcome> {
  return payments.answerDispute({ ...input, now: new Date().toISOString() });
}

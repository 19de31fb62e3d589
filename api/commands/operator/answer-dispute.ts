import { randomUUID } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import type { DisputeRecord, UserRecord } from '../../../activities/ports/records';
import { disputeAnswerWorkflowId, type DisputeAnswerInput } from '../../../workflows/messages';
import type { Dependencies } from '../../dependencies';
import { anyRow } from '../../queries/operator/any';
import { keepDetails } from '../request-details';
import { audited, factsOf, type Facts } from './audit';
import { runOwnWorkflow } from './own-workflow';

/** What an operator says to a bank. */
export interface DisputeAct {
  operator: UserRecord;
  disputeId: string;
  /** Written evidence by Stripe's names of it; accepting a dispute loses it. */
  answer: { evidence: Record<string, string>; submit: boolean } | 'accept';
  reason?: string | undefined;
  /** The client's; the same request under the same key is sent once. */
  idempotencyKey?: string | undefined;
}

/**
 * Answers a dispute at Stripe, and keeps it in the audit log (I11); the evidence, which may be
 * personal, only in the database and at Stripe. The dispute as it then is.
 * @throws Problem 404; Refused `dispute_not_answerable`.
 */
export async function answerDispute(
  { database, temporal }: Dependencies,
  { operator, disputeId, answer, reason, idempotencyKey }: DisputeAct,
): Promise<DisputeRecord> {
  const { userId } = await anyRow(database.disputes, disputeId);
  const action = answer === 'accept' ? 'accept' : 'evidence';
  await audited(
    database,
    { operator, action: `dispute.${action}`, object: `dispute/${disputeId}`, reason },
    async () => disputeFacts(await anyRow(database.disputes, disputeId)),
    async () => {
      const answerId = answerIdOf(idempotencyKey, disputeId, answer);
      const input: DisputeAnswerInput =
        answer === 'accept'
          ? { disputeId, answerId, answer: 'accept' }
          : {
              disputeId,
              answerId,
              answer: 'evidence',
              detailsId: await keepDetails(
                database,
                userId,
                { evidence: answer.evidence },
                answerId,
              ),
              submit: answer.submit,
            };
      await runOwnWorkflow(temporal, {
        type: 'answerDispute',
        workflowId: disputeAnswerWorkflowId(answerId),
        input,
        summary: `Operator: ${action} for ${disputeId}`,
      });
    },
  );
  return anyRow(database.disputes, disputeId);
}

/** The same request repeated under the same Idempotency-Key has the same id, another request another one. */
const answerIdOf = (key: string | undefined, disputeId: string, answer: DisputeAct['answer']) =>
  key === undefined ? randomUUID() : uuidv5(JSON.stringify([disputeId, key, answer]), disputes);

/** A name space of our own (RFC 9562), for what Stripe's ids, which are no UUIDs, can't be one. */
const disputes = '5f0c7a43-8d0e-4b8e-9d5c-2b7f3a1e6c90';

/** What an answer may change of a dispute. */
const disputeFacts = (row: DisputeRecord): Facts =>
  factsOf(row, ['id', 'status', 'currency', 'amountMinor', 'withdrawnMinor', 'closedAt']);

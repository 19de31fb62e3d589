import {
  ServiceError,
  WithStartWorkflowOperation,
  WorkflowUpdateFailedError,
  isGrpcServiceError,
  type WorkflowHandle,
  type WorkflowUpdateHandle,
} from '@temporalio/client';
import {
  ApplicationFailure,
  TypedSearchAttributes,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/common';
import type { TemporalClient } from '../../platform/temporal-client';
import {
  createUpdate,
  subscriptionWorkflowId,
  taskQueue,
  type CommandOutcome,
  type CreateOutcome,
  type CreateRequest,
  type Refusal,
  type SubscriptionInput,
} from '../../workflows/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { Refused } from '../http/refusals';

/** How long a worker may take to accept a message, and then to settle it. */
const acceptMilliseconds = 5_000;
const settleMilliseconds = 30_000;

/**
 * Starts a subscription's workflow and waits for what became of it. Asked again with the same id it
 * answers the recorded outcome, whether the workflow still runs or has ended long ago.
 */
export async function createInWorkflow(
  temporal: TemporalClient,
  subscriptionId: string,
  create: CreateRequest,
  summary: string,
): Promise<CreateOutcome> {
  const workflowId = subscriptionWorkflowId(subscriptionId);
  const input: SubscriptionInput = { subscriptionId, create };
  try {
    const update = await temporal.within(acceptMilliseconds, ({ workflow }) =>
      workflow.startUpdateWithStart(createUpdate, {
        updateId: 'create',
        waitForStage: 'ACCEPTED',
        startWorkflowOperation: startOperation(workflowId, input, create, summary),
      }),
    );
    return await temporal.within(settleMilliseconds, () => update.result());
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return temporal.within(settleMilliseconds, ({ workflow }) =>
      workflow.getHandle(workflowId).getUpdateHandle<CreateOutcome>('create').result(),
    );
  }
}

function startOperation(
  workflowId: string,
  input: SubscriptionInput,
  { userId, planId }: CreateRequest,
  staticSummary: string,
) {
  const operation = new WithStartWorkflowOperation('subscription', {
    workflowId,
    taskQueue,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    workflowTaskTimeout: '5 seconds',
    staticSummary,
    typedSearchAttributes: new TypedSearchAttributes([
      { key: searchAttributes.status, value: 'incomplete' },
      { key: searchAttributes.userId, value: userId },
      { key: searchAttributes.planId, value: planId },
    ]),
  });
  // Nobody waits for the handle; what goes wrong is thrown by the update as well.
  operation.workflowHandle().catch(() => undefined);
  return operation;
}

/** How an update is sent; with an `updateId` the same one is done once. */
interface UpdateOptions {
  waitForStage: 'ACCEPTED';
  updateId?: string;
}

/** How a message is begun: the handle of an update that the workflow has accepted. */
type BeginUpdate = (
  handle: WorkflowHandle,
  options: UpdateOptions,
) => Promise<WorkflowUpdateHandle<CommandOutcome>>;

/**
 * Sends an update to a running subscription and waits for what became of it. Sent again with the
 * same `updateId` it answers the same, as long as the workflow remembers it.
 * @throws Refused when it says no, and `subscription_ended` when its workflow runs no more.
 */
export async function command(
  temporal: TemporalClient,
  subscriptionId: string,
  begin: BeginUpdate,
  updateId?: string,
): Promise<Exclude<CommandOutcome, { refused: Refusal }>> {
  const outcome = await send(temporal, subscriptionId, begin, updateId);
  if ('refused' in outcome) throw new Refused(outcome.refused);
  return outcome;
}

async function send(
  temporal: TemporalClient,
  subscriptionId: string,
  begin: BeginUpdate,
  updateId: string | undefined,
): Promise<CommandOutcome> {
  const workflowId = subscriptionWorkflowId(subscriptionId);
  const options: UpdateOptions = {
    waitForStage: 'ACCEPTED',
    ...(updateId === undefined ? {} : { updateId }),
  };
  try {
    const update = await temporal.within(acceptMilliseconds, ({ workflow }) =>
      begin(workflow.getHandle(workflowId), options),
    );
    return await temporal.within(settleMilliseconds, () => update.result());
  } catch (error) {
    if (!hasEnded(error)) throw error;
    return (await recordedOutcome(temporal, workflowId, updateId)) ?? { refused: ended };
  }
}

/** What a workflow that has ended answered to this very update while it ran. */
async function recordedOutcome(
  temporal: TemporalClient,
  workflowId: string,
  updateId: string | undefined,
): Promise<CommandOutcome | undefined> {
  if (updateId === undefined) return undefined;
  try {
    return await temporal.within(acceptMilliseconds, ({ workflow }) =>
      workflow.getHandle(workflowId).getUpdateHandle<CommandOutcome>(updateId).result(),
    );
  } catch (error) {
    if (hasEnded(error) || isUnknownUpdate(error)) return undefined;
    throw error;
  }
}

/** gRPC: NOT_FOUND. */
const notFoundCodes = new Set<number>([5]);
const isUnknownUpdate = (error: unknown) => {
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) && notFoundCodes.has(cause.code);
};

const ended: Refusal = {
  code: 'subscription_ended',
  message: 'This subscription has ended; create a new one.',
};

/** The workflow was over before the message came, or ended before it could answer. */
function hasEnded(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError) return true;
  return (
    error instanceof WorkflowUpdateFailedError &&
    error.cause instanceof ApplicationFailure &&
    error.cause.type === 'AcceptedUpdateCompletedWorkflow'
  );
}

import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  Runtime,
  Worker,
} from '@temporalio/worker';
import { computeEverything } from './workflows';

/** The history of a workflow `billing` that was given `expected` and completed at once. */
const completedHistory = (expected: string[]) => {
  const taskQueue = { name: 'unit', kind: 'TASK_QUEUE_KIND_NORMAL' };
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const payload = {
    metadata: { encoding: base64('json/plain') },
    data: base64(JSON.stringify(expected)),
  };
  const events = [
    [
      'WORKFLOW_EXECUTION_STARTED',
      'workflowExecutionStartedEventAttributes',
      {
        workflowType: { name: 'billing' },
        taskQueue,
        input: { payloads: [payload] },
        workflowTaskTimeout: '10s',
        originalExecutionRunId: '00000000-0000-4000-8000-000000000000',
        firstExecutionRunId: '00000000-0000-4000-8000-000000000000',
        attempt: 1,
      },
    ],
    [
      'WORKFLOW_TASK_SCHEDULED',
      'workflowTaskScheduledEventAttributes',
      { taskQueue, startToCloseTimeout: '10s', attempt: 1 },
    ],
    [
      'WORKFLOW_TASK_STARTED',
      'workflowTaskStartedEventAttributes',
      { scheduledEventId: '2', identity: 'unit' },
    ],
    [
      'WORKFLOW_TASK_COMPLETED',
      'workflowTaskCompletedEventAttributes',
      { scheduledEventId: '2', startedEventId: '3', identity: 'unit' },
    ],
    [
      'WORKFLOW_EXECUTION_COMPLETED',
      'workflowExecutionCompletedEventAttributes',
      { workflowTaskCompletedEventId: '4' },
    ],
  ] as const;
  return {
    events: events.map(([type, key, attributes], index) => ({
      eventId: String(index + 1),
      eventTime: '2026-01-01T00:00:00Z',
      eventType: `EVENT_TYPE_${type}`,
      [key]: attributes,
    })),
  };
};

describe('the billing core in a workflow', () => {
  const logger = new DefaultLogger('ERROR');

  beforeAll(() => {
    Runtime.install({
      logger,
      telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
    });
  });

  it('loads inside the sandbox and computes there what it computes outside', async () => {
    const workflowBundle = await bundleWorkflowCode({
      workflowsPath: require.resolve('./workflows'),
      logger,
    });
    const replay = (expected: string[]) =>
      Worker.runReplayHistory({ workflowBundle }, completedHistory(expected));
    await replay(computeEverything());
    // And the replay would have told a difference.
    await expect(replay(['something else'])).rejects.toThrow(/Not as outside/);
  }, 60_000);
});

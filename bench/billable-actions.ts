import { temporal } from '@temporalio/proto';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
const types = temporal.api.enums.v1.EventType;

/** What the SDK names the marker in which a local activity's result is kept. */
const localActivityMarker = 'core_local_activity';

const oneEach = new Set<HistoryEvent['eventType']>([
  types.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
  types.EVENT_TYPE_TIMER_STARTED,
  types.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
  types.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
  types.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
]);

/**
 * What Temporal Cloud would charge for these events (https://docs.temporal.io/cloud/actions): each start of a
 * workflow, timer, signal, update and upsert of search attributes; each start of an activity, so that a retry
 * counts again; and the local activities of one workflow task together as one. Heartbeats count too but leave no
 * event: an activity of ours sends the first after 0.8 s.
 */
export function billableActions(events: readonly HistoryEvent[]): number {
  const single = events.filter(({ eventType }) => oneEach.has(eventType)).length;
  const started = events.reduce(
    (sum, { activityTaskStartedEventAttributes: activity }) => sum + (activity?.attempt ?? 0),
    0,
  );
  const tasksWithLocalActivities = new Set(
    events
      .map(({ markerRecordedEventAttributes: marker }) => marker)
      .filter((marker) => marker?.markerName === localActivityMarker)
      .map((marker) => String(marker?.workflowTaskCompletedEventId)),
  );
  return single + started + tasksWithLocalActivities.size;
}

import type { WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { StackError } from '../scripts/stack/part';
import { billableActions } from './billable-actions';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
const { EventType: types } = temporal.api.enums.v1;
const { HistoryEvent: codec } = temporal.api.history.v1;

/** How much of a workflow's history there is. */
export interface Extent {
  readonly events: number;
  readonly bytes: number;
}

/** What happened to one workflow between an extent and now. */
export interface Growth extends Extent {
  readonly actions: number;
  /** Milliseconds since 1970 when the regular activity was done: for us, when the invoice was paid. */
  readonly doneAt: number;
  /** From the activity's start to its end, in milliseconds. */
  readonly activityMilliseconds: number;
  /** Encoded size of each event, by its type. */
  readonly byType: readonly { readonly type: string; readonly bytes: number }[];
}

/** The extent of a workflow that sleeps; undefined while it has still something to do. */
export async function extentAsleep(handle: WorkflowHandle): Promise<Extent | undefined> {
  const { historyLength: events, historySize: bytes, raw } = await handle.describe();
  const busy = raw.pendingWorkflowTask ?? raw.pendingActivities?.[0];
  // Its start, its first task and a timer are the least that a sleeping one has.
  return busy || events < 5 || bytes === undefined ? undefined : { events, bytes };
}

/** @throws StackError when it has not gone through exactly one regular activity since */
export async function growthSince(handle: WorkflowHandle, before: Extent): Promise<Growth> {
  const [after, history] = await Promise.all([extentAsleep(handle), handle.fetchHistory()]);
  const events = (history.events ?? []).slice(before.events);
  const started = events.filter((event) => event.activityTaskStartedEventAttributes);
  const done = events.filter((event) => event.activityTaskCompletedEventAttributes);
  if (after === undefined || started.length !== 1 || done.length !== 1) {
    throw new StackError(`${handle.workflowId} did not renew once and fall asleep again.`);
  }
  const doneAt = milliseconds(done[0]);
  return {
    events: after.events - before.events,
    bytes: after.bytes - before.bytes,
    actions: billableActions(events),
    doneAt,
    activityMilliseconds: doneAt - milliseconds(started[0]),
    byType: events.map((event) => ({
      type: nameOf(event),
      bytes: codec.encode(event).finish().length,
    })),
  };
}

function milliseconds(event: HistoryEvent | undefined): number {
  const { seconds, nanos } = event?.eventTime ?? {};
  return Number(seconds ?? 0) * 1000 + (nanos ?? 0) / 1_000_000;
}

/** `EVENT_TYPE_TIMER_FIRED` is "timer fired". */
function nameOf({ eventType }: HistoryEvent): string {
  const name = types[eventType ?? 0] ?? 'unknown';
  return name
    .replace(/^EVENT_TYPE_/, '')
    .replaceAll('_', ' ')
    .toLowerCase();
}

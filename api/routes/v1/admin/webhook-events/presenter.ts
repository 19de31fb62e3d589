import type { WebhookEventRecord } from '../../../../../activities/ports/records';
import { storable } from '../../../../../db/repositories/storable-json';

export const presentWebhookEvent = (event: Omit<WebhookEventRecord, 'payload'>) => ({
  id: event.id,
  type: event.type,
  status: event.status,
  reason: event.reason,
  attempts: event.attempts,
  next_attempt_at: event.status === 'received' ? event.dueAt : null,
  last_error: event.lastError,
  received_at: event.receivedAt,
  settled_at: event.settledAt,
});

/** Secrets are not stored; rows of earlier versions may hold some. */
export const presentWholeEvent = (event: WebhookEventRecord) => ({
  ...presentWebhookEvent(event),
  payload: storable(event.payload),
});

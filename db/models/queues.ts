import type { Sequelize } from 'sequelize';
import type {
  EmailRecord,
  EventPollRecord,
  RequestDetailsRecord,
  WebhookEventRecord,
} from '../../activities/ports/records';
import { instant, integer, json, text, textKey, uuid, uuidKey } from '../columns';
import { defineTable } from './define';

/** What arrives or leaves by itself: webhook events in, emails out; and what was said with a request. */
export const queueTables = (sequelize: Sequelize) => ({
  requestDetails: defineTable<RequestDetailsRecord>(
    sequelize,
    'request_details',
    { id: uuidKey, userId: uuid, data: json },
    'created',
  ),
  webhookEvents: defineTable<WebhookEventRecord>(
    sequelize,
    'webhook_events',
    {
      id: textKey,
      type: text,
      payload: json,
      status: text,
      attempts: integer,
      dueAt: instant('dueAt'),
      lastError: text,
      reason: text,
      receivedAt: instant('receivedAt'),
      settledAt: instant('settledAt'),
    },
    'none',
  ),
  eventPolls: defineTable<EventPollRecord>(
    sequelize,
    'event_polls',
    { source: textKey, lastEventId: text, polledAt: instant('polledAt') },
    'none',
  ),
  emails: defineTable<EmailRecord>(
    sequelize,
    'emails',
    {
      id: uuidKey,
      kind: text,
      thing: text,
      occasion: text,
      userId: uuid,
      subscriptionId: uuid,
      data: json,
      status: text,
      attempts: integer,
      dueAt: instant('dueAt'),
      messageId: text,
      lastError: text,
      sentAt: instant('sentAt'),
    },
    'created',
  ),
});

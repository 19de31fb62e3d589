import { z } from 'zod';
import type { WebhookEventRecord } from '../../activities/ports/records';
import type { Database } from '../database';
import { isStorable, storable } from './storable-json';

/** An event of Stripe's as it came. */
export type ReceivedEvent = Pick<WebhookEventRecord, 'id' | 'type' | 'payload'>;

/** Stripe's ids and types are a tenth of this; an index of PostgreSQL's takes no more than some 2,700 bytes. */
const name = z.string().min(1).max(255).refine(isStorable);
const envelope = z.looseObject({ id: name, type: name });

/** What of a parsed body is stored, or undefined when it is no event. */
export function receivedEvent(body: unknown): ReceivedEvent | undefined {
  const event = envelope.safeParse(body).data;
  if (event === undefined) return undefined;
  const { id, type } = event;
  const payload = storable(event);
  return { id, type, payload };
}

/** Writes events down, each once however often it comes; the new rows wake the worker (I7). */
export async function storeEvents(
  { webhookEvents }: Pick<Database, 'webhookEvents'>,
  events: readonly ReceivedEvent[],
): Promise<void> {
  if (events.length === 0) return;
  await webhookEvents.bulkCreate([...events], { ignoreDuplicates: true });
}

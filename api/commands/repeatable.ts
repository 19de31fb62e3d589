import { v5 as uuidv5 } from 'uuid';

/**
 * The name under which Temporal does one asking of a subscription once: the same request repeated
 * under the same Idempotency-Key has the same name, another request another one. Undefined without
 * a key. `request` is what the client asked, in a fixed order.
 */
export function updateIdOf(
  idempotencyKey: string | undefined,
  { subscriptionId, action, request }: Asking,
): string | undefined {
  if (idempotencyKey === undefined) return undefined;
  return uuidv5(JSON.stringify([idempotencyKey, action, request]), subscriptionId);
}

interface Asking {
  subscriptionId: string;
  action: string;
  request: object;
}

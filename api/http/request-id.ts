import { randomUUID } from 'node:crypto';
import type { Context, Next } from 'koa';

const ids = new WeakMap<object, string>();

/** Names the request in its answer and in the log; a sensible name given by a proxy is kept. */
export async function nameRequest(context: Context, next: Next): Promise<void> {
  const given = context.get('X-Request-Id');
  const id = /^[\w-]{8,64}$/.test(given) ? given : randomUUID();
  ids.set(context.req, id);
  context.set('X-Request-Id', id);
  await next();
}

export function requestIdOf(context: Context): string {
  return ids.get(context.req) ?? '';
}

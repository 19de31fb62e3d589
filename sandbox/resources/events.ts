import { z } from 'zod';
import { invalidRequest, resourceMissing } from '../errors';
import type { SandboxEvent } from '../events';
import { listPage, within } from '../http/pagination';
import { created, expand, flag, page, text } from '../http/parameters';
import { ok, route, type Route } from '../http/routes';
import type { Scope } from '../world';

/** The event as it stands now: how many endpoints have not taken it yet changes with time. */
function present(scope: Scope, event: SandboxEvent): SandboxEvent {
  let pending = 0;
  for (const [endpoint] of scope.store.tables.webhook_endpoints.oldestFirst()) {
    if (scope.store.tables.deliveries.has(`${event.id} ${endpoint}`)) {
      pending += 1;
    }
  }
  return { ...event, pending_webhooks: pending };
}

/** `charge.*` covers every type that begins with `charge.`. */
function covers(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}

export const eventRoutes: Route[] = [
  route('get', '/v1/events', {
    schema: z.strictObject({
      ...page,
      created,
      delivery_success: flag.optional(),
      type: text.optional(),
      types: z.array(text).max(20).optional(),
    }),
    handle: ({ scope, params }) => {
      if (params.type !== undefined && params.types !== undefined) {
        throw invalidRequest('You may only specify one of these parameters: type, types.', {
          code: 'parameters_exclusive',
          param: 'type',
        });
      }
      const patterns = params.types ?? [params.type ?? '*'];
      return ok(
        listPage(
          scope.store.tables.events,
          { url: '/v1/events', what: 'event', page: params },
          ({ object }) => {
            const matches =
              patterns.some((pattern) => covers(pattern, object.type)) &&
              within(object.created, params.created);
            const event = matches ? present(scope, object) : null;
            const delivered = event?.pending_webhooks === 0;
            return params.delivery_success === undefined || delivered === params.delivery_success
              ? event
              : null;
          },
        ),
      );
    },
  }),
  route('get', '/v1/events/:id', {
    schema: z.strictObject({ expand }),
    handle: ({ scope, ids }) => {
      const row = scope.store.tables.events.get(ids.id);
      if (row === undefined) {
        throw resourceMissing('event', ids.id, 'id', true);
      }
      return ok(present(scope, row.object));
    },
  }),
];

import type Stripe from 'stripe';
import { z } from 'zod';
import { API_VERSION } from '../api-version';
import { resourceMissing } from '../errors';
import { listPage } from '../http/pagination';
import { clearableText, expand, metadata, page, text } from '../http/parameters';
import { ok, route, type Route } from '../http/routes';
import { mergeMetadata } from '../metadata';
import type { WebhookEndpointRow } from '../store/rows';
import type { Scope } from '../world';

export interface EndpointRequest {
  url: string;
  secret: string;
  enabled_events: string[];
  description?: string | null;
  metadata?: Stripe.Metadata;
  api_version?: string | null;
}

/** Registers an address that events are sent to. */
export function createEndpoint(scope: Scope, request: EndpointRequest): WebhookEndpointRow {
  const { webhook_endpoints } = scope.store.tables;
  const object: Stripe.WebhookEndpoint = {
    id: scope.ids.mint('we', (id) => webhook_endpoints.has(id)),
    object: 'webhook_endpoint',
    api_version: request.api_version ?? API_VERSION,
    application: null,
    created: scope.seconds(),
    description: request.description ?? null,
    enabled_events: request.enabled_events,
    livemode: false,
    metadata: request.metadata ?? {},
    status: 'enabled',
    url: request.url,
  };
  const row = { object, secret: request.secret };
  webhook_endpoints.put(object.id, row);
  return row;
}

/** Removes an endpoint and everything that was on its way to it. */
export function deleteEndpoint(scope: Scope, id: string): void {
  const { webhook_endpoints, deliveries } = scope.store.tables;
  webhook_endpoints.delete(id);
  for (const [key, delivery] of [...deliveries.oldestFirst()]) {
    if (delivery.endpoint === id) {
      deliveries.delete(key);
    }
  }
}

/**
 * Makes sure that exactly these addresses were provisioned, once each and with these secrets, however
 * often the sandbox is started. Endpoints made through the API are left alone.
 */
export function provisionEndpoints(
  scope: Scope,
  wanted: readonly { url: string; secret: string }[],
): void {
  const { webhook_endpoints } = scope.store.tables;
  const kept = new Set<string>();
  for (const [id, row] of [...webhook_endpoints.oldestFirst()]) {
    if (row.object.description !== PROVISIONED) {
      continue;
    }
    const match = wanted.find((each) => each.url === row.object.url);
    if (match === undefined || kept.has(match.url)) {
      deleteEndpoint(scope, id);
    } else {
      kept.add(match.url);
      webhook_endpoints.put(id, { ...row, secret: match.secret });
    }
  }
  for (const { url, secret } of wanted.filter((each) => !kept.has(each.url))) {
    createEndpoint(scope, { url, secret, enabled_events: ['*'], description: PROVISIONED });
  }
}

const PROVISIONED = 'Provisioned at the start of the sandbox';

function find(scope: Scope, id: string): WebhookEndpointRow {
  const row = scope.store.tables.webhook_endpoints.get(id);
  if (row === undefined) {
    throw resourceMissing('webhook endpoint', id, 'id', true);
  }
  return row;
}

export const webhookEndpointRoutes: Route[] = [
  route('post', '/v1/webhook_endpoints', {
    schema: z.strictObject({
      expand,
      api_version: text.optional(),
      description: clearableText.optional(),
      enabled_events: z.array(text).min(1),
      metadata: metadata.optional(),
      url: z.url({ protocol: /^https?$/ }),
    }),
    handle: ({ scope, params }) => {
      const row = createEndpoint(scope, {
        url: params.url,
        secret: `whsec_${scope.ids.secret('we')}`,
        enabled_events: params.enabled_events,
        description: params.description ?? null,
        metadata: mergeMetadata({}, params.metadata),
        api_version: params.api_version ?? null,
      });
      // The only answer that ever shows the secret.
      return ok({ ...row.object, secret: row.secret });
    },
  }),
  route('get', '/v1/webhook_endpoints', {
    schema: z.strictObject({ ...page }),
    handle: ({ scope, params }) =>
      ok(
        listPage(
          scope.store.tables.webhook_endpoints,
          { url: '/v1/webhook_endpoints', what: 'webhook endpoint', page: params },
          ({ object }) => object,
        ),
      ),
  }),
  route('get', '/v1/webhook_endpoints/:id', {
    schema: z.strictObject({ expand }),
    handle: ({ scope, ids }) => ok(find(scope, ids.id).object),
  }),
  route('delete', '/v1/webhook_endpoints/:id', {
    schema: z.strictObject({}),
    handle: ({ scope, ids }) => {
      const { id } = find(scope, ids.id).object;
      deleteEndpoint(scope, id);
      return ok({ id, object: 'webhook_endpoint', deleted: true });
    },
  }),
];

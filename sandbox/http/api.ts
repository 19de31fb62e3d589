import type Router from '@koa/router';
import type Koa from 'koa';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../engine';
import { ApiError, type ErrorBody } from '../errors';
import { chargeRoutes } from '../resources/charges';
import { customerRoutes } from '../resources/customers';
import { disputeRoutes } from '../resources/disputes';
import { eventRoutes } from '../resources/events';
import { invoiceRoutes } from '../resources/invoices';
import { paymentIntentRoutes } from '../resources/payment-intents';
import { paymentMethodRoutes } from '../resources/payment-methods';
import { refundRoutes } from '../resources/refunds';
import { setupIntentRoutes } from '../resources/setup-intents';
import { subscriptionRoutes } from '../resources/subscriptions';
import { webhookEndpointRoutes } from '../resources/webhook-endpoints';
import type { Scope } from '../world';
import type { Witness } from '../witness/witness';
import { authenticate, type KeyKind } from './api-keys';
import type { Fault, FaultPlan } from './faults';
import { decodeForm } from './form-body';
import { keySlot, type Idempotency, type KeySlot, type StoredAnswer } from './idempotency';
import { readBody } from './read-body';
import type { Route } from './routes';

export interface ApiParts {
  engine: Engine;
  faults: FaultPlan;
  idempotency: Idempotency;
  witness: Witness | null;
}

/** Every endpoint of the slice. */
export const ROUTES: readonly Route[] = [
  ...customerRoutes,
  ...paymentMethodRoutes,
  ...setupIntentRoutes,
  ...paymentIntentRoutes,
  ...chargeRoutes,
  ...refundRoutes,
  ...disputeRoutes,
  ...subscriptionRoutes,
  ...invoiceRoutes,
  ...eventRoutes,
  ...webhookEndpointRoutes,
];

/** One request on its way through the API. */
interface Incoming {
  ctx: Koa.Context;
  route: Route;
  key: KeyKind;
  requestId: string;
  text: string;
  fault: Fault | null;
}

/** Serves every endpoint of the slice under /v1. */
export function mountApi(router: Router, parts: ApiParts): void {
  for (const route of ROUTES) {
    router.register(route.path, [route.method], async (ctx: Koa.Context) => {
      await serve(parts, route, ctx);
    });
  }
}

async function serve(parts: ApiParts, route: Route, ctx: Koa.Context): Promise<void> {
  const key = authenticate(ctx.get('authorization') || undefined);
  const requestId = ctx.response.get('request-id');
  const text = route.method === 'post' ? await readBody(ctx.req) : ctx.querystring;
  parts.witness?.hear(ctx, text);
  const fault = parts.faults.next(ctx.method, ctx.path);
  const incoming: Incoming = { ctx, route, key, requestId, text, fault };
  const idempotencyKey = ctx.get('idempotency-key');
  const slot =
    route.method === 'post' && idempotencyKey !== '' && !parts.faults.forgetsKeys
      ? keySlot(idempotencyKey, ctx.path, canonical(text))
      : null;
  if (slot !== null) {
    ctx.set('Idempotency-Key', slot.key);
  }
  const stored = slot === null ? null : parts.idempotency.acquire(slot);
  if (stored !== null) {
    ctx.set('Idempotent-Replayed', 'true');
    ctx.set('Original-Request', stored.requestId);
    await beforehand(parts, incoming);
    await reply(parts, incoming, stored);
    return;
  }
  try {
    await beforehand(parts, incoming);
    await reply(parts, incoming, await perform(parts, incoming, slot));
  } finally {
    if (slot !== null) {
      parts.idempotency.release(slot);
    }
  }
}

/** What may befall a request before anything of it is done. */
async function beforehand({ faults }: ApiParts, { ctx, fault }: Incoming): Promise<void> {
  if (faults.latencyMs > 0) {
    await sleep(faults.latencyMs / 2);
  }
  switch (fault) {
    case 'drop_before_commit':
      throw new BrokenConnection();
    case 'hang':
      await untilClosed(ctx);
      throw new BrokenConnection();
    case 'rate_limit':
      throw new ApiError(429, {
        type: 'invalid_request_error',
        code: 'rate_limit',
        message: 'Request rate limit exceeded. Learn more: https://stripe.com/docs/rate-limits',
      });
    case 'lock_timeout':
      throw new ApiError(429, {
        type: 'invalid_request_error',
        code: 'lock_timeout',
        message:
          'This object cannot be accessed right now because another API request or Stripe process is currently accessing it.',
      });
    case 'drop_after_commit':
    case 'error_before_commit':
    case 'error_after_commit':
    case null:
  }
}

/** Does what is asked and keeps the answer for the key, in one transaction. */
function perform(
  { engine, idempotency }: ApiParts,
  incoming: Incoming,
  slot: KeySlot | null,
): Promise<StoredAnswer> {
  const { requestId } = incoming;
  return engine.change({ requestId, idempotencyKey: slot?.key ?? null }, (scope) => {
    const answer = { ...outcomeOf(scope, incoming), requestId };
    if (slot !== null) {
      idempotency.keep(slot, answer);
    }
    return answer;
  });
}

function outcomeOf(
  scope: Scope,
  { ctx, route, key, text, fault }: Incoming,
): { status: number; body: string } {
  if (fault === 'error_before_commit') {
    return SERVER_ERROR;
  }
  const ids = { id: idIn(ctx, 'id'), nested: idIn(ctx, 'nested') };
  const answer = route.answer({ scope, key, form: decodeForm(text), ids });
  return fault === 'error_after_commit'
    ? SERVER_ERROR
    : { status: answer.status, body: JSON.stringify(answer.body) };
}

async function reply(
  { faults }: ApiParts,
  incoming: Incoming,
  answer: StoredAnswer,
): Promise<void> {
  if (faults.latencyMs > 0) {
    await sleep(faults.latencyMs / 2);
  }
  if (incoming.fault === 'drop_after_commit') {
    throw new BrokenConnection();
  }
  const { ctx } = incoming;
  if (answer.status >= 500) {
    // A retry with the same key would only get the same answer again.
    ctx.set('Stripe-Should-Retry', 'false');
  }
  ctx.status = answer.status;
  ctx.type = 'application/json';
  ctx.body = answer.body;
}

const SERVER_ERROR = {
  status: 500,
  body: JSON.stringify({
    error: {
      type: 'api_error',
      message: 'An unknown error occurred. (The sandbox was told to answer so.)',
    } satisfies ErrorBody,
  }),
};

/** The connection is to be cut instead of answered. */
export class BrokenConnection extends Error {}

function untilClosed(ctx: Koa.Context): Promise<void> {
  return new Promise((resolve) => {
    ctx.res.once('close', resolve);
  });
}

function idIn(ctx: Koa.Context, name: string): string {
  const params: Record<string, string | undefined> = ctx['params'];
  return params[name] ?? '';
}

/** The same text for the same parameters, whatever their order. */
function canonical(text: string): string {
  const parameters = new URLSearchParams(text);
  parameters.sort();
  return parameters.toString();
}

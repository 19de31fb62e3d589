import type Stripe from 'stripe';
import { API_VERSION } from './api-version';
import type { Scope } from './world';

/** The events that the sandbox sends by itself. */
type OwnEvent =
  | Stripe.ChargeCapturedEvent
  | Stripe.ChargeDisputeClosedEvent
  | Stripe.ChargeDisputeCreatedEvent
  | Stripe.ChargeDisputeFundsReinstatedEvent
  | Stripe.ChargeDisputeFundsWithdrawnEvent
  | Stripe.ChargeDisputeUpdatedEvent
  | Stripe.ChargeFailedEvent
  | Stripe.ChargePendingEvent
  | Stripe.ChargeRefundUpdatedEvent
  | Stripe.ChargeRefundedEvent
  | Stripe.ChargeSucceededEvent
  | Stripe.CustomerCreatedEvent
  | Stripe.CustomerDeletedEvent
  | Stripe.CustomerSubscriptionCreatedEvent
  | Stripe.CustomerSubscriptionDeletedEvent
  | Stripe.CustomerSubscriptionTrialWillEndEvent
  | Stripe.CustomerSubscriptionUpdatedEvent
  | Stripe.CustomerUpdatedEvent
  | Stripe.InvoiceCreatedEvent
  | Stripe.InvoiceFinalizedEvent
  | Stripe.InvoicePaidEvent
  | Stripe.InvoicePaymentFailedEvent
  | Stripe.InvoicePaymentSucceededEvent
  | Stripe.PaymentIntentAmountCapturableUpdatedEvent
  | Stripe.PaymentIntentCanceledEvent
  | Stripe.PaymentIntentCreatedEvent
  | Stripe.PaymentIntentPaymentFailedEvent
  | Stripe.PaymentIntentProcessingEvent
  | Stripe.PaymentIntentRequiresActionEvent
  | Stripe.PaymentIntentSucceededEvent
  | Stripe.PaymentMethodAttachedEvent
  | Stripe.PaymentMethodAutomaticallyUpdatedEvent
  | Stripe.PaymentMethodDetachedEvent
  | Stripe.PaymentMethodUpdatedEvent
  | Stripe.RefundCreatedEvent
  | Stripe.RefundFailedEvent
  | Stripe.RefundUpdatedEvent
  | Stripe.SetupIntentCanceledEvent
  | Stripe.SetupIntentCreatedEvent
  | Stripe.SetupIntentRequiresActionEvent
  | Stripe.SetupIntentSetupFailedEvent
  | Stripe.SetupIntentSucceededEvent;

/** An event of any type and content, made up through the control API. */
export interface MadeUpEvent extends Omit<Stripe.EventBase, 'type' | 'data'> {
  type: string;
  data: { object: Record<string, unknown>; previous_attributes?: Record<string, unknown> };
}

export type SandboxEvent = OwnEvent | MadeUpEvent;

/** What an event says, without the envelope that the sandbox puts around it. */
type ContentOf<Event> = Event extends SandboxEvent ? Pick<Event, 'type' | 'data'> : never;

export type OwnEventContent = ContentOf<OwnEvent>;

/**
 * Records an event and puts it on its way to every endpoint that wants it, in the transaction of what
 * caused it: neither is ever kept without the other.
 */
export function emit(scope: Scope, content: OwnEventContent): void {
  record(scope, { ...envelope(scope), ...content });
}

/** Records an event that did not come out of the sandbox's own workings, as its id tells. Returns that. */
export function emitMadeUp(
  scope: Scope,
  content: Pick<MadeUpEvent, 'type' | 'data'> & { account?: string; api_version?: string },
): string {
  const id = scope.ids.mint('evt_madeup', (each) => scope.store.tables.events.has(each));
  const event: MadeUpEvent = { ...envelope(scope), id, ...content };
  record(scope, event);
  return event.id;
}

function envelope(scope: Scope): Omit<Stripe.EventBase, 'type' | 'data'> {
  return {
    id: scope.ids.mint('evt', (id) => scope.store.tables.events.has(id)),
    object: 'event',
    api_version: API_VERSION,
    created: scope.seconds(),
    livemode: false,
    pending_webhooks: 0,
    request: {
      id: scope.cause?.requestId ?? null,
      idempotency_key: scope.cause?.idempotencyKey ?? null,
    },
  };
}

function record(scope: Scope, event: SandboxEvent): void {
  const endpoints = interestedEndpoints(scope, event.type);
  const pending = { ...event, pending_webhooks: endpoints.length };
  scope.store.tables.events.put(event.id, { object: pending });
  for (const endpoint of endpoints) {
    queueDelivery(scope, event.id, endpoint);
  }
}

/** Puts one event on its way to one endpoint, now. */
export function queueDelivery(scope: Scope, event: string, endpoint: string): void {
  scope.store.tables.deliveries.put(`${event} ${endpoint}`, {
    event,
    endpoint,
    attempts: 0,
    nextAttemptAt: Date.now(),
    givenUp: false,
  });
}

function interestedEndpoints(scope: Scope, type: string): string[] {
  const ids: string[] = [];
  for (const [id, { object }] of scope.store.tables.webhook_endpoints.oldestFirst()) {
    const wanted = object.enabled_events.includes('*') || object.enabled_events.includes(type);
    if (wanted && object.status === 'enabled') {
      ids.push(id);
    }
  }
  return ids;
}

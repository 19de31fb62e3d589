import type Stripe from 'stripe';
import type { SandboxEvent } from '../events';

/** What the sandbox knows about a customer. A deleted one stays, as Stripe still answers for it. */
export interface CustomerRow {
  object: Stripe.Customer;
  deleted: boolean;
}

export interface PaymentMethodRow {
  object: Stripe.PaymentMethod;
  /** The test number (or bank token) that decides what happens with it; see outcomes.ts. */
  instrument: string;
  /** Whether the holder authenticated it for later off-session payments. */
  setUp: boolean;
  /** Used up without a customer, or detached: it may never be used again. */
  spent: boolean;
}

export interface SetupIntentRow {
  object: Stripe.SetupIntent;
}

export interface PaymentIntentRow {
  object: Stripe.PaymentIntent;
}

export interface ChargeRow {
  object: Stripe.Charge;
}

export interface RefundRow {
  object: Stripe.Refund;
}

export interface DisputeRow {
  object: Stripe.Dispute;
}

export interface SubscriptionRow {
  object: Stripe.Subscription;
}

export interface InvoiceRow {
  /** Without its payments, which only an expansion shows. */
  object: Stripe.Invoice;
  payments: Stripe.InvoicePayment[];
}

export interface EventRow {
  object: SandboxEvent;
}

export interface WebhookEndpointRow {
  object: Stripe.WebhookEndpoint;
  secret: string;
}

/** One event on its way to one endpoint; the row goes when the endpoint has taken it. */
export interface DeliveryRow {
  event: string;
  endpoint: string;
  attempts: number;
  /** Real time, milliseconds since 1970; webhooks never run on an injected clock. */
  nextAttemptAt: number;
  /** Every attempt failed for three days: it waits only for a resend. */
  givenUp: boolean;
}

/** The stored answer of an idempotency key. */
export interface AnswerRow {
  fingerprint: string;
  status: number;
  body: string;
  requestId: string;
  /** Milliseconds since 1970 on the sandbox's clock. */
  createdAt: number;
}

/** Something that happens by itself after the answer was given. */
export type TaskRow = {
  /** Real time, milliseconds since 1970; null waits until the control API says so. */
  dueAt: number | null;
} & (
  | { kind: 'settle_refund'; refund: string; outcome: 'succeeded' | 'failed' }
  | { kind: 'settle_payment'; paymentIntent: string }
  | { kind: 'open_dispute'; charge: string }
);

/** Every table of the sandbox by name. */
export interface Rows {
  customers: CustomerRow;
  payment_methods: PaymentMethodRow;
  setup_intents: SetupIntentRow;
  payment_intents: PaymentIntentRow;
  charges: ChargeRow;
  refunds: RefundRow;
  disputes: DisputeRow;
  subscriptions: SubscriptionRow;
  invoices: InvoiceRow;
  events: EventRow;
  webhook_endpoints: WebhookEndpointRow;
  deliveries: DeliveryRow;
  answers: AnswerRow;
  tasks: TaskRow;
}

export type TableName = keyof Rows;

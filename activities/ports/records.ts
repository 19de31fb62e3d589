import type { Instant } from '../../billing/instant';
import type { IntervalUnit } from '../../billing/calendar';
import type { MinorUnits } from '../../billing/money';
import type { DunningPolicy } from '../../billing/dunning';
import type { SubscriptionStatus } from '../../billing/subscription';

/**
 * The rows of the database as plain values: instants are canonical ISO-8601 UTC strings, money is a
 * bigint count of minor units, ids are UUIDs unless they are Stripe's own (`pi_…`, `pm_…`, `evt_…`).
 * The models of `db/` are typed by these, so that a column is declared once.
 */
interface Timestamped {
  createdAt: Instant;
  updatedAt: Instant;
}

export type UserRole = 'customer' | 'operator';

export interface UserRecord extends Timestamped {
  id: string;
  /** As typed at sign-up; unique whatever its case. */
  email: string;
  username: string | null;
  name: string;
  firstName: string;
  lastName: string;
  passwordHash: string;
  role: UserRole;
  isActive: boolean;
  stripeCustomerId: string | null;
  locale: string;
  /** IANA name. */
  timeZone: string;
  /** Begins this customer's invoice numbers: `{prefix}-0001`. */
  invoicePrefix: string;
  lastInvoiceNumber: number;
  /** When the one trial of this customer began. */
  trialUsedAt: Instant | null;
}

export interface RefreshTokenRecord {
  id: string;
  userId: string;
  /** All tokens that came from one login by rotation. */
  familyId: string;
  expiresAt: Instant;
  usedAt: Instant | null;
  revokedAt: Instant | null;
  createdAt: Instant;
}

export type CatchUpPolicy = 'bill_all' | 'bill_current' | 'hold';

export interface PlanRecord extends Timestamped {
  id: string;
  /** Shared by all versions of one plan. */
  code: string;
  version: number;
  name: string;
  description: string;
  amountMinor: MinorUnits;
  currency: string;
  interval: IntervalUnit;
  intervalCount: number;
  trialDays: number;
  features: string[];
  /** How a subscription made without a payment method is collected. */
  collectionMethod: CollectionMethod;
  dunning: DunningPolicy;
  catchUp: CatchUpPolicy;
  proration: 'second' | 'day';
  stripePriceId: string;
  archivedAt: Instant | null;
}

export interface TestClockRecord extends Timestamped {
  id: string;
  ownerId: string;
  frozenTime: Instant;
  /** Where it is being advanced to; equal to `frozenTime` at rest. */
  targetTime: Instant;
  status: 'ready' | 'advancing';
}

export interface PaymentMethodRecord extends Timestamped {
  /** Stripe's `pm_…`. */
  id: string;
  userId: string;
  type: string;
  brand: string | null;
  last4: string | null;
  expMonth: number | null;
  expYear: number | null;
  isDefault: boolean;
  detachedAt: Instant | null;
}

export type CollectionMethod = 'charge_automatically' | 'send_invoice';

export interface SubscriptionRecord extends Timestamped {
  id: string;
  userId: string;
  planId: string;
  status: SubscriptionStatus;
  /** Grows by one with every change of the row. */
  revision: number;
  quantity: number;
  collectionMethod: CollectionMethod;
  timeZone: string;
  /** The anchor of the current epoch, and the number of the cycle that begins there (I4). */
  anchorAt: Instant;
  epochCycle: number;
  /** The current cycle's number; a trial is cycle 0. */
  cycle: number;
  currentPeriodStart: Instant;
  currentPeriodEnd: Instant;
  trialEnd: Instant | null;
  /** While incomplete: when it gives up. */
  expiresAt: Instant | null;
  cancelAtPeriodEnd: boolean;
  canceledAt: Instant | null;
  cancelReason: string | null;
  endedAt: Instant | null;
  needsAttention: string | null;
  /** The last change that was asked for; when its answer was lost, the same one comes again. */
  lastCommandId: string | null;
  testClockId: string | null;
  managedBy: 'everbill' | 'stripe';
  exclusive: boolean;
  externalId: string | null;
  metadata: Record<string, string>;
  startedAt: Instant;
}

export interface SubscriptionCycleRecord {
  subscriptionId: string;
  cycle: number;
  periodStart: Instant;
  periodEnd: Instant;
  outcome: 'trial' | 'billed' | 'skipped';
  createdAt: Instant;
}

export type InvoiceStatus = 'draft' | 'open' | 'paid' | 'void' | 'uncollectible';
export type InvoiceReason = 'cycle' | 'change' | 'cancel' | 'resume' | 'manual';

export interface InvoiceRecord extends Timestamped {
  id: string;
  userId: string;
  subscriptionId: string | null;
  reason: InvoiceReason;
  /** With the reason, what makes the invoice the only one of its kind (I1): the cycle's number. */
  occasion: string;
  cycle: number | null;
  /** `{prefix}-0001`; null while it is a draft. */
  number: string | null;
  status: InvoiceStatus;
  collectionMethod: CollectionMethod;
  currency: string;
  subtotalMinor: MinorUnits;
  discountMinor: MinorUnits;
  taxMinor: MinorUnits;
  totalMinor: MinorUnits;
  creditAppliedMinor: MinorUnits;
  amountDueMinor: MinorUnits;
  amountPaidMinor: MinorUnits;
  amountRefundedMinor: MinorUnits;
  periodStart: Instant;
  periodEnd: Instant;
  issuedAt: Instant;
  dueAt: Instant;
  overdueAt: Instant | null;
  paidAt: Instant | null;
  closedAt: Instant | null;
  stripePaymentIntentId: string | null;
  attemptCount: number;
  firstFailedAt: Instant | null;
  nextAttemptAt: Instant | null;
  nextReminderAt: Instant | null;
  finalActionAt: Instant | null;
}

export interface InvoiceLineRecord {
  id: string;
  invoiceId: string;
  position: number;
  description: string;
  quantity: number;
  amountMinor: MinorUnits;
  discountMinor: MinorUnits;
  taxMinor: MinorUnits;
  proration: boolean;
  periodStart: Instant;
  periodEnd: Instant;
  createdAt: Instant;
}

export type AttemptStatus =
  'pending' | 'processing' | 'requires_action' | 'succeeded' | 'failed' | 'canceled';

export interface PaymentAttemptRecord extends Timestamped {
  id: string;
  invoiceId: string;
  number: number;
  status: AttemptStatus;
  idempotencyKey: string;
  paymentMethodId: string | null;
  stripePaymentIntentId: string | null;
  stripeChargeId: string | null;
  amountMinor: MinorUnits;
  currency: string;
  errorCode: string | null;
  declineCode: string | null;
  message: string | null;
  /** On the subscription's own time (its test clock's, if it has one). */
  attemptedAt: Instant;
  settledAt: Instant | null;
}

export interface RefundRecord extends Timestamped {
  id: string;
  invoiceId: string | null;
  userId: string | null;
  stripePaymentIntentId: string;
  stripeRefundId: string | null;
  reason: string;
  occasion: string;
  status: 'pending' | 'succeeded' | 'failed';
  amountMinor: MinorUnits;
  currency: string;
}

export interface CreditNoteRecord {
  id: string;
  invoiceId: string;
  /** The invoice's number with `-CN1`, `-CN2` … */
  number: string;
  reason: string;
  /** With invoice and reason, what makes the note the only one of its kind. */
  occasion: string;
  currency: string;
  netMinor: MinorUnits;
  taxMinor: MinorUnits;
  totalMinor: MinorUnits;
  /** The parts of the total: put on the customer's balance, and taken off what is still due. */
  toBalanceMinor: MinorUnits;
  toInvoiceMinor: MinorUnits;
  issuedAt: Instant;
  createdAt: Instant;
}

export interface BalanceTransactionRecord {
  id: string;
  userId: string;
  currency: string;
  amountMinor: MinorUnits;
  kind: string;
  occasion: string;
  invoiceId: string | null;
  createdAt: Instant;
}

export type LedgerAccount =
  'receivable' | 'revenue' | 'tax' | 'cash' | 'customer_balance' | 'write_off' | 'suspense';

export interface WebhookEventRecord {
  /** Stripe's `evt_…`. */
  id: string;
  type: string;
  payload: Record<string, unknown>;
  status: 'received' | 'done' | 'ignored' | 'failed';
  attempts: number;
  dueAt: Instant;
  lastError: string | null;
  receivedAt: Instant;
  settledAt: Instant | null;
}

export interface EmailRecord {
  id: string;
  kind: string;
  /** With kind and occasion, what makes the mail the only one of its kind (I8). */
  thing: string;
  occasion: string;
  userId: string;
  subscriptionId: string | null;
  data: Record<string, unknown>;
  status: 'queued' | 'sent' | 'failed';
  attempts: number;
  dueAt: Instant;
  messageId: string;
  lastError: string | null;
  sentAt: Instant | null;
  createdAt: Instant;
}

export interface SubscriptionEventRecord {
  id: string;
  subscriptionId: string;
  /** On the subscription's own time. */
  at: Instant;
  type: string;
  data: Record<string, unknown>;
  createdAt: Instant;
}

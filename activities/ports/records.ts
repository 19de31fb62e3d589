import type { Instant } from '../../billing/instant';
import type { IntervalUnit } from '../../billing/calendar';
import type { MinorUnits } from '../../billing/money';
import type { AttemptStatus, DunningPolicy } from '../../billing/dunning';
import type { CatchUpPolicy } from '../../billing/catch-up';
import type { InvoiceStatus } from '../../billing/invoice';
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
/** A business without a rate of its own reckons the tax itself (reverse charge). */
export type TaxStatus = 'consumer' | 'business' | 'exempt';

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
  /** ISO 3166-1 alpha-2, with `taxStatus` what taxes depend on. */
  country: string | null;
  taxStatus: TaxStatus;
  /** When the owner of the address said that it is theirs. */
  emailVerifiedAt: Instant | null;
  /** What the business calls this customer in its own system; unique. */
  externalId: string | null;
  metadata: Record<string, string>;
  /** When the person was erased here; what is left of them are numbers in the books. */
  erasedAt: Instant | null;
  /** When Stripe had forgotten them too. */
  stripeErasedAt: Instant | null;
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

/** What a link in a mail may be for; also the kind of that mail. */
export type AccountTokenPurpose = 'verify_email' | 'reset_password';

export interface AccountTokenRecord {
  id: string;
  userId: string;
  purpose: AccountTokenPurpose;
  expiresAt: Instant;
  usedAt: Instant | null;
  revokedAt: Instant | null;
  createdAt: Instant;
}

export interface ApiKeyRecord {
  id: string;
  name: string;
  /** SHA-256, in hex. */
  keyHash: string;
  last4: string;
  /** Made while the real Stripe account was in use. */
  live: boolean;
  scopes: string[];
  /** The operator who made it, without whom it does not work. */
  madeBy: string;
  expiresAt: Instant | null;
  lastUsedAt: Instant | null;
  revokedAt: Instant | null;
  createdAt: Instant;
}

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
  /** What a pause leaves of the access: the time that is paid for, or nothing. */
  pauseAccess: 'paid_time' | 'none';
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

/** A change of plan or quantity that waits. Plain JSON, as it lies in its column. */
export interface PendingChange {
  /** Of the asking that made it; also the occasion of its invoice. */
  changeId: string;
  planId: string;
  quantity: number;
  /** now: as soon as its invoice is paid; period_end: at the first boundary from `notBefore` on. */
  when: 'now' | 'period_end';
  reason: 'requested' | 'plan_version';
  requestedAt: Instant;
  /** The instant that the amounts were reckoned for. */
  prorationDate?: Instant;
  /** To be paid for the change. */
  invoiceId?: string;
  /** When an unpaid one is given up. */
  expiresAt?: Instant;
  /** What waits for the period's end and comes all the same if this one is not paid. */
  instead?: PendingChange;
  /** The customer took it back; its intent is still to be canceled. */
  withdrawn?: true;
  /** A period's end before this is passed over. */
  notBefore?: Instant;
}

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
  pendingChange: PendingChange | null;
  pausedAt: Instant | null;
  /** When a pause ends by itself. */
  resumeAt: Instant | null;
  /** Agreed for the future: until it has started it is incomplete, and nothing is owed. */
  startsAt: Instant | null;
  /** When the customer is told that the trial ends; null once they were. */
  trialNoticeAt: Instant | null;
  /** Whether the part of a period before an explicit anchor is charged. */
  stubCharged: boolean;
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
  /** Of a skipped one during which the subscription was resumed: from when on it was billed. */
  billedFrom: Instant | null;
  createdAt: Instant;
}

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
  /** What credit notes took off what was due while it was open. */
  amountCreditedMinor: MinorUnits;
  /** What was left, too little to be charged, and went on the customer's balance as a debt. */
  amountCarriedMinor: MinorUnits;
  discountId: string | null;
  paidOutOfBand: boolean;
  /** The customer asked for it just now and can authenticate. */
  customerPresent: boolean;
  /** A draft that an operator decides on, after an outage. */
  held: boolean;
  /** Names the invoices of one catching up after an outage; one mail lists them. */
  digest: string | null;
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

/** What one rate took of a line, as it was when the invoice was made. */
export interface InvoicedTax {
  taxRateId: string;
  name: string;
  /** Plain decimals: "20", "8.875". */
  percentage: string;
  inclusive: boolean;
  /** Minor units as a decimal string; negative on a credit. */
  amount: string;
}

/** period: charges a stretch of a plan's time; unused: gives back what is left of such a line. */
export type LineKind = 'period' | 'unused' | 'item';

export interface InvoiceLineRecord {
  id: string;
  invoiceId: string;
  position: number;
  kind: LineKind;
  planId: string | null;
  /** Of an unused line: the line whose rest it gives back. */
  reversesLineId: string | null;
  taxes: InvoicedTax[];
  /** Of a share of a period: what the whole costs after its discount. */
  wholeNetMinor: MinorUnits | null;
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
  /** Null for a surplus, which no invoice asked for. */
  creditNoteId: string | null;
  stripePaymentIntentId: string;
  stripeRefundId: string | null;
  reason: string;
  occasion: string;
  status: 'pending' | 'succeeded' | 'failed';
  amountMinor: MinorUnits;
  currency: string;
}

/** A payment that the customer's bank has taken back, or asks about. */
export interface DisputeRecord extends Timestamped {
  /** Stripe's `du_…`. */
  id: string;
  invoiceId: string | null;
  userId: string | null;
  stripePaymentIntentId: string | null;
  stripeChargeId: string;
  amountMinor: MinorUnits;
  /** What of it the bank has taken from us at the moment. */
  withdrawnMinor: MinorUnits;
  currency: string;
  /** Stripe's own words: `fraudulent`, `product_not_received` …; `needs_response`, `won` … */
  reason: string;
  status: string;
  evidenceDueAt: Instant | null;
  openedAt: Instant;
  closedAt: Instant | null;
}

/** A payment of a subscription that Stripe runs itself; not an invoice of ours. */
export interface StripePaymentRecord extends Timestamped {
  id: string;
  userId: string;
  subscriptionId: string;
  stripeInvoiceId: string;
  stripePaymentIntentId: string | null;
  amountMinor: MinorUnits;
  currency: string;
  status: 'pending' | 'succeeded' | 'failed' | 'refunded';
  description: string;
  paidAt: Instant | null;
}

/** One comparison of Stripe's books with ours. */
export interface ReconciliationRecord {
  id: string;
  /** What Stripe made in [fromAt, toAt). */
  fromAt: Instant;
  toAt: Instant;
  startedAt: Instant;
  finishedAt: Instant | null;
  compared: number;
  healed: number;
  flagged: number;
}

/** Something in which Stripe's books and ours differ, or did. */
export interface DiscrepancyRecord {
  id: string;
  kind: string;
  /** Stripe's `pi_…`, `re_…` or `du_…`. */
  stripeObject: string;
  invoiceId: string | null;
  subscriptionId: string | null;
  details: Record<string, unknown>;
  status: 'open' | 'healed' | 'resolved';
  foundAt: Instant;
  seenAt: Instant;
  closedAt: Instant | null;
}

export interface EventPollRecord {
  source: string;
  lastEventId: string | null;
  polledAt: Instant;
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
  /** The parts of the total: put on the balance, taken off what is still due, sent back to the card. */
  toBalanceMinor: MinorUnits;
  toInvoiceMinor: MinorUnits;
  toCardMinor: MinorUnits;
  /** For people. */
  memo: string | null;
  issuedAt: Instant;
  createdAt: Instant;
}

/** What a credit note gives back of one line. */
export interface CreditNoteLineRecord {
  creditNoteId: string;
  invoiceLineId: string;
  netMinor: MinorUnits;
  taxMinor: MinorUnits;
}

export interface CouponRecord extends Timestamped {
  id: string;
  /** What a customer types; unique whatever its case. */
  code: string;
  name: string;
  /** Plain decimals up to "100"; exactly one of this and `amountOffMinor` is set. */
  percentOff: string | null;
  amountOffMinor: MinorUnits | null;
  currency: string | null;
  duration: 'once' | 'repeating' | 'forever';
  durationMonths: number | null;
  redeemBy: Instant | null;
  maxRedemptions: number | null;
  /** The codes of the only plans that it discounts; null: all. */
  planCodes: string[] | null;
  archivedAt: Instant | null;
}

/** A coupon on a subscription. */
export interface DiscountRecord extends Timestamped {
  id: string;
  subscriptionId: string;
  couponId: string;
  startsAt: Instant;
  removedAt: Instant | null;
}

export interface TaxRateRecord extends Timestamped {
  id: string;
  name: string;
  percentage: string;
  inclusive: boolean;
  country: string;
  customerStatus: 'any' | 'consumer' | 'business';
  archivedAt: Instant | null;
}

/** A one-off charge, or a negative one, that waits for the subscription's next invoice. */
export interface InvoiceItemRecord extends Timestamped {
  id: string;
  userId: string;
  subscriptionId: string;
  description: string;
  quantity: number;
  /** The whole item's. */
  amountMinor: MinorUnits;
  currency: string;
  createdBy: string | null;
  invoiceId: string | null;
  removedAt: Instant | null;
}

/** What people wrote about a request; a workflow's payloads hold its id only (I12). */
export interface RequestDetails {
  reason?: string;
  metadata?: Record<string, string>;
  /** What the business's own system calls what is made. */
  externalId?: string;
  memo?: string;
  /** Of a dispute, by Stripe's names of it. */
  evidence?: Record<string, string>;
}
export interface RequestDetailsRecord {
  id: string;
  /** Whom it is about. */
  userId: string | null;
  data: RequestDetails;
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
  | 'receivable'
  | 'revenue'
  | 'tax'
  | 'cash'
  | 'bank'
  | 'customer_balance'
  | 'write_off'
  | 'suspense'
  | 'disputed'
  | 'dispute_losses';

export interface WebhookEventRecord {
  /** Stripe's `evt_…`. */
  id: string;
  type: string;
  payload: Record<string, unknown>;
  status: 'received' | 'done' | 'ignored' | 'failed';
  attempts: number;
  dueAt: Instant;
  lastError: string | null;
  /** Why it changed nothing. */
  reason: string | null;
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

import type { Instant } from '../../billing/instant';
import type { MinorUnits } from '../../billing/money';
import type { EmailData, EmailKind } from '../../templates/emails/schemas';
import type {
  CreditNoteRecord,
  InvoiceLineRecord,
  InvoiceRecord,
  LedgerAccount,
  PaymentAttemptRecord,
  PaymentMethodRecord,
  PlanRecord,
  RefundRecord,
  SubscriptionCycleRecord,
  SubscriptionRecord,
  TestClockRecord,
  UserRecord,
  WebhookEventRecord,
} from './records';

type New<Row, Defaulted extends keyof Row = never> = Omit<
  Row,
  'createdAt' | 'updatedAt' | Defaulted
> &
  Partial<Pick<Row, Defaulted>>;

export type NewSubscription = New<
  SubscriptionRecord,
  | 'revision'
  | 'cancelAtPeriodEnd'
  | 'canceledAt'
  | 'cancelReason'
  | 'endedAt'
  | 'needsAttention'
  | 'lastCommandId'
  | 'managedBy'
  | 'externalId'
  | 'metadata'
>;
export type NewInvoice = New<
  InvoiceRecord,
  | 'amountPaidMinor'
  | 'amountRefundedMinor'
  | 'overdueAt'
  | 'paidAt'
  | 'closedAt'
  | 'stripePaymentIntentId'
  | 'attemptCount'
  | 'firstFailedAt'
  | 'nextAttemptAt'
  | 'nextReminderAt'
  | 'finalActionAt'
>;
export type NewInvoiceLine = Omit<InvoiceLineRecord, 'id' | 'invoiceId' | 'position' | 'createdAt'>;
export type NewAttempt = Omit<PaymentAttemptRecord, 'id' | 'createdAt' | 'updatedAt'>;
export type NewRefund = Omit<RefundRecord, 'id' | 'createdAt' | 'updatedAt'>;

/** A mail of kind `K`: what it is about, on which occasion, for whom, and its facts. */
interface EmailOf<K extends EmailKind> {
  kind: K;
  thing: string;
  occasion: string;
  userId: string;
  subscriptionId: string | null;
  data: EmailData<K>;
}
export type NewEmail = { [K in EmailKind]: EmailOf<K> }[EmailKind];

export interface NewLedgerEntry {
  /** Unique: the same event is never posted twice, however often it is asked for. */
  occasion: string;
  kind: string;
  currency: string;
  invoiceId: string | null;
  userId: string | null;
  at: Instant;
  /** Debits positive, credits negative; they sum to zero, and zero amounts are left out. */
  postings: Partial<Record<LedgerAccount, MinorUnits>>;
}

/** Thrown by `insertSubscription` when the user has a live one already; nothing was written. */
export class LiveSubscriptionExists extends Error {
  override name = 'LiveSubscriptionExists';
}

/**
 * The tables as one unit of work sees them, inside one transaction. `lock…` reads a row and keeps
 * others from changing it until the transaction ends; a missing row throws `RowMissing`.
 */
export interface UnitOfWork {
  user(id: string): Promise<UserRecord>;
  updateUser(id: string, changes: Partial<UserRecord>): Promise<void>;
  /** Writes the user's customer at Stripe unless there is one already; the one that counts. */
  keepStripeCustomer(userId: string, stripeCustomerId: string): Promise<string>;
  /** The next number of this customer's gapless sequence, taken for good when this commits (I9). */
  takeInvoiceNumber(userId: string): Promise<string>;
  plan(id: string): Promise<PlanRecord | undefined>;
  testClock(id: string): Promise<TestClockRecord | undefined>;

  findSubscription(id: string): Promise<SubscriptionRecord | undefined>;
  lockSubscription(id: string): Promise<SubscriptionRecord>;
  insertSubscription(row: NewSubscription): Promise<SubscriptionRecord>;
  /** Writes the changes, makes the revision one higher, and returns the row as it now is. */
  updateSubscription(
    row: SubscriptionRecord,
    changes: Partial<SubscriptionRecord>,
  ): Promise<SubscriptionRecord>;
  recordCycle(row: Omit<SubscriptionCycleRecord, 'createdAt'>): Promise<void>;
  /** Adds a line to the story of the subscription. */
  recordEvent(
    subscriptionId: string,
    at: Instant,
    type: string,
    data?: Record<string, unknown>,
  ): Promise<void>;

  findInvoice(
    key: Pick<InvoiceRecord, 'reason' | 'occasion'> & { subscriptionId: string },
  ): Promise<InvoiceRecord | undefined>;
  insertInvoice(row: NewInvoice, lines: NewInvoiceLine[]): Promise<InvoiceRecord>;
  lockInvoice(id: string): Promise<InvoiceRecord>;
  findInvoiceById(id: string | undefined): Promise<InvoiceRecord | undefined>;
  invoiceOfIntent(intentId: string): Promise<InvoiceRecord | undefined>;
  updateInvoice(row: InvoiceRecord, changes: Partial<InvoiceRecord>): Promise<InvoiceRecord>;
  /** Draft and open ones, oldest period first. */
  unsettledInvoices(subscriptionId: string): Promise<InvoiceRecord[]>;
  linesOf(invoiceId: string): Promise<InvoiceLineRecord[]>;

  creditNotes(invoiceId: string): Promise<CreditNoteRecord[]>;
  insertCreditNote(row: Omit<CreditNoteRecord, 'id' | 'createdAt'>): Promise<CreditNoteRecord>;

  attempts(invoiceId: string): Promise<PaymentAttemptRecord[]>;
  insertAttempt(row: NewAttempt): Promise<PaymentAttemptRecord>;
  updateAttempt(id: string, changes: Partial<PaymentAttemptRecord>): Promise<void>;
  defaultPaymentMethod(userId: string): Promise<PaymentMethodRecord | undefined>;
  savePaymentMethod(
    row: Omit<PaymentMethodRecord, 'createdAt' | 'updatedAt' | 'isDefault' | 'detachedAt'>,
  ): Promise<void>;
  makeDefault(userId: string, paymentMethodId: string): Promise<void>;
  /** Inserts it, or returns the one that this occasion has already. */
  ensureRefund(row: NewRefund): Promise<RefundRecord>;
  updateRefund(id: string, changes: Partial<RefundRecord>): Promise<void>;

  /** The customer's credit in this currency; negative is a debt carried to the next invoice. */
  balance(userId: string, currency: string): Promise<MinorUnits>;
  addToBalance(row: {
    userId: string;
    currency: string;
    amountMinor: MinorUnits;
    kind: string;
    occasion: string;
    invoiceId: string | null;
  }): Promise<void>;
  postToLedger(entry: NewLedgerEntry): Promise<void>;

  /** Puts a mail in the outbox; a second of the same kind, thing and occasion is not written (I8). */
  queueEmail(email: NewEmail): Promise<void>;

  webhookEvent(id: string): Promise<WebhookEventRecord | undefined>;
  settleWebhookEvent(id: string, status: 'done' | 'ignored'): Promise<void>;
}

/** Where billing keeps its books. */
export interface BillingStore {
  /**
   * Runs `work` in one transaction, again as a whole after a deadlock. It must not call anything
   * outside the database (I14).
   */
  transaction<T>(work: (unit: UnitOfWork) => Promise<T>): Promise<T>;
}

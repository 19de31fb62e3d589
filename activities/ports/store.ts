import type { Instant } from '../../billing/instant';
import type { MinorUnits } from '../../billing/money';
import type { EmailData, EmailKind } from '../../templates/emails/schemas';
import type {
  CouponRecord,
  CreditNoteLineRecord,
  CreditNoteRecord,
  DiscountRecord,
  DisputeRecord,
  InvoiceItemRecord,
  InvoiceLineRecord,
  InvoiceRecord,
  LedgerAccount,
  PaymentAttemptRecord,
  PaymentMethodRecord,
  PlanRecord,
  RefundRecord,
  RequestDetails,
  StripePaymentRecord,
  SubscriptionCycleRecord,
  SubscriptionRecord,
  TaxRateRecord,
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
  | 'pendingChange'
  | 'pausedAt'
  | 'resumeAt'
  | 'startsAt'
  | 'trialNoticeAt'
  | 'stubCharged'
  | 'managedBy'
  | 'externalId'
  | 'metadata'
>;
export type NewInvoice = New<
  InvoiceRecord,
  | 'amountPaidMinor'
  | 'amountRefundedMinor'
  | 'amountCreditedMinor'
  | 'amountCarriedMinor'
  | 'discountId'
  | 'paidOutOfBand'
  | 'customerPresent'
  | 'held'
  | 'digest'
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
export type NewInvoiceLine = New<
  Omit<InvoiceLineRecord, 'id' | 'invoiceId' | 'position'>,
  'wholeNetMinor'
>;
export type NewCreditNote = New<Omit<CreditNoteRecord, 'id'>, 'toCardMinor' | 'memo'>;
export type NewAttempt = Omit<PaymentAttemptRecord, 'id' | 'createdAt' | 'updatedAt'>;
export type NewRefund = New<Omit<RefundRecord, 'id'>, 'creditNoteId'>;
export type NewDispute = New<Omit<DisputeRecord, 'closedAt'>>;

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
  /** The user who is this customer at Stripe. */
  userOfCustomer(stripeCustomerId: string): Promise<UserRecord | undefined>;
  /** Keeps others that lock the same user waiting until this has committed. */
  lockUser(id: string): Promise<void>;
  /** Writes the user's customer at Stripe unless there is one already; the one that counts. */
  keepStripeCustomer(userId: string, stripeCustomerId: string): Promise<string>;
  /** The next number of this customer's gapless sequence, taken for good when this commits (I9). */
  takeInvoiceNumber(userId: string): Promise<string>;
  plan(id: string): Promise<PlanRecord | undefined>;
  /** All plans that name one of these prices of Stripe's, archived ones too, newest version first. */
  plansOfPrices(stripePriceIds: readonly string[]): Promise<PlanRecord[]>;
  testClock(id: string): Promise<TestClockRecord | undefined>;

  findSubscription(id: string): Promise<SubscriptionRecord | undefined>;
  lockSubscription(id: string): Promise<SubscriptionRecord>;
  insertSubscription(row: NewSubscription): Promise<SubscriptionRecord>;
  /** Writes the changes, makes the revision one higher, and returns the row as it now is. */
  updateSubscription(
    row: SubscriptionRecord,
    changes: Partial<SubscriptionRecord>,
  ): Promise<SubscriptionRecord>;
  recordCycle(row: New<SubscriptionCycleRecord, 'billedFrom'>): Promise<void>;
  cycle(subscriptionId: string, cycle: number): Promise<SubscriptionCycleRecord | undefined>;
  updateCycle(
    row: SubscriptionCycleRecord,
    changes: Partial<SubscriptionCycleRecord>,
  ): Promise<void>;
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
  /** The same, and the invoice of an intent that paid what was not its to pay. */
  invoiceOfPayment(intentId: string): Promise<InvoiceRecord | undefined>;
  updateInvoice(row: InvoiceRecord, changes: Partial<InvoiceRecord>): Promise<InvoiceRecord>;
  /** Draft and open ones, oldest period first. */
  unsettledInvoices(subscriptionId: string): Promise<InvoiceRecord[]>;
  /** One that was settled at `at` by a credit note alone, and has an intent that can still be paid. */
  settledWithOpenIntent(subscriptionId: string, at: Instant): Promise<string | undefined>;
  /** Those of one catching up after an outage, oldest period first. */
  digestInvoices(subscriptionId: string, digest: string): Promise<InvoiceRecord[]>;
  linesOf(invoiceId: string): Promise<InvoiceLineRecord[]>;
  invoiceLine(id: string): Promise<InvoiceLineRecord | undefined>;
  /** The lines of one's invoices that charge time after `at` and were not given back since, oldest first. */
  coveringLines(subscriptionId: string, at: Instant): Promise<InvoiceLineRecord[]>;
  /** One-off items that wait for the subscription's next invoice in this currency, oldest first. */
  waitingItems(subscriptionId: string, currency: string): Promise<InvoiceItemRecord[]>;
  putOnInvoice(itemIds: string[], invoiceId: string): Promise<void>;
  /** The items of an invoice that came to nothing wait again. */
  takeOffInvoice(invoiceId: string): Promise<void>;

  creditNotes(invoiceId: string): Promise<CreditNoteRecord[]>;
  creditNoteLines(invoiceId: string): Promise<CreditNoteLineRecord[]>;
  insertCreditNote(
    row: NewCreditNote,
    lines: Omit<CreditNoteLineRecord, 'creditNoteId'>[],
  ): Promise<CreditNoteRecord>;

  /** Locked, so that two can't both take its last redemption. */
  lockCoupon(id: string): Promise<CouponRecord | undefined>;
  /** How many subscriptions took it; those that never began don't count. */
  redemptions(couponId: string): Promise<number>;
  /** The coupon on a subscription, if there is one. */
  discount(
    subscriptionId: string,
  ): Promise<{ discount: DiscountRecord; coupon: CouponRecord } | undefined>;
  insertDiscount(row: New<Omit<DiscountRecord, 'id'>, 'removedAt'>): Promise<DiscountRecord>;
  removeDiscount(id: string, at: Instant): Promise<void>;
  /** The coupon as the subscription has or had it, whether or not it was taken off. */
  earlierDiscount(subscriptionId: string, couponId: string): Promise<DiscountRecord | undefined>;
  /** Puts one on again that was taken off; its months run on, and its invoices count. */
  restoreDiscount(id: string): Promise<void>;
  /** How many invoices it has discounted that were not voided. */
  invoicesDiscounted(discountId: string): Promise<number>;
  /** The rates of this customer's country and tax status, in force now. */
  taxRatesFor(user: UserRecord): Promise<TaxRateRecord[]>;
  /** What people wrote about a request. */
  requestDetails(id: string | undefined): Promise<RequestDetails>;

  attempts(invoiceId: string): Promise<PaymentAttemptRecord[]>;
  insertAttempt(row: NewAttempt): Promise<PaymentAttemptRecord>;
  updateAttempt(id: string, changes: Partial<PaymentAttemptRecord>): Promise<void>;
  defaultPaymentMethod(userId: string): Promise<PaymentMethodRecord | undefined>;
  /** By Stripe's id, whoever's it is, and even if it was detached. */
  paymentMethod(id: string): Promise<PaymentMethodRecord | undefined>;
  /** A user's attached ones, newest first, with others kept from changing them. */
  lockPaymentMethods(userId: string): Promise<PaymentMethodRecord[]>;
  /** Inserts it or brings it up to date; one that is so already stays untouched. */
  savePaymentMethod(
    row: Omit<PaymentMethodRecord, 'createdAt' | 'updatedAt' | 'isDefault' | 'detachedAt'>,
  ): Promise<void>;
  /** The only default from now on; one that is so already stays untouched. */
  makeDefault(userId: string, paymentMethodId: string): Promise<void>;
  /** Takes it from its user; the newest other one takes the place of a default. */
  detachPaymentMethod(userId: string, paymentMethodId: string): Promise<void>;
  /** Whether a live subscription of the user is charged by a saved payment method. */
  isChargedAutomatically(userId: string): Promise<boolean>;
  /**
   * The user's live subscriptions that wait for a payment method that works and have not tried the
   * default one since it became so or was changed.
   */
  waitingForPaymentMethod(userId: string): Promise<string[]>;
  /** The payment of an invoice of Stripe Billing's, by the invoice's id or its intent's. */
  stripePayment(
    key: { stripeInvoiceId: string } | { stripePaymentIntentId: string },
  ): Promise<StripePaymentRecord | undefined>;
  insertStripePayment(row: Omit<StripePaymentRecord, 'id' | 'updatedAt'>): Promise<void>;
  updateStripePayment(id: string, changes: Partial<StripePaymentRecord>): Promise<void>;
  /** Inserts it, or returns the one that this occasion has already. */
  ensureRefund(row: NewRefund): Promise<RefundRecord>;
  refund(id: string): Promise<RefundRecord>;
  refundsOf(invoiceId: string): Promise<RefundRecord[]>;
  /** Of one intent, oldest first. */
  refundsOfIntent(intentId: string): Promise<RefundRecord[]>;
  updateRefund(id: string, changes: Partial<RefundRecord>): Promise<void>;
  dispute(id: string): Promise<DisputeRecord | undefined>;
  /** Of one intent, oldest first. */
  disputesOf(intentId: string): Promise<DisputeRecord[]>;
  /** Inserts it, or brings it up to date; one that is over is given the time of now as its end. */
  saveDispute(row: NewDispute, over: boolean): Promise<void>;

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
  /** What an invoice's entries whose occasions begin so post on one account, by their occasions. */
  postings(
    invoiceId: string,
    account: LedgerAccount,
    occasions: string,
  ): Promise<ReadonlyMap<string, MinorUnits>>;

  /** Puts a mail in the outbox; a second of the same kind, thing and occasion is not written (I8). */
  queueEmail(email: NewEmail): Promise<void>;
  /** Whether such a mail is in the outbox, sent or not. */
  hasEmail(key: Pick<NewEmail, 'kind' | 'thing' | 'occasion'>): Promise<boolean>;

  webhookEvent(id: string): Promise<WebhookEventRecord | undefined>;
  /** `reason`: why it changed nothing, for the operators. */
  settleWebhookEvent(id: string, status: 'done' | 'ignored', reason?: string): Promise<void>;
}

/** Where billing keeps its books. */
export interface BillingStore {
  /**
   * Runs `work` in one transaction, again as a whole after a deadlock. It must not call anything
   * outside the database (I14).
   */
  transaction<T>(work: (unit: UnitOfWork) => Promise<T>): Promise<T>;
}

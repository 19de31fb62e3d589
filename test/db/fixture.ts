import { randomUUID } from 'node:crypto';
import { periodOf } from '../../billing/calendar';
import type { Instant } from '../../billing/instant';
import { changePlan } from '../../activities/change-plan';
import { ensureCustomer } from '../../activities/ensure-customer';
import { invoiceCommand } from '../../activities/invoice-commands';
import { issueInvoice } from '../../activities/issue-invoice';
import { outstandingOf } from '../../activities/outstanding';
import { epochOf, periodLine } from '../../activities/plan-lines';
import type { Intent, PaymentGateway } from '../../activities/ports/payments';
import type {
  CouponRecord,
  CreditNoteRecord,
  InvoiceRecord,
  PlanRecord,
  SubscriptionRecord,
  TaxRateRecord,
  UserRecord,
} from '../../activities/ports/records';
import type { UnitOfWork } from '../../activities/ports/store';
import { recordCycle } from '../../activities/record-cycle';
import { settleIntent } from '../../activities/settle-intent';
import { createBillingStore } from '../../db/billing-store';
import { checkBooks } from '../../db/books/checks';
import { openDatabase } from '../../db/database';
import { createStripe } from '../../platform/stripe';
import { createStripeGateway } from '../../platform/stripe-gateway';
import { startSandbox } from '../../sandbox';
import type { InvoiceCommand } from '../../workflows/messages';
import { createTestDatabase } from '../support/databases';

/** What distributes over the actions of an operator's command, without the invoice. */
type Word = InvoiceCommand extends infer Command
  ? Command extends InvoiceCommand
    ? Omit<Command, 'invoiceId'>
    : never
  : never;

export type BillingGround = Awaited<ReturnType<typeof openBillingGround>>;

/**
 * The activities without workflows, on a database of their own and the Stripe sandbox: subscriptions
 * and invoices are made by the real activities, at whatever instant a test names.
 */
export async function openBillingGround() {
  const testDatabase = await createTestDatabase();
  const sandbox = await startSandbox();
  const database = openDatabase({ url: testDatabase.url });
  const store = createBillingStore(database);
  const stripe = createStripe({
    STRIPE_SECRET_KEY: sandbox.secretKey,
    STRIPE_API_URL: sandbox.url,
  });
  const payments = createStripeGateway(stripe);
  const inTransaction = <T>(work: (unit: UnitOfWork) => Promise<T>) => store.transaction(work);

  async function customer(changes: Partial<UserRecord> = {}): Promise<string> {
    const id = randomUUID();
    await database.users.create({
      id,
      email: `${id}@everbill.test`,
      passwordHash: 'none',
      invoicePrefix: id.slice(0, 8).toUpperCase(),
      ...changes,
    });
    return id;
  }

  async function plan(changes: Partial<PlanRecord> = {}): Promise<PlanRecord> {
    const basic = await database.plans.findOne({
      where: { code: 'basic_monthly' },
      rejectOnEmpty: true,
    });
    const id = randomUUID();
    const row = { ...basic.get({ plain: true }), id, code: `plan_${id}`, trialDays: 0, ...changes };
    await database.plans.create(row);
    return row;
  }

  /** A running subscription in its first cycle, not yet invoiced. */
  async function subscription(
    of: PlanRecord,
    startedAt: Instant,
    changes: Partial<SubscriptionRecord> = {},
  ): Promise<SubscriptionRecord> {
    const userId = changes.userId ?? (await customer());
    const timeZone = changes.timeZone ?? 'UTC';
    const period = periodOf(
      {
        anchor: startedAt,
        timeZone,
        firstCycle: 1,
        term: { interval: of.interval, intervalCount: of.intervalCount },
      },
      1,
    );
    return inTransaction(async (unit) => {
      const row = await unit.insertSubscription({
        id: randomUUID(),
        userId,
        planId: of.id,
        status: 'active',
        quantity: 1,
        collectionMethod: 'charge_automatically',
        timeZone,
        anchorAt: startedAt,
        epochCycle: 1,
        cycle: 1,
        currentPeriodStart: period.start,
        currentPeriodEnd: period.end,
        trialEnd: null,
        expiresAt: null,
        testClockId: null,
        exclusive: true,
        startedAt,
        ...changes,
      });
      await recordCycle(unit, row, 'billed');
      return row;
    });
  }

  /** Issues the invoice of a cycle, its first by default, at that cycle's start, where it then is. */
  function bill(
    row: SubscriptionRecord,
    of: PlanRecord,
    { cycle = 1, draft }: { cycle?: number; draft?: 'unpaid' | 'held' } = {},
  ): Promise<InvoiceRecord> {
    const period = periodOf(epochOf(row, of), cycle);
    return inTransaction(async (unit) => {
      if ((await unit.cycle(row.id, cycle)) === undefined) {
        const next = await unit.updateSubscription(await unit.lockSubscription(row.id), {
          cycle,
          currentPeriodStart: period.start,
          currentPeriodEnd: period.end,
        });
        await recordCycle(unit, next, 'billed');
      }
      return issueInvoice(unit, {
        subscription: row,
        plan: of,
        reason: 'cycle',
        occasion: String(cycle),
        cycle,
        period,
        lines: [periodLine(row, of, { cycle, period })],
        now: period.start,
        ...(draft === undefined ? {} : { draft }),
      });
    });
  }

  /** Charges an invoice's customer at the sandbox; nothing is written down. */
  async function charge(
    { id, userId, subscriptionId }: InvoiceRecord,
    card = 'pm_card_visa',
  ): Promise<Intent> {
    const due = await invoice(id);
    const customerId = await ensureCustomer({ store, payments }, userId);
    const attached = await payments.attachPaymentMethod({
      customerId,
      paymentMethodId: card,
      idempotencyKey: randomUUID(),
    });
    if (attached.outcome !== 'attached') throw new Error(attached.outcome);
    return payments.createIntent({
      customerId,
      amountMinor: outstandingOf(due),
      currency: due.currency,
      description: 'test',
      metadata: { invoice_id: id, subscription_id: subscriptionId ?? '' },
      idempotencyKey: randomUUID(),
      charge: { paymentMethodId: attached.card.id, customerPresent: true },
    });
  }

  /** Writes down what Stripe says of an invoice's intent. */
  async function settle(
    { id, subscriptionId }: InvoiceRecord,
    intent: Intent,
    now: Instant,
  ): Promise<InvoiceRecord> {
    await inTransaction(async (unit) =>
      settleIntent(
        unit,
        {
          subscription: await unit.lockSubscription(subscriptionId ?? ''),
          invoice: await unit.lockInvoice(id),
          answered: true,
          now,
        },
        intent,
      ),
    );
    return invoice(id);
  }

  const payByCard = async (due: InvoiceRecord, now: Instant, card?: string) =>
    settle(due, await charge(due, card), now);

  /** An operator's word on an invoice. */
  const word = (
    { id: invoiceId, subscriptionId }: Pick<InvoiceRecord, 'id' | 'subscriptionId'>,
    now: Instant,
    spoken: Word,
    commandId: string = randomUUID(),
  ) =>
    invoiceCommand(store, {
      subscriptionId: subscriptionId ?? '',
      commandId,
      now,
      command: { ...spoken, invoiceId },
    });

  /** Asks for another plan now; the invoice that is to be paid for it, if anything is due. */
  async function changeUnpaid(row: SubscriptionRecord, to: PlanRecord, now: Instant) {
    const changed = await changePlan(store, {
      subscriptionId: row.id,
      commandId: randomUUID(),
      planId: to.id,
      when: 'now',
      now,
    });
    if ('refused' in changed) throw new Error(changed.refused.code);
    return changed.collect;
  }

  /** Changes the plan now, paid by card where something is due. */
  async function change(row: SubscriptionRecord, to: PlanRecord, now: Instant): Promise<void> {
    const due = await changeUnpaid(row, to, now);
    if (due !== undefined) await payByCard(await invoice(due), now);
  }

  const invoice = async (id: string): Promise<InvoiceRecord> =>
    (await database.invoices.findByPk(id, { rejectOnEmpty: true })).get({ plain: true });

  return {
    database,
    store,
    payments,
    sandbox,
    inTransaction,
    customer,
    plan,
    subscription,
    bill,
    charge,
    settle,
    payByCard,
    word,
    change,
    changeUnpaid,
    invoice,
    async coupon(changes: Partial<CouponRecord> = {}): Promise<CouponRecord> {
      const id = randomUUID();
      const row = { id, code: id, name: 'Welcome', duration: 'once', ...changes } as const;
      const amount = row.amountOffMinor === undefined ? { percentOff: '50' } : {};
      return (await database.coupons.create({ ...amount, ...row })).get({ plain: true });
    },
    async taxRate(changes: Partial<TaxRateRecord>): Promise<void> {
      const id = randomUUID();
      const vat = { name: 'VAT', percentage: '20', inclusive: false, country: 'AT' };
      await database.taxRates.create({ id, customerStatus: 'any', ...vat, ...changes });
    },
    /** By invoice and number. */
    async notesOf(invoiceId: string): Promise<CreditNoteRecord[]> {
      const rows = await database.creditNotes.findAll({
        where: { invoiceId },
        order: [['number', 'ASC']],
      });
      return rows.map((row) => row.get({ plain: true }));
    },
    /** The story's events of one type, oldest first. */
    async told(subscriptionId: string, type: string): Promise<Record<string, unknown>[]> {
      const rows = await database.subscriptionEvents.findAll({
        where: { subscriptionId, type },
        order: [['id', 'ASC']],
      });
      return rows.map((row) => row.get({ plain: true }).data);
    },
    async mails(subscriptionId: string, kind: string): Promise<Record<string, unknown>[]> {
      const rows = await database.emails.findAll({ where: { subscriptionId, kind } });
      return rows.map((row) => row.get({ plain: true }).data);
    },
    async status(subscriptionId: string): Promise<string> {
      const row = await database.subscriptions.findByPk(subscriptionId, { rejectOnEmpty: true });
      return row.get({ plain: true }).status;
    },
    /** One-off items wait for the next invoice. */
    async item(row: SubscriptionRecord, amountMinor: bigint): Promise<string> {
      const id = randomUUID();
      await database.invoiceItems.create({
        id,
        userId: row.userId,
        subscriptionId: row.id,
        description: 'Setup',
        amountMinor,
        currency: 'usd',
      });
      return id;
    },
    /** Gives or owes money to a customer's balance, posted as the books want it. */
    async give(userId: string, amountMinor: bigint): Promise<void> {
      const occasion = `gift/${randomUUID()}`;
      const about = { userId, currency: 'usd', invoiceId: null };
      await inTransaction(async (unit) => {
        await unit.addToBalance({ ...about, amountMinor, kind: 'adjusted', occasion });
        await unit.postToLedger({
          ...about,
          occasion,
          kind: 'balance_adjusted',
          at: '2026-01-01T00:00:00.000Z',
          postings: { customer_balance: -amountMinor, revenue: amountMinor },
        });
      });
    },
    balance: (userId: string) => inTransaction((unit) => unit.balance(userId, 'usd')),
    /**
     * The ledger proves every invoice, balance, payment and refund (I13). Which cycles there are is up
     * to the tests, whose subscriptions don't live through them.
     */
    async proveBooks(): Promise<void> {
      const findings = await checkBooks(database);
      const wrong = findings.filter(({ check }) => !check.includes('cycle'));
      if (wrong.length > 0) throw new Error(wrong.map(({ sentence }) => sentence).join('\n'));
    },
    /** Stripe as it would be if it refused every refund at once. */
    refusingRefunds: (): PaymentGateway => ({
      ...payments,
      refundIntent: () => Promise.resolve({ id: `re_${randomUUID()}`, status: 'failed' }),
    }),
    async close() {
      await database.close();
      await Promise.all([sandbox.close(), testDatabase.drop()]);
    },
  };
}

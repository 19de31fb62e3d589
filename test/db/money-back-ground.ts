import { QueryTypes } from 'sequelize';
import { z } from 'zod';
import { applyPaymentEvent } from '../../activities/payment-events';
import type { InvoiceRecord } from '../../activities/ports/records';
import { sendRefund } from '../../activities/refunds';
import { dashboardOf } from '../support/dashboard';
import { judge } from '../../worker/event-verdict';
import { openBillingGround } from './fixture';

export const start = '2026-04-01T00:00:00.000Z';
export const later = '2026-04-16T00:00:00.000Z';

/** An event as Stripe tells it. */
interface Told {
  id: string;
  type: string;
  payload: Record<string, unknown>;
}

/** A payment that a story is about. */
export interface Payment {
  userId: string;
  subscriptionId: string;
  invoice: InvoiceRecord;
  intentId: string;
}

export type MoneyBack = Awaited<ReturnType<typeof openMoneyBack>>;

/**
 * Payments, and what is told of the money that goes back: the real activities on a database and the
 * sandbox, and events delivered by hand, in whatever order and as often as a test wants.
 */
export async function openMoneyBack() {
  const ground = await openBillingGround();
  ground.sandbox.control.setSettlementDelay(null);
  const { database, sandbox } = ground;
  const keys = { STRIPE_SECRET_KEY: sandbox.secretKey, STRIPE_API_URL: sandbox.url };
  const stripe = dashboardOf(keys);

  async function billed() {
    const plan = await ground.plan({ amountMinor: 1000n });
    const { id: subscriptionId, ...row } = await ground.subscription(plan, start);
    const invoice = await ground.bill({ id: subscriptionId, ...row }, plan);
    return { userId: row.userId, subscriptionId, invoice };
  }

  /** What Stripe has told of one payment up to now, oldest first. */
  async function eventsOf(intentId: string): Promise<Told[]> {
    const about = z.object({ id: z.string(), payment_intent: z.string().nullish() });
    const events = await stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 2000 });
    return events.toReversed().flatMap((event) => {
      const { id, payment_intent: intent } = about.parse(event.data.object);
      if (id !== intentId && intent !== intentId) return [];
      const payload = z.record(z.string(), z.unknown()).parse(JSON.parse(JSON.stringify(event)));
      return [{ id: event.id, type: event.type, payload }];
    });
  }

  /** As the webhook's route, the dispatcher and a workflow do, one after the other; the verdict. */
  async function deliver(event: Told): Promise<string> {
    const { id, type, payload } = event;
    await database.webhookEvents.bulkCreate([{ id, type, payload }], { ignoreDuplicates: true });
    const { say } = await judge(database, event, { isLive: false });
    if (say === 'signal' || say === 'apply') {
      await applyPaymentEvent(ground, { eventId: id, now: later });
    }
    return say;
  }

  /** What the ledger has on each account for the invoice of a payment; accounts at zero are left out. */
  async function accounts(intentId: string): Promise<Record<string, number>> {
    const rows = await database.sequelize.query<{ account: string; sum: string }>(
      `select account, sum(amount_minor)::text as sum from ledger_postings
       join ledger_entries on entry_id = id
       where invoice_id in (select id from invoices where stripe_payment_intent_id = :intentId
         union select invoice_id from payment_attempts where stripe_payment_intent_id = :intentId)
       group by account having sum(amount_minor) <> 0 order by account`,
      { replacements: { intentId }, type: QueryTypes.SELECT },
    );
    return Object.fromEntries(rows.map(({ account, sum }) => [account, Number(sum)]));
  }

  const refundsOf = (intentId: string) =>
    ground.inTransaction((unit) => unit.refundsOfIntent(intentId));
  const disputesOf = (intentId: string) =>
    ground.inTransaction((unit) => unit.disputesOf(intentId));

  return {
    ground,
    stripe,
    billed,
    /** A paid invoice over 10.00, and the intent that paid it. */
    async paid(card = 'pm_card_visa'): Promise<Payment> {
      const { invoice: due, ...whose } = await billed();
      const invoice = await ground.payByCard(due, start, card);
      return { ...whose, invoice, intentId: invoice.stripePaymentIntentId ?? '' };
    },
    /** Late money on a void invoice, not heard of yet. */
    async late(card?: string): Promise<Payment> {
      const { invoice, ...whose } = await billed();
      await ground.word(invoice, later, { action: 'void' });
      const { id: intentId } = await ground.charge(invoice, card);
      return { ...whose, invoice, intentId };
    },
    /** The invoice is paid once more, by another intent of its customer's; that intent. */
    async secondTab({ id, userId }: InvoiceRecord, card: string): Promise<string> {
      const { stripeCustomerId } = await ground.inTransaction((unit) => unit.user(userId));
      const intent = await stripe.paymentIntents.create({
        amount: 1000,
        currency: 'usd',
        confirm: true,
        payment_method: card,
        ...(stripeCustomerId === null ? {} : { customer: stripeCustomerId }),
        metadata: { invoice_id: id },
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      });
      return intent.id;
    },
    eventsOf,
    deliver,
    async deliverAll(intentId: string): Promise<void> {
      for (const event of await eventsOf(intentId)) await deliver(event);
    },
    refundsOf,
    disputesOf,
    inDashboard: (intentId: string, amount?: number) =>
      stripe.refunds.create({
        payment_intent: intentId,
        ...(amount === undefined ? {} : { amount }),
      }),
    /** By an operator, and sent; `credited`, or why not. */
    async credit(
      invoice: InvoiceRecord,
      amount?: number,
      to: 'card' | 'balance' = 'card',
    ): Promise<string> {
      const said = await ground.word(invoice, later, {
        action: 'credit',
        to,
        ...(amount === undefined ? {} : { amount: String(amount) }),
      });
      if ('refused' in said) return said.refused.code;
      if (said.refundId !== undefined) {
        await sendRefund(ground, { refundId: said.refundId, now: later });
      }
      return 'credited';
    },
    accounts,
    /** The rows that a payment's money is in, without what is another one's in every story. */
    async snapshot({ userId, subscriptionId, invoice, intentId }: Payment) {
      const { status, amountPaidMinor, amountRefundedMinor } = await ground.invoice(invoice.id);
      const refunds = (await refundsOf(intentId)).map(
        (row) => `${row.reason} ${row.status} ${row.amountMinor} ${row.stripeRefundId !== null}`,
      );
      const disputes = (await disputesOf(intentId)).map(
        (row) => `${row.status} ${row.amountMinor} ${row.withdrawnMinor} ${row.closedAt !== null}`,
      );
      const notes = (await ground.notesOf(invoice.id)).map(
        (row) => `${row.reason} ${row.totalMinor} ${row.toCardMinor} ${row.toBalanceMinor}`,
      );
      const events = await database.subscriptionEvents.findAll({ where: { subscriptionId } });
      const story = events
        .map((row) => row.get({ plain: true }).type)
        // Whether it left the account before it failed is told as it was seen.
        .filter((type) => type !== 'refunded');
      return {
        invoice: { status, amountPaidMinor, amountRefundedMinor },
        refunds: refunds.toSorted(),
        disputes,
        notes,
        story: story.toSorted(),
        accounts: await accounts(intentId),
        balance: await ground.balance(userId),
      };
    },
    /** The books agree in themselves, and cash is what the account at Stripe has. */
    async prove(): Promise<void> {
      await ground.proveBooks();
      const [cash] = await database.sequelize.query<{ sum: string }>(
        `select coalesce(sum(amount_minor), 0)::text as sum from ledger_postings
         join ledger_entries on entry_id = id where account = 'cash' and currency = 'usd'`,
        { type: QueryTypes.SELECT },
      );
      const net = sandbox.control.books()['usd']?.net ?? 0;
      if (Number(cash?.sum) !== net) throw new Error(`Cash is ${cash?.sum}, at Stripe ${net}.`);
    },
    close: () => ground.close(),
  };
}

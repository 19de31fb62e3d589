import { randomUUID } from 'node:crypto';
import { collect } from '../../activities/collect';
import { cancel, retryPastDue } from '../../activities/commands';
import { crossBoundary } from '../../activities/cross-boundary';
import { giveUp } from '../../activities/deadlines';
import { ensureCustomer } from '../../activities/ensure-customer';
import { applyPaymentEvent, readPayment } from '../../activities/payment-events';
import type { PaymentGateway } from '../../activities/ports/payments';
import type { InvoiceRecord, PlanRecord, SubscriptionRecord } from '../../activities/ports/records';
import { preparePayment } from '../../activities/prepare-payment';
import { dashboardOf } from '../support/dashboard';
import { openBillingGround, type BillingGround } from './fixture';

let ground: BillingGround;
beforeAll(async () => {
  ground = await openBillingGround();
  ground.sandbox.control.setSettlementDelay(null);
});
afterEach(async () => {
  ground.sandbox.control.calm();
  ground.sandbox.control.setSettlementDelay(null);
  await ground.proveBooks();
});
afterAll(() => ground.close());

const start = '2030-04-01T00:00:00.000Z';
const day = (number: number) => `2030-04-${String(number).padStart(2, '0')}T00:00:00.000Z`;

const stripe = () =>
  dashboardOf({
    STRIPE_SECRET_KEY: ground.sandbox.secretKey,
    STRIPE_API_URL: ground.sandbox.url,
  });

/** Saves a card at Stripe and in the books; it is charged from then on. */
async function useCard(userId: string, token = 'pm_card_visa'): Promise<string> {
  const customerId = await ensureCustomer(ground, userId);
  const { id } = await stripe().paymentMethods.attach(token, { customer: customerId });
  const known = await ground.payments.retrievePaymentMethod(id);
  if (known === undefined) throw new Error(id);
  await ground.inTransaction(async (unit) => {
    await unit.savePaymentMethod({ ...known.card, userId });
    await unit.makeDefault(userId, id);
  });
  return id;
}

interface Billed {
  plan: PlanRecord;
  subscription: SubscriptionRecord;
  invoice: InvoiceRecord;
  userId: string;
  card: string;
}

/** A first invoice over 10.00 that waits to be charged. */
async function billed(card = 'pm_card_visa', changes: Partial<PlanRecord> = {}): Promise<Billed> {
  const plan = await ground.plan({ amountMinor: 1000n, ...changes });
  const subscription = await ground.subscription(plan, start);
  const { userId } = subscription;
  const saved = await useCard(userId, card);
  const invoice = await ground.bill(subscription, plan);
  return { plan, subscription, invoice, userId, card: saved };
}

const collectIt = (
  { id: invoiceId, subscriptionId }: InvoiceRecord,
  now: string,
  payments: Partial<PaymentGateway> = {},
  how: { refresh?: true; asked?: true } = {},
) =>
  collect(
    { store: ground.store, payments: { ...ground.payments, ...payments } },
    { subscriptionId: subscriptionId ?? '', invoiceId, now, ...how },
  );

/** One whose first charge was declined. */
async function failing(changes: Partial<PlanRecord> = {}) {
  const it = await billed('pm_card_chargeCustomerFail', changes);
  await collectIt(it.invoice, start);
  return { ...it, invoice: await ground.invoice(it.invoice.id) };
}

/** One that could not be charged at all, and so has no intent. */
async function withoutCard() {
  const plan = await ground.plan({ amountMinor: 1000n });
  const subscription = await ground.subscription(plan, start);
  const { id } = await ground.bill(subscription, plan);
  await collectIt(await ground.invoice(id), start);
  const invoice = await ground.invoice(id);
  return { subscription, invoice, nextAttemptAt: invoice.nextAttemptAt ?? '' };
}

const attemptsOf = (invoiceId: string) => ground.inTransaction((unit) => unit.attempts(invoiceId));
const statuses = async (invoiceId: string) =>
  (await attemptsOf(invoiceId)).map(({ status }) => status);

/** As a webhook has it read again. */
const read = ({ id, subscriptionId }: InvoiceRecord, now: string) =>
  readPayment(ground, {
    subscriptionId: subscriptionId ?? '',
    invoiceId: id,
    now,
    anyNews: true,
  });

const newCard = (subscriptionId: string, now: string) =>
  retryPastDue(ground.store, { subscriptionId, commandId: randomUUID(), now });

const intentOf = async ({ id }: InvoiceRecord) =>
  (await ground.invoice(id)).stripePaymentIntentId ?? '';

describe('while the bank is at it', () => {
  /** Past due, and the second try of it on its way from the bank. */
  async function onItsWay(plan: Partial<PlanRecord> = {}) {
    const it = await failing(plan);
    await useCard(it.userId, 'pm_usBankAccount_processing');
    await collectIt(it.invoice, day(2));
    expect(await statuses(it.invoice.id)).toEqual(['failed', 'processing']);
    return it;
  }

  it('a new card begins no second attempt at the same money', async () => {
    const { invoice, subscription, userId } = await onItsWay();
    await useCard(userId);
    await newCard(subscription.id, day(3));
    await collectIt(invoice, day(3));
    expect(await statuses(invoice.id)).toEqual(['failed', 'processing']);
    await ground.sandbox.control.settlePayment(await intentOf(invoice), 'succeed');
    await read(invoice, day(5));
    expect(await statuses(invoice.id)).toEqual(['failed', 'succeeded']);
  });

  it('the new card is tried as soon as the bank says no', async () => {
    const { invoice, subscription, userId } = await onItsWay();
    await useCard(userId);
    await newCard(subscription.id, day(3));
    await collectIt(invoice, day(3));
    await ground.sandbox.control.settlePayment(await intentOf(invoice), 'fail');
    await read(invoice, day(5));
    expect((await ground.invoice(invoice.id)).nextAttemptAt).toBe(day(5));
  });

  it('another invoice that is paid begins no second attempt at it either', async () => {
    const { invoice, subscription, plan, userId } = await onItsWay();
    await useCard(userId);
    const next = await ground.bill(subscription, plan, { cycle: 2 });
    await collectIt(next, '2030-05-01T00:00:00.000Z');
    expect((await ground.invoice(next.id)).status).toBe('paid');
    await collectIt(invoice, '2030-05-01T00:00:00.000Z');
    expect(await statuses(invoice.id)).toEqual(['failed', 'processing']);
  });

  it('nobody’s subscription ends', async () => {
    const { invoice, subscription } = await onItsWay();
    const { finalActionAt } = await ground.invoice(invoice.id);
    expect(finalActionAt).toBe(day(8));
    await giveUp(ground.store, {
      subscriptionId: subscription.id,
      invoiceId: invoice.id,
      now: day(8),
    });
    expect([
      await ground.status(subscription.id),
      (await ground.invoice(invoice.id)).status,
    ]).toEqual(['past_due', 'open']);
    await ground.sandbox.control.settlePayment(await intentOf(invoice), 'fail');
    await read(invoice, day(9));
    const after = await ground.invoice(invoice.id);
    await giveUp(ground.store, {
      subscriptionId: subscription.id,
      invoiceId: invoice.id,
      now: after.finalActionAt ?? '',
    });
    expect(await ground.status(subscription.id)).toBe('canceled');
  });

  it('a customer’s own bank debit that fails late is told of', async () => {
    const { invoice, subscription, userId } = await failing();
    const bank = await useCard(userId, 'pm_usBankAccount_processing');
    await stripe().paymentIntents.confirm(await intentOf(invoice), { payment_method: bank });
    await read(invoice, day(1));
    await ground.sandbox.control.settlePayment(await intentOf(invoice), 'fail');
    await read(invoice, day(5));
    expect(await ground.mails(subscription.id, 'payment_failed')).toHaveLength(2);
  });
});

describe('a customer who leaves while Stripe is away', () => {
  it('is not charged for what they still owe when it is back', async () => {
    const { invoice, subscription, userId } = await failing();
    await useCard(userId);
    const away = () => Promise.reject(new Error('Stripe is away'));
    await collectIt(invoice, day(2), { retrieveIntent: away }).catch(() => undefined);
    expect(await statuses(invoice.id)).toEqual(['failed', 'pending']);
    await cancel(ground.store, {
      subscriptionId: subscription.id,
      commandId: randomUUID(),
      atPeriodEnd: false,
      now: day(3),
    });
    await collectIt(invoice, day(2));
    await collectIt(invoice, day(3));
    expect((await ground.invoice(invoice.id)).status).toBe('open');
    expect(await statuses(invoice.id)).toEqual(['failed', 'failed']);
    const payable = await preparePayment(ground, invoice.id);
    expect(payable?.status).toBe('requires_payment_method');
  });
});

describe('the customer on the pay page', () => {
  it('who leaves in the middle of 3D Secure does not end our own retries', async () => {
    const { invoice, subscription, nextAttemptAt } = await withoutCard();
    const intent = await preparePayment(ground, invoice.id);
    await stripe().paymentIntents.confirm(intent?.id ?? '', {
      payment_method: 'pm_card_authenticationRequired',
      return_url: 'https://example.com',
    });
    await read(invoice, start);
    expect(await statuses(invoice.id)).toEqual(['failed', 'requires_action']);
    expect((await ground.invoice(invoice.id)).nextAttemptAt).toBe(nextAttemptAt);
    await useCard(subscription.userId);
    await collectIt(invoice, nextAttemptAt);
    expect((await ground.invoice(invoice.id)).status).toBe('paid');
  });

  it('whose own card is declined, unheard of, takes none of our retries away', async () => {
    const { invoice, userId } = await failing();
    await useCard(userId);
    await stripe()
      .paymentIntents.confirm(await intentOf(invoice), {
        payment_method: 'pm_card_visa_chargeDeclined',
      })
      .catch(() => undefined);
    await collectIt(invoice, day(2));
    expect((await ground.invoice(invoice.id)).status).toBe('paid');
  });

  it('can pay what waits behind an older invoice that fails', async () => {
    const { subscription, plan } = await failing();
    const next = await ground.bill(subscription, plan, { cycle: 2 });
    expect((await preparePayment(ground, next.id))?.status).toBe('requires_payment_method');
  });

  it('gets an intent that can be paid, though our own charge was quicker the first time', async () => {
    const { invoice } = await withoutCard();
    // The scheduled retry, without a card, begins while the page's intent is being made.
    const payments: PaymentGateway = {
      ...ground.payments,
      async createIntent(request) {
        const intent = await ground.payments.createIntent(request);
        await ground.inTransaction(async (unit) => {
          const [first] = await unit.attempts(invoice.id);
          if (first === undefined) throw new Error('no attempt');
          const { id: _, ...row } = first;
          await unit.insertAttempt({
            ...row,
            number: 2,
            status: 'pending',
            settledAt: null,
            attemptedAt: day(2),
            idempotencyKey: `${row.idempotencyKey}/again`,
          });
        });
        return intent;
      },
    };
    expect(await preparePayment({ store: ground.store, payments }, invoice.id)).toBeUndefined();
    await collectIt(invoice, day(2));
    const payable = await preparePayment(ground, invoice.id);
    expect((await ground.payments.retrieveIntent(payable?.id ?? '')).status).toBe(
      'requires_payment_method',
    );
  });
});

describe('an intent', () => {
  it('that is canceled in the moment of our attempt is replaced, and the attempt made again', async () => {
    const { invoice, userId } = await failing();
    await useCard(userId);
    await collectIt(invoice, day(2), {
      async confirmIntent(request) {
        await stripe().paymentIntents.cancel(request.intentId);
        return ground.payments.confirmIntent(request);
      },
    });
    const { nextAttemptAt } = await ground.invoice(invoice.id);
    expect(nextAttemptAt).not.toBeNull();
    await collectIt(invoice, nextAttemptAt ?? '');
    expect((await ground.invoice(invoice.id)).status).toBe('paid');
  });

  it('whose answer was lost is no obstacle when the invoice was credited once more', async () => {
    const { invoice } = await failing();
    await ground.word(invoice, day(2), { action: 'credit', to: 'balance', amount: '200' });
    await collectIt(
      invoice,
      day(2),
      {
        async createIntent(request) {
          await ground.payments.createIntent(request);
          throw new Error('the answer was lost');
        },
      },
      { refresh: true },
    ).catch(() => undefined);
    await ground.word(invoice, day(2), { action: 'credit', to: 'balance', amount: '300' });
    await collectIt(invoice, day(2), {}, { refresh: true });
    const intent = await ground.payments.retrieveIntent(await intentOf(invoice));
    expect([intent.status, intent.amountMinor]).toEqual(['requires_payment_method', 500n]);
  });

  it('of an invoice written off while its charge was unknown leaves no attempt open', async () => {
    const { invoice, subscription } = await withoutCard();
    await preparePayment(ground, invoice.id);
    await useCard(subscription.userId);
    await newCard(subscription.id, day(2));
    const away = () => Promise.reject(new Error('Stripe is away'));
    await collectIt(invoice, day(2), { confirmIntent: away }).catch(() => undefined);
    await ground.word(invoice, day(2), { action: 'mark_uncollectible' });
    await collectIt(invoice, day(2));
    expect(await statuses(invoice.id)).toEqual(['failed', 'failed']);
  });
});

describe('what was paid too much', () => {
  it('in one payment with what was owed is sent back, though Stripe was busy the first time', async () => {
    const { invoice } = await failing();
    const intentId = await intentOf(invoice);
    await ground.word(invoice, day(2), { action: 'credit', to: 'balance', amount: '400' });
    await stripe().paymentIntents.confirm(intentId, { payment_method: 'pm_card_visa' });
    const busy: PaymentGateway = {
      ...ground.payments,
      refundIntent: () => Promise.reject(new Error('busy')),
    };
    const eventId = `evt_${randomUUID()}`;
    await ground.database.webhookEvents.create({
      id: eventId,
      type: 'payment_intent.succeeded',
      payload: { data: { object: { id: intentId } } },
    });
    const apply = (payments: PaymentGateway) =>
      applyPaymentEvent({ store: ground.store, payments }, { eventId, now: day(2) });
    await expect(apply(busy)).rejects.toThrow('busy');
    await apply(ground.payments);
    const { data } = await stripe().refunds.list({ payment_intent: intentId });
    expect(data.map(({ amount }) => amount)).toEqual([400]);
  });

  it('because the customer left while its charge was unknown is sent back as surely', async () => {
    const { invoice, subscription } = await billed();
    const lost = async (request: Parameters<PaymentGateway['createIntent']>[0]) => {
      await ground.payments.createIntent(request);
      throw new Error('the answer was lost');
    };
    await collectIt(invoice, start, { createIntent: lost }).catch(() => undefined);
    await cancel(ground.store, {
      subscriptionId: subscription.id,
      commandId: randomUUID(),
      atPeriodEnd: false,
      now: day(16),
    });
    const busy = () => Promise.reject(new Error('busy'));
    await expect(collectIt(invoice, day(16), { refundIntent: busy })).rejects.toThrow('busy');
    await collectIt(invoice, day(16));
    expect(await ground.invoice(invoice.id)).toMatchObject({
      status: 'paid',
      amountPaidMinor: 500n,
    });
    const { data } = await stripe().refunds.list({ payment_intent: await intentOf(invoice) });
    expect(data.map(({ amount }) => amount)).toEqual([500]);
  });
});

describe('two at once', () => {
  it('an answer that comes after the customer has paid takes nothing of it back', async () => {
    const { invoice } = await failing();
    await collectIt(invoice, day(2), {
      async confirmIntent(request) {
        const declined = await ground.payments.confirmIntent(request);
        await stripe().paymentIntents.confirm(request.intentId, { payment_method: 'pm_card_visa' });
        await read(invoice, day(2));
        return declined;
      },
    });
    expect((await ground.invoice(invoice.id)).status).toBe('paid');
    expect(await statuses(invoice.id)).toContain('succeeded');
  });

  it('an answer that is late leaves the schedule that was made without it', async () => {
    const { invoice } = await failing();
    let planned: string | null = null;
    await collectIt(invoice, day(2), {
      async confirmIntent(request) {
        const declined = await ground.payments.confirmIntent(request);
        // Another worker has taken over.
        await collectIt(invoice, day(2));
        planned = (await ground.invoice(invoice.id)).nextAttemptAt;
        return declined;
      },
    });
    expect(planned).toBe(day(4));
    expect((await ground.invoice(invoice.id)).nextAttemptAt).toBe(planned);
    expect(await ground.told(invoice.subscriptionId ?? '', 'payment_failed')).toHaveLength(2);
  });
});

describe('a payment that somebody else has made for an invoice', () => {
  it('and that was sent back does not pay it later', async () => {
    const { invoice, subscription } = await withoutCard();
    const customer = await ensureCustomer(ground, subscription.userId);
    await preparePayment(ground, invoice.id);
    const alien = await stripe().paymentIntents.create({
      amount: 1000,
      currency: 'usd',
      customer,
      confirm: true,
      payment_method: 'pm_card_visa',
      metadata: { invoice_id: invoice.id },
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    await readPayment(ground, {
      subscriptionId: subscription.id,
      invoiceId: invoice.id,
      intentId: alien.id,
      now: day(1),
      anyNews: true,
    });
    expect((await stripe().refunds.list({ payment_intent: alien.id })).data).toHaveLength(1);
    await stripe().paymentIntents.cancel(await intentOf(invoice));
    await useCard(subscription.userId);
    await collectIt(invoice, day(2));
    expect((await ground.invoice(invoice.id)).status).toBe('paid');
    expect(await intentOf(invoice)).not.toBe(alien.id);
  });
});

describe('who has left at the end of the period', () => {
  it('has the usual time to pay what was never charged', async () => {
    const { invoice, subscription } = await billed();
    await ground.inTransaction(async (unit) =>
      unit.updateSubscription(await unit.lockSubscription(subscription.id), {
        cancelAtPeriodEnd: true,
      }),
    );
    await crossBoundary(ground.store, {
      subscriptionId: subscription.id,
      cycle: 1,
      now: '2030-05-01T00:00:00.000Z',
    });
    await collectIt(invoice, '2030-05-01T00:00:00.000Z');
    expect(await ground.invoice(invoice.id)).toMatchObject({
      status: 'open',
      finalActionAt: '2030-06-07T00:00:00.000Z',
    });
  });
});

describe('a card that its customer has removed', () => {
  it('does not come back with old news of a payment by it', async () => {
    const { invoice, userId } = await failing();
    const { id: intentId } = await ground.payments.saveOnPayment(await intentOf(invoice), true);
    await stripe().paymentIntents.confirm(intentId, { payment_method: 'pm_card_visa' });
    await read(invoice, day(2));
    const card = (await ground.payments.retrieveIntent(intentId)).paymentMethodId ?? '';
    // In the books; Stripe is away, and has not heard of it yet.
    await ground.inTransaction((unit) => unit.detachPaymentMethod(userId, card));
    await read(invoice, day(3));
    const row = await ground.inTransaction((unit) => unit.paymentMethod(card));
    expect(row?.detachedAt).not.toBeNull();
  });
});

describe('an invoice that Stripe will never charge', () => {
  it('can be paid elsewhere, once its subscription waits for a person', async () => {
    await ground.taxRate({ country: 'LI' });
    const userId = await ground.customer({ country: 'LI' });
    const plan = await ground.plan({ amountMinor: 99_999_999n });
    const subscription = await ground.subscription(plan, start, { userId });
    await useCard(userId);
    const invoice = await ground.bill(subscription, plan);
    await expect(collectIt(invoice, start)).rejects.toThrow('Amount');
    await ground.database.subscriptions.update(
      { needsAttention: 'Stripe refuses it' },
      { where: { id: subscription.id } },
    );
    expect(await ground.word(invoice, day(2), { action: 'mark_paid' })).not.toHaveProperty(
      'refused',
    );
    await collectIt(invoice, day(2), {}, { refresh: true });
    expect([(await ground.invoice(invoice.id)).status, ...(await statuses(invoice.id))]).toEqual([
      'paid',
      'failed',
    ]);
  });
});

describe('an unpaid subscription', () => {
  it('has one draft issued for a new card, however often it is told of it', async () => {
    const { subscription, plan } = await failing({
      dunning: { retryDays: [1], finalAction: 'unpaid' },
    });
    const [open] = await ground.inTransaction((unit) => unit.unsettledInvoices(subscription.id));
    if (open === undefined) throw new Error('no invoice');
    await ground.word(open, day(2), { action: 'mark_uncollectible' });
    for (const cycle of [2, 3]) await ground.bill(subscription, plan, { cycle, draft: 'unpaid' });
    await ground.database.subscriptions.update(
      { status: 'unpaid' },
      { where: { id: subscription.id } },
    );
    await newCard(subscription.id, day(3));
    await newCard(subscription.id, day(3));
    const unsettled = await ground.inTransaction((unit) => unit.unsettledInvoices(subscription.id));
    expect(unsettled.map(({ status }) => status)).toEqual(['open', 'draft']);
  });
});

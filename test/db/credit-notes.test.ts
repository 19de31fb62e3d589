import { randomUUID } from 'node:crypto';
import { creditUnused } from '../../activities/credit-unused';
import type { PlanRecord, SubscriptionRecord } from '../../activities/ports/records';
import { refundSurplus, sendRefund } from '../../activities/refunds';
import { openBillingGround, type BillingGround } from './fixture';

let ground: BillingGround;
beforeAll(async () => {
  ground = await openBillingGround();
});
afterAll(() => ground.close());
afterEach(() => ground.proveBooks());

const start = '2026-04-01T00:00:00.000Z';
/** Half of April is left. */
const half = '2026-04-16T00:00:00.000Z';

/** Gives the unused time back, as a cancellation does. */
const creditFor = (subscription: SubscriptionRecord, plan: PlanRecord, now: string) =>
  ground.inTransaction((unit) => creditUnused(unit, { subscription, plan, now }));

/** A subscription at $10.00 a month whose April is invoiced, and paid by card unless it is said. */
async function subscribed({
  paid = true,
  ...changes
}: Partial<SubscriptionRecord> & { paid?: boolean } = {}) {
  const plan = await ground.plan({ amountMinor: 1000n });
  const subscription = await ground.subscription(plan, start, changes);
  const invoice = await ground.bill(subscription, plan);
  if (!paid) return { plan, subscription, invoice };
  return { plan, subscription, invoice: await ground.payByCard(invoice, start) };
}

describe('canceling now', () => {
  it('gives the unused half of a paid month back to the balance, by a credit note of its invoice', async () => {
    const { plan, subscription, invoice } = await subscribed();
    expect(await creditFor(subscription, plan, half)).toBe(500n);
    expect(await ground.notesOf(invoice.id)).toMatchObject([
      {
        number: `${invoice.number}-CN1`,
        totalMinor: 500n,
        toBalanceMinor: 500n,
        toInvoiceMinor: 0n,
        toCardMinor: 0n,
      },
    ]);
    expect(await ground.balance(subscription.userId)).toBe(500n);
    expect(await ground.told(subscription.id, 'credited')).toEqual([
      {
        invoice_id: invoice.id,
        number: `${invoice.number}-CN1`,
        invoice_number: invoice.number,
        amount: '500',
        currency: 'usd',
        to_card: '0',
        to_balance: '500',
        to_invoice: '0',
      },
    ]);
  });

  it('gives back what was paid for the time, after its coupon and with its taxes', async () => {
    await ground.taxRate({ country: 'AT', percentage: '20' });
    const userId = await ground.customer({ country: 'AT' });
    const plan = await ground.plan({ amountMinor: 1000n });
    const subscription = await ground.subscription(plan, start, { userId });
    const coupon = await ground.coupon({ percentOff: '10' });
    await ground.inTransaction((unit) =>
      unit.insertDiscount({
        subscriptionId: subscription.id,
        couponId: coupon.id,
        startsAt: start,
      }),
    );
    const invoice = await ground.bill(subscription, plan);
    expect(invoice).toMatchObject({ discountMinor: 100n, taxMinor: 180n, totalMinor: 1080n });
    await ground.payByCard(invoice, start);
    expect(await creditFor(subscription, plan, half)).toBe(540n);
    expect(await ground.notesOf(invoice.id)).toMatchObject([{ netMinor: 450n, taxMinor: 90n }]);
  });

  it('gives back an inclusive tax with the price that contains it, also after an earlier credit', async () => {
    await ground.taxRate({ country: 'DE', percentage: '25', inclusive: true });
    const userId = await ground.customer({ country: 'DE' });
    const { plan, subscription, invoice } = await subscribed({ userId });
    expect(invoice).toMatchObject({ taxMinor: 200n, totalMinor: 1000n });
    await ground.word(invoice, start, { action: 'credit', amount: '500', to: 'balance' });
    expect(await creditFor(subscription, plan, half)).toBe(250n);
    expect(await ground.notesOf(invoice.id)).toMatchObject([
      { netMinor: 400n, taxMinor: 100n },
      { netMinor: 200n, taxMinor: 50n },
    ]);
    await ground.word(invoice, half, { action: 'credit', to: 'balance' });
    expect(await ground.balance(userId)).toBe(1000n);
  });

  it('takes the unused half off an invoice that is still open', async () => {
    const { plan, subscription, invoice } = await subscribed({ paid: false });
    expect(await creditFor(subscription, plan, half)).toBe(0n);
    expect(await ground.invoice(invoice.id)).toMatchObject({
      status: 'open',
      amountDueMinor: 1000n,
      amountCreditedMinor: 500n,
    });
    expect(await ground.balance(subscription.userId)).toBe(0n);
  });

  it('pays out of an open invoice only what the balance had paid of it', async () => {
    const userId = await ground.customer();
    await ground.give(userId, 700n);
    const { plan, subscription, invoice } = await subscribed({ userId, paid: false });
    expect(invoice.amountDueMinor).toBe(300n);
    expect(await creditFor(subscription, plan, half)).toBe(200n);
    expect(await ground.invoice(invoice.id)).toMatchObject({
      status: 'paid',
      closedAt: half,
      amountCreditedMinor: 300n,
      amountPaidMinor: 0n,
    });
    expect(await ground.balance(userId)).toBe(200n);
  });

  it('gives back the unused half of what an earlier credit has left of the month', async () => {
    const plan = await ground.plan({ amountMinor: 1000n });
    const subscription = await ground.subscription(plan, start);
    await ground.item(subscription, 1000n);
    const invoice = await ground.payByCard(await ground.bill(subscription, plan), start);
    await ground.word(invoice, start, { action: 'credit', amount: '1400', to: 'balance' });
    // Of $20.00 with a one-off item, $14.00 is back already: $7.00 of the month.
    expect(await creditFor(subscription, plan, half)).toBe(150n);
    expect((await ground.notesOf(invoice.id)).map(({ number }) => number)).toEqual([
      `${invoice.number}-CN1`,
      `${invoice.number}-CN2`,
    ]);
  });

  it('gives back all that an upgrade was worth, though its invoice was for the difference only', async () => {
    const { plan, subscription, invoice } = await subscribed();
    const pro = await ground.plan({ amountMinor: 2000n });
    await ground.change(subscription, pro, half);
    // Half of $20.00 less half of $10.00: the change's invoice is worth $5.00, its line $10.00.
    expect(await creditFor(subscription, plan, half)).toBe(1000n);
    expect(await ground.notesOf(invoice.id)).toMatchObject([{ totalMinor: 500n }]);
    expect(await ground.balance(subscription.userId)).toBe(1000n);
  });

  it('gives back to the cent what was paid, through an upgrade, a downgrade and taxes, at once', async () => {
    const userId = await ground.customer({ country: 'AT' });
    const { plan, subscription, invoice } = await subscribed({ userId });
    const pro = await ground.plan({ amountMinor: 1999n });
    const lite = await ground.plan({ amountMinor: 333n });
    await ground.change(subscription, pro, start);
    await ground.change(subscription, lite, start);
    await ground.change(subscription, pro, start);
    await creditFor(subscription, plan, start);
    const invoices = await ground.database.invoices.findAll({
      where: { subscriptionId: subscription.id },
    });
    const paid = invoices.reduce((sum, row) => sum + row.get({ plain: true }).amountPaidMinor, 0n);
    expect(invoice.totalMinor).toBe(1200n);
    expect(await ground.balance(userId)).toBe(paid);
  });

  it('credits nothing for what is used up, and nothing twice', async () => {
    const { plan, subscription, invoice } = await subscribed();
    expect(await creditFor(subscription, plan, '2026-05-01T00:00:00.000Z')).toBe(0n);
    expect(await ground.notesOf(invoice.id)).toEqual([]);
    await creditFor(subscription, plan, half);
    await creditFor(subscription, plan, half);
    expect(await ground.balance(subscription.userId)).toBe(500n);
  });
});

describe('an operator’s credit', () => {
  it('in uneven parts gives back exactly the invoice, net, tax and every line', async () => {
    const userId = await ground.customer({ country: 'AT' });
    const plan = await ground.plan({ amountMinor: 999n });
    const subscription = await ground.subscription(plan, start, { userId });
    await ground.item(subscription, 333n);
    const issued = await ground.bill(subscription, plan);
    const invoice = await ground.payByCard(issued, start);
    expect(invoice.totalMinor).toBe(1598n);
    for (const amount of ['1', '7', '333', '700']) {
      const said = await ground.word(invoice, half, { action: 'credit', amount, to: 'balance' });
      expect(said).not.toHaveProperty('refused');
    }
    await ground.word(invoice, half, { action: 'credit', to: 'balance' });
    const notes = await ground.notesOf(invoice.id);
    expect(notes).toHaveLength(5);
    const sum = (amounts: bigint[]) => amounts.reduce((all, amount) => all + amount, 0n);
    expect({
      net: sum(notes.map(({ netMinor }) => netMinor)),
      tax: sum(notes.map(({ taxMinor }) => taxMinor)),
    }).toEqual({ net: 1332n, tax: 266n });
    const { lines, noted } = await ground.inTransaction(async (unit) => ({
      lines: await unit.linesOf(invoice.id),
      noted: await unit.creditNoteLines(invoice.id),
    }));
    for (const line of lines) {
      const own = noted.filter(({ invoiceLineId }) => invoiceLineId === line.id);
      expect(sum(own.map(({ netMinor }) => netMinor))).toBe(line.amountMinor);
      expect(sum(own.map(({ taxMinor }) => taxMinor))).toBe(line.taxMinor);
    }
  });

  it('beyond what is left, or of a draft or void invoice, is refused, and changes nothing', async () => {
    const { invoice, plan, subscription } = await subscribed();
    await ground.word(invoice, half, { action: 'credit', amount: '600', to: 'balance' });
    const credit = { action: 'credit', to: 'balance' } as const;
    expect(await ground.word(invoice, half, { ...credit, amount: '401' })).toMatchObject({
      refused: { code: 'credit_exceeds_invoice' },
    });
    const draft = await ground.bill(subscription, plan, { cycle: 2, draft: 'held' });
    expect(await ground.word(draft, half, credit)).toMatchObject({
      refused: { code: 'invoice_not_creditable' },
    });
    expect(await ground.notesOf(invoice.id)).toHaveLength(1);
  });

  it('is made once, however often its answer is lost', async () => {
    const { invoice, subscription } = await subscribed();
    const commandId = randomUUID();
    const credit = { action: 'credit', amount: '100', to: 'card' } as const;
    const first = await ground.word(invoice, half, credit, commandId);
    const again = await ground.word(invoice, half, credit, commandId);
    expect(again).toEqual(first);
    expect(await ground.notesOf(invoice.id)).toHaveLength(1);
    expect(await ground.told(subscription.id, 'credited')).toHaveLength(1);
  });

  it('comes off what is due of an open invoice first, whose intent must go; the whole makes it paid, and nothing past due', async () => {
    const { invoice, subscription } = await subscribed({ paid: false });
    await ground.inTransaction(async (unit) => {
      const locked = await unit.lockInvoice(invoice.id);
      await unit.updateInvoice(locked, {
        firstFailedAt: start,
        nextAttemptAt: half,
        stripePaymentIntentId: `pi_${invoice.id}`,
      });
      await unit.updateSubscription(await unit.lockSubscription(subscription.id), {
        status: 'past_due',
      });
    });
    const credit = { action: 'credit', to: 'card' } as const;
    expect(await ground.word(invoice, half, { ...credit, amount: '400' })).toMatchObject({
      state: { status: 'past_due' },
      cancelIntentOf: invoice.id,
    });
    const whole = await ground.word(invoice, half, credit);
    expect(whole).toMatchObject({ state: { status: 'active' }, cancelIntentOf: invoice.id });
    expect(whole).not.toHaveProperty('refundId');
    expect(await ground.invoice(invoice.id)).toMatchObject({
      status: 'paid',
      amountCreditedMinor: 1000n,
      nextAttemptAt: null,
    });
    expect(await ground.mails(subscription.id, 'refund_issued')).toEqual([]);
  });

  it('of a written-off invoice comes off what was written off, and is never paid out', async () => {
    const { invoice, subscription } = await subscribed({ paid: false });
    await ground.word(invoice, half, { action: 'credit', amount: '50', to: 'balance' });
    await ground.word(invoice, half, { action: 'mark_uncollectible' });
    await ground.word(invoice, half, { action: 'credit', amount: '550', to: 'balance' });
    expect(await ground.balance(subscription.userId)).toBe(0n);
    await ground.word(invoice, half, { action: 'mark_paid' });
    expect(await ground.invoice(invoice.id)).toMatchObject({
      status: 'paid',
      amountPaidMinor: 400n,
      amountCreditedMinor: 600n,
    });
  });

  it('tells the customer what went to the balance', async () => {
    const { invoice, subscription } = await subscribed();
    await ground.word(invoice, half, { action: 'credit', amount: '250', to: 'balance' });
    expect(await ground.mails(subscription.id, 'refund_issued')).toEqual([
      {
        invoice_id: invoice.id,
        invoice_number: invoice.number,
        credit_note_number: `${invoice.number}-CN1`,
        currency: 'usd',
        amount: '250',
        to_balance: '250',
        refunded_at: half,
      },
    ]);
  });
});

describe('a refund', () => {
  const credited = async (amount: string, card?: string) => {
    const { plan, subscription, invoice } = await subscribed({ paid: false });
    const paid = await ground.payByCard(invoice, start, card);
    const said = await ground.word(paid, half, { action: 'credit', amount, to: 'card' });
    if (!('refundId' in said) || said.refundId === undefined) throw new Error('no refund');
    return { plan, subscription, invoice: paid, refundId: said.refundId };
  };
  const refundRow = (id: string) => ground.inTransaction((unit) => unit.refund(id));

  it('is sent once through Stripe, booked, shown on the invoice, and told', async () => {
    const { refundId, invoice, subscription } = await credited('400');
    const before = ground.sandbox.control.books()['usd'];
    const errand = { refundId, now: half };
    await Promise.all([sendRefund(ground, errand), sendRefund(ground, errand)]);
    const silent = { ...ground.payments, refundIntent: () => Promise.reject(new Error('asked')) };
    await sendRefund({ store: ground.store, payments: silent }, errand);
    const after = ground.sandbox.control.books()['usd'];
    expect(Number(after?.refunded) - Number(before?.refunded)).toBe(400);
    expect(await refundRow(refundId)).toMatchObject({ status: 'succeeded' });
    expect(await ground.invoice(invoice.id)).toMatchObject({
      status: 'paid',
      amountPaidMinor: 1000n,
      amountRefundedMinor: 400n,
    });
    expect(await ground.told(subscription.id, 'refunded')).toEqual([
      {
        invoice_id: invoice.id,
        invoice_number: invoice.number,
        credit_note: `${invoice.number}-CN1`,
        amount: '400',
        currency: 'usd',
        reason: 'credit_note',
      },
    ]);
    expect(await ground.mails(subscription.id, 'refund_issued')).toMatchObject([
      { amount: '400', to_card: '400' },
    ]);
  });

  it('never sends back more than the card has paid; the rest goes to the balance', async () => {
    const userId = await ground.customer();
    await ground.give(userId, 300n);
    const { subscription, invoice } = await subscribed({ userId });
    const first = await ground.word(invoice, half, { action: 'credit', amount: '600', to: 'card' });
    await ground.word(invoice, half, { action: 'credit', to: 'card' });
    expect(await ground.notesOf(invoice.id)).toMatchObject([
      { toCardMinor: 600n, toBalanceMinor: 0n },
      { toCardMinor: 100n, toBalanceMinor: 300n },
    ]);
    expect(await ground.balance(subscription.userId)).toBe(300n);
    if ('refundId' in first && first.refundId !== undefined) {
      await sendRefund(ground, { refundId: first.refundId, now: half });
    }
  });

  it('that Stripe refuses goes to the balance, and the customer is told so', async () => {
    const { refundId, invoice, subscription } = await credited('400');
    const deps = { store: ground.store, payments: ground.refusingRefunds() };
    await sendRefund(deps, { refundId, now: half });
    await sendRefund(ground, { refundId, now: half });
    expect(await refundRow(refundId)).toMatchObject({ status: 'failed' });
    expect(await ground.balance(subscription.userId)).toBe(400n);
    expect(await ground.invoice(invoice.id)).toMatchObject({ amountRefundedMinor: 0n });
    expect(await ground.told(subscription.id, 'refund_failed')).toHaveLength(1);
    expect(await ground.mails(subscription.id, 'refund_issued')).toMatchObject([
      { amount: '400', to_balance: '400' },
    ]);
  });

  it('that takes the bank its time counts as sent', async () => {
    const { refundId, invoice } = await credited('400', 'pm_card_pendingRefund');
    await sendRefund(ground, { refundId, now: half });
    expect(await refundRow(refundId)).toMatchObject({ status: 'pending' });
    expect(await ground.invoice(invoice.id)).toMatchObject({ amountRefundedMinor: 400n });
  });

  it('of a surplus is sent the same way, and is no refund of the invoice', async () => {
    const { invoice, subscription } = await subscribed({ paid: false });
    await ground.word(invoice, half, { action: 'void' });
    // The customer was quicker on the pay page than the void.
    const paid = await ground.payByCard(invoice, half);
    expect(paid.status).toBe('void');
    const [refund] = await ground.inTransaction((unit) => unit.refundsOf(invoice.id));
    if (refund === undefined) throw new Error('no refund');
    expect(refund).toMatchObject({ status: 'pending', amountMinor: 1000n });
    await refundSurplus(ground, refund, half);
    await refundSurplus(ground, refund, half);
    expect(await refundRow(refund.id)).toMatchObject({ status: 'succeeded' });
    expect(await ground.invoice(invoice.id)).toMatchObject({ amountRefundedMinor: 0n });
    expect(await ground.told(subscription.id, 'refunded')).toMatchObject([{ reason: 'surplus' }]);
  });
});

describe('an operator', () => {
  it('voids an open invoice: nothing is owed, the balance is given back, items wait again', async () => {
    const userId = await ground.customer();
    await ground.give(userId, 250n);
    const plan = await ground.plan({ amountMinor: 1000n });
    const subscription = await ground.subscription(plan, start, { userId });
    await ground.item(subscription, 200n);
    const invoice = await ground.bill(subscription, plan);
    expect(invoice.amountDueMinor).toBe(950n);
    expect(await ground.balance(userId)).toBe(0n);
    await ground.word(invoice, half, { action: 'void' });
    expect(await ground.invoice(invoice.id)).toMatchObject({ status: 'void', closedAt: half });
    expect(await ground.balance(userId)).toBe(250n);
    const waiting = await ground.inTransaction((unit) => unit.waitingItems(subscription.id, 'usd'));
    expect(waiting).toMatchObject([{ amountMinor: 200n }]);
    expect(await ground.told(subscription.id, 'invoice_voided')).toEqual([
      { invoice_id: invoice.id, number: invoice.number, amount: '1200', currency: 'usd' },
    ]);
  });

  it('voids what is left of an invoice that was credited in part', async () => {
    const { invoice } = await subscribed({ paid: false });
    await ground.word(invoice, half, { action: 'credit', amount: '333', to: 'balance' });
    await ground.word(invoice, half, { action: 'void' });
    expect(await ground.invoice(invoice.id)).toMatchObject({ status: 'void' });
  });

  it('puts a draft away, or makes it final with a number of the gapless sequence', async () => {
    const plan = await ground.plan({ amountMinor: 1000n });
    const subscription = await ground.subscription(plan, start);
    const first = await ground.bill(subscription, plan, { draft: 'held' });
    await ground.word(first, half, { action: 'void' });
    const second = await ground.bill(subscription, plan, { cycle: 2, draft: 'held' });
    await ground.word(second, half, { action: 'finalize' });
    expect(await ground.invoice(first.id)).toMatchObject({ status: 'void', number: null });
    const final = await ground.invoice(second.id);
    expect(final).toMatchObject({ status: 'open', issuedAt: half, held: false });
    expect(final.number).toMatch(/-0001$/);
    expect(await ground.word(second, half, { action: 'finalize' })).toMatchObject({
      refused: { code: 'invoice_not_draft' },
    });
  });

  it('marks an invoice as paid elsewhere: it is booked on the bank, and nothing is past due any more', async () => {
    const { invoice, subscription } = await subscribed({ paid: false, status: 'past_due' });
    const said = await ground.word(invoice, half, { action: 'mark_paid' });
    expect(said).toMatchObject({ state: { status: 'active' } });
    expect(await ground.invoice(invoice.id)).toMatchObject({
      status: 'paid',
      paidOutOfBand: true,
      amountPaidMinor: 1000n,
    });
    expect(await ground.told(subscription.id, 'invoice_paid')).toMatchObject([
      { amount: '1000', out_of_band: true },
    ]);
    expect(await ground.mails(subscription.id, 'receipt')).toHaveLength(1);
    expect(await ground.word(invoice, half, { action: 'mark_paid' })).toMatchObject({
      refused: { code: 'invoice_not_open' },
    });
  });

  it.each([
    ['marked as paid elsewhere', { action: 'mark_paid' }],
    ['credited in full', { action: 'credit', to: 'balance' }],
  ] as const)(
    'is not paid twice: money that still comes for an invoice %s is given back',
    async (_, spoken) => {
      const { invoice } = await subscribed({ paid: false });
      const intent = await ground.charge(invoice);
      await ground.inTransaction(async (unit) =>
        unit.updateInvoice(await unit.lockInvoice(invoice.id), {
          stripePaymentIntentId: intent.id,
        }),
      );
      await ground.word(invoice, half, spoken);
      await ground.settle(invoice, intent, half);
      const refunds = await ground.inTransaction((unit) => unit.refundsOf(invoice.id));
      expect(refunds).toMatchObject([{ reason: 'surplus', amountMinor: 1000n }]);
    },
  );

  it('writes an invoice off, which a late payment still pays', async () => {
    const { invoice, subscription } = await subscribed({ paid: false, status: 'past_due' });
    // On its way, and not known yet.
    const intent = await ground.charge(invoice);
    await ground.inTransaction(async (unit) =>
      unit.updateInvoice(await unit.lockInvoice(invoice.id), { stripePaymentIntentId: intent.id }),
    );
    await ground.word(invoice, half, { action: 'mark_uncollectible' });
    expect(await ground.invoice(invoice.id)).toMatchObject({ status: 'uncollectible' });
    expect(await ground.status(subscription.id)).toBe('active');
    expect(await ground.settle(invoice, intent, half)).toMatchObject({ status: 'paid' });
  });

  it('has an open invoice tried again at once', async () => {
    const { invoice } = await subscribed({ paid: false });
    await ground.word(invoice, half, { action: 'retry' });
    expect(await ground.invoice(invoice.id)).toMatchObject({ nextAttemptAt: half });
  });

  it('can’t take an invoice back, or mark it as paid, while its payment is under way', async () => {
    const { invoice } = await subscribed({ paid: false });
    const attempt = await ground.inTransaction((unit) =>
      unit.insertAttempt({
        invoiceId: invoice.id,
        number: 1,
        status: 'processing',
        idempotencyKey: randomUUID(),
        paymentMethodId: null,
        stripePaymentIntentId: null,
        stripeChargeId: null,
        amountMinor: 1000n,
        currency: 'usd',
        errorCode: null,
        declineCode: null,
        message: null,
        attemptedAt: start,
        settledAt: null,
      }),
    );
    for (const spoken of [
      { action: 'void' },
      { action: 'mark_paid' },
      { action: 'retry' },
      { action: 'credit', to: 'balance' },
    ] as const) {
      expect(await ground.word(invoice, half, spoken)).toMatchObject({
        refused: { code: 'payment_under_way' },
      });
    }
    await ground.inTransaction((unit) => unit.updateAttempt(attempt.id, { status: 'canceled' }));
    expect(await ground.invoice(invoice.id)).toMatchObject({ status: 'open' });
  });

  it('credits an invoice of a subscription that has ended, and nobody else’s', async () => {
    const { invoice, subscription } = await subscribed();
    const other = await subscribed();
    await ground.inTransaction(async (unit) =>
      unit.updateSubscription(await unit.lockSubscription(subscription.id), {
        status: 'canceled',
        endedAt: half,
      }),
    );
    const credit = { action: 'credit', to: 'balance' } as const;
    expect(await ground.word(invoice, half, credit)).toMatchObject({
      state: { status: 'canceled' },
      creditNoteId: expect.any(String),
    });
    const others = { id: other.invoice.id, subscriptionId: subscription.id };
    expect(await ground.word(others, half, credit)).toMatchObject({
      refused: { code: 'invoice_not_found' },
    });
  });

  it('takes the invoice of a change back, and the change with it; one marked as paid brings the change', async () => {
    const pro = await ground.plan({ amountMinor: 2000n });
    const waiting = async () => {
      const { subscription } = await subscribed();
      await ground.changeUnpaid(subscription, pro, half);
      const [open] = await ground.inTransaction((unit) => unit.unsettledInvoices(subscription.id));
      if (open === undefined) throw new Error('no invoice');
      return { subscription, open };
    };
    const planNow = async ({ id }: SubscriptionRecord) => {
      const row = await ground.inTransaction((unit) => unit.lockSubscription(id));
      return { planId: row.planId, pendingChange: row.pendingChange };
    };
    const first = await waiting();
    for (const spoken of [
      { action: 'mark_uncollectible' },
      { action: 'credit', to: 'balance' },
    ] as const) {
      expect(await ground.word(first.open, half, spoken)).toMatchObject({
        refused: { code: 'change_pending' },
      });
    }
    await ground.word(first.open, half, { action: 'void' });
    expect(await planNow(first.subscription)).toEqual({
      planId: first.subscription.planId,
      pendingChange: null,
    });
    const second = await waiting();
    await ground.word(second.open, half, { action: 'mark_paid' });
    expect(await planNow(second.subscription)).toEqual({ planId: pro.id, pendingChange: null });
  });
});

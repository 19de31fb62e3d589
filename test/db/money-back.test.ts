import { applyDispute } from '../../activities/dispute-events';
import { compareRefunds } from '../../activities/refund-events';
import { sendRefund } from '../../activities/refunds';
import { later, openMoneyBack, type MoneyBack } from './money-back-ground';

let back: MoneyBack;
beforeAll(async () => {
  back = await openMoneyBack();
});
afterEach(() => back.prove());
afterAll(() => back.close());

describe('a refund of ours', () => {
  it('that fails after it was taken goes to the balance, and the customer is told once', async () => {
    const { subscriptionId, userId, invoice, intentId } = await back.paid('pm_card_refundFail');
    expect(await back.credit(invoice, 400)).toBe('credited');
    const [refund] = await back.refundsOf(intentId);
    await back.ground.sandbox.control.settleRefund(refund?.stripeRefundId ?? '', 'failed');
    await back.deliverAll(intentId);
    await back.deliverAll(intentId);
    expect(await back.refundsOf(intentId)).toMatchObject([{ status: 'failed', amountMinor: 400n }]);
    expect(await back.ground.balance(userId)).toBe(400n);
    expect(await back.ground.invoice(invoice.id)).toMatchObject({
      status: 'paid',
      amountRefundedMinor: 0n,
    });
    expect(await back.ground.told(subscriptionId, 'refund_failed')).toHaveLength(1);
    const mails = await back.ground.mails(subscriptionId, 'refund_issued');
    expect(mails.filter(({ returned }) => returned === true)).toMatchObject([
      { amount: '400', to_balance: '400' },
    ]);
  });

  it('that failed stays so, when two readers write in the other order than they read', async () => {
    const { userId, invoice, intentId } = await back.paid('pm_card_refundFail');
    await back.credit(invoice, 400);
    const [refund] = await back.refundsOf(intentId);
    const before = await back.ground.payments.refundsOf(intentId);
    await back.ground.sandbox.control.settleRefund(refund?.stripeRefundId ?? '', 'failed');
    const payment = { intentId, invoiceId: invoice.id, now: later };
    await compareRefunds(back.ground, payment);
    const payments = { ...back.ground.payments, refundsOf: () => Promise.resolve(before) };
    await compareRefunds({ store: back.ground.store, payments }, payment);
    await compareRefunds(back.ground, payment);
    expect(await back.refundsOf(intentId)).toMatchObject([{ status: 'failed' }]);
    expect(await back.ground.balance(userId)).toBe(400n);
  });

  it('that the bank has taken at last is done, without another word', async () => {
    const { subscriptionId, invoice, intentId } = await back.paid('pm_card_pendingRefund');
    await back.credit(invoice, 400);
    const [refund] = await back.refundsOf(intentId);
    await back.ground.sandbox.control.settleRefund(refund?.stripeRefundId ?? '', 'succeeded');
    await back.deliverAll(intentId);
    expect(await back.refundsOf(intentId)).toMatchObject([{ status: 'succeeded' }]);
    expect(await back.ground.told(subscriptionId, 'refunded')).toHaveLength(1);
  });

  it('whose answer was lost is known by its event, before the answer is asked for again', async () => {
    const { invoice, intentId } = await back.paid();
    const said = await back.ground.word(invoice, later, { action: 'credit', to: 'card' });
    if (!('refundId' in said) || said.refundId === undefined) throw new Error('no refund');
    const { refundId } = said;
    const dying = {
      ...back.ground.payments,
      refundIntent: async (request: Parameters<typeof back.ground.payments.refundIntent>[0]) => {
        await back.ground.payments.refundIntent(request);
        throw new Error('died');
      },
    };
    await expect(
      sendRefund({ store: back.ground.store, payments: dying }, { refundId, now: later }),
    ).rejects.toThrow('died');
    // A refund that was asked for is waited for; all refunds of the charge may be compared.
    const verdicts = [];
    for (const event of await back.eventsOf(intentId))
      verdicts.push([event.type, await back.deliver(event)]);
    expect(verdicts).toContainEqual(['refund.created', 'later']);
    expect(await back.refundsOf(intentId)).toMatchObject([{ id: refundId, status: 'succeeded' }]);
    await sendRefund(back.ground, { refundId, now: later });
    expect(await back.refundsOf(intentId)).toHaveLength(1);
  });
});

describe('a refund made in Stripe’s dashboard', () => {
  it('makes its credit note, once', async () => {
    const { subscriptionId, invoice, intentId } = await back.paid();
    await back.inDashboard(intentId, 300);
    await back.deliverAll(intentId);
    await back.deliverAll(intentId);
    expect(await back.ground.notesOf(invoice.id)).toMatchObject([
      {
        number: `${invoice.number}-CN1`,
        reason: 'dashboard',
        totalMinor: 300n,
        toCardMinor: 300n,
        toBalanceMinor: 0n,
      },
    ]);
    expect(await back.ground.invoice(invoice.id)).toMatchObject({
      status: 'paid',
      amountRefundedMinor: 300n,
    });
    expect(await back.refundsOf(intentId)).toMatchObject([
      { reason: 'dashboard', status: 'succeeded', stripeRefundId: expect.stringMatching(/^re_/) },
    ]);
    expect(await back.ground.told(subscriptionId, 'refunded')).toMatchObject([
      { amount: '300', reason: 'dashboard' },
    ]);
    expect(await back.ground.mails(subscriptionId, 'refund_issued')).toMatchObject([
      { amount: '300', to_card: '300' },
    ]);
    // What is left may be refunded as before, and no more.
    expect(await back.credit(invoice, 701)).toBe('credit_exceeds_invoice');
    expect(await back.credit(invoice)).toBe('credited');
    expect(await back.ground.invoice(invoice.id)).toMatchObject({ amountRefundedMinor: 1000n });
  });

  it('of what was on the balance before takes it from there, so that nobody has it twice', async () => {
    const { subscriptionId, userId, invoice, intentId } = await back.paid();
    await back.ground.word(invoice, later, { action: 'credit', to: 'balance', amount: '600' });
    await back.inDashboard(intentId);
    await back.deliverAll(intentId);
    expect(await back.ground.notesOf(invoice.id)).toMatchObject([
      { totalMinor: 600n, toBalanceMinor: 600n },
      { totalMinor: 400n, toCardMinor: 1000n, toBalanceMinor: -600n },
    ]);
    expect(await back.ground.balance(userId)).toBe(0n);
    const mails = await back.ground.mails(subscriptionId, 'refund_issued');
    expect(mails).toContainEqual(
      expect.objectContaining({ amount: '1000', to_card: '1000', from_balance: '600' }),
    );
  });

  it('by hand after ours had failed takes the balance that ours had become', async () => {
    const { userId, invoice, intentId } = await back.paid('pm_card_refundFail');
    await back.credit(invoice);
    const [refund] = await back.refundsOf(intentId);
    await back.ground.sandbox.control.settleRefund(refund?.stripeRefundId ?? '', 'failed');
    await back.deliverAll(intentId);
    expect(await back.ground.balance(userId)).toBe(1000n);
    await back.inDashboard(intentId);
    await back.deliverAll(intentId);
    expect(await back.ground.balance(userId)).toBe(0n);
    expect(await back.ground.invoice(invoice.id)).toMatchObject({ amountRefundedMinor: 1000n });
  });

  it('that failed before we heard of it ends on the balance all the same', async () => {
    const { userId, invoice, intentId } = await back.paid('pm_card_refundFail');
    const { id } = await back.inDashboard(intentId, 300);
    await back.ground.sandbox.control.settleRefund(id, 'failed');
    await back.deliverAll(intentId);
    expect(await back.ground.balance(userId)).toBe(300n);
    expect(await back.ground.invoice(invoice.id)).toMatchObject({ amountRefundedMinor: 0n });
    expect(await back.refundsOf(intentId)).toMatchObject([
      { status: 'failed', stripeRefundId: id },
    ]);
  });

  it('is heard of before its payment is in the books, and waits for it', async () => {
    const { invoice } = await back.billed();
    const { id: intentId } = await back.ground.charge(invoice);
    await back.inDashboard(intentId, 300);
    for (const event of (await back.eventsOf(intentId)).toReversed()) await back.deliver(event);
    expect(await back.ground.invoice(invoice.id)).toMatchObject({
      status: 'paid',
      amountRefundedMinor: 300n,
    });
  });
});

describe('a surplus', () => {
  it('is refunded once, however often and in whatever order its events come', async () => {
    const { invoice, intentId } = await back.late();
    const events = await back.eventsOf(intentId);
    for (const event of [...events, ...events.toReversed()]) await back.deliver(event);
    await back.deliverAll(intentId);
    expect(await back.refundsOf(intentId)).toMatchObject([
      { reason: 'surplus', status: 'succeeded', amountMinor: 1000n },
    ]);
    expect(await back.ground.invoice(invoice.id)).toMatchObject({
      status: 'void',
      amountRefundedMinor: 0n,
    });
  });

  it('that came on a second tab, and was given back by hand after ours had failed, credits no invoice', async () => {
    const { userId, invoice, intentId } = await back.paid();
    const second = await back.secondTab(invoice, 'pm_card_refundFail');
    await back.deliverAll(second);
    const [refund] = await back.refundsOf(second);
    expect(refund).toMatchObject({ reason: 'surplus', amountMinor: 1000n });
    await back.ground.sandbox.control.settleRefund(refund?.stripeRefundId ?? '', 'failed');
    await back.deliverAll(second);
    expect(await back.ground.balance(userId)).toBe(1000n);
    await back.inDashboard(second);
    await back.deliverAll(second);
    expect(await back.ground.balance(userId)).toBe(0n);
    expect(await back.ground.notesOf(invoice.id)).toEqual([]);
    // What the invoice's own payment was for can still be credited.
    expect(await back.credit(invoice)).toBe('credited');
    expect(await back.refundsOf(intentId)).toMatchObject([{ status: 'succeeded' }]);
  });

  it('whose refund fails later ends on the customer’s balance', async () => {
    const { userId, intentId, subscriptionId } = await back.late('pm_card_refundFail');
    await back.deliverAll(intentId);
    const [refund] = await back.refundsOf(intentId);
    await back.ground.sandbox.control.settleRefund(refund?.stripeRefundId ?? '', 'failed');
    await back.deliverAll(intentId);
    expect(await back.ground.balance(userId)).toBe(1000n);
    expect(await back.ground.mails(subscriptionId, 'refund_issued')).toMatchObject([
      { returned: true, to_balance: '1000' },
    ]);
  });

  it.each([1000, 300])(
    'of which the dashboard has sent back %i already is sent once',
    async (sent) => {
      const { intentId } = await back.late();
      await back.inDashboard(intentId, sent);
      await back.deliverAll(intentId);
      await back.deliverAll(intentId);
      const amounts = (await back.refundsOf(intentId)).map(({ amountMinor, status, reason }) => [
        Number(amountMinor),
        status,
        reason,
      ]);
      expect(amounts.toSorted((a, b) => Number(a[0]) - Number(b[0]))).toEqual(
        [sent, 1000 - sent]
          .filter((amount) => amount > 0)
          .toSorted((a, b) => a - b)
          .map((amount) => [amount, 'succeeded', 'surplus']),
      );
    },
  );

  it('that a bank takes back is not refunded as well, and is no loss', async () => {
    const { intentId, userId } = await back.late('pm_card_createDispute');
    await back.deliverAll(intentId);
    expect(await back.refundsOf(intentId)).toMatchObject([
      { status: 'pending', stripeRefundId: null },
    ]);
    const [dispute] = await back.disputesOf(intentId);
    await back.ground.sandbox.control.closeDispute(dispute?.id ?? '', 'lost');
    await back.deliverAll(intentId);
    expect(await back.refundsOf(intentId)).toMatchObject([
      { status: 'failed', stripeRefundId: null },
    ]);
    expect(await back.ground.balance(userId)).toBe(0n);
    expect(await back.accounts(intentId)).toEqual({});
  });

  it('that a bank held and gave back is refunded then', async () => {
    const { intentId } = await back.late('pm_card_createDispute');
    await back.deliverAll(intentId);
    const [dispute] = await back.disputesOf(intentId);
    await back.ground.sandbox.control.closeDispute(dispute?.id ?? '', 'won');
    await back.deliverAll(intentId);
    expect(await back.refundsOf(intentId)).toMatchObject([{ status: 'succeeded' }]);
  });
});

describe('a refund that Stripe refuses', () => {
  it('because everything was sent from the dashboard ends well, and nobody has it twice', async () => {
    const { userId, invoice, intentId } = await back.paid();
    await back.inDashboard(intentId);
    // Nobody has told us yet.
    expect(await back.credit(invoice)).toBe('credited');
    await back.deliverAll(intentId);
    expect(await back.ground.balance(userId)).toBe(0n);
    expect(await back.ground.invoice(invoice.id)).toMatchObject({ amountRefundedMinor: 1000n });
    expect(back.ground.sandbox.control.books()['usd']?.refunded).toBeGreaterThan(0);
  });

  it('because the bank holds the money waits, and is sent when that was won', async () => {
    const { userId, invoice, intentId } = await back.paid();
    const { id } = await back.ground.sandbox.control.openDispute(intentId);
    expect(await back.credit(invoice, 400)).toBe('credited');
    expect(await back.refundsOf(intentId)).toMatchObject([
      { status: 'pending', stripeRefundId: null },
    ]);
    // The refusal has told us of the dispute.
    expect(await back.credit(invoice, 100)).toBe('payment_disputed');
    expect(
      await back.ground.word(invoice, later, { action: 'credit', amount: '100', to: 'balance' }),
    ).toMatchObject({ creditNoteId: expect.any(String) });
    await back.ground.sandbox.control.closeDispute(id, 'won');
    await back.deliverAll(intentId);
    expect(await back.refundsOf(intentId)).toMatchObject([{ status: 'succeeded' }]);
    expect(await back.ground.balance(userId)).toBe(100n);
  });

  it('because the bank holds the money is not sent when that was lost: the bank has paid it', async () => {
    const { userId, invoice, intentId } = await back.paid();
    const { id } = await back.ground.sandbox.control.openDispute(intentId);
    await back.credit(invoice, 400);
    await back.ground.sandbox.control.closeDispute(id, 'lost');
    await back.deliverAll(intentId);
    await back.deliverAll(intentId);
    expect(await back.refundsOf(intentId)).toMatchObject([
      { status: 'failed', stripeRefundId: null },
    ]);
    expect(await back.ground.balance(userId)).toBe(0n);
    expect(await back.accounts(intentId)).toEqual({
      dispute_losses: 600,
      revenue: -600,
    });
  });

  it('of which the bank has paid a part goes to the balance for the rest', async () => {
    const { userId, invoice, intentId } = await back.paid();
    const { id } = await back.ground.sandbox.control.openDispute(intentId, { amount: 400 });
    await back.credit(invoice, 700);
    await back.ground.sandbox.control.closeDispute(id, 'lost');
    await back.deliverAll(intentId);
    await back.deliverAll(intentId);
    expect(await back.refundsOf(intentId)).toMatchObject([
      { status: 'failed', stripeRefundId: null },
    ]);
    expect(await back.ground.balance(userId)).toBe(300n);
    expect(await back.accounts(intentId)).toEqual({
      cash: 600,
      customer_balance: -300,
      revenue: -300,
    });
  });
});

describe('a dispute', () => {
  it.each([
    ['won', { cash: 1000, revenue: -1000 }],
    ['lost', { dispute_losses: 1000, revenue: -1000 }],
  ] as const)(
    'that is %s moves its money once, and the invoice stays paid',
    async (verdict, after) => {
      const { subscriptionId, invoice, intentId } = await back.paid('pm_card_createDispute');
      await back.deliverAll(intentId);
      expect(await back.accounts(intentId)).toEqual({ disputed: 1000, revenue: -1000 });
      const [open] = await back.disputesOf(intentId);
      expect(open).toMatchObject({
        status: 'needs_response',
        amountMinor: 1000n,
        withdrawnMinor: 1000n,
        invoiceId: invoice.id,
        closedAt: null,
        evidenceDueAt: expect.any(String),
      });
      expect(await back.credit(invoice)).toBe('payment_disputed');
      await back.ground.sandbox.control.closeDispute(open?.id ?? '', verdict);
      await back.deliverAll(intentId);
      await back.deliverAll(intentId);
      expect(await back.accounts(intentId)).toEqual(after);
      expect(await back.ground.invoice(invoice.id)).toMatchObject({
        status: 'paid',
        amountPaidMinor: 1000n,
        amountRefundedMinor: 0n,
      });
      expect(await back.ground.notesOf(invoice.id)).toEqual([]);
      expect(await back.ground.told(subscriptionId, 'disputed')).toHaveLength(1);
      expect(await back.ground.told(subscriptionId, `dispute_${verdict}`)).toHaveLength(1);
      expect(await back.credit(invoice)).toBe(verdict === 'won' ? 'credited' : 'payment_disputed');
    },
  );

  it('that is only an inquiry moves nothing, and a refund answers it', async () => {
    const { subscriptionId, invoice, intentId } = await back.paid('pm_card_createDisputeInquiry');
    await back.deliverAll(intentId);
    expect(await back.disputesOf(intentId)).toMatchObject([
      { status: 'warning_needs_response', withdrawnMinor: 0n },
    ]);
    expect(await back.credit(invoice)).toBe('credited');
    await back.deliverAll(intentId);
    expect(await back.disputesOf(intentId)).toMatchObject([
      { status: 'warning_closed', withdrawnMinor: 0n, closedAt: expect.any(String) },
    ]);
    expect(await back.ground.told(subscriptionId, 'dispute_inquiry')).toHaveLength(1);
    expect(await back.ground.told(subscriptionId, 'dispute_closed')).toHaveLength(1);
  });

  it('of a part takes that part only', async () => {
    const { intentId } = await back.paid();
    const { id } = await back.ground.sandbox.control.openDispute(intentId, { amount: 250 });
    await back.deliverAll(intentId);
    expect(await back.accounts(intentId)).toEqual({ cash: 750, disputed: 250, revenue: -1000 });
    await back.ground.sandbox.control.closeDispute(id, 'lost');
    await back.deliverAll(intentId);
    expect(await back.accounts(intentId)).toEqual({
      cash: 750,
      dispute_losses: 250,
      revenue: -1000,
    });
  });

  it('is written by its last word, when two readers write in the other order than they read', async () => {
    const { invoice, intentId } = await back.paid();
    const { id } = await back.ground.sandbox.control.openDispute(intentId);
    const [before] = await back.ground.payments.disputesOf(intentId);
    await back.ground.sandbox.control.closeDispute(id, 'won');
    const [after] = await back.ground.payments.disputesOf(intentId);
    if (before === undefined || after === undefined) throw new Error('no dispute');
    const payment = { intentId, invoiceId: invoice.id, now: later };
    for (const read of [after, before, after, before])
      await applyDispute(back.ground, payment, read);
    expect(await back.disputesOf(intentId)).toMatchObject([{ status: 'won', withdrawnMinor: 0n }]);
  });

  it('of a payment that is none of ours changes nothing', async () => {
    const { id } = await back.stripe.paymentIntents.create({
      amount: 500,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_createDispute',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    const before = await back.ground.database.disputes.count();
    const said = [];
    for (const event of await back.eventsOf(id)) said.push(await back.deliver(event));
    expect(said).toContain('apply');
    expect(await back.ground.database.disputes.count()).toBe(before);
    const ignored = await back.ground.database.webhookEvents.findAll({
      where: { status: 'ignored' },
    });
    expect(ignored.map((row) => row.get({ plain: true }).reason)).toContainEqual(
      expect.stringMatching(/is of no payment of ours/),
    );
    // For the books: this account took money that is not ours to count.
    await back.ground.sandbox.control.closeDispute(
      (await back.stripe.disputes.list({ payment_intent: id })).data[0]?.id ?? '',
      'lost',
    );
  });
});

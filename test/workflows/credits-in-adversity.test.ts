import { checkBooks } from '../../db/books/checks';
import { advance, breakCard, eventually } from '../support/customers';

import { atStripe, pause, findingsAbout, begun, sent } from './adverse-story';
import { world, handle, stripe, deliverEvents, settled } from './adverse-world';

describe('an open invoice that is credited in part', () => {
  it('can be paid over what is left, and the books agree', async () => {
    const story = await sent();
    await story.invoice({
      invoiceId: story.first.id,
      action: 'credit',
      amount: '400',
      to: 'balance',
    });
    const payable = await eventually(
      'its intent is over what is left',
      async () => {
        const [invoice] = await story.invoices();
        const intent = await stripe().paymentIntents.retrieve(invoice?.stripePaymentIntentId ?? '');
        return intent.status !== 'canceled' && intent.amount === 600 ? intent : undefined;
      },
      4_000,
    );
    await stripe().paymentIntents.confirm(payable.id, { payment_method: 'pm_card_visa' });
    await deliverEvents(payable.id);
    await settled(payable.id);
    expect((await story.invoices())[0]).toMatchObject({ status: 'paid', amountPaidMinor: 600n });
    expect(await findingsAbout(story.id)).toEqual([]);
  });

  it('by a cancellation can be paid over what is left, and the books agree', async () => {
    const story = await sent();
    await story.to('04-06');
    await story.cancelNow();
    const payable = await eventually('it has an intent over what is left', async () => {
      const [invoice] = await story.invoices();
      const intent = await stripe().paymentIntents.retrieve(invoice?.stripePaymentIntentId ?? '');
      return intent.status !== 'canceled' && intent.amount < 1000 ? intent : undefined;
    });
    await stripe().paymentIntents.confirm(payable.id, { payment_method: 'pm_card_visa' });
    await deliverEvents(payable.id);
    await settled(payable.id);
    expect((await story.invoices())[0]).toMatchObject({ status: 'paid' });
    expect(await findingsAbout(story.id)).toEqual([]);
  });

  it('down to less than Stripe charges does not stop the subscription', async () => {
    const story = await begun();
    await breakCard(world, story.userId);
    await story.to('05-01');
    const invoice = (await story.invoices()).at(-1);
    await story.invoice({
      invoiceId: invoice?.id ?? '',
      action: 'credit',
      amount: '980',
      to: 'balance',
    });
    await story.to('05-05');
    expect((await story.row()).needsAttention).toBeNull();
  });

  it('by a cancellation down to less than Stripe charges leaves nothing stuck', async () => {
    const story = await begun();
    await breakCard(world, story.userId);
    await story.to('05-01');
    await advance(world, story.testClockId, '2026-05-01T06:00:00.000Z');
    await story.cancelNow();
    await story.to('08-01');
    const { needsAttention } = await story.row();
    const { status } = await handle(story.id).describe();
    expect({ needsAttention, workflow: status.name }).toEqual({
      needsAttention: null,
      workflow: 'COMPLETED',
    });
  });

  it('while the bank is at it is refunded what is too much, and the books agree', async () => {
    const story = await begun();
    world.sandbox.control.setPending(1);
    await story.to('05-01');
    await story.to('05-16');
    await story.cancelNow();
    const invoice = (await story.invoices()).at(-1);
    const intentId = invoice?.stripePaymentIntentId ?? '';
    const before = atStripe();
    await world.sandbox.control.settlePayment(intentId, 'succeed');
    await deliverEvents(intentId);
    await settled(intentId);
    await eventually('the rest is refunded', () =>
      Promise.resolve(atStripe().refunded > before.refunded),
    );
    await pause(500);
    expect(await checkBooks(world.database)).toEqual([]);
  });
});

describe('an open invoice of which a credit left a fils that can’t be charged', () => {
  it('gives it back to the balance when it is void', async () => {
    const story = await sent({ currency: 'kwd', amountMinor: 10_000n });
    const { id: invoiceId } = story.first;
    await story.invoice({ invoiceId, action: 'credit', amount: '1003', to: 'balance' });
    const [credited] = await story.invoices();
    expect(credited).toMatchObject({ status: 'open', amountCarriedMinor: 7n });
    await story.invoice({ invoiceId, action: 'void' });
    expect((await story.invoices())[0]?.status).toBe('void');
    const moved = await world.database.balanceTransactions.findAll({ where: { invoiceId } });
    expect(moved.map((row) => row.get({ plain: true }).amountMinor)).toEqual([-7n, 7n]);
    expect(await findingsAbout(story.id)).toEqual([]);
  });
});

describe('a refund', () => {
  it('of a part whose answer was a fault after the fact is not sent twice', async () => {
    const story = await begun();
    const [invoice] = await story.invoices();
    const before = atStripe();
    world.sandbox.control.failNextRequests('error_after_commit', 2, {
      method: 'POST',
      path: '/v1/refunds',
    });
    await story.invoice({
      invoiceId: invoice?.id ?? '',
      action: 'credit',
      amount: '300',
      to: 'card',
    });
    expect(atStripe().refunded - before.refunded).toBe(300);
  });
});

describe('canceling', () => {
  it('before anything was used of an open invoice leaves nothing that can be paid', async () => {
    const story = await sent();
    await story.cancelNow();
    expect((await story.invoices())[0]).toMatchObject({ status: 'paid', amountPaidMinor: 0n });
    await eventually(
      'its intent is canceled',
      async () =>
        (await stripe().paymentIntents.retrieve(story.first.stripePaymentIntentId ?? '')).status ===
        'canceled',
      4_000,
    );
    expect(await findingsAbout(story.id)).toEqual([]);
  });

  it.each(['04-06', '04-08'])(
    'on %s leaves nothing stuck in a currency whose last digit is 0',
    async (date) => {
      const story = await sent({ currency: 'kwd', amountMinor: 10_000n });
      await story.to(date);
      await story.cancelNow();
      await story.to('07-01');
      const { needsAttention } = await story.row();
      const { status } = await handle(story.id).describe();
      expect({ needsAttention, workflow: status.name }).toEqual({
        needsAttention: null,
        workflow: 'COMPLETED',
      });
      expect(await findingsAbout(story.id)).toEqual([]);
    },
  );
});

describe('an operator', () => {
  it('who credits the whole twice at once gives it back once', async () => {
    const story = await begun();
    const [invoice] = await story.invoices();
    const before = atStripe();
    const credit = { invoiceId: invoice?.id ?? '', action: 'credit', to: 'card' } as const;
    const answers = await Promise.all([story.invoice(credit), story.invoice(credit)]);
    expect(
      answers.map((answer) => ('refused' in answer ? answer.refused.code : 'credited')).toSorted(),
    ).toEqual(['credit_exceeds_invoice', 'credited']);
    expect(atStripe().refunded - before.refunded).toBe(1000);
    expect(await findingsAbout(story.id)).toEqual([]);
  });
});

import { randomUUID } from 'node:crypto';
import { changePlan } from '../../activities/change-plan';
import { createBillingStore } from '../../db/billing-store';
import { changeUpdate, dropChangeUpdate } from '../../workflows/messages';
import {
  advance,
  breakCard,
  eventually,
  invoicesOf,
  subscribe,
  subscriptionRow,
} from '../support/customers';

import {
  atStripe,
  pause,
  day,
  ago,
  findingsAbout,
  planAt,
  begun,
  sent,
  cyclesOf,
} from './adverse-story';
import { world, handle, stripe, deliverEvents, settled } from './adverse-world';

describe('a change now', () => {
  it('that declines leaves the change that was agreed for the period’s end as it was', async () => {
    const story = await begun();
    const cheaper = await planAt(500n);
    const dearer = await planAt(3000n);
    await story.to('04-10');
    await story.change({ planId: cheaper.id, when: 'period_end' });
    const good = await breakCard(world, story.userId);
    const answer = await story.change({ planId: dearer.id });
    expect(answer).toMatchObject({ declined: { code: 'card_declined' } });
    const { pendingChange } = await story.row();
    expect(pendingChange).toMatchObject({ planId: cheaper.id, when: 'period_end' });
    await world.database.paymentMethods.update(
      { isDefault: false },
      { where: { userId: story.userId } },
    );
    await world.database.paymentMethods.update({ isDefault: true }, { where: { id: good } });
    await story.to('05-01');
    expect((await story.invoices()).at(-1)).toMatchObject({ totalMinor: 500n });
  });

  it('to a term that ends when the old one would have is recorded as a cycle like any other', async () => {
    const story = await begun();
    const weekly = await planAt(300n, { interval: 'week' });
    // 24 April + 7 days is 1 May, where the month would have ended too.
    await story.to('04-24');
    await story.change({ planId: weekly.id });
    const { cycle } = await story.row();
    await story.to('05-02');
    expect(
      (await cyclesOf(story.id)).map((row) => [row.cycle, row.periodStart, row.periodEnd]),
    ).toEqual([
      [1, '2026-04-01T00:00:00.000Z', '2026-04-24T00:00:00.000Z'],
      [2, '2026-04-24T00:00:00.000Z', '2026-05-01T00:00:00.000Z'],
      [3, '2026-05-01T00:00:00.000Z', '2026-05-08T00:00:00.000Z'],
    ]);
    expect(cycle).toBe(2);
    expect(await findingsAbout(story.id)).toEqual([]);
  });

  it('by sent invoice whose bank debit fails late leaves the subscription active', async () => {
    const story = await sent();
    const firstIntent = story.first.stripePaymentIntentId ?? '';
    await stripe().paymentIntents.confirm(firstIntent, { payment_method: 'pm_card_visa' });
    await deliverEvents(firstIntent);
    await settled(firstIntent);
    const dearer = await planAt(3000n);
    expect(await story.change({ planId: dearer.id })).toEqual({ status: 'active' });
    const { pendingChange } = await story.row();
    const intentId = await eventually('it can be paid', async () => {
      const invoice = (await story.invoices()).find(({ id }) => id === pendingChange?.invoiceId);
      return invoice?.stripePaymentIntentId ?? undefined;
    });
    world.sandbox.control.setPending(1);
    await stripe().paymentIntents.confirm(intentId, { payment_method: 'pm_card_visa' });
    await deliverEvents(intentId);
    await settled(intentId);
    await story.to('04-10');
    await world.sandbox.control.settlePayment(intentId, 'fail');
    await deliverEvents(intentId);
    await settled(intentId);
    await story.to('04-20');
    const { status, pendingChange: left, planId } = await story.row();
    expect({ status, left, planId }).toEqual({
      status: 'active',
      left: null,
      planId: story.planId,
    });
  });

  it('withdrawn while the bank is at it does not keep the subscription from its next run', async () => {
    const story = await begun({ interval: 'day' });
    const dearer = await planAt(3000n, { interval: 'day' });
    await story.to('04-11');
    expect((await story.row()).cycle).toBe(11);
    world.sandbox.control.setPending(1);
    await story.change({ planId: dearer.id });
    const withdrawing = handle(story.id).startUpdate(dropChangeUpdate, {
      waitForStage: 'ACCEPTED',
    });
    await withdrawing;
    const arrived = story.to('04-20').then(() => true);
    const inTime = await Promise.race([arrived, pause(15_000).then(() => false)]);
    expect({ inTime, cycle: (await story.row()).cycle }).toEqual({ inTime: true, cycle: 20 });
  }, 40_000);

  it('shows the new plan where operators look for it, also when it had to be paid', async () => {
    const story = await begun();
    const dearer = await planAt(3000n);
    await story.change({ planId: dearer.id });
    expect((await story.row()).planId).toBe(dearer.id);
    const { typedSearchAttributes } = await handle(story.id).describe();
    const values = typedSearchAttributes.getAll().map(({ value }) => value);
    expect(values).toContain(dearer.id);
  });

  it('whose 3D Secure fails can’t be paid by its intent any more', async () => {
    const story = await begun();
    const card = await world.database.paymentMethods.findOne({
      where: { userId: story.userId, isDefault: true },
      rejectOnEmpty: true,
    });
    await world.sandbox.control.setOutcome(
      card.get({ plain: true }).id,
      'pm_card_authenticationRequired',
    );
    const dearer = await planAt(3000n);
    await story.to('04-10');
    await story.change({ planId: dearer.id });
    const invoice = (await story.invoices()).at(-1);
    const intentId = invoice?.stripePaymentIntentId ?? '';
    expect((await stripe().paymentIntents.retrieve(intentId)).status).toBe('requires_action');
    await world.sandbox.control.fail3ds(intentId);
    await deliverEvents(intentId);
    await settled(intentId);
    await eventually('it is dropped', async () => (await story.row()).pendingChange === null);
    await eventually(
      'its intent is canceled',
      async () => (await stripe().paymentIntents.retrieve(intentId)).status === 'canceled',
      4_000,
    );
  });

  it('called off after Stripe took its money, the answer lost, gives the money back', async () => {
    const story = await begun();
    const dearer = await planAt(3000n);
    const before = atStripe();
    // The money is taken, and until we have looked it up Stripe can't be reached.
    world.sandbox.control.failNextRequests('drop_after_commit', 2, {
      method: 'POST',
      path: '/v1/payment_intents',
    });
    world.sandbox.control.failNextRequests('error_before_commit', 1_000, { method: 'GET' });
    const changing = story.change({ planId: dearer.id }).catch((error: unknown) => error);
    await eventually('the money is taken', () =>
      Promise.resolve(atStripe().charged > before.charged),
    );
    await pause(300);
    expect(await story.cancelNow()).toMatchObject({ status: 'canceled' });
    world.sandbox.control.calm();
    await changing;
    await eventually(
      'the money is back',
      () =>
        Promise.resolve(
          atStripe().refunded - before.refunded === atStripe().charged - before.charged,
        ),
      8_000,
    );
    await pause(300);
    expect(await findingsAbout(story.id)).toEqual([]);
  }, 30_000);
});

describe('more changes now', () => {
  /** From now on the customer's card asks for 3D Secure. */
  async function wants3ds(userId: string) {
    const card = await world.database.paymentMethods.findOne({
      where: { userId, isDefault: true },
      rejectOnEmpty: true,
    });
    await world.sandbox.control.setOutcome(
      card.get({ plain: true }).id,
      'pm_card_authenticationRequired',
    );
    return card.get({ plain: true }).id;
  }

  it('that waits for 3D Secure when the period ends is given up, and the renewal is at the old price', async () => {
    const story = await begun();
    await story.to('04-30');
    const card = await wants3ds(story.userId);
    const dearer = await planAt(90_000n);
    await advance(world, story.testClockId, '2026-04-30T12:00:00.000Z');
    await story.change({ planId: dearer.id });
    const change = (await story.invoices()).find(({ reason }) => reason === 'change');
    await world.sandbox.control.setOutcome(card, 'pm_card_visa');
    await story.to('05-01');
    const intent = await stripe().paymentIntents.retrieve(change?.stripePaymentIntentId ?? '');
    expect(intent.status).toBe('canceled');
    const invoices = await story.invoices();
    expect(invoices.at(-1)).toMatchObject({ reason: 'cycle', totalMinor: 1000n, status: 'paid' });
    expect((await story.row()).pendingChange).toBeNull();
    expect(await findingsAbout(story.id)).toEqual([]);
  });

  it('whose bank debit succeeds after the period is over is refunded, told once', async () => {
    const story = await begun();
    await story.to('04-30');
    const dearer = await planAt(3000n);
    world.sandbox.control.setPending(1);
    await story.change({ planId: dearer.id });
    const change = (await story.invoices()).find(({ reason }) => reason === 'change');
    await story.to('05-03');
    const before = atStripe();
    await world.sandbox.control.settlePayment(change?.stripePaymentIntentId ?? '', 'succeed');
    await deliverEvents(change?.stripePaymentIntentId ?? '');
    await settled(change?.stripePaymentIntentId ?? '');
    await eventually('it is refunded', () =>
      Promise.resolve(atStripe().refunded > before.refunded),
    );
    await pause(500);
    const told = await world.database.subscriptionEvents.count({
      where: { subscriptionId: story.id, type: 'surplus_received' },
    });
    expect({ told, status: (await story.row()).status }).toEqual({ told: 1, status: 'active' });
    expect(await findingsAbout(story.id)).toEqual([]);
  });

  it('twice at once are made one after the other, and the books agree', async () => {
    const story = await begun();
    await story.to('04-16');
    const [two, three] = [await planAt(2000n), await planAt(3000n)];
    const answers = await Promise.all([
      story.change({ planId: two.id }),
      story.change({ planId: three.id }),
    ]);
    expect(answers).toEqual([{ status: 'active' }, { status: 'active' }]);
    // Whichever came first: $10.00 and $5.00 for half a month, or $10.00 and back.
    const last = (await story.row()).planId;
    const totals = (await story.invoices())
      .map(({ totalMinor }) => totalMinor)
      .toSorted((a, b) => Number(a - b));
    expect(totals).toEqual(last === three.id ? [500n, 500n, 1000n] : [-500n, 1000n, 1000n]);
    expect(await findingsAbout(story.id)).toEqual([]);
  });

  it('by less than Stripe charges is a debt of the balance, and canceling at once gives all back', async () => {
    const story = await begun();
    await story.change({ planId: (await planAt(1020n)).id });
    const balance = () =>
      world.database.balanceTransactions.sum('amountMinor', { where: { userId: story.userId } });
    expect(await balance()).toBe(-20);
    await story.cancelNow();
    expect(await balance()).toBe(1000);
    expect(await findingsAbout(story.id)).toEqual([]);
  });

  it('run twice for a lost answer makes one invoice, and names it again', async () => {
    const story = await begun();
    const dearer = await planAt(3000n);
    const request = {
      subscriptionId: story.id,
      commandId: randomUUID(),
      now: '2026-04-16T00:00:00.000Z',
      planId: dearer.id,
      when: 'now' as const,
    };
    const store = createBillingStore(world.database);
    const first = await changePlan(store, request);
    const again = await changePlan(store, request);
    expect({ ...again, state: 0 }).toEqual({ ...first, state: 0 });
    expect((await story.invoices()).length).toBe(2);
  });

  it('that Stripe could not be asked for in time is not charged days later', async () => {
    const { id: planId } = await planAt(1000n);
    const dearer = await planAt(3000n);
    const { subscriptionId } = await subscribe(world, { planId, paymentMethodId: 'pm_card_visa' });
    world.sandbox.control.failNextRequests('rate_limit', 100_000);
    const changing = handle(subscriptionId)
      .executeUpdate(changeUpdate, {
        args: [{ planId: dearer.id, when: 'now', customerPresent: true }],
      })
      .catch((error: unknown) => error);
    await eventually('it is being tried', async () => {
      const invoice = (await invoicesOf(world, subscriptionId)).find(
        ({ reason }) => reason === 'change',
      );
      return (invoice?.attemptCount ?? 0) > 0;
    });
    // Two days go by.
    const before = atStripe();
    await world.database.sequelize.query(
      `update subscriptions set pending_change = jsonb_set(pending_change, '{expiresAt}', to_jsonb(:at::text))
       where id = :subscriptionId`,
      { replacements: { subscriptionId, at: ago(day) } },
    );
    await world.database.sequelize.query(
      `update payment_attempts set created_at = now() - interval '2 days', attempted_at = now() - interval '2 days'
       where invoice_id in (select id from invoices where subscription_id = :subscriptionId and reason = 'change')`,
      { replacements: { subscriptionId } },
    );
    world.sandbox.control.calm();
    await changing;
    await pause(500);
    expect({
      charged: atStripe().charged - before.charged,
      planId: (await subscriptionRow(world, subscriptionId)).planId,
    }).toEqual({ charged: 0, planId });
  }, 30_000);
});

describe('moving subscribers', () => {
  const move = (id: string, planId: string, notBefore?: string) =>
    handle(id).executeUpdate(changeUpdate, {
      args: [
        {
          planId,
          when: 'period_end',
          move: notBefore === undefined ? {} : { notBefore },
        },
      ],
    });
  const notices = async (subscriptionId: string) =>
    (
      await world.database.emails.findAll({
        where: { subscriptionId, kind: 'plan_price_change' },
      })
    ).map((row) => row.get({ plain: true }).data);

  it('does not take the place of what the customer has agreed for the period’s end', async () => {
    const story = await begun();
    const basic = await planAt(500n);
    const version2 = await planAt(1200n);
    await story.change({ planId: basic.id, when: 'period_end' });
    await move(story.id, version2.id);
    await story.to('05-01');
    expect((await story.row()).planId).toBe(basic.id);
  });

  it('keeps the quantity that the customer has agreed for the period’s end', async () => {
    const story = await begun();
    const version2 = await planAt(1200n);
    await story.change({ quantity: 3, when: 'period_end' });
    await move(story.id, version2.id);
    await story.to('05-01');
    const { planId, quantity } = await story.row();
    expect({ planId, quantity }).toEqual({ planId: version2.id, quantity: 3 });
  });

  it('is not escaped by a change of quantity now', async () => {
    const story = await begun();
    const version2 = await planAt(1200n);
    await move(story.id, version2.id);
    await story.change({ quantity: 2 });
    await story.to('05-01');
    const { planId, quantity } = await story.row();
    expect({ planId, quantity }).toEqual({ planId: version2.id, quantity: 2 });
  });

  it('tells the customer once, however often it is asked, and the true day', async () => {
    const story = await begun();
    const version2 = await planAt(1200n);
    await move(story.id, version2.id, '2026-05-10T00:00:00.000Z');
    await move(story.id, version2.id, '2026-05-10T00:00:00.000Z');
    const told = await notices(story.id);
    expect(told.length).toBe(1);
    // The first boundary that is not before the tenth of May.
    expect(told[0]).toMatchObject({ effective_at: '2026-06-01T00:00:00.000Z' });
  });
});

describe('a trial', () => {
  it('changed to a shorter term before an explicit anchor is not given months for the price of one', async () => {
    const yearly = await planAt(12_000n, { interval: 'year' });
    const monthly = await planAt(1000n);
    const story = await begun(
      {},
      {
        planId: yearly.id,
        terms: { trialDays: 10, billingCycleAnchor: '2026-12-01T00:00:00.000Z' },
      },
    );
    await story.change({ planId: monthly.id });
    await story.to('04-12');
    const [first] = await story.invoices();
    const days = (Date.parse(first?.periodEnd ?? '') - Date.parse(first?.periodStart ?? '')) / day;
    expect({ total: first?.totalMinor, longerThanAMonth: days > 31 }).toEqual({
      total: 1000n,
      longerThanAMonth: false,
    });
  });
});

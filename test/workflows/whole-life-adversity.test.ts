import { randomUUID } from 'node:crypto';
import { QueryTypes } from 'sequelize';
import { z } from 'zod';
import type { PlanRecord } from '../../activities/ports/records';
import { changePlan } from '../../activities/change-plan';
import { createBillingStore } from '../../db/billing-store';
import { checkBooks } from '../../db/books/checks';
import { createStripe } from '../../platform/stripe';
import { sweepLateSubscriptions } from '../../worker/sweep';
import {
  cancelUpdate,
  changeUpdate,
  dropChangeUpdate,
  invoiceUpdate,
  pauseUpdate,
  paymentMethodChangedSignal,
  resumeUpdate,
  subscriptionWorkflowId,
  type ChangeRequest,
  type CreateRequest,
  type InvoiceCommand,
} from '../../workflows/messages';
import {
  advance,
  breakCard,
  clockAt,
  eventually,
  invoicesOf,
  planLike,
  subscribe,
  subscriptionRow,
} from '../support/customers';
import { createWorld, quietRuntime, type World } from '../support/world';

let world: World;
beforeAll(async () => {
  quietRuntime();
  world = await createWorld();
});
afterEach(() => world.sandbox.control.calm());
afterAll(() => world.close());

const handle = (id: string) => world.temporal.client.workflow.getHandle(subscriptionWorkflowId(id));
const stripe = () => createStripe(world.config);
const atStripe = () => ({
  charged: world.sandbox.control.books()['usd']?.charged ?? 0,
  refunded: world.sandbox.control.books()['usd']?.refunded ?? 0,
});
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const day = 86_400_000;
const ago = (milliseconds: number) => new Date(Date.now() - milliseconds).toISOString();

/** What the books' checker says of one subscription's invoices; other stories' don't count. */
async function findingsAbout(subscriptionId: string) {
  const ids = (await invoicesOf(world, subscriptionId)).map(({ id }) => id);
  const findings = await checkBooks(world.database);
  return findings.filter(({ ids: about }) =>
    Object.values(about).some((id) => id === subscriptionId || ids.includes(id)),
  );
}

const planAt = (amountMinor: bigint, changes: Partial<PlanRecord> = {}) =>
  planLike(world, 'basic_monthly', { amountMinor, trialDays: 0, ...changes });

/** A subscription at $10.00 a month that begins on a test clock on 1 April, with a good card. */
async function begun(plan: Partial<PlanRecord> = {}, request: Partial<CreateRequest> = {}) {
  const { id: planId } = await planAt(1000n, plan);
  const testClockId = await clockAt(world, '2026-04-01T00:00:00.000Z');
  const { subscriptionId: id, userId } = await subscribe(world, {
    planId,
    testClockId,
    paymentMethodId: 'pm_card_visa',
    ...request,
  });
  const { needsAttention } = await subscriptionRow(world, id);
  if (needsAttention !== null) throw new Error(needsAttention);
  return {
    id,
    userId,
    planId,
    testClockId,
    to: (at: string) => advance(world, testClockId, `2026-${at}T00:00:00.000Z`),
    row: () => subscriptionRow(world, id),
    invoices: () => invoicesOf(world, id),
    change: (change: Partial<ChangeRequest>) =>
      handle(id).executeUpdate(changeUpdate, {
        args: [{ when: 'now', customerPresent: true, ...change }],
      }),
    withdraw: () => handle(id).executeUpdate(dropChangeUpdate),
    cancelNow: () => handle(id).executeUpdate(cancelUpdate, { args: [{ atPeriodEnd: false }] }),
    invoice: (command: InvoiceCommand) =>
      handle(id).executeUpdate(invoiceUpdate, { args: [command] }),
  };
}

/** The same without a card: its invoices are sent. */
async function sent(plan: Partial<PlanRecord> = {}) {
  const story = await begun(plan, { terms: { collectionMethod: 'send_invoice' } });
  const invoice = await eventually('the invoice has its intent', async () => {
    const [first] = await story.invoices();
    return first?.stripePaymentIntentId === null ? undefined : first;
  });
  return { ...story, first: invoice };
}

/** Stores every event that Stripe has of an intent, as the webhook's route does, until all are done. */
async function deliverEvents(intentId: string): Promise<void> {
  const { data } = await stripe().events.list({ limit: 100 });
  for (const event of data) {
    const { id, type } = event;
    const about = z.object({ id: z.string() }).safeParse(event.data.object).data;
    if (about?.id !== intentId || (await world.database.webhookEvents.findByPk(id))) continue;
    const payload = z.record(z.string(), z.unknown()).parse(JSON.parse(JSON.stringify(event)));
    await world.database.webhookEvents.create({ id, type, payload });
  }
  await eventually(
    'the events are settled',
    async () => {
      const [left] = await world.database.sequelize.query<{ count: string }>(
        `select count(*) from webhook_events
       where status = 'received' and payload->'data'->'object'->>'id' = :intentId`,
        { replacements: { intentId }, type: QueryTypes.SELECT },
      );
      return left?.count === '0';
    },
    // One that could not be dispatched at the first try is tried again after twenty.
    30_000,
  );
}

const cyclesOf = async (subscriptionId: string) =>
  (
    await world.database.subscriptionCycles.findAll({
      where: { subscriptionId },
      order: [['cycle', 'ASC']],
    })
  ).map((row) => row.get({ plain: true }));

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
    await story.to('04-10');
    await world.sandbox.control.settlePayment(intentId, 'fail');
    await deliverEvents(intentId);
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

describe('while Stripe is down', () => {
  it('a cancellation is answered although a change is being charged, which then costs nothing', async () => {
    const story = await begun();
    await story.to('04-10');
    const before = atStripe();
    world.sandbox.control.failNextRequests('error_before_commit', 10_000);
    const changing = story.change({ quantity: 3 }).catch((error: unknown) => error);
    await eventually('a charge is under way', async () => {
      const change = (await story.invoices()).find(({ reason }) => reason === 'change');
      return (change?.attemptCount ?? 0) > 0;
    });
    expect(await story.cancelNow()).toEqual({ status: 'canceled' });
    world.sandbox.control.calm();
    await changing;
    await eventually(
      'the workflow ends',
      async () => (await handle(story.id).describe()).status.name === 'COMPLETED',
    );
    const after = atStripe();
    expect(after.charged - before.charged).toBe(after.refunded - before.refunded);
    expect(await findingsAbout(story.id)).toEqual([]);
  });

  it('a downgrade can be noted while a renewal is being tried', async () => {
    const { id: planId } = await planAt(1000n);
    const cheaper = await planAt(500n);
    const { subscriptionId } = await subscribe(world, { planId, paymentMethodId: 'pm_card_visa' });
    await behind(subscriptionId, 40);
    world.sandbox.control.failNextRequests('error_before_commit', 10_000);
    await restart(subscriptionId);
    await eventually('the renewal is being tried', async () => {
      const [, second] = await invoicesOf(world, subscriptionId);
      return (second?.attemptCount ?? 0) > 0;
    });
    const answered = handle(subscriptionId).executeUpdate(changeUpdate, {
      args: [{ planId: cheaper.id, when: 'period_end' }],
    });
    const answer = await Promise.race([answered, pause(6_000).then(() => 'no answer')]);
    world.sandbox.control.calm();
    await answered;
    expect(answer).toMatchObject({ status: expect.any(String) });
  }, 30_000);
});

/** Puts the start of a real-time subscription's first period `days` back, with its workflow gone. */
async function behind(subscriptionId: string, days: number) {
  await handle(subscriptionId).terminate('an outage');
  const start = new Date(Date.now() - days * day);
  const end = new Date(start);
  end.setUTCDate(end.getUTCDate() + 30);
  const period = {
    currentPeriodStart: start.toISOString(),
    currentPeriodEnd: end.toISOString(),
  };
  await world.database.subscriptions.update(
    { anchorAt: start.toISOString(), ...period },
    { where: { id: subscriptionId } },
  );
  await world.database.subscriptionCycles.update(
    { periodStart: period.currentPeriodStart, periodEnd: period.currentPeriodEnd },
    { where: { subscriptionId } },
  );
}

const restart = (subscriptionId: string) =>
  world.temporal.client.workflow.start('subscription', {
    workflowId: subscriptionWorkflowId(subscriptionId),
    taskQueue: 'everbill',
    args: [{ subscriptionId }],
  });

describe('a message that comes before what was due', () => {
  /** A message that waits for the worker, as does a boundary that passed while none was there. */
  async function told(subscriptionId: string, tell: () => Promise<unknown>) {
    await world.stopWorker();
    await restart(subscriptionId);
    const answer = tell();
    await pause(1_000);
    await world.startWorker();
    return answer;
  }

  it('a pause does not make the period free that had begun before it', async () => {
    const plan = await planAt(1000n, { interval: 'day', intervalCount: 30 });
    const { subscriptionId } = await subscribe(world, {
      planId: plan.id,
      paymentMethodId: 'pm_card_visa',
    });
    await behind(subscriptionId, 31);
    await told(subscriptionId, () =>
      handle(subscriptionId).executeUpdate(pauseUpdate, { args: [{}] }),
    );
    await eventually('the boundary is crossed', async () => {
      return (await subscriptionRow(world, subscriptionId)).cycle === 2;
    });
    expect((await cyclesOf(subscriptionId)).map(({ outcome }) => outcome)).toEqual([
      'billed',
      'billed',
    ]);
  }, 30_000);

  it('a cancellation does not make the period free that had begun before it', async () => {
    const plan = await planAt(1000n, { interval: 'day', intervalCount: 30 });
    const { subscriptionId } = await subscribe(world, {
      planId: plan.id,
      paymentMethodId: 'pm_card_visa',
    });
    // Ten days of the second period were used when the cancellation came.
    await behind(subscriptionId, 40);
    await told(subscriptionId, () =>
      handle(subscriptionId).executeUpdate(cancelUpdate, { args: [{ atPeriodEnd: false }] }),
    );
    expect((await cyclesOf(subscriptionId)).length).toBe(2);
  }, 30_000);

  it('a resume does not bill periods that were paused', async () => {
    const plan = await planAt(1000n, { interval: 'day', intervalCount: 30 });
    const { subscriptionId } = await subscribe(world, {
      planId: plan.id,
      paymentMethodId: 'pm_card_visa',
    });
    await handle(subscriptionId).executeUpdate(pauseUpdate, { args: [{}] });
    await behind(subscriptionId, 95);
    await told(subscriptionId, () => handle(subscriptionId).executeUpdate(resumeUpdate));
    await eventually('the boundaries are crossed', async () => {
      return (await subscriptionRow(world, subscriptionId)).cycle === 4;
    });
    const cycles = await cyclesOf(subscriptionId);
    expect(cycles.map(({ outcome }) => outcome)).toEqual([
      'billed',
      'skipped',
      'skipped',
      'skipped',
    ]);
  }, 30_000);

  it('an upgrade is charged for the period that it falls into, and no time is free', async () => {
    const plan = await planAt(1000n, { interval: 'day', intervalCount: 30 });
    const weekly = await planAt(300n, { interval: 'week' });
    const { subscriptionId } = await subscribe(world, {
      planId: plan.id,
      paymentMethodId: 'pm_card_visa',
    });
    await behind(subscriptionId, 40);
    await told(subscriptionId, () =>
      handle(subscriptionId)
        .executeUpdate(changeUpdate, {
          args: [{ planId: weekly.id, when: 'now', customerPresent: true }],
        })
        .catch(() => undefined),
    );
    await pause(1_000);
    const [first] = await cyclesOf(subscriptionId);
    const length = Date.parse(first?.periodEnd ?? '') - Date.parse(first?.periodStart ?? '');
    expect(length / day).toBe(30);
  }, 30_000);
});

describe('the sweep', () => {
  it('finds a subscription that was to start and whose workflow is lost', async () => {
    const { id: planId } = await planAt(1000n);
    const { subscriptionId } = await subscribe(world, {
      planId,
      paymentMethodId: 'pm_card_visa',
      terms: { startAt: new Date(Date.now() + day).toISOString() },
    });
    await handle(subscriptionId).terminate('lost');
    await world.database.subscriptions.update(
      { startsAt: ago(3_600_000), currentPeriodStart: ago(3_600_000) },
      { where: { id: subscriptionId } },
    );
    await sweepLateSubscriptions(world);
    await eventually(
      'it has started',
      async () => (await subscriptionRow(world, subscriptionId)).status === 'active',
      5_000,
    );
  });
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

describe('a new run of the workflow', () => {
  it('loses no message of many that come while it begins', async () => {
    const story = await begun({ interval: 'day' });
    const plans = [
      await planAt(500n, { interval: 'day' }),
      await planAt(600n, { interval: 'day' }),
    ];
    let arrived = false;
    const arriving = story.to('05-21').then(() => (arrived = true));
    const answers: string[] = [];
    for (let turn = 0; !arrived && turn < 400; turn += 1) {
      const asked = await Promise.all(
        plans.map(({ id }) => story.change({ planId: id, when: 'period_end' })),
      );
      answers.push(
        ...asked.map((answer) => ('refused' in answer ? answer.refused.code : answer.status)),
      );
    }
    await arriving;
    expect([...new Set(answers)].filter((code) => code !== 'nothing_to_change')).toEqual([
      'active',
    ]);
    expect((await story.row()).cycle).toBe(51);
    expect(await findingsAbout(story.id)).toEqual([]);
  }, 60_000);
});

describe('an unpaid subscription', () => {
  it('comes back when its customer brings a good card', async () => {
    const story = await begun({ dunning: { retryDays: [1, 3], finalAction: 'unpaid' } });
    const good = await breakCard(world, story.userId);
    await story.to('06-02');
    expect((await story.row()).status).toBe('unpaid');
    await world.database.paymentMethods.update(
      { isDefault: false },
      { where: { userId: story.userId } },
    );
    await world.database.paymentMethods.update({ isDefault: true }, { where: { id: good } });
    await handle(story.id).signal(paymentMethodChangedSignal);
    await story.to('06-03');
    expect((await story.row()).status).toBe('active');
  });
});

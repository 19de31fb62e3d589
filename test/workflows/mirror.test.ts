import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import { cancelAtStripe } from '../../activities/mirror/ask-stripe';
import { mirrorStripeSubscription } from '../../activities/mirror/mirror-subscription';
import type { StripeBilling } from '../../activities/ports/stripe-billing';
import { createBillingStore } from '../../db/billing-store';
import { checkBooks } from '../../db/books/checks';
import { rebuildWorkflow } from '../../platform/rebuild-workflow';
import { createStripe } from '../../platform/stripe';
import { dashboardOf } from '../support/dashboard';
import { createStripeBilling } from '../../platform/stripe-billing';
import { createStripeGateway } from '../../platform/stripe-gateway';
import { unfinishedSubscriptions } from '../../worker/sweep';
import {
  changeUpdate,
  pauseUpdate,
  payUpdate,
  retrySignal,
  subscriptionWorkflowId,
  viewQuery,
} from '../../workflows/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { eventually, mailsOf, planCalled } from '../support/customers';
import {
  allSettled,
  begunAtStripe,
  customerAtStripe,
  deliver,
  deliverInTurn,
  eventsOf,
  mirroredPayments,
  mirrorRow,
  settledEvent,
  storeEvents,
  subscribedAtStripe,
} from '../support/stripe-billing';
import { openStage, planWith, type Stage } from '../support/story';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.world.sandbox.control.calm());
afterAll(() => stage.close());

const control = () => stage.world.sandbox.control;
const handle = (id: string) =>
  stage.world.temporal.client.workflow.getHandle(subscriptionWorkflowId(id));
const runsOf = async (id: string) => (await handle(id).describe()).status.name;

async function storyOf(id: string): Promise<string[]> {
  const rows = await stage.world.database.subscriptionEvents.findAll({
    where: { subscriptionId: id },
    order: [['id', 'ASC']],
  });
  return rows.map((row) => row.get({ plain: true }).type);
}

async function mailAbout(id: string, kind: string) {
  const row = await stage.world.database.emails.findOne({
    where: { subscriptionId: id, kind },
    rejectOnEmpty: true,
  });
  return row.get({ plain: true }).data;
}

/** What a mirror consists of; ids and times of our own left out. */
async function shownOf(id: string) {
  const row = await mirrorRow(stage, id);
  const payments = await mirroredPayments(stage, id);
  const mails = await mailsOf(stage.world, id);
  return {
    row: row && {
      status: row.status,
      currentPeriodStart: row.currentPeriodStart,
      currentPeriodEnd: row.currentPeriodEnd,
      cancelAtPeriodEnd: row.cancelAtPeriodEnd,
      canceledAt: row.canceledAt,
      endedAt: row.endedAt,
    },
    // Stripe counts in seconds, so that invoices of one second come in any order.
    payments: payments
      .toSorted((a, b) =>
        `${a.status}${a.stripeInvoiceId}` < `${b.status}${b.stripeInvoiceId}` ? -1 : 1,
      )
      .map(({ stripeInvoiceId, status, paidAt }) => [stripeInvoiceId, status, paidAt]),
    mails: mails.toSorted(),
  };
}

const anew = (event: Stripe.Event, id: string): Stripe.Event => ({ ...event, id });

/** A life with everything in it: begun, renewed, failed, paid after all, and ended for another failure. */
async function livedAtStripe() {
  const begun = await begunAtStripe(stage);
  await control().renewSubscription(begun.sub);
  await control().renewSubscription(begun.sub, 'fail');
  const [invoice] = (
    await dashboardOf(stage.world.config).invoices.list({
      subscription: begun.sub,
      status: 'open',
    })
  ).data;
  await control().payInvoice(invoice?.id ?? '', 'succeed');
  await control().renewSubscription(begun.sub, 'fail');
  await control().cancelSubscription(begun.sub, 'payment_failed');
  return begun;
}

describe('the six events of a subscription that Stripe runs', () => {
  it('in order, keep row, payments and mails as they are at Stripe, until it ends', async () => {
    const { sub, id, customer } = await begunAtStripe(stage);
    await deliverInTurn(stage, await eventsOf(stage, sub));
    const atStripe = await dashboardOf(stage.world.config).subscriptions.retrieve(sub);
    const [item] = atStripe.items.data;
    const seconds = (at: number | undefined) => new Date((at ?? 0) * 1_000).toISOString();
    const plan = await planCalled(stage.world, 'basic_monthly');
    expect(await mirrorRow(stage, id)).toMatchObject({
      userId: customer.id,
      planId: plan.id,
      status: 'active',
      managedBy: 'stripe',
      externalId: sub,
      exclusive: false,
      currentPeriodStart: seconds(item?.current_period_start),
      currentPeriodEnd: seconds(item?.current_period_end),
      startedAt: seconds(atStripe.start_date),
      endedAt: null,
    });
    expect(await mirroredPayments(stage, id)).toMatchObject([
      { status: 'succeeded', amountMinor: 1000n, currency: 'usd', userId: customer.id },
    ]);
    expect((await mailsOf(stage.world, id)).toSorted()).toEqual([
      'receipt',
      'subscription_confirmed',
    ]);
    expect(await runsOf(id)).toBe('RUNNING');

    let told = (await eventsOf(stage, sub)).length;
    await control().renewSubscription(sub, 'fail');
    await deliverInTurn(stage, (await eventsOf(stage, sub)).slice(told));
    expect(await mirrorRow(stage, id)).toMatchObject({ status: 'past_due' });
    expect((await shownOf(id)).payments).toEqual([
      [expect.any(String), 'failed', null],
      [expect.any(String), 'succeeded', expect.any(String)],
    ]);
    expect(await mailAbout(id, 'payment_failed')).toMatchObject({
      amount_due: '1000',
      reason_code: 'generic_decline',
      next_attempt_at: expect.any(String),
    });

    told = (await eventsOf(stage, sub)).length;
    await control().cancelSubscription(sub, 'payment_failed');
    await deliverInTurn(stage, (await eventsOf(stage, sub)).slice(told));
    expect(await mirrorRow(stage, id)).toMatchObject({
      status: 'canceled',
      cancelReason: 'payment_failed',
      endedAt: expect.any(String),
    });
    expect(await mailAbout(id, 'subscription_canceled')).toMatchObject({ reason: 'not_paid' });
    await eventually('its workflow ends', async () => (await runsOf(id)) === 'COMPLETED');
    expect(await storyOf(id)).toEqual([
      'created',
      'invoice_paid',
      'renewed',
      'status_changed',
      'payment_failed',
      'ended',
    ]);
  });

  it('shuffled, doubled and all at once, end in the same rows and in each mail once', async () => {
    const { sub, id } = await livedAtStripe();
    const events = await eventsOf(stage, sub);
    const doubled = events.flatMap((event) => [event, event, anew(event, `${event.id}_again`)]);
    await Promise.all(
      doubled.toSorted(() => Math.random() - 0.5).map((event) => deliver(stage, event)),
    );
    await allSettled(stage);
    const shown = await shownOf(id);
    expect(shown.row?.status).toBe('canceled');
    expect(shown.payments.map(([, status]) => status)).toEqual([
      'failed',
      'succeeded',
      'succeeded',
      'succeeded',
    ]);
    expect(shown.mails).toEqual([
      'payment_failed',
      'receipt',
      'receipt',
      'receipt',
      'subscription_canceled',
    ]);
    // And none of them, told once more in reverse, changes anything.
    const revision = (await mirrorRow(stage, id))?.revision;
    const late = events.toReversed().map((event) => anew(event, `${event.id}_late`));
    await deliverInTurn(stage, late);
    expect(await shownOf(id)).toEqual(shown);
    expect((await mirrorRow(stage, id))?.revision).toBe(revision);
  });

  it('that come late, such as an "active" after the end, revive nothing', async () => {
    const { sub, id } = await begunAtStripe(stage);
    const early = await eventsOf(stage, sub);
    await control().cancelSubscription(sub);
    const deleted = (await eventsOf(stage, sub)).slice(early.length);
    await deliverInTurn(stage, deleted);
    const before = await shownOf(id);
    expect(before.row?.status).toBe('canceled');
    // It was never seen running, but its customer has paid, and is told that it ended.
    expect(before.mails).toEqual(['receipt', 'subscription_canceled']);
    await deliverInTurn(stage, early);
    expect(await shownOf(id)).toEqual(before);
    await eventually('no workflow is left', async () => (await runsOf(id)) === 'COMPLETED');
  });

  it('on a trial announce its end once, and never when it has ended or will not go on', async () => {
    const { sub, id } = await begunAtStripe(stage, { trialDays: 14 });
    await deliverInTurn(stage, await eventsOf(stage, sub));
    expect(await mirrorRow(stage, id)).toMatchObject({ status: 'trialing' });
    // The invoice of nothing is no payment.
    expect(await mirroredPayments(stage, id)).toEqual([]);
    expect(await mailsOf(stage.world, id)).toEqual(['subscription_confirmed']);
    await control().announceTrialEnd(sub);
    const notice = (await eventsOf(stage, sub)).at(-1);
    if (notice?.type !== 'customer.subscription.trial_will_end') throw new Error('no notice');
    await deliverInTurn(stage, [notice, anew(notice, `${notice.id}_again`)]);
    const notices = async () =>
      (await mailsOf(stage.world, id)).filter((kind) => kind === 'trial_ending').length;
    expect(await notices()).toBe(1);
    expect((await storyOf(id)).filter((type) => type === 'trial_ending')).toHaveLength(1);
    expect(await mailAbout(id, 'trial_ending')).toMatchObject({
      card: { brand: 'visa', last4: '4242' },
    });

    const ended = await begunAtStripe(stage, { trialDays: 14 });
    await control().announceTrialEnd(ended.sub);
    await control().renewSubscription(ended.sub);
    await deliverInTurn(stage, await eventsOf(stage, ended.sub));
    expect((await mailsOf(stage.world, ended.id)).toSorted()).toEqual([
      'receipt',
      'subscription_confirmed',
    ]);
  });

  it('leave one that was not paid at once incomplete, until it is paid or expires', async () => {
    const { sub, id } = await begunAtStripe(stage, { outcome: 'fail' });
    await deliverInTurn(stage, await eventsOf(stage, sub));
    expect(await mirrorRow(stage, id)).toMatchObject({ status: 'incomplete' });
    expect(await mailsOf(stage.world, id)).toEqual(['payment_failed']);
    const [payment] = await mirroredPayments(stage, id);
    const told = (await eventsOf(stage, sub)).length;
    await control().payInvoice(payment?.stripeInvoiceId ?? '', 'succeed');
    await deliverInTurn(stage, (await eventsOf(stage, sub)).slice(told));
    expect(await mirrorRow(stage, id)).toMatchObject({ status: 'active' });
    expect(await mirroredPayments(stage, id)).toMatchObject([{ status: 'succeeded' }]);
    expect((await mailsOf(stage.world, id)).toSorted()).toEqual([
      'payment_failed',
      'receipt',
      'subscription_confirmed',
    ]);

    const given = await begunAtStripe(stage, { outcome: 'fail' });
    await control().cancelSubscription(given.sub);
    await deliverInTurn(stage, await eventsOf(stage, given.sub));
    expect(await mirrorRow(stage, given.id)).toMatchObject({ status: 'incomplete_expired' });
  });

  it('tell of each failed attempt once, however many events come for it', async () => {
    const { sub, id } = await begunAtStripe(stage);
    await control().renewSubscription(sub, 'fail');
    await deliverInTurn(stage, await eventsOf(stage, sub));
    const [invoice] = (await mirroredPayments(stage, id)).filter(
      ({ status }) => status === 'failed',
    );
    await control().payInvoice(invoice?.stripeInvoiceId ?? '', 'fail');
    const failures = await eventsOf(stage, sub, ['invoice.payment_failed']);
    await deliverInTurn(stage, [
      ...failures,
      ...failures.map((event) => anew(event, `${event.id}_b`)),
    ]);
    const mails = (await mailsOf(stage.world, id)).filter((kind) => kind === 'payment_failed');
    expect(mails).toHaveLength(2);
    expect((await storyOf(id)).filter((type) => type === 'payment_failed')).toHaveLength(2);
  });
});

describe('an event that nothing here can follow', () => {
  it('is kept with its reason when its customer is nobody here, and starts no workflow', async () => {
    const stripe = dashboardOf(stage.world.config);
    const { id: cus } = await stripe.customers.create({ email: 'stranger@everbill.test' });
    const { sub, id } = await subscribedAtStripe(stage, { cus });
    const [created] = await eventsOf(stage, sub);
    if (created === undefined) throw new Error('no event');
    await deliver(stage, created);
    expect(await settledEvent(stage, created.id)).toMatchObject({
      status: 'ignored',
      reason: `${cus} is no customer of ours.`,
    });
    expect(await mirrorRow(stage, id)).toBeUndefined();
    await expect(runsOf(id)).rejects.toThrow(/not found/i);
  });

  it('is kept when no plan has its price, and mirrors it all once there is one and it is replayed', async () => {
    const price = `price_${Date.now()}`;
    const { sub, id } = await begunAtStripe(stage, { price });
    const events = await eventsOf(stage, sub);
    await deliverInTurn(stage, events);
    const [created] = events;
    expect(await settledEvent(stage, created?.id ?? '')).toMatchObject({
      status: 'ignored',
      reason: expect.stringContaining(`No plan has the price ${price}`),
    });
    expect(await mirrorRow(stage, id)).toBeUndefined();
    await eventually('no workflow waits', async () => (await runsOf(id)) === 'COMPLETED');

    const planId = await planWith(stage, { stripePriceId: price });
    await stage.world.database.webhookEvents.update(
      { status: 'received', dueAt: new Date().toISOString() },
      { where: { id: created?.id ?? '' } },
    );
    await settledEvent(stage, created?.id ?? '');
    expect(await mirrorRow(stage, id)).toMatchObject({ status: 'active', planId });
    expect(await mirroredPayments(stage, id)).toMatchObject([{ status: 'succeeded' }]);
  });

  it('is ignored when it is of another account, or of a subscription that Stripe does not know', async () => {
    const { sub, id, customer } = await begunAtStripe(stage);
    const [created] = await eventsOf(stage, sub);
    if (created === undefined) throw new Error('no event');
    const foreign = { ...created, id: `${created.id}_foreign`, account: 'acct_other' };
    await deliver(stage, foreign);
    expect(await settledEvent(stage, foreign.id)).toMatchObject({
      status: 'ignored',
      reason: expect.stringContaining('acct_other'),
    });
    const made = {
      ...created,
      id: `${created.id}_made_up`,
      data: { object: { id: 'sub_made_up', object: 'subscription', customer: customer.cus } },
    };
    await deliver(stage, made);
    expect(await settledEvent(stage, made.id)).toMatchObject({
      status: 'ignored',
      reason: expect.stringContaining('sub_made_up'),
    });
    expect(await mirrorRow(stage, id)).toBeUndefined();
  });
});

describe('the workflow of a mirrored subscription', () => {
  it('refuses what is Stripe’s to change, and bills nothing itself', async () => {
    const { sub, id } = await begunAtStripe(stage);
    await deliverInTurn(stage, await eventsOf(stage, sub));
    const { id: planId } = await planCalled(stage.world, 'pro_monthly');
    const refused = { refused: { code: 'managed_by_stripe' } };
    const run = handle(id);
    expect(
      await run.executeUpdate(changeUpdate, { args: [{ planId, when: 'now' }] }),
    ).toMatchObject(refused);
    expect(await run.executeUpdate(pauseUpdate, { args: [{}] })).toMatchObject(refused);
    expect(await run.executeUpdate(payUpdate, { args: [{ invoiceId: id }] })).toMatchObject(
      refused,
    );
    expect(await stage.world.database.invoices.count({ where: { subscriptionId: id } })).toBe(0);
    expect(await checkBooks(stage.world.database)).toEqual([]);
  });

  it('that was lost is rebuilt as a mirror, and finds what it missed', async () => {
    const { sub, id } = await begunAtStripe(stage);
    await deliverInTurn(stage, await eventsOf(stage, sub));
    await handle(id).terminate('lost');
    await control().renewSubscription(sub, 'fail');
    const lost = await unfinishedSubscriptions(stage.world.database);
    expect(lost).toContainEqual({ id, mirrors: sub });
    await rebuildWorkflow(stage.world.temporal, id, sub);
    await eventually(
      'it is past due',
      async () => (await mirrorRow(stage, id))?.status === 'past_due',
    );
    expect(await mailsOf(stage.world, id)).toContain('payment_failed');

    // Started by hand without Stripe's id, it does not take the row for one of ours.
    await handle(id).terminate('lost again');
    await rebuildWorkflow(stage.world.temporal, id);
    await eventually('it mirrors', async () => {
      const view = await handle(id)
        .query(viewQuery)
        .catch(() => undefined);
      return view?.waitsFor.includes('Stripe') === true;
    });
    const told = (await eventsOf(stage, sub)).length;
    await control().cancelSubscription(sub);
    await deliverInTurn(stage, (await eventsOf(stage, sub)).slice(told));
    expect(await mirrorRow(stage, id)).toMatchObject({ status: 'canceled' });
    expect(await stage.world.database.invoices.count({ where: { subscriptionId: id } })).toBe(0);
  });

  it('goes on where it was when Stripe was down and its worker died', async () => {
    const { sub, id } = await begunAtStripe(stage);
    control().failNextRequests('error_before_commit', 3, { path: `/v1/subscriptions/${sub}` });
    for (const event of await eventsOf(stage, sub)) await deliver(stage, event);
    await stage.world.restartWorker();
    await allSettled(stage);
    expect(await mirrorRow(stage, id)).toMatchObject({ status: 'active' });
    expect((await mailsOf(stage.world, id)).toSorted()).toEqual([
      'receipt',
      'subscription_confirmed',
    ]);
  }, 90_000);

  it('shows an operator that Stripe charges a price that no plan has, until one has it', async () => {
    const customer = await customerAtStripe(stage);
    const price = `price_${Date.now()}_gone`;
    const planId = await planWith(stage, { stripePriceId: price });
    const { sub, id } = await subscribedAtStripe(stage, customer, { price });
    await deliverInTurn(stage, await eventsOf(stage, sub));
    await stage.world.database.plans.update({ stripePriceId: '' }, { where: { id: planId } });
    const told = (await eventsOf(stage, sub)).length;
    await control().renewSubscription(sub);
    await deliverInTurn(stage, (await eventsOf(stage, sub)).slice(told));
    expect(await mirrorRow(stage, id)).toMatchObject({
      planId,
      needsAttention: expect.stringContaining(price),
    });
    expect(await mirroredPayments(stage, id)).toHaveLength(2);
    await stage.world.database.plans.update({ stripePriceId: price }, { where: { id: planId } });
    await handle(id).signal(retrySignal);
    await eventually(
      'it needs no attention',
      async () => (await mirrorRow(stage, id))?.needsAttention === null,
    );
  });
});

it('a mirror whose history is begun anew keeps what it shows, and forgets nobody’s message', async () => {
  const customer = await customerAtStripe(stage);
  const price = `price_${Date.now()}_gone`;
  const planId = await planWith(stage, { stripePriceId: price });
  const { sub, id } = await subscribedAtStripe(stage, customer, { price });
  await deliverInTurn(stage, await eventsOf(stage, sub));
  await stage.world.database.plans.update({ stripePriceId: '' }, { where: { id: planId } });
  const told = (await eventsOf(stage, sub)).length;
  await control().renewSubscription(sub);
  await deliverInTurn(stage, (await eventsOf(stage, sub)).slice(told));
  const described = () => handle(id).describe();
  const needsAttention = async () =>
    (await described()).typedSearchAttributes.get(searchAttributes.needsAttention);
  await eventually('it needs attention', needsAttention);
  const { runId } = await described();
  // Temporal suggests a new run once a history has four megabytes.
  for (let sent = 0; sent < 6; sent += 1) await handle(id).signal('retry', 'x'.repeat(800_000));
  await eventually('a new run', async () => (await described()).runId !== runId, 30_000);
  expect((await handle(id).query(viewQuery)).needsAttention).toContain(price);
  await stage.world.database.plans.update({ stripePriceId: price }, { where: { id: planId } });
  await handle(id).signal(retrySignal);
  await eventually('it needs none', async () => (await needsAttention()) === false);
  expect((await mirrorRow(stage, id))?.needsAttention).toBeNull();
}, 120_000);

describe('two that mirror the same subscription at once', () => {
  const deps = (billing: Partial<StripeBilling> = {}) => {
    const stripe = createStripe(stage.world.config);
    return {
      store: createBillingStore(stage.world.database),
      payments: createStripeGateway(stripe),
      stripeBilling: { ...createStripeBilling(stripe), ...billing },
    };
  };
  const request = ({ sub, id }: { sub: string; id: string }) => ({
    subscriptionId: id,
    stripeSubscriptionId: sub,
    now: new Date().toISOString(),
  });

  it('as when a worker was thought to be dead, make one row and tell everything once', async () => {
    const begun = await begunAtStripe(stage);
    const mirrored = await Promise.all(
      [1, 2, 3, 4, 5].map(() => mirrorStripeSubscription(deps(), request(begun))),
    );
    expect(new Set(mirrored.map((each) => each?.state.status))).toEqual(new Set(['active']));
    expect(await mirroredPayments(stage, begun.id)).toHaveLength(1);
    expect(await storyOf(begun.id)).toEqual(['created', 'invoice_paid']);
    expect((await mailsOf(stage.world, begun.id)).toSorted()).toEqual([
      'receipt',
      'subscription_confirmed',
    ]);
  });

  it('end with the newer of two answers, though the older one comes last', async () => {
    const begun = await begunAtStripe(stage);
    await mirrorStripeSubscription(deps(), request(begun));
    let held: (() => void) | undefined;
    const slow = deps({
      async subscription(id) {
        const found = await createStripeBilling(createStripe(stage.world.config)).subscription(id);
        if (held === undefined) await new Promise<void>((resolve) => (held = resolve));
        return found;
      },
    });
    const older = mirrorStripeSubscription(slow, request(begun));
    await eventually('the older answer is held back', async () => held !== undefined);
    await control().cancelSubscription(begun.sub);
    await mirrorStripeSubscription(deps(), request(begun));
    held?.();
    expect(await older).toMatchObject({ state: { status: 'canceled' } });
    expect(await mirrorRow(stage, begun.id)).toMatchObject({ status: 'canceled' });
  });

  it('do not make a refunded payment a paid one, though the older answer comes last', async () => {
    const begun = await begunAtStripe(stage);
    await mirrorStripeSubscription(deps(), request(begun));
    const paid = await eventsOf(stage, begun.sub, ['invoice.payment_succeeded']);
    await storeEvents(stage.world, paid);
    const told = { ...request(begun), eventId: paid[0]?.id ?? '' };
    let held: (() => void) | undefined;
    const slow = deps({
      async invoice(id) {
        const found = await createStripeBilling(createStripe(stage.world.config)).invoice(id);
        if (held === undefined) await new Promise<void>((resolve) => (held = resolve));
        return found;
      },
    });
    const older = mirrorStripeSubscription(slow, told);
    await eventually('the older answer is held back', async () => held !== undefined);
    const [payment] = await mirroredPayments(stage, begun.id);
    const payment_intent = payment?.stripePaymentIntentId ?? '';
    await dashboardOf(stage.world.config).refunds.create({ payment_intent });
    await mirrorStripeSubscription(deps(), told);
    held?.();
    await older;
    expect(await mirroredPayments(stage, begun.id)).toMatchObject([{ status: 'refunded' }]);
  });

  it('that are one asking, whose answer was lost, cancel once and answer the same', async () => {
    const begun = await begunAtStripe(stage);
    await mirrorStripeSubscription(deps(), request(begun));
    const asked = { ...request(begun), commandId: randomUUID() };
    const first = await cancelAtStripe(deps(), { ...asked, atPeriodEnd: false });
    const second = await cancelAtStripe(deps(), { ...asked, atPeriodEnd: false });
    expect(first).toMatchObject({ mirrored: { state: { status: 'canceled' } } });
    expect(second).toEqual(first);
    const another = { ...asked, commandId: randomUUID(), atPeriodEnd: false };
    expect(await cancelAtStripe(deps(), another)).toMatchObject({
      refused: { code: 'subscription_ended' },
    });
  });
});

import { setTimeout as delay } from 'node:timers/promises';
import type { Reply } from '../../support/api';
import { begin, openStage, planWith, totals, type Stage } from '../../support/story';
import { newOperator, type Operator } from './operators';
import { proveBooks } from './prove-books';

type Json = Reply['body'];

let stage: Stage;
let operator: Operator;
beforeAll(async () => {
  stage = await openStage();
  operator = await newOperator(stage.api, stage.world.database);
});
afterEach(() => proveBooks(stage.world.database));
afterAll(() => stage.close());

const plan = (name: string) => stage.plan(name);

const clockAt = async (frozen_time: string): Promise<string> =>
  (await stage.api.post('/api/v1/test-clocks', { frozen_time }, operator.access)).body.id;

/** Brings a clock of the operator's to `frozen_time`. */
async function advance(id: string, frozen_time: string): Promise<void> {
  const clock = `/api/v1/test-clocks/${id}`;
  await stage.api.post(`${clock}/advance`, { frozen_time }, operator.access);
  for (let tries = 0; tries < 600; tries += 1) {
    if ((await stage.api.get(clock, operator.access)).body.status === 'ready') return;
    await delay(50);
  }
  throw new Error(`the clock did not arrive at ${frozen_time}`);
}

/** Subscribes a new customer as an operator, on a clock at 10 April. */
async function subscribe(
  request: object,
): Promise<{ reply: Reply; clock: string; user: string; access: string }> {
  const { id: user, access } = await stage.api.signUp();
  const clock = await clockAt('2026-04-10T00:00:00Z');
  const reply = await operator.post('subscriptions', {
    user_id: user,
    plan_id: plan('Basic month'),
    payment_method_id: 'pm_card_visa',
    test_clock: clock,
    ...request,
  });
  return { reply, clock, user, access };
}

const invoicesOf = async (id: string): Promise<Json[]> =>
  (await operator.get(`invoices?subscription=${id}`)).body.data.toReversed();

const acts = async (object: string): Promise<Json[]> =>
  (await operator.get(`audit-log?object=${object}`)).body.data;

describe('on behalf of a customer, an operator', () => {
  it('subscribes them, and the customer sees it as their own', async () => {
    const { reply, user, access } = await subscribe({ reason: 'Ordered by telephone' });
    expect([reply.status, reply.body]).toMatchObject([
      201,
      { user, status: 'active', needs_attention: null },
    ]);
    const own = await stage.api.get(`/api/v1/subscriptions/${reply.body.id}`, access);
    expect(reply.body).toEqual({ ...own.body, needs_attention: null, disputes: [] });
    expect((await operator.get(`subscriptions/${reply.body.id}`)).body).toEqual(reply.body);
    const found = await operator.get(`subscriptions?user_id=${user}&status=active`);
    expect(found.body.data).toEqual([reply.body]);
    const stuck = await operator.get(`subscriptions?user_id=${user}&needs_attention=true`);
    expect(stuck.body.data).toEqual([]);
    expect(await acts(`user/${user}`)).toEqual([
      expect.objectContaining({
        actor: operator.id,
        action: 'subscription.create',
        before: null,
        after: expect.objectContaining({ id: reply.body.id, status: 'active' }),
        reason: 'Ordered by telephone',
      }),
    ]);
  });

  it('grants a trial that the plan does not have, and takes one away', async () => {
    const trial = await subscribe({ trial_days: 10 });
    expect(trial.reply.body).toMatchObject({
      status: 'trialing',
      trial_end: '2026-04-20T00:00:00.000Z',
    });
    await operator.post(`subscriptions/${trial.reply.body.id}/cancel`, { at_period_end: false });
    const none = await subscribe({
      plan_id: await planWith(stage, { trialDays: 30 }),
      trial_days: 0,
    });
    expect(none.reply.body).toMatchObject({ status: 'active', trial_end: null, cycle: 1 });
  });

  it('sets the day of the month, with the days before it charged in proportion, or free', async () => {
    const anchor = { billing_cycle_anchor: '2026-05-01T00:00:00Z' };
    const charged = await subscribe(anchor);
    const [stub] = await invoicesOf(charged.reply.body.id);
    // 21 of April's 30 days.
    expect([stub.total, stub.period_end]).toEqual([700, '2026-05-01T00:00:00.000Z']);
    const free = await subscribe({ ...anchor, proration: false });
    expect((await invoicesOf(free.reply.body.id)).map(({ total }) => total)).toEqual([0]);
    await advance(free.clock, '2026-05-01T00:00:00Z');
    expect((await invoicesOf(free.reply.body.id)).map(({ total }) => total)).toEqual([0, 1000]);
  });

  it('begins it in the future; until then nothing is owed', async () => {
    const { reply, clock } = await subscribe({ start_at: '2026-04-20T00:00:00Z' });
    expect(reply.body).toMatchObject({
      status: 'incomplete',
      start_at: '2026-04-20T00:00:00.000Z',
      next_event: { type: 'start' },
    });
    expect(await invoicesOf(reply.body.id)).toEqual([]);
    await advance(clock, '2026-04-20T00:00:00Z');
    const begun = await operator.get(`subscriptions/${reply.body.id}`);
    expect(begun.body).toMatchObject({
      status: 'active',
      current_period_start: '2026-04-20T00:00:00.000Z',
    });
  });

  it('has its invoices sent instead of charged', async () => {
    const { reply } = await subscribe({ collection_method: 'send_invoice' });
    expect(reply.body).toMatchObject({ status: 'active', collection_method: 'send_invoice' });
    const [invoice] = await invoicesOf(reply.body.id);
    expect([invoice.status, invoice.due_at]).toEqual(['open', '2026-04-17T00:00:00.000Z']);
  });

  it.each<[string, object, string]>([
    ['an anchor in the past', { billing_cycle_anchor: '2026-04-01T00:00:00Z' }, 'anchor_in_past'],
    [
      'an anchor centuries away',
      { billing_cycle_anchor: '2526-04-01T00:00:00Z' },
      'anchor_too_far',
    ],
    ['a start in the past', { start_at: '2026-04-01T00:00:00Z' }, 'start_at_invalid'],
    ['a coupon that is not there', { coupon: 'NOTHING' }, 'coupon_not_found'],
    [
      'a plan that is not there',
      { plan_id: '00000000-0000-4000-8000-000000000000' },
      'plan_not_found',
    ],
    ['an unknown zone', { time_zone: 'Mars/Base' }, 'invalid_request'],
    ['a fraction of a seat', { quantity: 1.5 }, 'invalid_request'],
    ['a negative trial', { trial_days: -1 }, 'invalid_request'],
  ])('is refused %s, and nothing is made', async (_, request, code) => {
    const { reply, user } = await subscribe(request);
    expect([reply.status < 500, reply.body.code]).toEqual([true, code]);
    expect((await operator.get(`subscriptions?user_id=${user}`)).body.data).toEqual([]);
  });

  it('does all that the customer could, and each of it is in the audit log', async () => {
    const life = await begin(stage, {
      at: '2026-04-01T00:00:00Z',
      plan_id: plan('Basic month'),
    });
    await operator.post('coupons', {
      code: 'TENTH',
      name: 'A tenth',
      percent_off: '10',
      duration: 'forever',
    });
    const at = `subscriptions/${life.id}`;
    const pro = { plan_id: plan('Pro month') };
    const preview = await operator.post(`${at}/preview-change`, pro);
    expect([preview.status, preview.body.amount_due]).toEqual([200, 1000]);
    const done: [string, Reply, object][] = [
      [
        'change_plan',
        await operator.post(`${at}/change-plan`, { ...pro, reason: 'Asked for' }),
        { plan: { name: 'Pro' } },
      ],
      [
        'change_plan',
        await operator.post(`${at}/change-plan`, { quantity: 2, when: 'period_end' }),
        { quantity: 1, pending_change: { quantity: 2 } },
      ],
      [
        'drop_change',
        await operator.call('DELETE', `${at}/pending-change?reason=Mistake`),
        { pending_change: null },
      ],
      [
        'apply_coupon',
        await operator.call('PUT', `${at}/coupon`, { coupon: 'tenth' }),
        { coupon: { code: 'TENTH' } },
      ],
      ['remove_coupon', await operator.call('DELETE', `${at}/coupon`), { coupon: null }],
      [
        'pause',
        await operator.post(`${at}/pause`, { resume_at: '2026-04-20T00:00:00Z' }),
        { status: 'paused' },
      ],
      ['resume', await operator.post(`${at}/resume`), { status: 'active' }],
      [
        'cancel',
        await operator.post(`${at}/cancel`, { reason: 'Moving away' }),
        { cancel_at_period_end: true },
      ],
      ['reactivate', await operator.post(`${at}/reactivate`), { cancel_at_period_end: false }],
    ];
    for (const [action, reply, after] of done) {
      expect([action, reply.status, reply.body]).toMatchObject([action, 200, after]);
    }
    const log = (await acts(`subscription/${life.id}`)).toReversed();
    expect(log.map(({ action }) => action)).toEqual(
      done.map(([action]) => `subscription.${action}`),
    );
    expect(log[0]).toMatchObject({
      before: { plan_id: plan('Basic month') },
      after: { plan_id: plan('Pro month') },
      reason: 'Asked for',
    });
    expect(log[2].reason).toBe('Mistake');
    expect([log[3].before.coupon, log[3].after.coupon]).toEqual([null, 'TENTH']);
    const upcoming = await operator.get(`${at}/upcoming-invoice`);
    expect(upcoming.body.amount_due).toBe(2000);
    const story = await operator.get(`${at}/timeline?limit=100&order=asc`);
    expect(story.body.data.map(({ text }: Json) => text)).toEqual(await life.story());
    expect(story.body.next.type).toBe('renewal');
  });

  it('lets one go on that needed attention, once it is mended', async () => {
    const { reply, clock } = await subscribe({});
    const where = { where: { id: reply.body.id } };
    await stage.world.database.subscriptions.update({ timeZone: 'Atlantis/Nowhere' }, where);
    await advance(clock, '2026-05-10T00:00:00Z');
    const stuck = await operator.get('subscriptions?needs_attention=true');
    expect(stuck.body.data).toMatchObject([
      { id: reply.body.id, needs_attention: expect.stringMatching(/Atlantis/) },
    ]);
    await stage.world.database.subscriptions.update({ timeZone: 'UTC' }, where);
    const retried = await operator.post(`subscriptions/${reply.body.id}/retry`, {
      reason: 'Mended',
    });
    expect([retried.status, retried.body.needs_attention]).toEqual([200, null]);
    await advance(clock, '2026-05-11T00:00:00Z');
    expect((await invoicesOf(reply.body.id)).map(({ status }) => status)).toEqual(['paid', 'paid']);
  });

  it('is refused what can’t be, with nothing changed', async () => {
    const life = await begin(stage, {
      at: '2026-04-01T00:00:00Z',
      plan_id: plan('Basic month'),
    });
    const at = `subscriptions/${life.id}`;
    const before = await operator.get(at);
    const refusals: [Reply, string][] = [
      [await operator.post(`${at}/resume`), 'not_paused'],
      [await operator.post(`${at}/reactivate`), 'not_canceling'],
      [await operator.call('DELETE', `${at}/coupon`), 'no_coupon'],
      [await operator.call('DELETE', `${at}/pending-change`), 'no_pending_change'],
      [
        await operator.post(`${at}/change-plan`, { plan_id: plan('Basic month') }),
        'nothing_to_change',
      ],
    ];
    for (const [reply, code] of refusals) expect(reply.body.code).toBe(code);
    expect((await operator.get(at)).body).toEqual(before.body);
    const [last] = await acts(`subscription/${life.id}`);
    expect(last.after).toEqual({ refused: 'nothing_to_change' });
    await operator.post(`${at}/cancel`, { at_period_end: false });
    for (const action of ['retry', 'pause', 'cancel']) {
      expect((await operator.post(`${at}/${action}`)).body.code).toBe('subscription_ended');
    }
  });
});

describe('moving subscribers', () => {
  it('brings each to the new version at their next boundary, with notice', async () => {
    const { body: first } = await operator.post('plans', {
      code: 'mover',
      name: 'Mover',
      amount: 1000,
      currency: 'usd',
      interval: 'month',
    });
    const life = await begin(stage, { at: '2026-04-01T00:00:00Z', plan_id: first.id });
    const { body: second } = await operator.post(`plans/${first.id}/versions`, { amount: 1500 });
    const moved = await operator.post(`plans/${first.id}/move-subscribers`, {
      to_plan_id: second.id,
      not_before: '2026-05-15T00:00:00Z',
      reason: 'Prices of May',
    });
    expect([moved.status, moved.body]).toEqual([
      202,
      { from_plan: first.id, to_plan: second.id, subscriptions: 1 },
    ]);
    for (let tries = 0; (await life.get()).body.pending_change === null; tries += 1) {
      if (tries > 100) throw new Error('nobody was moved');
      await delay(100);
    }
    expect((await life.get()).body).toMatchObject({
      plan: { id: first.id },
      pending_change: { plan_id: second.id, reason: 'plan_version' },
    });
    await life.advance('2026-06-01T00:00:00Z');
    expect((await life.get()).body).toMatchObject({ plan: { id: second.id, version: 2 } });
    expect(totals(await life.invoices())).toEqual([1000, 1000, 1500]);
    const [act] = await acts(`plan/${first.id}`);
    expect(act).toMatchObject({ action: 'plan.move_subscribers', reason: 'Prices of May' });
  });
});

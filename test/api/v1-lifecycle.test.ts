import { historyToJSON, type History } from '@temporalio/common/lib/proto-utils';
import type { Reply } from '../support/api';
import { eventually } from '../support/customers';
import { subscriptionWorkflowId } from '../../workflows/messages';
import {
  begin,
  brokenCard,
  goodCard,
  openStage,
  planWith,
  totals,
  type Life,
  type Stage,
} from '../support/story';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const plan = (name: string) => stage.plan(name);

const inApril = (planId: string, request: object = {}) =>
  begin(stage, { at: '2026-04-01T00:00:00Z', plan_id: planId, ...request });

const periods = async (life: Life) =>
  (await life.invoices()).map((invoice) => [
    invoice.period_start.slice(0, 10),
    invoice.period_end.slice(0, 10),
    invoice.total,
  ]);

/** What the second system’s clients see. */
const isActive = async ({ customer }: Life) =>
  (await stage.api.get('/api/subscriptions/status/', customer.access)).body.is_active;

describe('a pause', () => {
  it('skips periods and keeps the anchor; resuming bills what is left of the period', async () => {
    const life = await inApril(plan('Basic month'));
    await life.advance('2026-04-10T00:00:00Z');
    const paused = await life.post('pause');
    expect([paused.status, paused.body]).toMatchObject([
      200,
      {
        status: 'paused',
        paused_at: '2026-04-10T00:00:00.000Z',
        resume_at: null,
        access_until: '2026-05-01T00:00:00.000Z',
        next_event: { type: 'cycle_skipped', at: '2026-05-01T00:00:00.000Z' },
      },
    ]);
    expect(await isActive(life)).toBe(true);
    const none = await life.get('upcoming-invoice');
    expect([none.status, none.body.code]).toEqual([404, 'no_upcoming_invoice']);

    await life.advance('2026-06-16T00:00:00Z');
    expect((await life.get()).body).toMatchObject({
      status: 'paused',
      cycle: 3,
      access_until: null,
    });
    expect(await isActive(life)).toBe(false);
    const resumed = await life.post('resume');
    expect([resumed.status, resumed.body]).toMatchObject([
      200,
      { status: 'active', paused_at: null, next_event: { type: 'renewal' } },
    ]);
    await life.advance('2026-07-01T00:00:00Z');
    expect(await periods(life)).toEqual([
      ['2026-04-01', '2026-05-01', 1000],
      ['2026-06-16', '2026-07-01', 500],
      ['2026-07-01', '2026-08-01', 1000],
    ]);
    const story = (await life.story()).filter((line) => line.startsWith('Nothing is billed'));
    expect(story).toEqual([
      'Nothing is billed for 2026-05-01 to 2026-06-01: it was paused.',
      'Nothing is billed for 2026-06-01 to 2026-07-01: it was paused.',
    ]);
  });

  it('ends by itself on the day that was named', async () => {
    const life = await inApril(plan('Basic month'));
    await life.advance('2026-04-10T00:00:00Z');
    const paused = await life.post('pause', { resume_at: '2026-05-16T12:00:00+02:00' });
    expect(paused.body).toMatchObject({
      resume_at: '2026-05-16T10:00:00.000Z',
      next_event: { type: 'cycle_skipped' },
    });
    await life.advance('2026-05-02T00:00:00Z');
    expect((await life.get()).body.next_event).toEqual({
      type: 'resume',
      at: '2026-05-16T10:00:00.000Z',
    });
    await life.advance('2026-06-02T00:00:00Z');
    expect((await life.get()).body).toMatchObject({ status: 'active', resume_at: null });
    // 14 hours and 15 days of 31.
    expect((await periods(life)).map(([, , total]) => total)).toEqual([1000, 503, 1000]);
  });

  it('within one paid period costs and gives back nothing', async () => {
    const life = await inApril(plan('Basic month'));
    await life.post('pause');
    await life.advance('2026-04-20T00:00:00Z');
    expect((await life.post('resume')).body.status).toBe('active');
    expect(await periods(life)).toEqual([['2026-04-01', '2026-05-01', 1000]]);
    expect(await life.balance()).toBe(0);
  });

  it('leaves no access where the plan says so', async () => {
    const life = await inApril(await planWith(stage, { pauseAccess: 'none' }));
    expect(await isActive(life)).toBe(true);
    expect((await life.post('pause')).body.access_until).toBeNull();
    expect(await isActive(life)).toBe(false);
  });
});

describe('a cancellation', () => {
  it('now gives the unused time that was paid to the balance, unless told otherwise', async () => {
    for (const [prorate, balance] of [
      [undefined, 500],
      [true, 500],
      [false, 0],
    ] as const) {
      const life = await inApril(plan('Basic month'));
      await life.advance('2026-04-16T00:00:00Z');
      const request = { at_period_end: false, ...(prorate === undefined ? {} : { prorate }) };
      const ended = await life.post('cancel', request);
      expect(ended.body).toMatchObject({
        status: 'canceled',
        next_event: null,
        access_until: null,
      });
      expect(await life.balance()).toBe(balance);
      const [invoice] = await life.invoices();
      expect(invoice.credit_notes).toMatchObject(
        balance === 0
          ? []
          : [{ number: `${invoice.number}-CN1`, total: 500, to_balance: 500, to_card: 0 }],
      );
      const ledger = await stage.api.get('/api/v1/credit-balance', life.customer.access);
      expect(ledger.body.transactions).toMatchObject(
        balance === 0 ? [] : [{ amount: 500, currency: 'usd', invoice: invoice.id }],
      );
    }
  });

  it('at the period’s end leaves the paid time, and brings no further invoice', async () => {
    const life = await inApril(plan('Basic month'));
    const may = '2026-05-01T00:00:00.000Z';
    const scheduled = await life.post('cancel', { at_period_end: true });
    expect(scheduled.body).toMatchObject({
      status: 'active',
      cancel_at_period_end: true,
      access_until: may,
      next_event: { type: 'cancellation', at: may },
    });
    expect((await life.get('upcoming-invoice')).body.code).toBe('no_upcoming_invoice');
    await life.advance('2026-06-02T00:00:00Z');
    expect((await life.get()).body).toMatchObject({ status: 'canceled', ended_at: may });
    expect(await periods(life)).toHaveLength(1);
    const late = await life.post('reactivate');
    expect([late.status, late.body.code]).toEqual([409, 'subscription_ended']);
  });

  it('repeated under one Idempotency-Key answers the same, also when it has ended', async () => {
    const life = await inApril(plan('Basic month'));
    const cancel = () => life.post('cancel', { at_period_end: false }, { 'Idempotency-Key': 'k' });
    expect((await cancel()).body.status).toBe('canceled');
    const again = await cancel();
    expect([again.status, again.body.status]).toEqual([200, 'canceled']);
    expect(await life.balance()).toBe(1000);
  });
});

describe('what people write', () => {
  it('lies in the database and never in a workflow’s history', async () => {
    const secret = 'moving to Lisbon with Ana';
    const life = await inApril(plan('Basic month'), { metadata: { note: secret } });
    expect((await life.get()).body.metadata).toEqual({ note: secret });
    await life.post('cancel', { at_period_end: true, reason: `${secret}, too` });
    const row = await stage.world.database.subscriptions.findByPk(life.id, { rejectOnEmpty: true });
    expect(row.get({ plain: true }).cancelReason).toBe(`${secret}, too`);
    const handle = stage.world.temporal.client.workflow.getHandle(subscriptionWorkflowId(life.id));
    const payloads = decoded(await handle.fetchHistory());
    expect(payloads).toContain('"atPeriodEnd":true');
    expect(payloads).not.toContain('Lisbon');
  });
});

describe('a trial', () => {
  it('is announced before it ends, and then renews on its own anchor', async () => {
    const trial = await planWith(stage, { trialDays: 14 });
    const life = await begin(stage, { at: '2026-01-31T10:00:00Z', plan_id: trial });
    const end = '2026-02-14T10:00:00.000Z';
    expect(life.made).toMatchObject({
      status: 'trialing',
      cycle: 0,
      trial_end: end,
      next_event: { type: 'trial_ending', at: '2026-02-11T10:00:00.000Z' },
    });
    expect((await life.get('upcoming-invoice')).body).toMatchObject({
      total: 1000,
      issued_at: end,
    });
    await life.advance('2026-02-12T00:00:00Z');
    expect((await life.get()).body.next_event).toEqual({ type: 'trial_end', at: end });
    const { body: timeline } = await life.get('timeline');
    expect(timeline.next).toEqual({
      type: 'trial_end',
      at: end,
      text: 'The trial ends on 2026-02-14, and $10.00 is charged.',
      invoice: null,
      amount_due: 1000,
      currency: 'usd',
    });
    await life.advance('2026-03-14T10:00:00Z');
    expect((await life.invoices()).map((invoice) => [invoice.period_start, invoice.total])).toEqual(
      [
        [end, 1000],
        ['2026-03-14T10:00:00.000Z', 1000],
      ],
    );
  });

  it('can be changed for nothing', async () => {
    const trial = await planWith(stage, { trialDays: 14 });
    const life = await inApril(trial);
    const preview = await life.post('preview-change', { plan_id: plan('Pro month') });
    expect(preview.body).toMatchObject({ lines: [], total: 0, amount_due: 0 });
    const changed = await life.post('change-plan', { plan_id: plan('Pro month') });
    expect(changed.body).toMatchObject({ status: 'trialing', plan: { name: 'Pro' } });
    await life.advance('2026-04-15T00:00:00Z');
    expect(totals(await life.invoices())).toEqual([2000]);
  });
});

describe('the timeline', () => {
  it('tells a whole life truly: trial, upgrade, failed payment, pause and cancellation', async () => {
    const trial = await planWith(stage, { trialDays: 14 });
    const life = await begin(stage, {
      at: '2026-03-18T00:00:00Z',
      plan_id: trial,
      quantity: 2,
      time_zone: 'Asia/Tokyo',
    });
    await life.advance('2026-04-16T00:00:00Z');
    await life.post('change-plan', { plan_id: plan('Pro month') });
    await life.useCard(brokenCard);
    await life.advance('2026-05-01T12:00:00Z');
    expect((await life.get()).body.status).toBe('past_due');
    await life.useCard(goodCard);
    await eventually('it is active', async () => (await life.get()).body.status === 'active');
    await life.post('pause');
    await life.advance('2026-06-16T00:00:00Z');
    await life.post('resume');
    await life.advance('2026-06-21T00:00:00Z');
    await life.post('cancel', { at_period_end: false });

    const { body } = await life.get('timeline?limit=100&order=asc');
    const { body: backwards } = await life.get('timeline?limit=100');
    expect(backwards.data).toEqual(body.data.toReversed());
    expect(body.next).toBeNull();
    const story: string[] = body.data.map(({ text }: Reply['body']) => text);
    const numbers = (await life.invoices()).map(({ number }) => number);
    const [first, upgrade, failed, rest] = numbers;
    expect(story).toEqual([
      'Trial of 2 × Basic began.',
      'The customer was told that the trial ends on 2026-04-01.',
      `Invoice ${first} over $20.00 was issued for 2026-04-01 to 2026-05-01: 2 × Basic $20.00.`,
      `Invoice ${first} was paid: $20.00.`,
      `Invoice ${upgrade} over $10.00 was issued for 2026-04-16 to 2026-05-01: Unused time of 2 × Basic from 2026-04-16 -$10.00; 2 × Pro, from 2026-04-16 $20.00.`,
      `Invoice ${upgrade} was paid: $10.00.`,
      'Changed from 2 × Basic to 2 × Pro: $10.00 for the rest of the period.',
      `Invoice ${failed} over $40.00 was issued for 2026-05-01 to 2026-06-01: 2 × Pro $40.00.`,
      `Paying $40.00 for invoice ${failed} failed (generic decline). It is tried again on 2026-05-02.`,
      `Invoice ${failed} was paid: $40.00.`,
      'Nothing is past due any more: the subscription is active again.',
      'It was paused until it is resumed.',
      'Nothing is billed for 2026-06-01 to 2026-07-01: it was paused.',
      'It was resumed; what is left of the period is billed from 2026-06-16.',
      `Invoice ${rest} over $20.00 was issued for 2026-06-16 to 2026-07-01: 2 × Pro, from 2026-06-16 $20.00.`,
      `Invoice ${rest} was paid: $20.00.`,
      `$13.33 of invoice ${rest} was credited (credit note ${rest}-CN1): $13.33 to the balance.`,
      'It was canceled and ended at once.',
    ]);
    // What was said to be charged is what was charged.
    const said = story
      .flatMap((line) => /was paid: \$([\d.]+)\./.exec(line)?.[1] ?? [])
      .map((amount) => Math.round(Number(amount) * 100));
    const payments = await stage.api.get('/api/v1/payments?limit=100', life.customer.access);
    const charged = payments.body.data.filter(
      ({ status }: Reply['body']) => status === 'succeeded',
    );
    expect(said).toEqual(charged.map(({ amount }: Reply['body']) => amount).toReversed());
    expect(await life.balance()).toBe(1333);
  });

  it('is read page by page in both directions', async () => {
    const life = await inApril(plan('Basic month'));
    await life.advance('2026-05-02T00:00:00Z');
    for (const order of ['asc', 'desc']) {
      const { body: all } = await life.get(`timeline?order=${order}`);
      const first = await life.get(`timeline?order=${order}&limit=3`);
      expect(first.body.has_more).toBe(true);
      const after = first.body.data[2].id;
      const rest = await life.get(`timeline?order=${order}&starting_after=${after}`);
      expect([...first.body.data, ...rest.body.data]).toEqual(all.data);
    }
  });

  it('says what comes next and what it will cost', async () => {
    const life = await inApril(plan('Basic month'));
    const next = async () => (await life.get('timeline?limit=1')).body.next;
    expect(await next()).toMatchObject({
      type: 'renewal',
      text: 'It renews on 2026-05-01, and $10.00 is charged.',
      amount_due: 1000,
    });
    await life.useCard(brokenCard);
    await life.advance('2026-05-01T00:00:00Z');
    const [, open] = await life.invoices();
    expect(await next()).toMatchObject({
      type: 'payment_attempt',
      at: open.next_attempt_at,
      text: `$10.00 for invoice ${open.number} is charged on 2026-05-02.`,
      invoice: open.id,
    });
  });
});

/** A history with its payloads in the clear. */
const decoded = (history: History): string =>
  historyToJSON(history).replaceAll(/"data": ?"([\w+/=]+)"/g, (_match, data: string) =>
    Buffer.from(data, 'base64').toString(),
  );

describe('A subscription whose workflow was terminated', () => {
  it('gets it back as soon as its customer asks for something', async () => {
    const life = await inApril(plan('Basic month'));
    const handle = stage.world.temporal.client.workflow.getHandle(subscriptionWorkflowId(life.id));
    await handle.terminate('an accident');
    const paused = await life.post('pause');
    expect([paused.status, paused.body.status]).toEqual([200, 'paused']);
    await life.advance('2026-05-01T00:00:00Z');
    expect((await life.get()).body.cycle).toBe(2);
  });
});

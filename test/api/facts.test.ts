import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  begin,
  brokenCard,
  couponWith,
  lineAmounts,
  openStage,
  planWith,
  taxFor,
  totals,
  type Stage,
} from '../support/story';

/**
 * The worked facts of billing (dates and amounts that Stripe, Lago, Kill Bill and Meteroid agree on),
 * each lived through the public API on a test clock.
 */
const facts: {
  boundaries: {
    name: string;
    time_zone: string;
    anchor: string;
    interval: 'month';
    interval_count: number;
    boundaries: string[];
  }[];
} = JSON.parse(readFileSync(join(__dirname, '../unit/billing/facts/facts.json'), 'utf8'));

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const april = '2026-04-01T00:00:00.000Z';
const halfOfApril = '2026-04-16T00:00:00.000Z';
const may = '2026-05-01T00:00:00.000Z';

const planAt = (amountMinor: bigint, changes: Parameters<typeof planWith>[1] = {}) =>
  planWith(stage, { amountMinor, ...changes });

describe('boundaries', () => {
  it.each(facts.boundaries.map((fact) => [fact.name, fact] as const))('%s', async (_, fact) => {
    const plan = await planAt(1000n, { intervalCount: fact.interval_count });
    const life = await begin(stage, {
      at: fact.anchor,
      plan_id: plan,
      time_zone: fact.time_zone,
    });
    const time = new Date(fact.anchor).toISOString().slice(10);
    const expected = fact.boundaries.map((each) =>
      new Date(each.includes('T') ? each : `${each}${time}`).toISOString(),
    );
    await life.advance(expected.at(-1) ?? '');
    const invoices = await life.invoices();
    expect(invoices.map(({ period_start }) => period_start)).toEqual([
      new Date(fact.anchor).toISOString(),
      ...expected,
    ]);
    expect(new Set(invoices.map(({ status }) => status))).toEqual(new Set(['paid']));
  });
});

describe('worked invoices', () => {
  it('trial of 14 days, monthly 10.00, from 2026-01-31T10:00Z', async () => {
    const plan = await planAt(1000n, { trialDays: 14 });
    const life = await begin(stage, { at: '2026-01-31T10:00:00Z', plan_id: plan });
    expect((await life.get()).body.status).toBe('trialing');
    expect(await life.invoices()).toEqual([]);
    await life.advance('2026-04-14T10:00:00Z');
    const periods = (await life.invoices()).map(({ period_start, total }) => [period_start, total]);
    expect(periods).toEqual([
      ['2026-02-14T10:00:00.000Z', 1000],
      ['2026-03-14T10:00:00.000Z', 1000],
      ['2026-04-14T10:00:00.000Z', 1000],
    ]);
  });

  it('upgrade at half of April, 10.00 to 20.00, coupon 20% for ever, tax 10% exclusive', async () => {
    const customer = await stage.api.signUp();
    await taxFor(stage, customer);
    const coupon = await couponWith(stage, { percentOff: '20' });
    const plan = await planAt(1000n);
    const pro = await planAt(2000n, { name: 'Pro' });
    const life = await begin(stage, { at: april, plan_id: plan, coupon }, customer);
    const [first] = await life.invoices();
    expect(first).toMatchObject({ discount: 200, tax: 80, total: 880, amount_paid: 880 });

    await life.advance(halfOfApril);
    const { body: preview } = await life.post('preview-change', { plan_id: pro });
    await life.post('change-plan', {
      plan_id: pro,
      proration_date: preview.proration_date,
    });
    const [, change] = await life.invoices();
    expect(lineAmounts(change)).toEqual([-400, 1000]);
    expect(change).toMatchObject({ discount: 200, tax: 40, total: 440, amount_paid: 440 });
    expect(preview).toMatchObject({ tax: 40, total: 440, amount_due: 440, lines: change.lines });
    expect((await life.get()).body.plan.name).toBe('Pro');
  });

  it('downgrade now at half of April, 20.00 to 10.00', async () => {
    const plan = await planAt(2000n);
    const basic = await planAt(1000n, { name: 'Small' });
    const life = await begin(stage, { at: april, plan_id: plan });
    await life.advance(halfOfApril);
    await life.post('change-plan', { plan_id: basic, when: 'now' });
    const [, change] = await life.invoices();
    expect(lineAmounts(change)).toEqual([-1000, 500]);
    expect(change).toMatchObject({ total: -500, amount_due: 0, status: 'paid' });
    expect(await life.balance()).toBe(500);
    expect((await life.get('upcoming-invoice')).body).toMatchObject({
      total: 1000,
      credit_applied: 500,
      amount_due: 500,
    });
    await life.advance(may);
    const [, , next] = await life.invoices();
    expect(next).toMatchObject({ total: 1000, credit_applied: 500, amount_due: 500 });
  });

  it('cancel now at half of April, 10.00 paid', async () => {
    const life = await begin(stage, { at: april, plan_id: await planAt(1000n) });
    await life.advance(halfOfApril);
    await life.post('cancel', { at_period_end: false });
    const [invoice] = await life.invoices();
    expect(invoice.credit_notes).toMatchObject([{ total: 500, to_balance: 500 }]);
    expect(await life.balance()).toBe(500);
  });

  it('pause on 10 April, resume on 16 June 00:00, anchor 1 April, 10.00', async () => {
    const life = await begin(stage, { at: april, plan_id: await planAt(1000n) });
    await life.advance('2026-04-10T00:00:00Z');
    await life.post('pause', { resume_at: '2026-06-16T00:00:00Z' });
    await life.advance('2026-07-01T00:00:00Z');
    const { data } = (await life.get('timeline?order=asc&limit=100')).body;
    const skipped = data.filter(({ type }: { type: string }) => type === 'cycle_skipped');
    expect(skipped.map(({ at }: { at: string }) => at)).toEqual([
      '2026-05-01T00:00:00.000Z',
      '2026-06-01T00:00:00.000Z',
    ]);
    const [, resumed, next] = await life.invoices();
    expect(resumed).toMatchObject({
      period_start: '2026-06-16T00:00:00.000Z',
      period_end: '2026-07-01T00:00:00.000Z',
      total: 500,
    });
    expect(next).toMatchObject({ period_start: '2026-07-01T00:00:00.000Z', total: 1000 });
  });

  it('seats 3 to 5 at half of April, 10.00 each', async () => {
    const plan = await planAt(1000n);
    const life = await begin(stage, { at: april, plan_id: plan, quantity: 3 });
    await life.advance(halfOfApril);
    await life.post('change-plan', { quantity: 5 });
    const [, change] = await life.invoices();
    expect([lineAmounts(change), change.total]).toEqual([[-1500, 2500], 1000]);
  });

  it('monthly 10.00 to yearly 96.00 on 16 April 00:00', async () => {
    const plan = await planAt(1000n);
    const yearly = await planAt(9600n, { interval: 'year' });
    const life = await begin(stage, { at: april, plan_id: plan });
    await life.advance(halfOfApril);
    await life.post('change-plan', { plan_id: yearly });
    const [, change] = await life.invoices();
    expect([lineAmounts(change), change.total]).toEqual([[-500, 9600], 9100]);
    expect((await life.get()).body.current_period_end).toBe('2027-04-16T00:00:00.000Z');
  });

  it('an invoice of 0.30 USD, below the minimum of 0.50', async () => {
    const plan = await planAt(30n);
    const big = await planAt(1000n);
    const life = await begin(stage, { at: april, plan_id: plan });
    const [first] = await life.invoices();
    expect(first).toMatchObject({ status: 'paid', total: 30, amount_due: 0 });
    expect(await life.balance()).toBe(-30);
    await life.post('change-plan', { plan_id: big, when: 'period_end' });
    await life.advance(may);
    const [, next] = await life.invoices();
    expect(next).toMatchObject({ total: 1000, amount_due: 1030, status: 'paid' });
    expect(await life.balance()).toBe(0);
  });

  it('tax 20% inclusive on 12.00', async () => {
    const customer = await stage.api.signUp();
    await taxFor(stage, customer, { percentage: '20', inclusive: true });
    const life = await begin(stage, { at: april, plan_id: await planAt(1200n) }, customer);
    const [invoice] = await life.invoices();
    expect(invoice).toMatchObject({ tax: 200, total: 1200, amount_due: 1200 });
    expect(invoice.taxes).toMatchObject([{ percentage: '20', inclusive: true, amount: 200 }]);
  });

  it('coupon 50% for 3 months on 10.00', async () => {
    const coupon = await couponWith(stage, {
      percentOff: '50',
      duration: 'repeating',
      durationMonths: 3,
    });
    const plan = await planAt(1000n);
    const life = await begin(stage, { at: april, plan_id: plan, coupon: coupon.toLowerCase() });
    await life.advance('2026-07-01T00:00:00Z');
    expect(totals(await life.invoices())).toEqual([500, 500, 500, 1000]);
  });

  it('JPY 500, ISK 500, KWD 1.230', async () => {
    for (const [currency, price, sent] of [
      ['jpy', 500n, 500],
      ['isk', 500n, 50_000],
      ['kwd', 1230n, 1230],
    ] as const) {
      const life = await begin(stage, {
        at: april,
        plan_id: await planAt(price, { currency }),
      });
      const [invoice] = await life.invoices();
      expect(invoice).toMatchObject({ currency, total: Number(price), status: 'paid' });
      expect(stage.world.sandbox.control.books()[currency]?.charged).toBe(sent);
    }
  });
});

describe('lives', () => {
  it('first payment never completed', async () => {
    const life = await begin(stage, {
      at: april,
      plan_id: await planAt(1000n),
      payment_method_id: 'pm_card_authenticationRequired',
    });
    expect((await life.get()).body.status).toBe('incomplete');
    await life.advance('2026-04-01T23:00:00Z');
    expect((await life.get()).body.status).toBe('incomplete_expired');
    await life.advance('2026-06-01T23:00:00Z');
    expect((await life.invoices()).map(({ status }) => status)).toEqual(['void']);
  });

  it('charge fails, invoices go on', async () => {
    const life = await begin(stage, {
      at: april,
      plan_id: await planAt(1000n, {
        dunning: { retryDays: [1, 3, 5, 40], finalAction: 'cancel' },
      }),
    });
    await life.useCard(brokenCard);
    await life.advance('2026-06-01T00:00:00Z');
    expect((await life.get()).body.status).toBe('past_due');
    const [, failing, later] = await life.invoices();
    expect(failing.attempts.map(({ at }: { at: string }) => at.slice(0, 10))).toEqual([
      '2026-05-01',
      '2026-05-02',
      '2026-05-04',
      '2026-05-06',
    ]);
    expect(later).toMatchObject({ status: 'open', issued_at: '2026-06-01T00:00:00.000Z' });
    await life.advance('2026-06-10T00:00:00Z');
    expect((await life.get()).body.status).toBe('canceled');
  });
});

import type { Customer } from '../support/api';
import {
  begin,
  couponWith,
  lineAmounts,
  openStage,
  planWith,
  taxFor,
  totals,
  type Stage,
} from '../support/story';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const plan = (name: string) => stage.plan(name);
const coupon = (terms: Parameters<typeof couponWith>[1] = {}) => couponWith(stage, terms);

const inApril = (request: object = {}, customer?: Customer) =>
  begin(stage, { at: '2026-04-01T00:00:00Z', plan_id: plan('Basic month'), ...request }, customer);

describe('a coupon', () => {
  it('of half the price for three months discounts three invoices', async () => {
    const code = await coupon({ duration: 'repeating', durationMonths: 3 });
    const life = await inApril({ coupon: code.toUpperCase() });
    expect(life.made.coupon).toMatchObject({
      code,
      name: 'Half',
      percent_off: '50',
      duration_months: 3,
    });
    await life.advance('2026-07-02T00:00:00Z');
    const invoices = await life.invoices();
    expect(totals(invoices)).toEqual([500, 500, 500, 1000]);
    expect(invoices.map((invoice) => invoice.coupon?.code ?? null)).toEqual([
      code,
      code,
      code,
      null,
    ]);
    expect(await life.story()).toContainEqual(
      expect.stringMatching(/Basic \$10\.00; discount -\$5\.00\.$/),
    );
  });

  it('is put on, replaced and taken off, and the upcoming invoice says so each time', async () => {
    const half = await coupon();
    const dollar = await coupon({
      percentOff: null,
      amountOffMinor: 100n,
      currency: 'usd',
      name: 'A dollar off',
    });
    const life = await inApril();
    const upcoming = async () => (await life.get('upcoming-invoice')).body.total;
    expect([life.made.coupon, await upcoming()]).toEqual([null, 1000]);
    const put = await life.put('coupon', { coupon: half });
    expect([put.status, put.body.coupon.code, await upcoming()]).toEqual([200, half, 500]);
    const replaced = await life.put('coupon', { coupon: dollar });
    expect([replaced.body.coupon, await upcoming()]).toMatchObject([
      { code: dollar, amount_off: 100, currency: 'usd' },
      900,
    ]);
    const removed = await life.remove('coupon');
    expect([removed.status, removed.body.coupon, await upcoming()]).toEqual([200, null, 1000]);
    const none = await life.remove('coupon');
    expect([none.status, none.body.code]).toEqual([404, 'no_coupon']);
    expect((await life.story()).slice(-4)).toEqual([
      `The coupon ${half} was applied: Half.`,
      `The coupon ${half} was taken off.`,
      `The coupon ${dollar} was applied: A dollar off.`,
      `The coupon ${dollar} was taken off.`,
    ]);
  });

  it('used up, expired, for another plan or in another currency is refused, and changes nothing', async () => {
    const usedUp = await coupon({ maxRedemptions: 1 });
    await inApril({ coupon: usedUp });
    const life = await inApril();
    const { body: before } = await life.get();
    for (const [code, problem] of [
      [usedUp, 'coupon_exhausted'],
      [await coupon({ redeemBy: '2026-03-31T00:00:00.000Z' }), 'coupon_expired'],
      [await coupon({ planCodes: ['pro_monthly'] }), 'coupon_not_for_plan'],
      [
        await coupon({ percentOff: null, amountOffMinor: 100n, currency: 'eur' }),
        'coupon_currency_mismatch',
      ],
    ] as const) {
      const refused = await life.put('coupon', { coupon: code });
      expect([refused.status, refused.body.code]).toEqual([400, problem]);
      expect(refused.body.errors).toEqual([expect.objectContaining({ field: 'coupon' })]);

      const { access } = await stage.api.signUp();
      const clock = { frozen_time: '2026-04-01T00:00:00Z' };
      const { body } = await stage.api.post('/api/v1/test-clocks', clock, access);
      const created = await stage.api.post(
        '/api/v1/subscriptions',
        {
          plan_id: plan('Basic month'),
          payment_method_id: 'pm_card_visa',
          test_clock: body.id,
          coupon: code,
        },
        access,
      );
      expect([created.status, created.body.code]).toEqual([400, problem]);
      expect((await stage.api.get('/api/v1/subscriptions', access)).body.data).toEqual([]);
      expect((await stage.api.get('/api/v1/payments', access)).body.data).toEqual([]);
    }
    for (const code of ['nobody-knows', await coupon({ archivedAt: new Date().toISOString() })]) {
      const unknown = await life.put('coupon', { coupon: code });
      expect([unknown.status, unknown.body.code]).toEqual([404, 'coupon_not_found']);
    }
    expect((await life.get()).body).toEqual(before);
    await life.advance('2026-05-01T00:00:00Z');
    expect(totals(await life.invoices())).toEqual([1000, 1000]);
  });

  it('belongs to what an Idempotency-Key asked for', async () => {
    const code = await coupon();
    const { access } = await stage.api.signUp();
    const create = (request: object) =>
      stage.api.call('POST', '/api/v1/subscriptions', {
        body: { plan_id: plan('Basic month'), payment_method_id: 'pm_card_visa', ...request },
        token: access,
        headers: { 'Idempotency-Key': 'with-a-coupon' },
      });
    const made = await create({ coupon: code });
    expect(made.status).toBe(201);
    expect((await create({ coupon: code })).body.id).toBe(made.body.id);
    const other = await create({});
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
    // The key stays with its request, whatever has become of the subscription.
    const one = `/api/v1/subscriptions/${made.body.id}`;
    await stage.api.post(`${one}/change-plan`, { plan_id: plan('Pro month') }, access);
    await stage.api.call('DELETE', `${one}/coupon`, { token: access });
    const repeated = await create({ coupon: code });
    expect([repeated.status, repeated.body]).toEqual([201, made.body]);
  });
});

describe('taxes', () => {
  it('and a coupon come off an upgrade’s credit as they came on its invoice', async () => {
    const customer = await stage.api.signUp();
    await taxFor(stage, customer);
    const life = await inApril({ coupon: await coupon({ percentOff: '20' }) }, customer);
    await life.advance('2026-04-16T00:00:00Z');
    const preview = await life.post('preview-change', { plan_id: plan('Pro month') });
    expect(preview.body).toMatchObject({ tax: 40, total: 440, amount_due: 440 });
    await life.post('change-plan', { plan_id: plan('Pro month') });
    const [first, change] = await life.invoices();
    expect(first).toMatchObject({
      subtotal: 1000,
      discount: 200,
      tax: 80,
      total: 880,
      taxes: [{ name: 'VAT', percentage: '10', inclusive: false, amount: 80 }],
    });
    const net = change.lines.map(
      ({ amount, discount }: Record<string, number>) => Number(amount) - Number(discount),
    );
    expect([net, change.tax, change.total]).toEqual([[-400, 800], 40, 440]);
    expect(change.lines).toEqual(preview.body.lines);
    expect(await life.story()).toContainEqual(
      expect.stringMatching(/Basic \$10\.00; discount -\$2\.00; tax \$0\.80\.$/),
    );
  });

  it('that are included are a part of the price', async () => {
    const customer = await stage.api.signUp();
    await taxFor(stage, customer, { percentage: '20', inclusive: true });
    const plan_id = await planWith(stage, { amountMinor: 1200n });
    const life = await inApril({ plan_id }, customer);
    const [invoice] = await life.invoices();
    expect(invoice).toMatchObject({ total: 1200, tax: 200, amount_paid: 1200 });
    expect(lineAmounts(invoice)).toEqual([1200]);
    expect(await life.story()).toContainEqual(
      expect.stringMatching(/Basic \$12\.00; tax included \$2\.00\.$/),
    );
  });
});

it('an amount below what can be charged is carried to the next invoice', async () => {
  const life = await inApril({ plan_id: await planWith(stage, { amountMinor: 30n }) });
  const [invoice] = await life.invoices();
  expect(invoice).toMatchObject({ status: 'paid', total: 30, amount_due: 0 });
  expect(await life.balance()).toBe(-30);
  expect((await life.get('upcoming-invoice')).body).toMatchObject({
    total: 30,
    credit_applied: -30,
    amount_due: 60,
  });
});

import { startLonelyApi, type Api, type ApiGround } from '../../support/api';
import { newOperator, type Operator } from './operators';

let api: Api & ApiGround;
let operator: Operator;
beforeAll(async () => {
  api = await startLonelyApi();
  operator = await newOperator(api, api.database);
});
afterAll(() => api.close());

const acted = async (object: string) => {
  const { body } = await operator.get(`audit-log?object=${object}`);
  return body.data;
};

describe('plans', () => {
  const gold = { code: 'gold', name: 'Gold', amount: 4200, currency: 'eur', interval: 'month' };

  it('are made with their policies, offered to everybody, and kept in the audit log', async () => {
    const made = await operator.post('plans', {
      ...gold,
      trial_days: 14,
      dunning: { retry_days: [2, 4], final_action: 'unpaid' },
      catch_up: 'hold',
      proration: 'day',
      pause_access: 'none',
      collection_method: 'charge_automatically',
      features: ['Everything'],
      reason: 'New season',
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      code: 'gold',
      version: 1,
      amount: 4200,
      interval_count: 1,
      trial_days: 14,
      dunning: { retry_days: [2, 4], final_action: 'unpaid' },
      catch_up: 'hold',
      archived_at: null,
    });
    expect((await operator.get(`plans/${made.body.id}`)).body).toEqual(made.body);
    expect((await api.get(`/api/v1/plans/${made.body.id}`)).body.amount).toBe(4200);
    expect(await acted(`plan/${made.body.id}`)).toEqual([
      expect.objectContaining({
        actor: operator.id,
        action: 'plan.create',
        before: null,
        after: expect.objectContaining({ amount_minor: '4200', catch_up: 'hold' }),
        reason: 'New season',
      }),
    ]);
    const again = await operator.post('plans', gold);
    expect([again.status, again.body.code]).toEqual([409, 'plan_code_taken']);
  });

  it('change by a new version, which takes the place of the older one on offer', async () => {
    const { body: first } = await operator.post('plans', { ...gold, code: 'silver' });
    const second = await operator.post(`plans/${first.id}/versions`, { amount: 4700 });
    expect([second.status, second.body]).toMatchObject([
      201,
      { code: 'silver', version: 2, amount: 4700, name: 'Gold', currency: 'eur' },
    ]);
    const both = await Promise.all([
      operator.post(`plans/${first.id}/versions`, { name: 'Silver' }),
      operator.post(`plans/${first.id}/versions`, { name: 'Silver!' }),
    ]);
    expect(new Set(both.map(({ body }) => body.version))).toEqual(new Set([3, 4]));
    const offered = await operator.get('plans?code=silver&archived=false');
    expect(offered.body.data.map(({ version }: { version: number }) => version)).toEqual([4]);
    const all = await operator.get('plans?code=silver');
    expect(all.body.data).toHaveLength(4);
    expect((await operator.get(`plans/${first.id}`)).body.amount).toBe(4200);
    const elsewhere = await operator.post(`plans/${first.id}/versions`, { currency: 'usd' });
    expect([elsewhere.status, elsewhere.body.errors[0].field]).toEqual([400, 'currency']);
  });

  it('are taken off the offer, once', async () => {
    const { body: plan } = await operator.post('plans', { ...gold, code: 'bronze' });
    const archived = await operator.post(`plans/${plan.id}/archive`, { reason: 'Sold out' });
    expect(archived.body.archived_at).not.toBeNull();
    expect((await operator.post(`plans/${plan.id}/archive`)).body).toEqual(archived.body);
    const offered = await api.get('/api/v1/plans?limit=100');
    expect(offered.body.data.map(({ id }: { id: string }) => id)).not.toContain(plan.id);
    expect(await acted(`plan/${plan.id}`)).toHaveLength(2);
  });

  it.each<[string, object, string, string]>([
    ['1.234 KWD', { currency: 'kwd', amount: 1234 }, 'amount_step_invalid', 'amount'],
    ['an unknown currency', { currency: 'xyz' }, 'currency_not_supported', 'currency'],
    ['currency in capitals', { currency: 'EUR' }, 'currency_not_supported', 'currency'],
    ['a negative price', { amount: -1 }, 'amount_negative', 'amount'],
    ['more than Stripe charges', { amount: 100_000_000 }, 'amount_too_large', 'amount'],
    ['half a cent', { amount: 0.5 }, 'invalid_request', 'amount'],
    [
      'a term of eleven years',
      { interval: 'year', interval_count: 11 },
      'invalid_request',
      'interval_count',
    ],
    [
      'retries that go back',
      { dunning: { retry_days: [3, 1], final_action: 'cancel' } },
      'invalid_request',
      'dunning.retry_days',
    ],
    ['an unknown policy', { catch_up: 'forget' }, 'invalid_request', 'catch_up'],
    ['an unknown field', { price: 1 }, 'invalid_request', 'price'],
    ['a code with blanks', { code: 'My plan' }, 'invalid_request', 'code'],
  ])('with %s are refused', async (_, wrong, code, field) => {
    const { status, body } = await operator.post('plans', { ...gold, code: 'wrong', ...wrong });
    expect([status, body.code, body.errors[0].field]).toEqual([400, code, field]);
    expect((await operator.get('plans?code=wrong')).body.data).toEqual([]);
  });

  it('1.230 KWD and 500 JPY are prices', async () => {
    for (const [currency, amount] of [
      ['kwd', 1230],
      ['jpy', 500],
    ]) {
      const made = await operator.post('plans', {
        ...gold,
        code: `in_${currency}`,
        currency,
        amount,
      });
      expect(made.status).toBe(201);
    }
  });

  it('move subscribers only to another version of themselves in the same currency', async () => {
    const { body: first } = await operator.post('plans', { ...gold, code: 'moving' });
    const { body: other } = await operator.post('plans', { ...gold, code: 'other' });
    const move = (to_plan_id: string) =>
      operator.post(`plans/${first.id}/move-subscribers`, { to_plan_id });
    expect((await move(other.id)).body.code).toBe('plan_code_mismatch');
    expect((await move(first.id)).body.code).toBe('nothing_to_change');
    const missing = await move(operator.id);
    expect([missing.status, missing.body.code]).toEqual([404, 'plan_not_found']);
  });
});

describe('coupons', () => {
  const half = { code: 'HALF', name: 'Half off', percent_off: '50', duration: 'once' };

  it('are given out, found, and archived', async () => {
    const made = await operator.post('coupons', {
      ...half,
      redeem_by: '2031-01-01T00:00:00+01:00',
      max_redemptions: 5,
      plan_codes: ['basic_monthly'],
      reason: 'Fair',
    });
    expect([made.status, made.body]).toMatchObject([
      201,
      {
        code: 'HALF',
        percent_off: '50',
        amount_off: null,
        redeem_by: '2030-12-31T23:00:00.000Z',
        redemptions: 0,
      },
    ]);
    expect((await operator.get('coupons')).body.data).toEqual([made.body]);
    const again = await operator.post('coupons', { ...half, code: 'half' });
    expect([again.status, again.body.code]).toEqual([409, 'coupon_code_taken']);
    const archived = await operator.post(`coupons/${made.body.id}/archive`);
    expect(archived.body.archived_at).not.toBeNull();
    const acts = await acted(`coupon/${made.body.id}`);
    expect(acts.map(({ action }: { action: string }) => action)).toEqual([
      'coupon.archive',
      'coupon.create',
    ]);
  });

  it.each<[string, object, string]>([
    ['nothing off', { percent_off: undefined }, 'percent_off'],
    ['two discounts', { amount_off: 100, currency: 'usd' }, 'percent_off'],
    ['0 %', { percent_off: '0' }, 'percent_off'],
    ['101 %', { percent_off: '101' }, 'percent_off'],
    ['a word for a percentage', { percent_off: 'half' }, 'percent_off'],
    ['an amount without currency', { percent_off: undefined, amount_off: 100 }, 'currency'],
    [
      'an amount of nothing',
      { percent_off: undefined, amount_off: 0, currency: 'usd' },
      'amount_off',
    ],
    ['1.234 KWD off', { percent_off: undefined, amount_off: 1234, currency: 'kwd' }, 'amount_off'],
    ['no end of a repeating one', { duration: 'repeating' }, 'duration_months'],
    ['121 months', { duration: 'repeating', duration_months: 121 }, 'duration_months'],
    ['an unknown plan', { plan_codes: ['nothing'] }, 'plan_codes'],
    ['a code with blanks', { code: 'A B' }, 'code'],
  ])('with %s are refused', async (_, wrong, field) => {
    const { status, body } = await operator.post('coupons', { ...half, code: 'WRONG', ...wrong });
    expect([status, body.errors[0].field]).toEqual([400, field]);
  });
});

describe('tax rates', () => {
  const vat = { name: 'VAT', percentage: '19', inclusive: true, country: 'DE' };

  it('are put in force once per country and status, and archived', async () => {
    const made = await operator.post('tax-rates', { ...vat, customer_status: 'consumer' });
    expect([made.status, made.body]).toMatchObject([
      201,
      { percentage: '19', inclusive: true, country: 'DE', customer_status: 'consumer' },
    ]);
    const twice = await operator.post('tax-rates', { ...vat, customer_status: 'consumer' });
    expect([twice.status, twice.body.code]).toEqual([409, 'tax_rate_exists']);
    expect((await operator.post('tax-rates', { ...vat, customer_status: 'business' })).status).toBe(
      201,
    );
    const archived = await operator.post(`tax-rates/${made.body.id}/archive`, { reason: 'Cut' });
    expect(archived.body.archived_at).not.toBeNull();
    expect((await operator.post('tax-rates', { ...vat, customer_status: 'consumer' })).status).toBe(
      201,
    );
    expect((await operator.get('tax-rates?country=DE')).body.data).toHaveLength(3);
    expect(await acted(`tax_rate/${made.body.id}`)).toHaveLength(2);
  });

  it.each<[string, object]>([
    ['percentage', { percentage: '101' }],
    ['percentage', { percentage: '-1' }],
    ['percentage', { percentage: 19 }],
    ['country', { country: 'de' }],
    ['country', { country: 'ZX' }],
    ['inclusive', { inclusive: 'yes' }],
    ['customer_status', { customer_status: 'friend' }],
  ])('with a bad %s are refused', async (field, wrong) => {
    const { status, body } = await operator.post('tax-rates', { ...vat, ...wrong });
    expect([status, body.errors[0].field]).toEqual([400, field]);
  });
});

describe('what is made under an Idempotency-Key', () => {
  it.each<[string, string, object, object]>([
    [
      'a plan',
      'plans',
      {
        code: 'keyed',
        name: 'Keyed',
        amount: 4200,
        currency: 'eur',
        interval: 'month',
        features: ['Support'],
        dunning: { final_action: 'unpaid', retry_days: [2, 4] },
      },
      { amount: 4300 },
    ],
    [
      'a coupon',
      'coupons',
      {
        code: 'KEYED',
        name: 'Keyed',
        percent_off: '12.50',
        duration: 'once',
        redeem_by: '2031-01-01T00:00:00+01:00',
        plan_codes: ['basic_monthly'],
      },
      { percent_off: '13' },
    ],
    [
      'a tax rate',
      'tax-rates',
      { name: 'Keyed', percentage: '8.8750', inclusive: false, country: 'US' },
      { percentage: '9' },
    ],
  ])('is made once: %s', async (kind, path, request, other) => {
    const make = (body: object, key = `make ${kind}`.replaceAll(' ', '-')) =>
      operator.post(path, body, { 'Idempotency-Key': key });
    const [first, ...rest] = await Promise.all([1, 2, 3].map(() => make(request)));
    expect(first?.status).toBe(201);
    for (const reply of [...rest, await make(request)]) {
      expect([reply.status, reply.body]).toEqual([201, first?.body]);
    }
    const object = path.replace('-', '_').replace(/s$/, '');
    expect(await acted(`${object}/${first?.body.id}`)).toHaveLength(1);
    const mixedUp = await make({ ...request, ...other });
    expect([mixedUp.status, mixedUp.body.code]).toEqual([422, 'idempotency_key_reused']);
    expect((await make(request, `another-${path}`)).status).toBe(409);
  });

  it('is made once: a version of a plan', async () => {
    const { body: plan } = await operator.post('plans', {
      code: 'versioned',
      name: 'Versioned',
      amount: 4200,
      currency: 'eur',
      interval: 'month',
    });
    const version = (body: object, key: string) =>
      operator.post(`plans/${plan.id}/versions`, body, { 'Idempotency-Key': key });
    const dearer = { amount: 4700, reason: 'Costs' };
    const made = await Promise.all(['a', 'a', 'a'].map((key) => version(dearer, key)));
    made.push(await version(dearer, 'a'));
    expect(made.map(({ status, body }) => [status, body.version])).toEqual(
      made.map(() => [201, 2]),
    );
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
    const mixedUp = await version({ amount: 4800 }, 'a');
    expect([mixedUp.status, mixedUp.body.code]).toEqual([422, 'idempotency_key_reused']);
    expect((await version(dearer, 'b')).body.version).toBe(3);
    expect((await version(dearer, 'a')).body).toMatchObject({ id: made[0]?.body.id, version: 2 });
    expect((await operator.get('plans?code=versioned')).body.data).toHaveLength(3);
  });
});

describe('users', () => {
  it('are found by their address, whatever its case', async () => {
    const { id, email } = await api.signUp();
    const found = await operator.get(`users?email=${email.toUpperCase()}`);
    expect(found.body.data).toEqual([
      expect.objectContaining({ id, role: 'customer', country: null, tax_status: 'consumer' }),
    ]);
    expect(found.body.data[0]).not.toHaveProperty('password_hash');
    expect((await operator.get(`users/${id}`)).body).toEqual(found.body.data[0]);
    const operators = await operator.get('users?role=operator&limit=1');
    expect([operators.body.data.length, operators.body.has_more]).toEqual([1, true]);
  });

  it('are told where they are taxed, with who did it and why', async () => {
    const { id } = await api.signUp();
    const change = {
      country: 'FR',
      tax_status: 'business',
      time_zone: 'Europe/Paris',
      locale: 'fr-FR',
    };
    const changed = await operator.call('PATCH', `users/${id}`, {
      ...change,
      reason: 'VAT id shown',
    });
    expect([changed.status, changed.body]).toMatchObject([200, change]);
    expect(await acted(`user/${id}`)).toEqual([
      expect.objectContaining({
        action: 'user.change',
        before: { country: null, tax_status: 'consumer', time_zone: 'UTC', locale: 'en-US' },
        after: change,
        reason: 'VAT id shown',
      }),
    ]);
    const cleared = await operator.call('PATCH', `users/${id}`, { country: null });
    expect(cleared.body).toMatchObject({ country: null, tax_status: 'business' });
  });

  it.each<[string, object]>([
    ['country', { country: 'France' }],
    ['tax_status', { tax_status: 'rich' }],
    ['time_zone', { time_zone: '+01:00' }],
    ['locale', { locale: 'not a locale' }],
    ['role', { role: 'operator' }],
  ])('with a bad %s stay as they are', async (field, wrong) => {
    const { id } = await api.signUp();
    const { status, body } = await operator.call('PATCH', `users/${id}`, wrong);
    expect([status, body.errors[0].field]).toEqual([400, field]);
    expect(await acted(`user/${id}`)).toEqual([]);
  });
});

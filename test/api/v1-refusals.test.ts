import { begin, brokenCard, openStage, planWith, type Life, type Stage } from '../support/story';

let stage: Stage;
/** A subscription of Basic that everything is tried on, and that must be none the worse for it. */
let life: Life;
const plans: Record<string, string> = {};
beforeAll(async () => {
  stage = await openStage();
  plans['archived'] = await planWith(stage, { archivedAt: '2026-01-01T00:00:00.000Z' });
  plans['euro'] = await planWith(stage, { currency: 'eur' });
  plans['unknown'] = '7b0ca9f3-5d5f-4ce2-8a3c-6a2f4e1f9a11';
  plans['basic'] = plan('Basic month');
  plans['pro'] = plan('Pro month');
  life = await begin(stage, { at: '2026-04-01T00:00:00Z', plan_id: plan('Basic month') });
  await life.advance('2026-04-16T00:00:00Z');
});
afterAll(() => stage.close());

const plan = (name: string) => stage.plan(name);

const everything = async (tried: Life) => [
  (await tried.get()).body,
  await tried.invoices(),
  await tried.balance(),
];

describe('a running subscription', () => {
  it.each([
    ['a change to the same plan', 'change-plan', { plan: 'basic' }, 409, 'nothing_to_change'],
    ['a change to nothing', 'change-plan', {}, 409, 'nothing_to_change'],
    ['a change to the same quantity', 'change-plan', { quantity: 1 }, 409, 'nothing_to_change'],
    ['an archived plan', 'change-plan', { plan: 'archived' }, 409, 'plan_archived'],
    ['another currency', 'change-plan', { plan: 'euro' }, 400, 'currency_mismatch'],
    ['an unknown plan', 'change-plan', { plan: 'unknown' }, 404, 'plan_not_found'],
    ['no plan at all', 'change-plan', { plan_id: 'pro' }, 400, 'invalid_request'],
    ['quantity 0', 'change-plan', { quantity: 0 }, 400, 'invalid_request'],
    ['a negative quantity', 'change-plan', { quantity: -1 }, 400, 'invalid_request'],
    ['half a quantity', 'change-plan', { quantity: 1.5 }, 400, 'invalid_request'],
    ['a quantity in words', 'change-plan', { quantity: '2' }, 400, 'invalid_request'],
    ['an enormous quantity', 'change-plan', { quantity: 1e15 }, 400, 'invalid_request'],
    ['more than can be charged', 'change-plan', { quantity: 1e6 }, 400, 'amount_too_large'],
    [
      'a proration date that is long gone',
      'change-plan',
      { plan: 'pro', proration_date: '2026-04-02T00:00:00Z' },
      400,
      'proration_date_invalid',
    ],
    [
      'a proration date to come',
      'change-plan',
      { plan: 'pro', proration_date: '2926-04-02T00:00:00Z' },
      400,
      'proration_date_invalid',
    ],
    ['an unknown moment', 'change-plan', { plan: 'pro', when: 'never' }, 400, 'invalid_request'],
    ['resuming what runs', 'resume', {}, 409, 'not_paused'],
    [
      'a pause until yesterday',
      'pause',
      { resume_at: '2026-04-15T00:00:00Z' },
      400,
      'resume_at_invalid',
    ],
    [
      'a pause of centuries',
      'pause',
      { resume_at: '2426-04-15T00:00:00Z' },
      400,
      'resume_at_invalid',
    ],
    [
      'a pause beyond all time',
      'pause',
      { resume_at: '9999-12-31T23:59:59-12:00' },
      400,
      'invalid_request',
    ],
    ['reactivating what runs', 'reactivate', {}, 409, 'not_canceling'],
  ])('refuses %s', async (_name, action, request, status, code) => {
    const { plan: named, ...rest }: { plan?: string | undefined } & object = request;
    const body = { ...rest, ...(named === undefined ? {} : { plan_id: plans[named] }) };
    const before = await everything(life);
    for (const path of action === 'change-plan' ? [action, 'preview-change'] : [action]) {
      const refused = await life.post(path, body);
      expect([path, refused.status, refused.body.code]).toEqual([path, status, code]);
      expect(refused.body.detail).toEqual(expect.any(String));
    }
    expect(await everything(life)).toEqual(before);
  });

  it('refuses to drop, remove and resume what is not there', async () => {
    for (const [path, code] of [
      ['pending-change', 'no_pending_change'],
      ['coupon', 'no_coupon'],
    ] as const) {
      const refused = await life.remove(path);
      expect([refused.status, refused.body.code]).toEqual([404, code]);
    }
  });

  it('renews as if nothing had been tried', async () => {
    await life.advance('2026-06-02T00:00:00Z');
    expect((await life.invoices()).map(({ total, status }) => [total, status])).toEqual([
      [1000, 'paid'],
      [1000, 'paid'],
      [1000, 'paid'],
    ]);
  });
});

describe('a subscription', () => {
  const inApril = (request: object = {}) =>
    begin(stage, { at: '2026-04-01T00:00:00Z', plan_id: plan('Basic month'), ...request });
  const codeOf = async (reply: Promise<{ status: number; body: { code: string } }>) => {
    const { status, body } = await reply;
    return [status, body.code];
  };

  it('that has ended can’t be changed, paused, resumed or discounted', async () => {
    const ended = await inApril();
    await ended.post('cancel', { at_period_end: false });
    for (const [path, body] of [
      ['change-plan', { plan_id: plan('Pro month') }],
      ['pause', {}],
      ['resume', {}],
      ['cancel', {}],
      ['reactivate', {}],
    ] as const) {
      expect([path, await codeOf(ended.post(path, body))]).toEqual([
        path,
        [409, 'subscription_ended'],
      ]);
    }
    expect(await codeOf(ended.post('preview-change', { quantity: 2 }))).toEqual([
      409,
      'subscription_ended',
    ]);
    expect(await codeOf(ended.get('upcoming-invoice'))).toEqual([404, 'no_upcoming_invoice']);
  });

  it('that is paused can’t be paused again nor upgraded now, but at its period’s end', async () => {
    const paused = await inApril();
    await paused.post('pause');
    expect(await codeOf(paused.post('pause'))).toEqual([409, 'already_paused']);
    const upgrade = { plan_id: plan('Pro month') };
    expect(await codeOf(paused.post('change-plan', upgrade))).toEqual([409, 'subscription_paused']);
    const later = await paused.post('change-plan', { ...upgrade, when: 'period_end' });
    expect(later.status).toBe(200);
  });

  it('that is past due can only be downgraded, with the next period', async () => {
    const owing = await inApril();
    await owing.useCard(brokenCard);
    await owing.advance('2026-05-01T12:00:00Z');
    const change = (request: object) => owing.post('change-plan', request);
    const upgrade = { plan_id: plan('Pro month') };
    expect(await codeOf(change(upgrade))).toEqual([409, 'subscription_past_due']);
    expect(await codeOf(change({ ...upgrade, when: 'period_end' }))).toEqual([
      409,
      'subscription_past_due',
    ]);
    expect((await change({ plan_id: plan('Basic year'), when: 'period_end' })).status).toBe(200);
  });

  it.each([
    ['an offset for a zone', { time_zone: '+02:00' }],
    ['a place that is none', { time_zone: 'Europe/Nowhere' }],
    ['no zone', { time_zone: '' }],
    ['more than a zone', { time_zone: 'x'.repeat(100) }],
    ['an anchor, which is an operator’s word', { billing_cycle_anchor: '2426-01-01T00:00:00Z' }],
    ['a trial, likewise', { trial_days: 365 }],
    ['a start in the future, likewise', { start_at: '2426-01-01T00:00:00Z' }],
    ['a quantity of nothing', { quantity: 0 }],
    ['more than can be charged', { quantity: 1_000_000 }],
  ])('can’t be made with %s', async (_name, request) => {
    const { access } = await stage.api.signUp();
    const whole = {
      plan_id: plan('Basic month'),
      payment_method_id: 'pm_card_visa',
      ...request,
    };
    const refused = await stage.api.post('/api/v1/subscriptions', whole, access);
    expect([refused.status, refused.body.errors[0].field]).toEqual([400, Object.keys(request)[0]]);
    expect((await stage.api.get('/api/v1/subscriptions', access)).body.data).toEqual([]);
  });
});

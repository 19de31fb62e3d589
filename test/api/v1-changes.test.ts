import { eventually } from '../support/customers';
import {
  begin,
  brokenCard,
  goodCard,
  lineAmounts,
  openStage,
  totals,
  type Life,
  type Stage,
} from '../support/story';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ webhooks: true });
});
afterAll(() => stage.close());

const plan = (name: string) => stage.plan(name);

/** From 1 April 2026 on. */
const inApril = (name: string, request: object = {}) =>
  begin(stage, { at: '2026-04-01T00:00:00Z', plan_id: plan(name), ...request });
const halfOfApril = '2026-04-16T00:00:00Z';
const may = '2026-05-01T00:00:00.000Z';

/** What must stay as it is when a change was refused or only previewed. */
const everything = async (life: Life) => [
  (await life.get()).body,
  await life.invoices(),
  await life.balance(),
];

/** Once it is known what became of a change. */
const nothingPends = (life: Life) =>
  eventually('no change waits', async () => (await life.get()).body.pending_change === null);

describe('an upgrade now', () => {
  it('costs the rest of the period, exactly as its preview said, which changed nothing', async () => {
    const life = await inApril('Basic month');
    await life.advance(halfOfApril);
    const before = await everything(life);
    const preview = await life.post('preview-change', { plan_id: plan('Pro month') });
    expect([preview.status, preview.body]).toEqual([
      200,
      {
        proration_date: '2026-04-16T00:00:00.000Z',
        currency: 'usd',
        lines: [
          expect.objectContaining({ amount: -500, proration: true }),
          expect.objectContaining({ amount: 1000, proration: true, period_end: may }),
        ],
        subtotal: 500,
        discount: 0,
        tax: 0,
        total: 500,
        credit_applied: 0,
        amount_due: 500,
        period_start: '2026-04-16T00:00:00.000Z',
        period_end: may,
      },
    ]);
    expect(await everything(life)).toEqual(before);

    const { proration_date } = preview.body;
    const changed = await life.post('change-plan', {
      plan_id: plan('Pro month'),
      proration_date,
    });
    expect([changed.status, changed.body]).toMatchObject([
      200,
      {
        status: 'active',
        plan: { name: 'Pro', amount: 2000 },
        current_period_end: may,
        pending_change: null,
        next_event: { type: 'renewal', at: may },
      },
    ]);
    const [, invoice] = await life.invoices();
    expect(invoice).toMatchObject({ status: 'paid', reason: 'change', total: 500 });
    expect(invoice.lines).toEqual(preview.body.lines);
    await life.advance(may);
    const [, , next] = await life.invoices();
    expect([next.total, next.period_start]).toEqual([2000, may]);
  });

  it('costs what the preview said for ten minutes, and must be previewed again after', async () => {
    const life = await inApril('Basic month');
    await life.advance(halfOfApril);
    const { body: preview } = await life.post('preview-change', { plan_id: plan('Pro month') });
    const request = { plan_id: plan('Pro month'), proration_date: preview.proration_date };
    await life.advance('2026-04-16T00:10:01Z');
    const late = await life.post('change-plan', request);
    expect([late.status, late.body.code]).toEqual([400, 'proration_date_invalid']);
    expect(late.body.errors).toEqual([expect.objectContaining({ field: 'proration_date' })]);

    const { body: again } = await life.post('preview-change', { plan_id: plan('Pro month') });
    await life.advance('2026-04-16T00:19:00Z');
    const changed = await life.post('change-plan', {
      ...request,
      proration_date: again.proration_date,
    });
    expect(changed.status).toBe(200);
    const [, invoice] = await life.invoices();
    expect([invoice.total, invoice.lines]).toEqual([again.total, again.lines]);
  });

  it('with a card that declines is 402, and nothing has changed', async () => {
    const life = await inApril('Basic month');
    await life.advance(halfOfApril);
    await life.useCard(brokenCard);
    const { body: before } = await life.get();
    const declined = await life.post('change-plan', { plan_id: plan('Pro month') });
    expect([declined.status, declined.body]).toMatchObject([
      402,
      { code: 'payment_method_declined', decline_code: expect.any(String) },
    ]);
    expect((await life.get()).body).toEqual(before);
    const statuses = (await life.invoices()).map(({ status }) => status);
    expect(statuses).toEqual(['paid', 'void']);
    expect(await life.balance()).toBe(0);

    await life.useCard(goodCard);
    const good = await life.post('change-plan', { plan_id: plan('Pro month') });
    expect([good.status, good.body.plan.name]).toEqual([200, 'Pro']);
  });

  it('waits while its customer authenticates the payment, and is in force when that is made', async () => {
    const life = await inApril('Basic month');
    await life.advance(halfOfApril);
    await life.useCard('pm_card_authenticationRequired');
    const waiting = await life.post('change-plan', { plan_id: plan('Pro month') });
    expect([waiting.status, waiting.body]).toMatchObject([
      200,
      {
        plan: { name: 'Basic' },
        pending_change: {
          plan_id: plan('Pro month'),
          quantity: 1,
          when: 'now',
          effective_at: null,
          expires_at: '2026-04-16T23:00:00.000Z',
          reason: 'requested',
        },
        next_event: { type: 'change_expiration', at: '2026-04-16T23:00:00.000Z' },
      },
    ]);
    const twice = await life.post('change-plan', { quantity: 2 });
    expect([twice.status, twice.body.code]).toEqual([409, 'change_pending']);

    const { invoice } = waiting.body.pending_change;
    const payment = await stage.api.get(
      `/api/v1/invoices/${invoice}/payment`,
      life.customer.access,
    );
    const [intent] = payment.body.client_secret.split('_secret_');
    await stage.world.sandbox.control.complete3ds(intent);
    await nothingPends(life);
    expect((await life.get()).body).toMatchObject({ plan: { name: 'Pro' }, pending_change: null });
    expect((await life.invoices()).map(({ status }) => status)).toEqual(['paid', 'paid']);
  });

  it('that nobody authenticates can be taken back, or is given up after 23 hours', async () => {
    for (const giveUp of [
      async (life: Life) => {
        const dropped = await life.remove('pending-change');
        expect(dropped.status).toBe(200);
      },
      (life: Life) => life.advance('2026-04-16T23:00:00Z'),
    ]) {
      const life = await inApril('Basic month');
      await life.advance(halfOfApril);
      await life.useCard('pm_card_authenticationRequired');
      await life.post('change-plan', { plan_id: plan('Pro month') });
      await giveUp(life);
      await nothingPends(life);
      expect((await life.get()).body).toMatchObject({
        status: 'active',
        plan: { name: 'Basic' },
        pending_change: null,
        next_event: { type: 'renewal' },
      });
      expect((await life.invoices()).map(({ status }) => status)).toEqual(['paid', 'void']);
      const none = await life.remove('pending-change');
      expect([none.status, none.body.code]).toEqual([404, 'no_pending_change']);
    }
  });

  it('whose authentication fails changes nothing', async () => {
    const life = await inApril('Basic month');
    await life.advance(halfOfApril);
    await life.useCard('pm_card_authenticationRequired');
    const { body } = await life.post('change-plan', { plan_id: plan('Pro month') });
    const { invoice } = body.pending_change;
    const payment = await stage.api.get(
      `/api/v1/invoices/${invoice}/payment`,
      life.customer.access,
    );
    await stage.world.sandbox.control.fail3ds(payment.body.client_secret.split('_secret_')[0]);
    await life.advance('2026-04-17T00:00:00Z');
    expect((await life.get()).body).toMatchObject({
      status: 'active',
      plan: { name: 'Basic' },
      pending_change: null,
    });
    expect((await life.invoices()).map(({ status }) => status)).toEqual(['paid', 'void']);
  });

  it('is made once, however often it is sent under one Idempotency-Key', async () => {
    const life = await inApril('Basic month');
    await life.advance(halfOfApril);
    const upgrade = (key: string) =>
      life.post('change-plan', { plan_id: plan('Pro month') }, { 'Idempotency-Key': key });
    const replies = await Promise.all(['a', 'a', 'a'].map(upgrade));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await life.invoices()).toHaveLength(2);
    const other = await upgrade('b');
    expect([other.status, other.body.code]).toEqual([409, 'nothing_to_change']);
  });
});

describe('other changes now', () => {
  it.each([
    {
      name: 'a downgrade gives the rest to the balance, which pays of the next invoice',
      from: 'Pro month',
      request: { to: 'Basic month' },
      lines: [-1000, 500],
      total: -500,
      balance: 500,
      next: { total: 1000, credit_applied: 500, amount_due: 500 },
    },
    {
      name: 'more seats are charged for the rest',
      from: 'Basic month',
      quantity: 3,
      request: { quantity: 5 },
      lines: [-1500, 2500],
      total: 1000,
      balance: 0,
      next: { total: 5000, credit_applied: 0, amount_due: 5000 },
    },
    {
      name: 'another interval begins at once and is charged in full',
      from: 'Basic month',
      request: { to: 'Basic year' },
      lines: [-500, 9600],
      total: 9100,
      balance: 0,
      next: { total: 9600, credit_applied: 0, amount_due: 9600 },
    },
  ])('$name', async ({ from, quantity = 1, request, lines, total, balance, next }) => {
    const life = await inApril(from, { quantity });
    await life.advance(halfOfApril);
    const body = {
      ...('to' in request && request.to !== undefined ? { plan_id: plan(request.to) } : {}),
      ...('quantity' in request ? { quantity: request.quantity } : {}),
    };
    const preview = await life.post('preview-change', body);
    expect(preview.body).toMatchObject({ total, amount_due: Math.max(total, 0) });
    const changed = await life.post('change-plan', body);
    expect(changed.status).toBe(200);
    const [, invoice] = await life.invoices();
    expect([lineAmounts(invoice), invoice.total, invoice.status]).toEqual([lines, total, 'paid']);
    expect(invoice.lines).toEqual(preview.body.lines);
    expect(invoice.amount_due).toBe(preview.body.amount_due);
    expect(await life.balance()).toBe(balance);

    const yearly = body.plan_id === plan('Basic year');
    const boundary = yearly ? '2027-04-16T00:00:00.000Z' : may;
    expect(changed.body.current_period_end).toBe(boundary);
    const upcoming = await life.get('upcoming-invoice');
    expect(upcoming.body).toMatchObject({ ...next, period_start: boundary, issued_at: boundary });
    await life.advance(boundary);
    const issued = (await life.invoices()).at(-1);
    expect(issued).toMatchObject({ ...next, status: 'paid', period_start: boundary });
    expect(issued.lines).toEqual(upcoming.body.lines);
  });

  it('taken back at once costs nothing', async () => {
    const life = await inApril('Basic month');
    await life.advance(halfOfApril);
    await life.post('change-plan', { plan_id: plan('Pro month') });
    await life.post('change-plan', { plan_id: plan('Basic month') });
    expect(totals(await life.invoices())).toEqual([1000, 500, -500]);
    expect(await life.balance()).toBe(500);
  });
});

describe('a change at the period’s end', () => {
  it('can be replaced and taken back until then, costs nothing now, and comes with the next period', async () => {
    const life = await inApril('Pro month');
    const downgrade = { plan_id: plan('Basic month'), when: 'period_end' };
    const preview = await life.post('preview-change', downgrade);
    expect(preview.body).toMatchObject({ total: 1000, period_start: may });
    const planned = await life.post('change-plan', downgrade);
    expect(planned.body).toMatchObject({
      plan: { name: 'Pro' },
      pending_change: {
        plan_id: plan('Basic month'),
        quantity: 1,
        when: 'period_end',
        effective_at: may,
        invoice: null,
        expires_at: null,
      },
    });
    expect((await life.get('upcoming-invoice')).body.total).toBe(1000);
    const replaced = await life.post('change-plan', {
      plan_id: plan('Basic month'),
      quantity: 2,
      when: 'period_end',
    });
    expect(replaced.body.pending_change).toMatchObject({ quantity: 2 });
    expect((await life.get('upcoming-invoice')).body.total).toBe(2000);
    expect((await life.remove('pending-change')).body.pending_change).toBeNull();
    expect((await life.get('upcoming-invoice')).body.total).toBe(2000);
    await life.post('change-plan', downgrade);
    await life.advance(may);
    expect((await life.get()).body).toMatchObject({
      plan: { name: 'Basic' },
      pending_change: null,
      current_period_start: may,
    });
    expect(totals(await life.invoices())).toEqual([2000, 1000]);
  });
});

describe('the first system’s clients', () => {
  it('change the plan by PATCH: what costs more comes at once, what costs less with the next period', async () => {
    const life = await inApril('Basic month');
    await life.advance(halfOfApril);
    const one = `/api/billing/subscriptions/${life.id}/`;
    const patch = (body: object) =>
      stage.api.call('PATCH', one, { body, token: life.customer.access });
    const upgraded = await patch({ plan: plan('Pro month') });
    expect([upgraded.status, upgraded.body]).toMatchObject([
      200,
      { plan: plan('Pro month'), status: 'active' },
    ]);
    // Dearer at once, and cheaper by the day.
    const yearly = await patch({ plan: plan('Pro year') });
    expect([yearly.status, yearly.body.plan]).toEqual([200, plan('Pro month')]);
    expect((await life.get()).body.pending_change).toMatchObject({ plan_id: plan('Pro year') });
    expect((await patch({ plan: plan('Pro month'), status: 'active' })).status).toBe(200);
    expect((await life.get()).body.pending_change).not.toBeNull();
    expect((await patch({ plan: plan('Pro month') })).status).toBe(200);
    expect((await life.get()).body.pending_change).toBeNull();

    const unknown = await patch({ plan: '7b0ca9f3-5d5f-4ce2-8a3c-6a2f4e1f9a11' });
    expect([unknown.status, unknown.body.plan]).toEqual([400, [expect.any(String)]]);
    await life.useCard(brokenCard);
    const declined = await patch({ plan: plan('Enterprise month') });
    expect([declined.status, declined.body]).toMatchObject([
      402,
      { error: expect.any(String), detail: expect.any(String), code: 'payment_method_declined' },
    ]);
    expect((await stage.api.get(one, life.customer.access)).body.plan).toBe(plan('Pro month'));
  });
});

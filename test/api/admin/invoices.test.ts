import type { Reply } from '../../support/api';
import { begin, brokenCard, openStage, planWith, type Life, type Stage } from '../../support/story';
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

const inApril = (request: object = {}) =>
  begin(stage, { at: '2026-04-01T00:00:00Z', plan_id: stage.plan('Basic month'), ...request });

/** Whose invoice is open: their card stopped working before the second period. */
async function pastDue(): Promise<{ life: Life; open: Json }> {
  const life = await inApril();
  await life.useCard(brokenCard);
  await life.advance('2026-05-01T00:00:00Z');
  const [, open] = await life.invoices();
  expect(open.status).toBe('open');
  return { life, open };
}

const lastAct = async (invoice: Json): Promise<Json> =>
  (await operator.get(`audit-log?object=invoice/${invoice.id}&limit=1`)).body.data[0];

const statusOf = async (life: Life) => (await life.get()).body.status;

describe('an operator', () => {
  it('finds anybody’s invoices', async () => {
    const life = await inApril();
    const [invoice] = await life.invoices();
    const found = await operator.get(`invoices?user_id=${life.customer.id}`);
    expect(found.body.data).toEqual([
      { ...invoice, user: life.customer.id, paid_out_of_band: false, held: false },
    ]);
    const one = await operator.get(`invoices/${invoice.id}`);
    expect(one.body).toEqual(found.body.data[0]);
    const held = await operator.get(`invoices?user_id=${life.customer.id}&held=true`);
    expect(held.body.data).toEqual([]);
  });

  it('voids an open invoice: nothing is owed, and the subscription is active again', async () => {
    const { life, open } = await pastDue();
    const voided = await operator.post(`invoices/${open.id}/void`, { reason: 'Goodwill' });
    expect([voided.status, voided.body.status]).toEqual([200, 'void']);
    expect(await statusOf(life)).toBe('active');
    expect(await lastAct(open)).toMatchObject({
      actor: operator.id,
      action: 'invoice.void',
      before: { status: 'open', amount_due_minor: '1000' },
      after: { status: 'void' },
      reason: 'Goodwill',
    });
    const again = await operator.post(`invoices/${open.id}/void`);
    expect([again.status, again.body.code]).toEqual([409, 'invoice_not_open']);
    expect((await lastAct(open)).after).toEqual({ refused: 'invoice_not_open' });
  });

  it('writes an invoice off, and marks it as paid when the money comes another way', async () => {
    const { life, open } = await pastDue();
    const gone = await operator.post(`invoices/${open.id}/mark-uncollectible`);
    expect(gone.body.status).toBe('uncollectible');
    expect(await statusOf(life)).toBe('active');
    const paid = await operator.post(`invoices/${open.id}/mark-paid`, { reason: 'Cheque 12' });
    expect(paid.body).toMatchObject({ status: 'paid', amount_paid: 1000, paid_out_of_band: true });
    const refund = await operator.post(`invoices/${open.id}/refunds`);
    expect([refund.status, refund.body.code]).toEqual([409, 'invoice_not_paid']);
  });

  it('retries a payment: declined it stays open, with a good card it is paid', async () => {
    const { life, open } = await pastDue();
    const declined = await operator.post(`invoices/${open.id}/retry`);
    expect([declined.status, declined.body.status]).toEqual([200, 'open']);
    expect(declined.body.attempts).toHaveLength(open.attempts.length + 1);
    expect(declined.body.attempts.at(-1).status).toBe('failed');
    const [card] = (await stage.api.get('/api/v1/payment-methods', life.customer.access)).body.data;
    await stage.world.database.paymentMethods.update(
      { isDefault: false },
      { where: { id: card.id } },
    );
    await stage.world.database.paymentMethods.update(
      { isDefault: true },
      { where: { userId: life.customer.id, last4: '4242' } },
    );
    const paid = await operator.post(`invoices/${open.id}/retry`);
    expect([paid.status, paid.body.status]).toEqual([200, 'paid']);
    expect(await statusOf(life)).toBe('active');
  });

  it('makes a draft final: it gets its number and is collected', async () => {
    const dunning = { retryDays: [1], finalAction: 'unpaid' as const };
    const life = await inApril({ plan_id: await planWith(stage, { dunning }) });
    await life.useCard(brokenCard);
    await life.advance('2026-06-01T00:00:00Z');
    expect(await statusOf(life)).toBe('unpaid');
    const draft = (await life.invoices()).at(-1);
    expect([draft.status, draft.number]).toEqual(['draft', null]);
    const final = await operator.post(`invoices/${draft.id}/finalize`, {
      reason: 'Talked to them',
    });
    expect([final.status, final.body]).toMatchObject([200, { status: 'open', amount_due: 1000 }]);
    expect(final.body.number).toMatch(/-0003$/);
    const again = await operator.post(`invoices/${draft.id}/finalize`);
    expect([again.status, again.body.code]).toEqual([409, 'invoice_not_draft']);
  });

  it('credits and refunds in steps, and never more than there was', async () => {
    const life = await inApril();
    const [invoice] = await life.invoices();
    const credited = await operator.post(`invoices/${invoice.id}/credit-notes`, {
      amount: 300,
      to: 'balance',
      memo: 'Sorry for the outage',
      reason: 'Outage of 3 April',
    });
    expect([credited.status, credited.body]).toMatchObject([
      201,
      {
        number: `${invoice.number}-CN1`,
        invoice: invoice.id,
        memo: 'Sorry for the outage',
        total: 300,
        to_balance: 300,
        to_card: 0,
        to_invoice: 0,
        lines: [{ net: 300, tax: 0 }],
        refunds: [],
      },
    ]);
    expect(await life.balance()).toBe(300);
    const refunded = await operator.post(`invoices/${invoice.id}/refunds`, { amount: 200 });
    expect([refunded.status, refunded.body]).toMatchObject([
      201,
      { total: 200, to_card: 200, refunds: [{ amount: 200, status: 'succeeded' }] },
    ]);
    const tooMuch = await operator.post(`invoices/${invoice.id}/refunds`, { amount: 501 });
    expect([tooMuch.status, tooMuch.body.code]).toEqual([400, 'credit_exceeds_invoice']);
    const rest = await operator.post(`invoices/${invoice.id}/refunds`);
    expect(rest.body).toMatchObject({ total: 500, to_card: 500 });
    const nothing = await operator.post(`invoices/${invoice.id}/refunds`);
    expect(nothing.body.code).toBe('credit_exceeds_invoice');
    const notes = await operator.get(`invoices/${invoice.id}/credit-notes?limit=2`);
    expect(notes.body.has_more).toBe(true);
    expect(notes.body.data.map(({ total }: Json) => total)).toEqual([500, 200]);
    const after = await operator.get(`invoices/${invoice.id}`);
    expect(after.body).toMatchObject({ status: 'paid', amount_refunded: 700, amount_credited: 0 });
    expect(stage.world.sandbox.control.books()['usd']?.refunded).toBeGreaterThanOrEqual(700);
  });

  it('credits an open invoice: less is due, and then nothing', async () => {
    const { life, open } = await pastDue();
    const part = await operator.post(`invoices/${open.id}/credit-notes`, {
      amount: 400,
      to: 'card',
    });
    expect(part.body).toMatchObject({ to_invoice: 400, to_card: 0, to_balance: 0 });
    const rest = await operator.post(`invoices/${open.id}/credit-notes`, { to: 'balance' });
    expect(rest.body).toMatchObject({ total: 600, to_invoice: 600 });
    expect((await operator.get(`invoices/${open.id}`)).body.status).toBe('paid');
    expect(await statusOf(life)).toBe('active');
  });

  it('refunds what a subscription paid that has ended, and it stays ended', async () => {
    const life = await inApril();
    const [invoice] = await life.invoices();
    await life.post('cancel', { at_period_end: false, prorate: false });
    const refunded = await operator.post(`invoices/${invoice.id}/refunds`, { reason: 'Unhappy' });
    expect([refunded.status, refunded.body.to_card]).toEqual([201, 1000]);
    expect(await statusOf(life)).toBe('canceled');
    expect(await lastAct(invoice)).toMatchObject({
      action: 'invoice.credit',
      before: { amount_refunded_minor: '0' },
      after: { amount_refunded_minor: '1000' },
    });
  });

  it.each([false, true])(
    'makes one credit note per Idempotency-Key, also when the subscription has ended: %s',
    async (ended) => {
      const life = await inApril();
      const [invoice] = await life.invoices();
      if (ended) await life.post('cancel', { at_period_end: false, prorate: false });
      const credit = () =>
        operator.post(
          `invoices/${invoice.id}/credit-notes`,
          { amount: 100, to: 'card' },
          { 'Idempotency-Key': `credit-${invoice.id}` },
        );
      const replies = [await credit(), ...(await Promise.all([credit(), credit()]))];
      expect(replies.map(({ status }) => status)).toEqual([201, 201, 201]);
      expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
      const { body } = await operator.get(`invoices/${invoice.id}`);
      expect(body.amount_refunded).toBe(100);
    },
  );

  it('keeps words about a credit out of the workflow’s history', async () => {
    const life = await inApril();
    const [invoice] = await life.invoices();
    const words = { reason: 'Mrs Müller called', memo: 'Dear Mrs Müller' };
    await operator.post(`invoices/${invoice.id}/credit-notes`, {
      amount: 1,
      to: 'balance',
      ...words,
    });
    const handle = stage.world.temporal.client.workflow.getHandle(`subscription/${life.id}`);
    const history = JSON.stringify(await handle.fetchHistory());
    const payloads = [...history.matchAll(/"data":"([^"]+)"/g)]
      .map(([, data = '']) => Buffer.from(data, 'base64').toString())
      .join('\n');
    expect(payloads).toContain(invoice.id);
    expect(payloads).not.toContain('Müller');
    expect(payloads).not.toContain('Mrs');
  });
});

describe('one-off items', () => {
  const item = (subscription: string, request: object = {}) =>
    operator.post('invoice-items', {
      subscription,
      description: 'Setting up',
      amount: 2500,
      ...request,
    });

  it('wait for the next invoice and are charged with it; one that was taken back is not', async () => {
    const life = await inApril();
    const setUp = await item(life.id, { reason: 'As agreed' });
    expect([setUp.status, setUp.body]).toMatchObject([
      201,
      { subscription: life.id, amount: 2500, currency: 'usd', quantity: 1, invoice: null },
    ]);
    const mistake = await item(life.id, { description: 'Mistake', amount: 9900 });
    const discount = await item(life.id, { description: 'Thanks', amount: -500 });
    expect((await operator.call('DELETE', `invoice-items/${mistake.body.id}`)).status).toBe(204);
    expect((await operator.call('DELETE', `invoice-items/${mistake.body.id}`)).status).toBe(404);
    await life.advance('2026-05-01T00:00:00Z');
    const [, invoice] = await life.invoices();
    expect(invoice.lines.map(({ description, amount }: Json) => [description, amount])).toEqual([
      ['Basic', 1000],
      ['Setting up', 2500],
      ['Thanks', -500],
    ]);
    expect([invoice.total, invoice.status]).toEqual([3000, 'paid']);
    const listed = await operator.get(`invoice-items?subscription=${life.id}`);
    expect(listed.body.data.map((each: Json) => each.invoice)).toEqual([
      invoice.id,
      null,
      invoice.id,
    ]);
    const late = await operator.call('DELETE', `invoice-items/${discount.body.id}`);
    expect([late.status, late.body.code]).toEqual([409, 'item_invoiced']);
    const acts = await operator.get(`audit-log?object=invoice_item/${mistake.body.id}`);
    expect(acts.body.data.map(({ action }: Json) => action)).toEqual([
      'invoice_item.remove',
      'invoice_item.create',
    ]);
  });

  it('are made once per Idempotency-Key', async () => {
    const life = await inApril();
    const body = { subscription: life.id, description: 'Setting up', amount: 2500 };
    const key = { 'Idempotency-Key': `item-${life.id}` };
    const [one, two] = [
      await operator.post('invoice-items', body, key),
      await operator.post('invoice-items', body, key),
    ];
    expect(two.body).toEqual(one.body);
    const other = await operator.post('invoice-items', { ...body, amount: 1 }, key);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
  });

  it('that can’t be charged are refused', async () => {
    const kwd = await planWith(stage, { currency: 'kwd', amountMinor: 5_000n });
    const life = await inApril({ plan_id: kwd });
    expect((await item(life.id, { amount: 1234 })).body.code).toBe('amount_step_invalid');
    expect((await item(life.id, { amount: -1234 })).body.code).toBe('amount_step_invalid');
    expect((await item(life.id, { amount: 0 })).status).toBe(400);
    expect((await item(life.id, { amount: 1.5 })).status).toBe(400);
    expect((await item(operator.id)).status).toBe(404);
    await life.post('cancel', { at_period_end: false });
    const late = await item(life.id, { amount: 1230 });
    expect([late.status, late.body.code]).toEqual([409, 'subscription_ended']);
  });
});

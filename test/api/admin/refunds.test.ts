import { statusesOf, type Reply } from '../../support/api';
import { begin, brokenCard, openStage, planWith, type Stage } from '../../support/story';
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

async function invoiced(request: object = {}) {
  const life = await begin(stage, {
    at: '2026-04-01T00:00:00Z',
    plan_id: stage.plan('Basic month'),
    ...request,
  });
  const [invoice] = await life.invoices();
  return { life, invoice };
}

const refund = (invoice: Json, body: unknown = {}, headers: Record<string, string> = {}) =>
  stage.api.call('POST', `/api/v1/admin/invoices/${invoice.id}/refunds`, {
    body,
    token: operator.access,
    headers,
  });

const refundedAtStripe = (currency = 'usd') =>
  stage.world.sandbox.control.books()[currency]?.refunded ?? 0;

/** Nothing of the invoice is refunded, here or at Stripe. */
async function proveUntouched(invoice: Json, before: number): Promise<void> {
  const { body } = await operator.get(`invoices/${invoice.id}`);
  expect(body.amount_refunded).toBe(0);
  expect((await operator.get(`invoices/${invoice.id}/credit-notes`)).body.data).toEqual([]);
  expect(refundedAtStripe()).toBe(before);
}

describe('a refund is refused clearly, and nothing is changed,', () => {
  it.each([
    ['negative', { amount: -1 }],
    ['zero', { amount: 0 }],
    ['a fraction', { amount: 1.5 }],
    ['words', { amount: '100' }],
    ['too large for a number', { amount: 1e300 }],
    ['in a currency of one’s own', { amount: 100, currency: 'jpy' }],
    ['no JSON object', []],
  ])('when it is %s', async (_, body) => {
    const { invoice } = await invoiced();
    const before = refundedAtStripe();
    const { status, body: problem } = await refund(invoice, body);
    expect([status, problem.code]).toEqual([400, 'invalid_request']);
    await proveUntouched(invoice, before);
  });

  it('when it is more than was paid', async () => {
    const { invoice } = await invoiced();
    const before = refundedAtStripe();
    for (const amount of [1001, 2_000_000_000, Number.MAX_SAFE_INTEGER]) {
      const { status, body } = await refund(invoice, { amount });
      expect([status, body.code, body.errors[0]?.field]).toEqual([
        400,
        'credit_exceeds_invoice',
        'amount',
      ]);
    }
    await proveUntouched(invoice, before);
  });

  it('when the invoice is not paid, void, or paid another way', async () => {
    const { life } = await invoiced();
    await life.useCard(brokenCard);
    await life.advance('2026-05-01T00:00:00Z');
    const before = refundedAtStripe();
    const [, open] = await life.invoices();
    const codeOf = async (invoice: Json) => {
      const { status, body } = await refund(invoice);
      return [status, body.code];
    };
    expect(await codeOf(open)).toEqual([409, 'invoice_not_paid']);
    await operator.post(`invoices/${open.id}/mark-uncollectible`);
    expect(await codeOf(open)).toEqual([409, 'invoice_not_paid']);
    await operator.post(`invoices/${open.id}/mark-paid`);
    expect(await codeOf(open)).toEqual([409, 'invoice_not_paid']);
    await life.advance('2026-06-01T00:00:00Z');
    const third = (await life.invoices())[2];
    await operator.post(`invoices/${third.id}/void`);
    expect(await codeOf(third)).toEqual([409, 'invoice_not_paid']);
    await proveUntouched(open, before);
  });

  it('when there is no such invoice', async () => {
    expect((await refund({ id: operator.id })).status).toBe(404);
    expect((await refund({ id: 'nonsense' })).status).toBe(404);
  });
});

it('a step of the currency that a card can’t be given goes to the balance', async () => {
  const kwd = await planWith(stage, { currency: 'kwd', amountMinor: 5_000n });
  const { life, invoice } = await invoiced({ plan_id: kwd });
  const { status, body } = await refund(invoice, { amount: 1_234 });
  expect([status, body.to_card, body.to_balance]).toEqual([201, 1_230, 4]);
  expect(refundedAtStripe('kwd')).toBe(1_230);
  const balances = await stage.api.get('/api/v1/credit-balance', life.customer.access);
  expect(balances.body.data).toEqual([expect.objectContaining({ currency: 'kwd', amount: 4 })]);
});

describe('twins at the same moment', () => {
  it.each([false, true])('never send back more than was paid (ended: %s)', async (ended) => {
    const { life, invoice } = await invoiced();
    if (ended) await life.post('cancel', { at_period_end: false, prorate: false });
    const before = refundedAtStripe();
    const replies = await Promise.all(
      Array.from({ length: 6 }, () => refund(invoice, { amount: 400 })),
    );
    expect(statusesOf(replies)).toEqual([201, 201, 400, 400, 400, 400]);
    expect(refundedAtStripe() - before).toBe(800);
    expect((await operator.get(`invoices/${invoice.id}`)).body.amount_refunded).toBe(800);
  });

  it.each([false, true])('under one Idempotency-Key are one refund (ended: %s)', async (ended) => {
    const { life, invoice } = await invoiced();
    if (ended) await life.post('cancel', { at_period_end: false, prorate: false });
    const before = refundedAtStripe();
    const key = { 'Idempotency-Key': `refund-${invoice.id}` };
    const replies = await Promise.all(
      Array.from({ length: 6 }, () => refund(invoice, { amount: 400 }, key)),
    );
    expect(statusesOf(replies)).toEqual([201, 201, 201, 201, 201, 201]);
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
    expect(refundedAtStripe() - before).toBe(400);
  });

  it('with a refund in Stripe’s dashboard never send back more than was paid', async () => {
    const { invoice } = await invoiced();
    const row = await stage.world.database.invoices.findByPk(invoice.id, { rejectOnEmpty: true });
    const payment_intent = row.get({ plain: true }).stripePaymentIntentId ?? '';
    const before = refundedAtStripe();
    const [reply] = await Promise.all([refund(invoice), dashboardRefund(payment_intent)]);
    expect(reply.status).toBe(201);
    expect(refundedAtStripe() - before).toBe(1000);
  });
});

async function dashboardRefund(payment_intent: string): Promise<void> {
  const { sandbox } = stage.world;
  await fetch(`${sandbox.url}/v1/refunds`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sandbox.secretKey}` },
    body: new URLSearchParams({ payment_intent }),
  });
}

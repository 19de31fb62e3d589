import { checkBooks } from '../../db/books/checks';
import { dashboardOf } from '../support/dashboard';
import { newOperator, type Operator } from '../api/admin/operators';
import type { Reply } from '../support/api';
import { eventually } from '../support/customers';
import { begin, openStage, type Life, type Stage } from '../support/story';

type Json = Reply['body'];

let stage: Stage;
let operator: Operator;
beforeAll(async () => {
  stage = await openStage({ webhooks: true });
  operator = await newOperator(stage.api, stage.world.database);
});
beforeEach(() => {
  control().setSettlementDelay(null);
  // Every other event comes twice, and all of them in some other order.
  control().setWebhooks({ duplicateRate: 0.5, shuffleMs: 400 });
});
afterEach(async () => {
  control().calm();
  await agreed();
});
afterAll(() => stage.close());

const control = () => stage.world.sandbox.control;
const stripe = () => dashboardOf(stage.world.config);

const inApril = (card = 'pm_card_visa', request: object = {}) =>
  begin(stage, {
    at: '2026-04-01T00:00:00Z',
    plan_id: stage.plan('Basic month'),
    payment_method_id: card,
    ...request,
  });

const firstOf = async (life: Life): Promise<Json> => (await life.invoices())[0];

async function intentOf(invoice: Json): Promise<string> {
  const row = await stage.world.database.invoices.findByPk(invoice.id, { rejectOnEmpty: true });
  return row.get({ plain: true }).stripePaymentIntentId ?? '';
}

const refundsOf = async (intentId: string) =>
  (await stripe().refunds.list({ payment_intent: intentId })).data;

/** What the ledger has on each account, in US cents. */
async function accounts(): Promise<Record<string, number>> {
  const { body } = await operator.get('ledger/balances');
  const usd = body.data.find(({ currency }: Json) => currency === 'usd');
  return Object.fromEntries((usd?.accounts ?? []).map((row: Json) => [row.account, row.amount]));
}

/** Once everything was heard of, the books are sound and cash is what the account at Stripe has. */
async function agreed(): Promise<void> {
  const net = () => control().books()['usd']?.net ?? 0;
  await eventually(
    'the ledger agrees with Stripe’s books',
    async () =>
      ((await accounts())['cash'] ?? 0) === net() &&
      (await checkBooks(stage.world.database)).length === 0,
    30_000,
  );
}

const refund = (invoice: Json, body: object = {}, headers: Record<string, string> = {}) =>
  operator.post(`invoices/${invoice.id}/refunds`, body, headers);

describe('a refund', () => {
  it('that fails days after it was sent is on the balance, and the next invoice takes it', async () => {
    const life = await inApril('pm_card_refundFail');
    const invoice = await firstOf(life);
    expect((await refund(invoice, { amount: 400 })).body.refunds[0].status).toBe('succeeded');
    const [sent] = await refundsOf(await intentOf(invoice));
    await control().settleRefund(sent?.id ?? '', 'failed');
    await eventually('it is on the balance', async () => (await life.balance()) === 400);
    expect(await firstOf(life)).toMatchObject({ status: 'paid', amount_refunded: 0 });
    expect((await life.story()).at(-1)).toMatch(/\$4\.00 could not be sent back to the card/);
    await life.advance('2026-05-01T00:00:00Z');
    expect((await life.invoices())[1]).toMatchObject({ status: 'paid', amount_due: 600 });
  });

  it('made in Stripe’s dashboard makes one credit note, and a subscription that has ended too', async () => {
    const life = await inApril();
    const invoice = await firstOf(life);
    await life.post('cancel', { at_period_end: false, prorate: false });
    const payment_intent = await intentOf(invoice);
    await stripe().refunds.create({ payment_intent, amount: 250 });
    await stripe().refunds.create({ payment_intent });
    await eventually(
      'it is refunded',
      async () => (await firstOf(life)).amount_refunded === 1000,
      20_000,
    );
    const { body } = await operator.get(`invoices/${invoice.id}/credit-notes`);
    expect(body.data.map(({ total, reason }: Json) => [total, reason])).toEqual([
      [750, 'dashboard'],
      [250, 'dashboard'],
    ]);
    expect((await life.get()).body.status).toBe('canceled');
  });

  it('that is asked for while the worker goes down is sent once', async () => {
    const life = await inApril();
    const invoice = await firstOf(life);
    control().latency(300);
    const asked = refund(invoice, { amount: 400 }, { 'Idempotency-Key': `key-${invoice.id}` });
    await new Promise((resolve) => setTimeout(resolve, 450));
    await stage.world.restartWorker();
    control().latency(0);
    expect((await asked).status).toBe(201);
    expect(await refundsOf(await intentOf(invoice))).toHaveLength(1);
    expect(await firstOf(life)).toMatchObject({ amount_refunded: 400 });
  });
});

describe('money that belongs to no open claim', () => {
  /** A bank debit that succeeds after its invoice is void. */
  async function lateMoney(card: string) {
    control().setPending(1);
    const life = await inApril(card);
    await life.advance('2026-04-02T00:00:00Z');
    const invoice = await firstOf(life);
    expect(invoice.status).toBe('void');
    const intentId = await intentOf(invoice);
    await control().settlePayment(intentId, 'succeed');
    const [sent] = await eventually(
      'it is sent back',
      async () => {
        const refunds = await refundsOf(intentId);
        return refunds.length > 0 && refunds;
      },
      30_000,
    );
    return { life, invoice, intentId, sent };
  }

  it('is sent back once, and never revives the subscription', async () => {
    const { life, intentId } = await lateMoney('pm_card_visa');
    await agreed();
    const events = await stripe().events.list({ limit: 100 });
    for (const { id } of events.data) await control().resendEvent(id);
    await control().webhooksSettled();
    expect(await refundsOf(intentId)).toMatchObject([{ amount: 1000, status: 'succeeded' }]);
    expect((await life.get()).body.status).toBe('incomplete_expired');
  });

  it('is on the customer’s balance when sending it back fails later', async () => {
    const { life, sent } = await lateMoney('pm_card_refundFail');
    await control().settleRefund(sent?.id ?? '', 'failed');
    await eventually('it is on the balance', async () => (await life.balance()) === 1000, 20_000);
  });

  it('paid on a second tab is sent back, and both payments are recorded', async () => {
    const life = await inApril('pm_card_visa');
    const invoice = await firstOf(life);
    // Another intent that says it is for this invoice: its customer paid it on another page.
    const { customer } = await stripe().paymentIntents.retrieve(await intentOf(invoice));
    const { id } = await stripe().paymentIntents.create({
      amount: 1000,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_visa',
      customer: typeof customer === 'string' ? customer : '',
      metadata: { invoice_id: invoice.id, subscription_id: life.id },
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    await eventually(
      'the second is sent back',
      async () => (await refundsOf(id)).length === 1,
      30_000,
    );
    expect(await refundsOf(await intentOf(invoice))).toEqual([]);
    const attempts = await stage.world.database.paymentAttempts.count({
      where: { invoiceId: invoice.id, status: 'succeeded' },
    });
    expect(attempts).toBe(2);
  });
});

it('payments, refunds, disputes and surpluses of many come to what Stripe’s books say', async () => {
  const before = await accounts();
  const [plain, failing, slow, wonOne, lostOne, byHand] = await Promise.all(
    [
      'pm_card_visa',
      'pm_card_refundFail',
      'pm_card_pendingRefund',
      'pm_card_visa',
      'pm_card_createDispute',
      'pm_card_visa',
    ].map(async (card) => {
      const life = await inApril(card);
      const invoice = await firstOf(life);
      return { life, invoice, intentId: await intentOf(invoice) };
    }),
  );
  if (!plain || !failing || !slow || !wonOne || !lostOne || !byHand) throw new Error('six');
  await refund(plain.invoice, { amount: 123 });
  await refund(failing.invoice);
  await refund(slow.invoice, { amount: 1 });
  await stripe().refunds.create({ payment_intent: byHand.intentId, amount: 777 });
  const { id: won } = await control().openDispute(wonOne.intentId, { amount: 400 });
  const lost = await eventually(
    'it is disputed',
    async () => (await operator.get(`disputes?invoice=${lostOne.invoice.id}`)).body.data[0],
    20_000,
  );
  const [failed] = await refundsOf(failing.intentId);
  const [slowly] = await refundsOf(slow.intentId);
  await Promise.all([
    control().settleRefund(failed?.id ?? '', 'failed'),
    control().settleRefund(slowly?.id ?? '', 'succeeded'),
    control().closeDispute(won, 'won'),
    operator.post(`disputes/${lost.id}/close`),
    ...[plain, failing, wonOne, lostOne].map(({ life }) => life.advance('2026-05-01T00:00:00Z')),
  ]);
  await agreed();
  const after = await accounts();
  const held = (after['disputed'] ?? 0) - (before['disputed'] ?? 0);
  const losses = (after['dispute_losses'] ?? 0) - (before['dispute_losses'] ?? 0);
  // The disputing card's first payment is lost by now, and its second one disputed as well.
  expect({ held, losses, suspense: after['suspense'] ?? 0 }).toEqual({
    held: 1000,
    losses: 1000,
    suspense: 0,
  });
});

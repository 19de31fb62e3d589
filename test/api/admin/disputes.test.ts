import type { Reply } from '../../support/api';
import { eventually } from '../../support/customers';
import { begin, openStage, type Life, type Stage } from '../../support/story';
import { newOperator, type Operator } from './operators';
import { proveBooks } from './prove-books';

type Json = Reply['body'];

let stage: Stage;
let operator: Operator;
beforeAll(async () => {
  stage = await openStage({ webhooks: true });
  operator = await newOperator(stage.api, stage.world.database);
});
afterEach(() => proveBooks(stage.world.database));
afterAll(() => stage.close());

const control = () => stage.world.sandbox.control;

/** A subscription whose first payment is disputed, and the dispute as operators see it. */
async function disputed(
  card = 'pm_card_createDispute',
): Promise<{ life: Life; invoice: Json; dispute: Json }> {
  const life = await begin(stage, {
    at: '2026-04-01T00:00:00Z',
    plan_id: stage.plan('Basic month'),
    payment_method_id: card,
  });
  const [invoice] = await life.invoices();
  const dispute = await eventually('the dispute is known', () => disputeOf(invoice.id));
  return { life, invoice, dispute };
}

const disputeOf = async (invoiceId: string): Promise<Json> =>
  (await operator.get(`disputes?invoice=${invoiceId}`)).body.data[0];

const lastAct = async (dispute: Json): Promise<Json> =>
  (await operator.get(`audit-log?object=dispute/${dispute.id}&limit=1`)).body.data[0];

const flags = async (life: Life): Promise<Json> =>
  (await operator.get(`subscriptions/${life.id}`)).body.disputes;

describe('an operator', () => {
  it('finds a dispute, and its subscription flagged with the day until which it can be answered', async () => {
    const { life, invoice, dispute } = await disputed();
    expect(dispute).toEqual({
      id: expect.stringMatching(/^du_/),
      status: 'needs_response',
      reason: 'fraudulent',
      amount: 1000,
      withdrawn: 1000,
      currency: 'usd',
      evidence_due_by: expect.any(String),
      invoice: invoice.id,
      invoice_number: invoice.number,
      subscription: life.id,
      user: life.customer.id,
      charge: expect.stringMatching(/^ch_/),
      opened_at: expect.any(String),
      closed_at: null,
    });
    expect((await operator.get(`disputes/${dispute.id}`)).body).toEqual(dispute);
    const { id, status, amount, evidence_due_by } = dispute;
    expect(await flags(life)).toEqual([{ id, status, amount, evidence_due_by }]);
    const flagged = await operator.get(`subscriptions?disputed=true&user_id=${life.customer.id}`);
    expect(flagged.body.data.map((each: Json) => each.id)).toEqual([life.id]);
    const others = await operator.get(`subscriptions?disputed=false&user_id=${life.customer.id}`);
    expect(others.body.data).toEqual([]);
    expect((await life.story()).at(-1)).toMatch(
      /^The payment of \$10\.00 for invoice .* is disputed \(fraudulent\).* Evidence is due by \d{4}-/,
    );
    // The customer sees the invoice as paid, as it is.
    expect((await life.invoices())[0].status).toBe('paid');
  });

  it('pages through them, open and closed', async () => {
    const { dispute } = await disputed();
    await disputed();
    const first = await operator.get('disputes?status=open&limit=1');
    expect(first.body).toMatchObject({ data: [{ closed_at: null }], has_more: true });
    const rest = await operator.get(`disputes?limit=100&starting_after=${first.body.data[0].id}`);
    expect(rest.body.data.map(({ id }: Json) => id)).toContain(dispute.id);
    expect((await operator.get('disputes?status=closed')).body.data.every(isClosed)).toBe(true);
    expect((await operator.get('disputes?starting_after=du_nothing')).status).toBe(400);
    expect((await operator.get('disputes/du_nothing')).status).toBe(404);
  });
  const isClosed = (each: Json) => each.closed_at !== null;

  it('answers with evidence that wins: the money is back, and the flag is gone', async () => {
    const { life, dispute, invoice } = await disputed();
    const answered = await operator.post(`disputes/${dispute.id}/evidence`, {
      evidence: { uncategorized_text: 'winning_evidence', customer_name: 'Carla' },
      reason: 'They used it all month',
    });
    expect([answered.status, answered.body]).toMatchObject([
      200,
      { status: 'won', withdrawn: 0, closed_at: expect.any(String) },
    ]);
    expect(await flags(life)).toEqual([]);
    expect((await life.story()).at(-1)).toMatch(/was won: the money is back\.$/);
    const act = await lastAct(dispute);
    expect(act).toMatchObject({
      actor: operator.id,
      action: 'dispute.evidence',
      before: { status: 'needs_response', withdrawn_minor: '1000' },
      after: { status: 'won', withdrawn_minor: '0' },
      reason: 'They used it all month',
    });
    expect(JSON.stringify(act)).not.toContain('Carla');
    const refund = await operator.post(`invoices/${invoice.id}/refunds`, { amount: 100 });
    expect([refund.status, refund.body.to_card]).toEqual([201, 100]);
  });

  it('keeps evidence as a draft, submits it, and can’t answer a second time', async () => {
    const { dispute } = await disputed();
    const evidence = { uncategorized_text: 'They logged in daily.' };
    const path = `disputes/${dispute.id}/evidence`;
    const draft = await operator.post(path, { evidence, submit: false });
    expect([draft.status, draft.body.status]).toEqual([200, 'needs_response']);
    const submitted = await operator.post(path, { evidence });
    expect([submitted.status, submitted.body.status]).toEqual([200, 'under_review']);
    const again = await operator.post(path, { evidence: { customer_name: 'Carla' } });
    expect([again.status, again.body.code]).toEqual([409, 'dispute_not_answerable']);
    expect((await lastAct(dispute)).after).toEqual({ refused: 'dispute_not_answerable' });
  });

  it('is told what is no evidence', async () => {
    const { dispute } = await disputed();
    const path = `disputes/${dispute.id}/evidence`;
    for (const evidence of [{}, { receipt: 'file_1' }, { customer_name: '' }, 'words', undefined]) {
      expect((await operator.post(path, { evidence })).status).toBe(400);
    }
    const nothing = await operator.post('disputes/du_nothing/evidence', {
      evidence: { customer_name: 'Carla' },
    });
    expect(nothing.status).toBe(404);
  });

  it.each(['', 'key'])(
    'accepts a dispute once: it is lost, and the invoice stays paid (Idempotency-Key: %j)',
    async (key) => {
      const { life, dispute, invoice } = await disputed();
      const headers: Record<string, string> =
        key === '' ? {} : { 'Idempotency-Key': `${key}-${dispute.id}` };
      const close = () => operator.post(`disputes/${dispute.id}/close`, {}, headers);
      const replies = await Promise.all([close(), close()]);
      // To accept what is lost already changes nothing.
      expect(replies.map(({ status, body }) => [status, body.status])).toEqual([
        [200, 'lost'],
        [200, 'lost'],
      ]);
      expect(await flags(life)).toEqual([]);
      const after = await operator.get(`invoices/${invoice.id}`);
      expect(after.body).toMatchObject({ status: 'paid', amount_paid: 1000, amount_refunded: 0 });
      const notes = await operator.get(`invoices/${invoice.id}/credit-notes`);
      expect(notes.body.data).toEqual([]);
      const refund = await operator.post(`invoices/${invoice.id}/refunds`);
      expect([refund.status, refund.body.code]).toEqual([409, 'payment_disputed']);
    },
  );

  it('can’t send disputed money back to the card, and can credit it to the balance', async () => {
    const { life, invoice } = await disputed();
    for (const path of ['refunds', 'credit-notes']) {
      const body = path === 'refunds' ? { amount: 100 } : { amount: 100, to: 'card' };
      const refused = await operator.post(`invoices/${invoice.id}/${path}`, body);
      expect([refused.status, refused.body.code]).toEqual([409, 'payment_disputed']);
    }
    const credited = await operator.post(`invoices/${invoice.id}/credit-notes`, {
      amount: 100,
      to: 'balance',
    });
    expect([credited.status, credited.body.to_balance]).toEqual([201, 100]);
    expect(await life.balance()).toBe(100);
  });

  it('may refund what a bank only asks about, which answers it', async () => {
    const { life, dispute, invoice } = await disputed('pm_card_createDisputeInquiry');
    expect(dispute).toMatchObject({ status: 'warning_needs_response', withdrawn: 0 });
    const refund = await operator.post(`invoices/${invoice.id}/refunds`);
    expect([refund.status, refund.body.to_card]).toEqual([201, 1000]);
    await eventually('the inquiry is closed', async () => (await flags(life)).length === 0);
    expect((await operator.get(`disputes/${dispute.id}`)).body.status).toBe('warning_closed');
  });

  it('hears of the dispute of a subscription that has ended', async () => {
    const life = await begin(stage, {
      at: '2026-04-01T00:00:00Z',
      plan_id: stage.plan('Basic month'),
    });
    const [invoice] = await life.invoices();
    await life.post('cancel', { at_period_end: false, prorate: false });
    const { intent } = { intent: await intentOf(invoice.id) };
    const { id } = await control().openDispute(intent, { reason: 'product_not_received' });
    const dispute = await eventually('the dispute is known', () => disputeOf(invoice.id));
    expect(dispute).toMatchObject({ id, reason: 'product_not_received', subscription: life.id });
    await control().closeDispute(id, 'lost');
    await eventually('it is lost', async () => (await disputeOf(invoice.id)).status === 'lost');
    expect((await life.get()).body.status).toBe('canceled');
  });
});

const intentOf = async (invoiceId: string): Promise<string> => {
  const row = await stage.world.database.invoices.findByPk(invoiceId, { rejectOnEmpty: true });
  return row.get({ plain: true }).stripePaymentIntentId ?? '';
};

import type { Reply } from '../../support/api';
import { begin, openStage, type Life, type Stage } from '../../support/story';
import { newOperator, type Operator } from './operators';

type Json = Reply['body'];

let stage: Stage;
let operator: Operator;
let life: Life;
beforeAll(async () => {
  stage = await openStage();
  operator = await newOperator(stage.api, stage.world.database);
  await operator.post('tax-rates', {
    name: 'VAT',
    percentage: '20',
    inclusive: false,
    country: 'FR',
  });
  const plan_id = stage.plan('Basic month');
  life = await begin(stage, { at: '2026-04-01T00:00:00Z', plan_id });
  await operator.call('PATCH', `users/${life.customer.id}`, { country: 'FR' });
  await life.advance('2026-05-01T00:00:00Z');
  const [first] = await life.invoices();
  await operator.post(`invoices/${first.id}/refunds`, { amount: 250 });
});
afterAll(() => stage.close());

const sum = (amounts: number[]) => amounts.reduce((all, amount) => all + amount, 0);

describe('the ledger', () => {
  it('has an entry for everything that moved money, the last one first', async () => {
    const { body } = await operator.get(`ledger/entries?user_id=${life.customer.id}`);
    expect(body.data.map(({ kind }: Json) => kind).slice(0, 2)).toEqual([
      'refund_sent',
      'credit_note_issued',
    ]);
    expect(body.data).toHaveLength(6);
    for (const { postings } of body.data) {
      expect(sum(postings.map(({ amount }: Json) => amount))).toBe(0);
    }
    const issued = body.data.filter(({ kind }: Json) => kind === 'invoice_issued');
    expect(issued[0].postings).toEqual([
      { account: 'receivable', amount: 1200 },
      { account: 'tax', amount: -200 },
      { account: 'revenue', amount: -1000 },
    ]);
    const page = await operator.get(
      `ledger/entries?user_id=${life.customer.id}&limit=2&starting_after=${body.data[1].id}`,
    );
    expect(page.body).toEqual({ data: body.data.slice(2, 4), has_more: true });
    const ofInvoice = await operator.get(`ledger/entries?invoice=${issued[0].invoice}`);
    expect(ofInvoice.body.data).toHaveLength(2);
    const unknown = await operator.get(`ledger/entries?starting_after=${operator.id}`);
    expect(unknown.status).toBe(400);
  });

  it('knows what stands on each account', async () => {
    const { body } = await operator.get('ledger/balances');
    const [usd] = body.data;
    const balances = usd.accounts.map(({ account, amount }: Json) => [account, amount]);
    expect(balances).toEqual([
      ['cash', 1950],
      ['receivable', 0],
      ['revenue', -1750],
      ['suspense', 0],
      ['tax', -200],
    ]);
    expect(usd.accounts[0]).toMatchObject({ number: '1010', name: 'Cash at Stripe' });
  });

  it('is exported as CSV for a stretch of time', async () => {
    const all = await operator.get('ledger/journal.csv');
    expect(all.status).toBe(200);
    expect(all.headers.get('Content-Type')).toMatch(/^text\/csv/);
    expect(all.headers.get('Content-Disposition')).toContain('journal.csv');
    const lines = all.body.trimEnd().split('\r\n');
    // Two claims (one with tax), two payments, a credit note and its refund.
    expect(lines).toHaveLength(1 + 2 + 3 + 2 + 2 + 2 + 2);
    const may = await operator.get(
      'ledger/journal.csv?from=2026-05-01T00:00:00Z&to=2026-06-01T00:00:00Z',
    );
    expect(may.body).not.toContain('2026-04-01');
    expect(may.body).toContain('2026-05-01T00:00:00.000Z');
    const wrong = await operator.get('ledger/journal.csv?from=yesterday');
    expect([wrong.status, wrong.body.errors[0].field]).toEqual([400, 'from']);
  });

  it('is proved on request, and says what does not agree', async () => {
    expect((await operator.get('ledger/check')).body).toEqual({ agree: true, findings: [] });
    const [invoice] = await life.invoices();
    const { sequelize } = stage.world.database;
    await sequelize.query('alter table ledger_postings disable trigger all');
    await sequelize.query(
      `delete from ledger_postings using ledger_entries
       where entry_id = id and occasion = 'payment/${invoice.id}'`,
    );
    const { body } = await operator.get('ledger/check');
    expect(body.agree).toBe(false);
    expect(body.findings).toContainEqual({
      check: 'receivable_agrees',
      sentence: `By the ledger 10.00 usd is outstanding on paid invoice ${invoice.number} (${invoice.id}), and by its amounts 0.00 usd.`,
      ids: { invoice_id: invoice.id },
    });
  });
});

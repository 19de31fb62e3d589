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
beforeEach(() => control().setWebhooks({ duplicateRate: 0.5, shuffleMs: 400 }));
afterEach(async () => {
  control().calm();
  await control().webhooksSettled();
  await eventually(
    'the books agree',
    async () => (await checkBooks(stage.world.database)).length === 0,
  );
});
afterAll(() => stage.close());

const control = () => stage.world.sandbox.control;

const inApril = (card = 'pm_card_visa') =>
  begin(stage, {
    at: '2026-04-01T00:00:00Z',
    plan_id: stage.plan('Basic month'),
    payment_method_id: card,
  });

const disputesOf = async (life: Life): Promise<Json[]> =>
  (await operator.get(`disputes?user_id=${life.customer.id}&limit=100`)).body.data;

const disputeOf = (life: Life): Promise<Json> =>
  eventually('the dispute is known', async () => (await disputesOf(life))[0], 30_000);

describe('a subscription whose payment is disputed', () => {
  it('goes on, and is told how it ended', async () => {
    const life = await inApril('pm_card_createDisputeProductNotReceived');
    const dispute = await disputeOf(life);
    await life.useCard('pm_card_visa');
    await life.advance('2026-05-01T00:00:00Z');
    expect((await life.invoices()).map(({ status }: Json) => status)).toEqual(['paid', 'paid']);
    await control().closeDispute(dispute.id, 'lost');
    await eventually('it is lost', async () => (await disputeOf(life)).status === 'lost', 30_000);
    const story = (await life.story()).filter((text) => text.includes('dispute'));
    expect(story).toEqual([
      expect.stringMatching(/is disputed \(product not received\)/),
      expect.stringMatching(/was lost: the bank keeps the money, and the invoice stays paid\.$/),
    ]);
    const view = await operator.get(`subscriptions/${life.id}`);
    expect(view.body).toMatchObject({ status: 'active', needs_attention: null, disputes: [] });
  });

  it('is flagged once for each, however often it is told', async () => {
    const life = await inApril('pm_card_createDispute');
    await life.advance('2026-05-01T00:00:00Z');
    await eventually('both are known', async () => (await disputesOf(life)).length === 2, 30_000);
    const stripe = dashboardOf(stage.world.config);
    const events = await stripe.events.list({ limit: 100 });
    for (const { id } of events.data) await control().resendEvent(id);
    await control().webhooksSettled();
    const { body } = await operator.get(`subscriptions/${life.id}`);
    expect(body.disputes).toHaveLength(2);
    const story = await life.story();
    expect(story.filter((text) => text.includes('is disputed'))).toHaveLength(2);
  });

  it('hears of a dispute whose beginning nobody has told, by its end', async () => {
    const life = await inApril();
    const [invoice] = await life.invoices();
    const row = await stage.world.database.invoices.findByPk(invoice.id, { rejectOnEmpty: true });
    control().setWebhooks({ lossRate: 1 });
    const { id } = await control().openDispute(
      row.get({ plain: true }).stripePaymentIntentId ?? '',
    );
    await control().webhooksSettled();
    control().setWebhooks({ lossRate: 0 });
    await control().closeDispute(id, 'won');
    const dispute = await disputeOf(life);
    expect(dispute).toMatchObject({ id, status: 'won', withdrawn: 0 });
    expect((await life.story()).slice(-2)).toEqual([
      expect.stringMatching(/is disputed/),
      expect.stringMatching(/was won: the money is back\.$/),
    ]);
  });
});

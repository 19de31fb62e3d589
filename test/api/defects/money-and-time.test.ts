import { boundary, type Epoch } from '../../../billing/calendar';
import { toInstant } from '../../../billing/instant';
import { rebuildWorkflow } from '../../../platform/rebuild-workflow';
import { subscriptionWorkflowId } from '../../../workflows/messages';
import type { Reply } from '../../support/api';
import { eventually, mailsOf } from '../../support/customers';
import { dashboardOf } from '../../support/dashboard';
import { begin, openStage, planWith, totals, type Stage } from '../../support/story';
import { newOperator, type Operator } from '../admin/operators';

type Json = Reply['body'];

let stage: Stage;
let operator: Operator;
beforeAll(async () => {
  stage = await openStage({ webhooks: true });
  operator = await newOperator(stage.api, stage.world.database);
});
afterAll(() => stage.close());

const basic = () => stage.plan('Basic month');
const days = (invoices: Json[]) => invoices.map((each) => each.period_start.slice(0, 10));
const statuses = (invoices: Json[]) => [...new Set(invoices.map(({ status }) => status))];

/** Payments at Stripe that went through, for each of these invoices. */
async function chargedTimes(invoices: Json[]): Promise<number[]> {
  const stripe = dashboardOf(stage.world.config);
  const intents: { status: string; metadata: Record<string, string> }[] = [];
  for await (const intent of stripe.paymentIntents.list({ limit: 100 })) intents.push(intent);
  const paid = intents.filter(({ status }) => status === 'succeeded');
  return invoices.map(
    ({ id }) => paid.filter(({ metadata }) => metadata['invoice_id'] === id).length,
  );
}

/** The subscription began so many days ago, and since then nobody has looked after it. */
async function leftAloneFor(daysAgo: number, subscriptionId: string): Promise<Epoch> {
  const { database, temporal } = stage.world;
  await temporal.client.workflow
    .getHandle(subscriptionWorkflowId(subscriptionId))
    .terminate('lost');
  const epoch: Epoch = {
    anchor: toInstant(new Date(Date.now() - daysAgo * 86_400_000)),
    timeZone: 'UTC',
    firstCycle: 1,
    term: { interval: 'month', intervalCount: 1 },
  };
  const [start, end] = [epoch.anchor, boundary(epoch, 1)];
  await database.subscriptions.update(
    { anchorAt: start, currentPeriodStart: start, currentPeriodEnd: end },
    { where: { id: subscriptionId } },
  );
  const period = { periodStart: start, periodEnd: end };
  await database.subscriptionCycles.update(period, { where: { subscriptionId } });
  return epoch;
}

describe('What went wrong with money and time in the systems replaced', () => {
  it('1. Terms of 30 days: monthly from 31 January is twelve invoices in a year, one in each month', async () => {
    const life = await begin(stage, { at: '2026-01-31T09:00:00Z', plan_id: basic() });
    await life.advance('2027-01-31T08:00:00Z');
    expect(days(await life.invoices())).toEqual(
      ['01-31', '02-28', '03-31', '04-30', '05-31', '06-30']
        .concat(['07-31', '08-31', '09-30', '10-31', '11-30', '12-31'])
        .map((day) => `2026-${day}`),
    );
  });

  it('2. An outage of three months: every cycle that was missed is billed, on its own date, and no later one shifts', async () => {
    const { access } = await stage.api.signUp();
    const order = { plan_id: basic(), payment_method_id: 'pm_card_visa' };
    const { body: made } = await stage.api.post('/api/v1/subscriptions', order, access);
    const epoch = await leftAloneFor(95, made.id);
    await rebuildWorkflow(stage.world.temporal, made.id);
    const list = `/api/v1/invoices?subscription=${made.id}&status=paid`;
    const late = await eventually('all four are paid', async () => {
      const { data } = (await stage.api.get(list, access)).body;
      return data.length === 4 ? data.toReversed() : undefined;
    });
    const due = [1, 2, 3].map((n) => boundary(epoch, n).slice(0, 10));
    expect(days(late).slice(1)).toEqual(due);
    const { body: now } = await stage.api.get(`/api/v1/subscriptions/${made.id}`, access);
    expect(now.current_period_end).toBe(boundary(epoch, 4));
  });

  it('3. Stripe fails in the midst of five, and the worker dies: five invoices are paid, each once', async () => {
    const at = '2026-04-01T00:00:00Z';
    const lives = await Promise.all(
      Array.from({ length: 5 }, () => begin(stage, { at, plan_id: basic() })),
    );
    stage.world.sandbox.control.failNextRequests('error_after_commit', 2, {
      method: 'POST',
      path: '/v1/payment_intents',
    });
    const advancing = Promise.all(lives.map((life) => life.advance('2026-05-02T00:00:00Z')));
    await stage.world.restartWorker();
    await advancing;
    const invoices = (await Promise.all(lives.map((life) => life.invoices()))).flat();
    expect([invoices.length, statuses(invoices)]).toEqual([10, ['paid']]);
    expect(await chargedTimes(invoices)).toEqual(invoices.map(() => 1));
  }, 90_000);

  it('4. Two runs at once: what is due is billed once and paid once', async () => {
    const life = await begin(stage, {
      at: '2026-04-01T00:00:00Z',
      plan_id: basic(),
      payment_method_id: undefined,
    });
    await Promise.all([
      life.advance('2026-05-02T00:00:00Z'),
      life.advance('2026-05-02T00:00:00Z').catch(() => undefined),
    ]);
    const invoices = await life.invoices();
    expect(days(invoices)).toEqual(['2026-04-01', '2026-05-01']);
    await life.useCard('pm_card_visa');
    const { access: token } = life.customer;
    const pay = () => stage.api.post(`/api/v1/invoices/${invoices[1].id}/pay`, {}, token);
    await Promise.all([pay(), pay(), pay(), pay()]);
    expect(await chargedTimes(invoices.slice(1))).toEqual([1]);
  });

  it('5. A price of 0 stops nobody’s billing, and a negative one is refused', async () => {
    const [free, paying] = await Promise.all([
      begin(stage, {
        at: '2026-04-01T00:00:00Z',
        plan_id: await planWith(stage, { amountMinor: 0n }),
      }),
      begin(stage, { at: '2026-04-01T00:00:00Z', plan_id: basic() }),
    ]);
    await Promise.all([
      free.advance('2026-05-02T00:00:00Z'),
      paying.advance('2026-05-02T00:00:00Z'),
    ]);
    expect((await free.get()).body).toMatchObject({ status: 'active', cycle: 2 });
    expect(totals(await paying.invoices())).toEqual([1000, 1000]);
    const plan = { code: 'minus', currency: 'usd', name: 'Minus', amount: -1, interval: 'month' };
    const refused = await operator.post('plans', plan);
    expect([refused.status, refused.body.code]).toEqual([400, 'amount_negative']);
  });

  it('6. Canceling in mid-month gives the unused half back, and subscribing anew is not paid twice', async () => {
    const life = await begin(stage, { at: '2026-04-01T00:00:00Z', plan_id: basic() });
    await life.advance('2026-04-16T00:00:00Z');
    expect((await life.post('cancel', { at_period_end: false })).body.status).toBe('canceled');
    expect(await life.balance()).toBe(500);
    const anew = await begin(
      stage,
      { at: '2026-04-16T00:00:00Z', plan_id: basic() },
      life.customer,
    );
    expect(await anew.invoices()).toMatchObject([{ total: 1000, credit_applied: 500 }]);
    expect(totals(await life.invoices())).toEqual([1000]);
  });

  it('7. Amounts are exact: "29.90", 500 yen are "500", and what is too large is refused', async () => {
    const [dollars, yen] = [
      await planWith(stage, { amountMinor: 2_990n }),
      await planWith(stage, { currency: 'jpy', amountMinor: 500n }),
    ];
    const { body: offered } = await stage.api.get('/api/billing/plans/');
    const priceOf = (id: string) => offered.find((plan: Json) => plan.id === id)?.price;
    expect([priceOf(dollars), priceOf(yen)]).toEqual(['29.90', '500']);
    const { access } = await stage.api.signUp();
    const huge = { plan_id: basic(), payment_method_id: 'pm_card_visa', quantity: 1_000_000 };
    const refused = await stage.api.post('/api/v1/subscriptions', huge, access);
    expect([refused.status, refused.body.errors[0].field]).toEqual([400, 'quantity']);
  });

  it('8. Reminders go out once each, none to who has canceled; overdue has consequences, and the mails say so', async () => {
    const at = '2026-04-01T00:00:00Z';
    const sent = { at, plan_id: basic(), payment_method_id: undefined };
    const [debtor, leaver] = await Promise.all([begin(stage, sent), begin(stage, sent)]);
    await leaver.post('cancel', { at_period_end: false });
    await Promise.all([
      debtor.advance('2026-04-09T00:00:00Z'),
      leaver.advance('2026-04-09T00:00:00Z'),
    ]);
    const [owing, gone] = await Promise.all([
      mailsOf(stage.world, debtor.id),
      mailsOf(stage.world, leaver.id),
    ]);
    const reminders = (kinds: string[]) => kinds.filter((kind) => kind === 'payment_reminder');
    expect([reminders(owing).length, reminders(gone).length]).toEqual([2, 0]);
    expect(owing.filter((kind) => kind === 'invoice_overdue')).toHaveLength(1);
    expect((await debtor.get()).body.status).toBe('past_due');
    expect(gone).toContain('subscription_canceled');
    expect(gone).not.toContain('cancellation_scheduled');
  });

  it('9. Nobody deletes a plan or a user: what was invoiced stays', async () => {
    const plan = await planWith(stage, { name: 'Short-lived' });
    const life = await begin(stage, { at: '2026-04-01T00:00:00Z', plan_id: plan });
    for (const path of [`plans/${plan}`, `users/${life.customer.id}`]) {
      expect((await operator.call('DELETE', path)).status).toBe(405);
    }
    expect((await operator.post(`plans/${plan}/archive`)).status).toBe(200);
    expect(totals(await life.invoices())).toEqual([1000]);
    const row = () => stage.world.database.plans.destroy({ where: { id: plan } });
    await expect(row()).rejects.toThrow(/foreign key|violates/);
  });
});

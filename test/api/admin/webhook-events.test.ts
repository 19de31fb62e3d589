import { randomUUID } from 'node:crypto';
import { dashboardOf } from '../../support/dashboard';
import type { Reply } from '../../support/api';
import { eventually } from '../../support/customers';
import { begin, openStage, type Life, type Stage } from '../../support/story';
import { newOperator, type Operator } from './operators';
import { proveBooks } from './prove-books';

type Json = Reply['body'];

let stage: Stage;
let operator: Operator;
let life: Life;
beforeAll(async () => {
  stage = await openStage({ webhooks: true });
  operator = await newOperator(stage.api, stage.world.database);
  life = await begin(stage, { at: '2026-04-01T00:00:00Z', plan_id: stage.plan('Basic month') });
  await stage.world.sandbox.control.webhooksSettled();
});
afterAll(() => stage.close());

const control = () => stage.world.sandbox.control;
const stripe = () => dashboardOf(stage.world.config);

const called = async (id: string): Promise<Json> =>
  (await operator.get(`webhook-events/${id}`)).body;

const settled = (id: string) =>
  eventually(`${id} is settled`, async () => {
    const event = await called(id);
    return event.status === 'done' || event.status === 'ignored' ? event : undefined;
  });

const allSettled = () =>
  eventually('nothing waits', async () => {
    const { body } = await operator.get('webhook-events?status=received');
    return body.data.length === 0;
  });

/** Stripe sends an event of any kind, and it is settled. */
async function heard(request: Parameters<ReturnType<typeof control>['sendEvent']>[0]) {
  const id = await control().sendEvent(request);
  await control().webhooksSettled();
  return settled(id);
}

const firstInvoice = async (): Promise<Json> => (await life.invoices())[0];

async function intentId(): Promise<string> {
  const { id } = await firstInvoice();
  const row = await stage.world.database.invoices.findByPk(id, { rejectOnEmpty: true });
  return row.get({ plain: true }).stripePaymentIntentId ?? '';
}

/** What Stripe and the books hold of the subscription; test after test it must stay. */
async function everything() {
  const invoices = await life.invoices();
  const ledger = await operator.get(`ledger/entries?user_id=${life.customer.id}&limit=100`);
  return {
    invoices,
    ledger: ledger.body.data,
    story: await life.story(),
    charged: control().books(),
  };
}

describe('Stripe’s events, for operators', () => {
  it('are listed newest first, page by page, by status and type', async () => {
    const { body } = await operator.get('webhook-events?limit=100');
    expect(body.data.length).toBeGreaterThan(3);
    const times = body.data.map(({ received_at: at }: Json) => at);
    expect(times).toEqual(times.toSorted().toReversed());
    expect(body.data[0]).not.toHaveProperty('payload');
    const page = await operator.get(`webhook-events?limit=2&starting_after=${body.data[0].id}`);
    expect(page.body).toEqual({ data: body.data.slice(1, 3), has_more: true });
    const typed = await operator.get('webhook-events?type=payment_intent.*&limit=100');
    expect(new Set(typed.body.data.map(({ type }: Json) => type.split('.')[0]))).toEqual(
      new Set(['payment_intent']),
    );
    const exact = await operator.get('webhook-events?type=payment_intent.succeeded');
    expect(exact.body.data).toHaveLength(1);
    expect((await operator.get('webhook-events?status=failed')).body.data).toEqual([]);
    expect((await operator.get('webhook-events?status=lost')).status).toBe(400);
    expect((await operator.get('webhook-events?starting_after=evt_none')).status).toBe(400);
    for (const odd of ['%', '%*', 'p%25*', 'paymen_*', "x'--"]) {
      const found = await operator.get(`webhook-events?type=${encodeURIComponent(odd)}`);
      expect([odd, found.status, found.body.data]).toEqual([odd, 200, []]);
    }
    expect((await operator.get('webhook-events?type=%00')).status).toBe(400);
    expect((await operator.get('webhook-events?type=%ED%A0%80')).status).toBeLessThan(500);
    expect((await operator.get('webhook-events?type=a&type=b')).status).toBe(400);
    expect((await operator.get('discrepancies?starting_after=%00')).status).toBe(400);
    expect((await operator.get('disputes?starting_after=du_none')).status).toBe(400);
  });

  it('are shown as Stripe sent them, without secrets', async () => {
    const { body } = await operator.get('webhook-events?type=payment_intent.succeeded');
    const event = await called(body.data[0].id);
    expect(event.payload).toMatchObject({
      id: event.id,
      object: 'event',
      data: { object: { object: 'payment_intent', id: await intentId(), status: 'succeeded' } },
    });
    expect(JSON.stringify(event)).not.toMatch(/_secret|client_secret/);
    // One of an earlier version, stored as it came.
    const id = `evt_${randomUUID().replaceAll('-', '')}`;
    await stage.world.database.webhookEvents.create({
      id,
      type: 'x',
      status: 'ignored',
      payload: { data: { object: { client_secret: 'pi_1_secret_hush' } } },
    });
    expect(JSON.stringify(await called(id))).not.toContain('hush');
  });

  it('can be applied again, which changes nothing in the books and is in the audit log', async () => {
    await allSettled();
    const list = await operator.get('webhook-events?limit=100');
    const before = await everything();
    for (const { id } of list.body.data) {
      const replayed = await operator.post(`webhook-events/${id}/replay`, { reason: 'to be sure' });
      expect([replayed.status, replayed.body.status, replayed.body.attempts]).toEqual([
        200,
        'received',
        0,
      ]);
    }
    for (const { id, status } of list.body.data) expect((await settled(id)).status).toBe(status);
    expect(await everything()).toEqual(before);
    await proveBooks(stage.world.database);
    const [{ id }] = list.body.data;
    const { body } = await operator.get(`audit-log?object=webhook_event/${id}`);
    expect(body.data).toEqual([
      expect.objectContaining({
        action: 'webhook_event.replay',
        actor: operator.id,
        reason: 'to be sure',
        before: expect.objectContaining({ status: expect.stringMatching(/done|ignored/) }),
        after: { status: 'received' },
      }),
    ]);
  });

  it('that have failed are tried at once and anew; asking twice is asking once', async () => {
    await stage.world.stopWorker();
    const id = `evt_${randomUUID().replaceAll('-', '')}`;
    await stage.world.database.webhookEvents.create({
      id,
      type: 'product.created',
      payload: { id, data: { object: { id: 'prod_1' } } },
      status: 'failed',
      attempts: 20,
      lastError: 'Temporal was away',
    });
    const listed = await operator.get('webhook-events?status=failed');
    expect(listed.body.data.map((event: Json) => event.id)).toEqual([id]);
    const replay = () => operator.post(`webhook-events/${id}/replay`);
    const replies = await Promise.all([replay(), replay(), replay()]);
    expect(replies.map(({ status, body }) => [status, body.status, body.last_error])).toEqual(
      Array.from({ length: 3 }, () => [200, 'received', null]),
    );
    const log = await operator.get(`audit-log?object=webhook_event/${id}`);
    expect(log.body.data).toHaveLength(1);
    await stage.world.startWorker();
    expect(await settled(id)).toMatchObject({ status: 'ignored', reason: expect.any(String) });
    expect((await operator.post('webhook-events/evt_none/replay')).status).toBe(404);
    expect((await operator.post(`webhook-events/${id}/replay`, { why: 1 })).status).toBe(400);
  });
});

describe('an event that is none of ours is kept, says why, and changes nothing', () => {
  it.each([
    ['of another account', { account: 'acct_other' }, 'acct_other'],
    ['about an intent of nobody', {}, 'is of no invoice of ours'],
  ])('%s', async (_, extra, reason) => {
    const before = await everything();
    const object = { id: 'pi_somebody', object: 'payment_intent', metadata: {} };
    const event = await heard({ type: 'payment_intent.succeeded', object, ...extra });
    expect(event).toMatchObject({ status: 'ignored', reason: expect.stringContaining(reason) });
    expect(await everything()).toEqual(before);
  });

  it('of the other mode', async () => {
    const id = `evt_${randomUUID().replaceAll('-', '')}`;
    const object = { id: await intentId(), object: 'payment_intent' };
    const type = 'payment_intent.payment_failed';
    const payload = { id, type, livemode: true, data: { object } };
    await stage.world.database.webhookEvents.create({ id, type, payload });
    expect(await settled(id)).toMatchObject({
      status: 'ignored',
      reason: expect.stringContaining('live'),
    });
  });

  it('of a type that nobody knows, or about nothing', async () => {
    const unknown = await heard({ type: 'weather.changed', object: { id: 'w_1' } });
    expect(unknown).toMatchObject({ status: 'ignored', type: 'weather.changed' });
    const empty = await heard({ type: 'payment_intent.succeeded', object: {} });
    expect(empty.status).toBe('ignored');
    const odd = await heard({
      type: 'payment_intent.succeeded',
      object: { id: 'x'.repeat(10_000) },
    });
    expect(odd.status).toBe('ignored');
  });

  it('about a dispute, a refund, a card and a subscription that Stripe does not know', async () => {
    const before = await everything();
    for (const [type, object] of [
      ['charge.dispute.created', { id: 'du_nope', object: 'dispute', payment_intent: 'pi_nope' }],
      ['refund.created', { id: 're_nope', object: 'refund', payment_intent: 'pi_nope' }],
      ['payment_method.updated', { id: 'pm_nope', object: 'payment_method', customer: 'cus_nope' }],
    ] as const) {
      expect(await heard({ type, object })).toMatchObject({ status: 'ignored' });
    }
    expect(await everything()).toEqual(before);
  });

  it('that claims our invoice for an intent that does not exist', async () => {
    const before = await everything();
    const { id: invoice_id } = await firstInvoice();
    const object = { id: 'pi_made_up', object: 'payment_intent', metadata: { invoice_id } };
    const event = await heard({ type: 'payment_intent.succeeded', object });
    expect(event).toMatchObject({
      status: 'ignored',
      reason: expect.stringContaining('pi_made_up'),
    });
    expect(await everything()).toEqual(before);
    const { body } = await operator.get(`subscriptions/${life.id}`);
    expect(body.needs_attention ?? null).toBeNull();
  });

  it('of an older version of Stripe’s API says no less', async () => {
    const before = await everything();
    const object = { id: await intentId(), object: 'payment_intent', charges: { data: [] } };
    const event = await heard({
      type: 'payment_intent.succeeded',
      object,
      apiVersion: '2019-02-19',
    });
    expect(event.status).toBe('done');
    expect(await everything()).toEqual(before);
  });
});

it('an intent of another customer never pays the invoice that it claims; its money goes back', async () => {
  const late = await begin(stage, {
    at: '2026-04-01T00:00:00Z',
    plan_id: stage.plan('Basic month'),
    payment_method_id: undefined,
  });
  const [invoice] = await late.invoices();
  const stranger = await stripe().customers.create({ email: 'stranger@everbill.test' });
  const lie = await stripe().paymentIntents.create({
    customer: stranger.id,
    amount: invoice.amount_due,
    currency: 'usd',
    payment_method: 'pm_card_visa',
    confirm: true,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    metadata: { invoice_id: invoice.id },
  });
  await eventually('the money is given back', async () => {
    const { data } = await stripe().refunds.list({ payment_intent: lie.id });
    return data[0]?.amount === invoice.amount_due;
  });
  expect((await late.invoices())[0]).toMatchObject({ status: 'open', amount_paid: 0 });
  await control().webhooksSettled();
  await allSettled();
  await proveBooks(stage.world.database);
});

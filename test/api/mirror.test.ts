import { dashboardOf } from '../support/dashboard';
import { subscriptionWorkflowId } from '../../workflows/messages';
import { eventually, mailsOf } from '../support/customers';
import {
  allSettled,
  begunAtStripe,
  customerAtStripe,
  deliver,
  mirroredPayments,
  mirrorRow,
  settledEvent,
  subscribedAtStripe,
} from '../support/stripe-billing';
import { couponWith, openStage, type Stage } from '../support/story';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ webhooks: true });
});
afterEach(() => stage.world.sandbox.control.calm());
afterAll(() => stage.close());

const control = () => stage.world.sandbox.control;
const v1 = '/api/v1/subscriptions';

/** A customer whose subscription Stripe runs, as its webhooks have told by now. */
async function mirrored(terms: Parameters<typeof begunAtStripe>[1] = {}) {
  const begun = await begunAtStripe(stage, terms);
  const { id, customer } = begun;
  const wanted = terms.trialDays === undefined ? 'active' : 'trialing';
  await eventually('it is mirrored', async () => (await mirrorRow(stage, id))?.status === wanted);
  await quiet();
  const { access: token } = customer;
  return {
    ...begun,
    get: (path: string) => stage.api.get(path, token),
    post: (path: string, body: unknown = {}) => stage.api.post(path, body, token),
    atStripe: () => dashboardOf(stage.world.config).subscriptions.retrieve(begun.sub),
    mails: async () => (await mailsOf(stage.world, id)).toSorted(),
  };
}

/** Until Stripe has nothing more to tell, and all of it is acted on. */
async function quiet(): Promise<void> {
  await eventually('nothing more is told', async () => {
    const told = () => stage.world.database.webhookEvents.count();
    const before = await told();
    await new Promise((resolve) => setTimeout(resolve, 150));
    return (await told()) === before;
  });
  await allSettled(stage);
}

describe('the customer of a subscription that Stripe runs', () => {
  it('sees it and its payments as their own, at the second system’s paths and in v1', async () => {
    const { id, sub, get, customer } = await mirrored();
    const status = await get('/api/subscriptions/status/');
    expect(status).toMatchObject({
      status: 200,
      body: {
        id,
        stripe_subscription_id: sub,
        status: 'active',
        is_active: true,
        cancel_at_period_end: false,
        plan: { stripe_price_id: 'price_basic_monthly' },
      },
    });
    const one = await get(`${v1}/${id}`);
    expect(one).toMatchObject({
      status: 200,
      body: { managed_by: 'stripe', external_id: sub, next_event: { type: 'renewal' } },
    });
    const [payment] = await mirroredPayments(stage, id);
    const payments = await get('/api/subscriptions/payments/');
    expect(payments).toMatchObject({
      status: 200,
      body: {
        count: 1,
        results: [
          {
            id: payment?.id,
            stripe_invoice_id: payment?.stripeInvoiceId,
            stripe_payment_intent_id: expect.stringMatching(/^pi_/),
            amount: '10.00',
            currency: 'usd',
            status: 'succeeded',
          },
        ],
      },
    });
    expect((await get('/api/v1/payments')).body.data).toMatchObject([
      { invoice: null, stripe_invoice: payment?.stripeInvoiceId, subscription: id, amount: 1000 },
    ]);
    const story = await get(`${v1}/${id}/timeline?order=asc`);
    expect(story.body.data.map(({ text }: { text: string }) => text)).toEqual([
      'Subscribed to Basic.',
      expect.stringMatching(/^Invoice .* was paid: \$10\.00\.$/),
      ...story.body.data.slice(2).map(({ text }: { text: string }) => text),
    ]);
    const stranger = await stage.api.signUp();
    expect((await stage.api.get(`${v1}/${id}`, stranger.access)).status).toBe(404);
    const act = (path: string) => stage.api.post(`${v1}/${id}/${path}`, {}, stranger.access);
    expect((await act('cancel')).status).toBe(404);
    expect((await act('reactivate')).status).toBe(404);
    expect((await stage.api.get('/api/v1/payments', stranger.access)).body.data).toEqual([]);
    expect(customer.id).not.toBe(stranger.id);
  });

  it('finds payments of both kinds in one list, newest first, page by page', async () => {
    const { id, customer, get } = await mirrored();
    // A subscription of ours from before, with a payment of its own.
    const { access, cus } = customer;
    await control().cancelSubscription((await mirrorRow(stage, id))?.externalId ?? '');
    await eventually('it ended', async () => (await mirrorRow(stage, id))?.status === 'canceled');
    const ours = await stage.api.post(
      v1,
      { plan_id: stage.plan('Basic month'), payment_method_id: 'pm_card_visa' },
      access,
    );
    expect(ours.status).toBe(201);
    await stage.api.post(`${v1}/${ours.body.id}/cancel`, { at_period_end: false }, access);
    for (let index = 0; index < 20; index += 1) {
      const { sub } = await subscribedAtStripe(stage, { cus });
      await control().cancelSubscription(sub);
    }
    await eventually(
      'all of it is mirrored',
      async () => (await get('/api/subscriptions/payments/')).body.count === 22,
      30_000,
    );
    const first = (await get('/api/subscriptions/payments/')).body;
    const second = (await get('/api/subscriptions/payments/?page=2')).body;
    expect([first.count, first.results.length, second.results.length]).toEqual([22, 20, 2]);
    const all = [...first.results, ...second.results];
    const times: string[] = all.map(({ created_at: at }) => at);
    const rising = (a: string, b: string) => a.localeCompare(b);
    expect(times).toEqual(times.toSorted(rising).toReversed());
    expect(new Set(all.map((payment) => payment.id)).size).toBe(22);
    expect(all.filter((payment) => payment.stripe_invoice_id === null)).toHaveLength(1);
    const found: string[] = [];
    for (let after = ''; ;) {
      const { body } = await get(`/api/v1/payments?limit=7${after}`);
      found.push(...body.data.map((payment: { id: string }) => payment.id));
      if (body.has_more !== true) break;
      after = `&starting_after=${found.at(-1)}`;
    }
    expect(found).toEqual(all.map((payment) => payment.id));
    const unknown = await get(`/api/v1/payments?starting_after=${id}`);
    expect(unknown.status).toBe(400);
  });

  it('cancels it at its period’s end and takes that back, here and at Stripe, and is told once', async () => {
    const { get, post, atStripe, mails } = await mirrored();
    const canceled = await post('/api/subscriptions/cancel/');
    expect(canceled).toMatchObject({
      status: 200,
      body: { subscription: { status: 'active', cancel_at_period_end: true } },
    });
    expect((await atStripe()).cancel_at_period_end).toBe(true);
    expect((await post('/api/subscriptions/cancel/')).status).toBe(200);
    const kept = await post('/api/subscriptions/reactivate/');
    expect(kept).toMatchObject({
      status: 200,
      body: { subscription: { cancel_at_period_end: false, canceled_at: null } },
    });
    expect((await atStripe()).cancel_at_period_end).toBe(false);
    expect((await post('/api/subscriptions/reactivate/')).status).toBe(404);
    await quiet();
    expect(await mails()).toEqual([
      'cancellation_scheduled',
      'receipt',
      'subscription_confirmed',
      'subscription_reactivated',
    ]);
    expect((await get('/api/subscriptions/status/')).body).toMatchObject({
      cancel_at_period_end: false,
    });
  });

  it('lets it end with its period', async () => {
    const { id, sub, post, mails } = await mirrored();
    await post(`${v1}/${id}/cancel`, { at_period_end: true, reason: 'Too dear' });
    await control().renewSubscription(sub);
    await eventually('it ended', async () => (await mirrorRow(stage, id))?.status === 'canceled');
    await quiet();
    expect(await mirrorRow(stage, id)).toMatchObject({ cancelReason: 'Too dear' });
    expect(await mails()).toEqual([
      'cancellation_scheduled',
      'receipt',
      'subscription_canceled',
      'subscription_confirmed',
    ]);
  });

  it('ends it at once, although Stripe’s answer was lost', async () => {
    const { id, sub, get, post, atStripe, mails } = await mirrored();
    control().failNextRequests('error_after_commit', 1, {
      method: 'DELETE',
      path: `/v1/subscriptions/${sub}`,
    });
    const canceled = await post('/api/subscriptions/cancel/', { cancel_immediately: true });
    expect(canceled).toMatchObject({ status: 200, body: { subscription: { status: 'canceled' } } });
    expect((await atStripe()).status).toBe('canceled');
    await quiet();
    expect(await mails()).toEqual(['receipt', 'subscription_canceled', 'subscription_confirmed']);
    expect((await post('/api/subscriptions/cancel/')).status).toBe(404);
    const again = await post(`${v1}/${id}/cancel`, { at_period_end: false });
    expect(again).toMatchObject({ status: 409, body: { code: 'subscription_ended' } });
    expect((await get('/api/subscriptions/status/')).body.is_active).toBe(false);
  });

  it('finds it ended when it had ended at Stripe and nobody had told yet', async () => {
    const { id, sub, post } = await mirrored();
    await post(`${v1}/${id}/cancel`, { at_period_end: true });
    await quiet();
    control().pauseWebhooks();
    await control().cancelSubscription(sub);
    const kept = await post(`${v1}/${id}/reactivate`);
    expect(kept).toMatchObject({ status: 409, body: { code: 'subscription_ended' } });
    expect(await mirrorRow(stage, id)).toMatchObject({ status: 'canceled' });
  });

  it('can cancel it although its workflow was lost', async () => {
    const { id, post, atStripe } = await mirrored();
    const { workflow } = stage.world.temporal.client;
    await workflow.getHandle(subscriptionWorkflowId(id)).terminate('lost');
    const canceled = await post(`${v1}/${id}/cancel`, { at_period_end: true });
    expect(canceled).toMatchObject({ status: 200, body: { cancel_at_period_end: true } });
    expect((await atStripe()).cancel_at_period_end).toBe(true);
  });

  it('is told to change anything else at Stripe, and that a second subscription is one too many', async () => {
    const { id, get, post, customer } = await mirrored();
    const plan_id = stage.plan('Pro month');
    const coupon = await couponWith(stage);
    const { access: token } = customer;
    const replies = await Promise.all([
      post(`${v1}/${id}/change-plan`, { plan_id, when: 'now' }),
      post(`${v1}/${id}/change-plan`, { plan_id, when: 'period_end' }),
      post(`${v1}/${id}/preview-change`, { plan_id, when: 'now' }),
      post(`${v1}/${id}/pause`),
      post(`${v1}/${id}/resume`),
      stage.api.call('PUT', `${v1}/${id}/coupon`, { body: { coupon }, token }),
      stage.api.call('DELETE', `${v1}/${id}/coupon`, { token }),
      stage.api.call('DELETE', `${v1}/${id}/pending-change`, { token }),
      get(`${v1}/${id}/upcoming-invoice`),
    ]);
    const answered = replies.map(({ status, body }) => [status, body.code]);
    expect(answered).toEqual(replies.map(() => [409, 'managed_by_stripe']));
    expect(replies[0]?.body.detail).toMatch(/at Stripe/);
    const second = await post('/api/subscriptions/create/', {
      plan_id,
      payment_method_id: 'pm_card_visa',
    });
    expect(second).toMatchObject({ status: 400, body: { code: 'live_subscription_exists' } });
  });

  it('sees a payment that was sent back as refunded, in whatever order that is told', async () => {
    const stripe = dashboardOf(stage.world.config);
    const { id, get } = await mirrored();
    const [payment] = await mirroredPayments(stage, id);
    const refund = async (intent: string | null | undefined, amount?: number) => {
      if (typeof intent !== 'string') throw new Error('no intent');
      await stripe.refunds.create({ payment_intent: intent, ...(amount ? { amount } : {}) });
    };
    await refund(payment?.stripePaymentIntentId, 300);
    await quiet();
    expect(await mirroredPayments(stage, id)).toMatchObject([{ status: 'succeeded' }]);
    await refund(payment?.stripePaymentIntentId);
    await quiet();
    expect((await get('/api/subscriptions/payments/')).body.results).toMatchObject([
      { status: 'refunded' },
    ]);
    expect((await get(`${v1}/${id}/timeline`)).body.data).toContainEqual(
      expect.objectContaining({ text: expect.stringContaining('was sent back') }),
    );

    // Refunded before the payment itself is heard of.
    const late = await customerAtStripe(stage);
    control().pauseWebhooks();
    const begun = await subscribedAtStripe(stage, late);
    const { data } = await stripe.paymentIntents.list({ customer: late.cus });
    await refund(data[0]?.id);
    const events = (await stripe.events.list({ limit: 100 })).data;
    const about = events.filter((event) => JSON.stringify(event.data).includes(late.cus));
    for (const event of about) {
      await deliver(stage, event);
      await settledEvent(stage, event.id);
    }
    expect(await mirroredPayments(stage, begun.id)).toMatchObject([{ status: 'refunded' }]);
  });
});

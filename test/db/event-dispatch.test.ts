import { applyPaymentEvent } from '../../activities/payment-events';
import type { WebhookEventRecord } from '../../activities/ports/records';
import { createLogger } from '../../platform/logger';
import { createTemporalClient, type TemporalClient } from '../../platform/temporal-client';
import { createWebhookDispatcher } from '../../worker/webhook-dispatcher';
import { openMoneyBack, later, type MoneyBack } from './money-back-ground';

let story: MoneyBack;
beforeAll(async () => {
  story = await openMoneyBack();
});
afterAll(() => story.ground.close());

/** A Temporal that nobody can reach, but for what `within` does. */
async function dispatchWith(within: () => Promise<unknown>): Promise<void> {
  const temporal: TemporalClient = {
    ...createTemporalClient({ TEMPORAL_ADDRESS: '127.0.0.1:1', TEMPORAL_NAMESPACE: 'none' }),
    within: async () => JSON.parse(JSON.stringify((await within()) ?? null)),
  };
  await createWebhookDispatcher({
    config: { STRIPE_SECRET_KEY: story.ground.sandbox.secretKey },
    database: story.ground.database,
    temporal,
    logger: createLogger('test', { LOG_LEVEL: 'silent' }),
  }).workOff();
}

const rowOf = async (id: string): Promise<WebhookEventRecord> =>
  (await story.ground.database.webhookEvents.findByPk(id, { rejectOnEmpty: true })).get({
    plain: true,
  });

/** A payment that nobody has heard of, and the event of it, stored as the webhook's route does. */
async function unheard(changes: Partial<WebhookEventRecord> = {}) {
  const { invoice } = await story.billed();
  const { id: intentId } = await story.ground.charge(invoice);
  await story.ground.database.invoices.update(
    { stripePaymentIntentId: intentId },
    { where: { id: invoice.id } },
  );
  const events = await story.eventsOf(intentId);
  const event = events.find(({ type }) => type === 'payment_intent.succeeded');
  if (event === undefined) throw new Error('Stripe told nothing');
  await story.ground.database.webhookEvents.create({ ...event, ...changes });
  return { invoice, eventId: event.id };
}

const lost = () => Promise.reject(new Error('4 DEADLINE_EXCEEDED'));

it('an event that was acted on stays done, though Temporal’s answer to the signal was lost', async () => {
  for (const attempts of [0, 19]) {
    const { eventId, invoice } = await unheard({ attempts });
    await dispatchWith(async () => {
      await applyPaymentEvent(story.ground, { eventId, now: later });
      return lost();
    });
    expect((await story.ground.invoice(invoice.id)).status).toBe('paid');
    expect((await rowOf(eventId)).status).toBe('done');
  }
});

it('an event that can’t be brought on its way is for an operator in the end', async () => {
  const { eventId } = await unheard({ attempts: 18 });
  await dispatchWith(lost);
  expect(await rowOf(eventId)).toMatchObject({
    status: 'received',
    lastError: '4 DEADLINE_EXCEEDED',
  });
  await story.ground.database.webhookEvents.update(
    { dueAt: new Date().toISOString() },
    { where: { id: eventId } },
  );
  await dispatchWith(lost);
  expect((await rowOf(eventId)).status).toBe('failed');
});

it('an event on which its workflow never acts is for an operator in the end, too', async () => {
  const { eventId } = await unheard({ attempts: 19 });
  let signals = 0;
  const heard = () => Promise.resolve((signals += 1));
  await dispatchWith(heard);
  expect((await rowOf(eventId)).status).toBe('received');
  await story.ground.database.webhookEvents.update(
    { dueAt: new Date().toISOString() },
    { where: { id: eventId } },
  );
  await dispatchWith(heard);
  expect(await rowOf(eventId)).toMatchObject({
    status: 'failed',
    lastError: expect.stringContaining('did not act'),
  });
  expect(signals).toBe(1);
});

it('an event that was settled meanwhile is done, however often it was tried', async () => {
  const { eventId, invoice } = await unheard({ attempts: 25 });
  await applyPaymentEvent(story.ground, { eventId, now: later });
  await story.ground.database.webhookEvents.update(
    { status: 'received' },
    { where: { id: eventId } },
  );
  await dispatchWith(lost);
  expect((await rowOf(eventId)).status).toBe('done');
  expect((await story.ground.invoice(invoice.id)).status).toBe('paid');
});

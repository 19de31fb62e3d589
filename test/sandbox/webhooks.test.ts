import StripePackage from 'stripe';
import { Receiver, refusal, until, withSandbox } from './fixture';

const order = { amount: 1500, currency: 'usd', payment_method: 'pm_card_visa', confirm: true };

async function withReceiver(test: (receiver: Receiver) => Promise<void>): Promise<void> {
  const receiver = await Receiver.start();
  try {
    await test(receiver);
  } finally {
    await receiver.close();
  }
}

describe('webhooks', () => {
  it('arrive signed, with the event that the API also shows', () =>
    withReceiver((receiver) =>
      withSandbox({ webhookEndpoints: [receiver] }, async (stripe, sandbox) => {
        const intent = await stripe.paymentIntents.create(order, { idempotencyKey: 'the key' });
        await sandbox.control.webhooksSettled();
        expect(receiver.types.toSorted()).toEqual([
          'charge.succeeded',
          'payment_intent.created',
          'payment_intent.succeeded',
        ]);
        const paid = receiver.received.find(({ event }) => event.type.endsWith('t.succeeded'));
        expect(paid?.event.data.object).toMatchObject({ id: intent.id, status: 'succeeded' });
        expect(paid?.event.request?.idempotency_key).toBe('the key');
        expect(paid?.event.pending_webhooks).toBe(1);
        const shown = await stripe.events.retrieve(paid?.event.id ?? '');
        expect(shown.data).toEqual(paid?.event.data);
        expect(shown.pending_webhooks).toBe(0);
      }),
    ));

  it('carry a signature that another secret or another body does not have', () =>
    withReceiver((receiver) =>
      withSandbox({ webhookEndpoints: [receiver] }, async (stripe, sandbox) => {
        await stripe.customers.create({});
        await sandbox.control.webhooksSettled();
        const [{ payload, signature } = { payload: '', signature: '' }] = receiver.received;
        const { constructEvent } = StripePackage.webhooks;
        expect(() => constructEvent(payload, signature, 'whsec_other')).toThrow(/signature/);
        expect(() => constructEvent(`${payload} `, signature, receiver.secret)).toThrow(
          /signature/,
        );
      }),
    ));

  it('are tried again with growing delays, signed anew, until they are taken', () =>
    withReceiver((receiver) =>
      withSandbox(
        { webhookEndpoints: [receiver], webhookRetryScale: 0.004 },
        async (stripe, sandbox) => {
          receiver.answers.push(500, 302, 404);
          await stripe.customers.create({});
          await until(() => receiver.received.length === 4);
          await sandbox.control.webhooksSettled();
          const [first = 0, second = 0, third = 0, fourth = 0] = receiver.received.map(
            ({ at }) => at,
          );
          expect(third - second).toBeGreaterThan(second - first);
          expect(fourth - third).toBeGreaterThan(third - second);
          const ids = receiver.received.map(({ event }) => event.id);
          expect(new Set(ids).size).toBe(1);
          const { data } = await stripe.events.list({ delivery_success: false });
          expect(data).toEqual([]);
        },
      ),
    ));

  it('wait while they are paused and go out afterwards', () =>
    withReceiver((receiver) =>
      withSandbox({ webhookEndpoints: [receiver] }, async (stripe, sandbox) => {
        sandbox.control.pauseWebhooks();
        await stripe.paymentIntents.create(order);
        await sandbox.control.webhooksSettled();
        expect(receiver.types).toEqual([]);
        expect((await stripe.events.list({ delivery_success: false })).data).toHaveLength(3);
        sandbox.control.resumeWebhooks();
        await sandbox.control.webhooksSettled();
        expect(receiver.types).toHaveLength(3);
      }),
    ));

  it('can be doubled and shuffled', () =>
    withReceiver((receiver) =>
      withSandbox({ webhookEndpoints: [receiver], seed: 3 }, async (stripe, sandbox) => {
        sandbox.control.setWebhooks({ duplicateRate: 1, shuffleMs: 40 });
        for (let index = 0; index < 5; index += 1) {
          await stripe.paymentIntents.create(order);
        }
        await sandbox.control.webhooksSettled();
        const sent = (await stripe.events.list({ limit: 100 })).data.map(({ id }) => id);
        const arrived = receiver.received.map(({ event }) => event.id);
        expect(arrived.toSorted()).toEqual([...sent, ...sent].toSorted());
        expect([...new Set(arrived)]).not.toEqual(sent.toReversed());
      }),
    ));

  it('can get lost, and be sent once more', () =>
    withReceiver((receiver) =>
      withSandbox({ webhookEndpoints: [receiver] }, async (stripe, sandbox) => {
        sandbox.control.setWebhooks({ lossRate: 1 });
        await stripe.customers.create({});
        await sandbox.control.webhooksSettled();
        expect(receiver.types).toEqual([]);
        sandbox.control.setWebhooks({ lossRate: 0 });
        const [event] = (await stripe.events.list()).data;
        await sandbox.control.resendEvent(event?.id ?? '');
        await sandbox.control.webhooksSettled();
        expect(receiver.received.map((each) => each.event.id)).toEqual([event?.id]);
      }),
    ));

  it('can arrive before the answer of the API', () =>
    withReceiver((receiver) =>
      withSandbox({ webhookEndpoints: [receiver] }, async (stripe, sandbox) => {
        sandbox.control.latency(200);
        await stripe.paymentIntents.create(order);
        expect(receiver.types).toContain('payment_intent.succeeded');
      }),
    ));

  it('can be made up: any type, any object, another account', () =>
    withReceiver((receiver) =>
      withSandbox({ webhookEndpoints: [receiver] }, async (_stripe, sandbox) => {
        const id = await sandbox.control.sendEvent({
          type: 'customer.subscription.trial_will_end',
          object: { id: 'sub_1', object: 'subscription', trial_end: 1 },
          account: 'acct_other',
        });
        await sandbox.control.webhooksSettled();
        expect(receiver.received[0]?.event).toMatchObject({
          id,
          type: 'customer.subscription.trial_will_end',
          account: 'acct_other',
          data: { object: { id: 'sub_1' } },
        });
      }),
    ));
});

describe('webhook endpoints', () => {
  it('show their secret once and get only what they asked for', () =>
    withReceiver((first) =>
      withSandbox({}, async (stripe, sandbox) => {
        const created = await stripe.webhookEndpoints.create({
          url: 'http://127.0.0.1:9/nowhere',
          enabled_events: ['customer.created'],
        });
        expect(created.secret).toMatch(/^whsec_.{20,}/);
        const read = await stripe.webhookEndpoints.retrieve(created.id);
        expect(read.secret).toBeUndefined();
        await stripe.webhookEndpoints.del(created.id);
        expect((await refusal(stripe.webhookEndpoints.retrieve(created.id))).statusCode).toBe(404);

        const second = await stripe.webhookEndpoints.create({
          url: first.url,
          enabled_events: ['customer.deleted'],
        });
        const receiver = await Receiver.start(second.secret);
        const moved = await stripe.webhookEndpoints.create({
          url: receiver.url,
          enabled_events: ['customer.created'],
        });
        await receiver.close();
        await stripe.webhookEndpoints.del(second.id);
        await stripe.webhookEndpoints.del(moved.id);
        await stripe.customers.create({});
        await sandbox.control.webhooksSettled();
        expect(first.types).toEqual([]);
      }),
    ));
});

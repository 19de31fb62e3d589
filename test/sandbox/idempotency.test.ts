import { clientOf, refusal, withSandbox } from './fixture';

const order = {
  amount: 1500,
  currency: 'usd',
  payment_method: 'pm_card_visa',
  confirm: true,
};

describe('an idempotency key', () => {
  it('charges once however often the same request is repeated', () =>
    withSandbox({}, async (stripe) => {
      const first = await stripe.paymentIntents.create(order, { idempotencyKey: 'once' });
      const second = await stripe.paymentIntents.create(order, { idempotencyKey: 'once' });
      expect(second).toEqual(first);
      expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
      expect(second.lastResponse.headers['idempotent-replayed']).toBe('true');
      expect((await stripe.paymentIntents.list()).data).toHaveLength(1);
      expect((await stripe.events.list({ type: 'charge.succeeded' })).data).toHaveLength(1);
    }));

  it('does not mind the order of the parameters', () =>
    withSandbox({}, async (stripe) => {
      const { confirm, ...rest } = order;
      const first = await stripe.paymentIntents.create(order, { idempotencyKey: 'order' });
      const second = await stripe.paymentIntents.create(
        { confirm, ...rest },
        { idempotencyKey: 'order' },
      );
      expect(second.id).toBe(first.id);
    }));

  it('is refused with other parameters, and nothing happens', () =>
    withSandbox({}, async (stripe) => {
      await stripe.paymentIntents.create(order, { idempotencyKey: 'k' });
      const error = await refusal(
        stripe.paymentIntents.create({ ...order, amount: 1600 }, { idempotencyKey: 'k' }),
      );
      expect(error).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
      expect((await stripe.paymentIntents.list()).data).toHaveLength(1);
    }));

  it('means something else at another path', () =>
    withSandbox({}, async (stripe) => {
      await stripe.customers.create({ description: 'x' }, { idempotencyKey: 'k' });
      await expect(
        stripe.setupIntents.create({ description: 'x' }, { idempotencyKey: 'k' }),
      ).resolves.toMatchObject({ object: 'setup_intent' });
    }));

  it('replays a decline, so that a new attempt needs a new key', () =>
    withSandbox({}, async (stripe, sandbox) => {
      sandbox.control.failNextPayment({ declineCode: 'insufficient_funds' });
      const first = await refusal(stripe.paymentIntents.create(order, { idempotencyKey: 'a' }));
      const again = await refusal(stripe.paymentIntents.create(order, { idempotencyKey: 'a' }));
      expect(again).toMatchObject({ statusCode: 402, decline_code: 'insufficient_funds' });
      expect(again.payment_intent?.id).toBe(first.payment_intent?.id);
      expect(again.headers?.['idempotent-replayed']).toBe('true');
      await expect(
        stripe.paymentIntents.create(order, { idempotencyKey: 'b' }),
      ).resolves.toMatchObject({ status: 'succeeded' });
    }));

  it('replays an answer 500, whether the charge was made or not', () =>
    withSandbox({}, async (stripe, sandbox) => {
      for (const fault of ['error_before_commit', 'error_after_commit'] as const) {
        sandbox.control.failNextRequests(fault);
        for (let attempt = 0; attempt < 2; attempt += 1) {
          const error = await refusal(
            stripe.paymentIntents.create(order, { idempotencyKey: fault }),
          );
          expect(error).toMatchObject({ type: 'StripeAPIError', statusCode: 500 });
        }
      }
      expect((await stripe.paymentIntents.list()).data).toHaveLength(1);
    }));

  it('is free again after a request that was refused as invalid', () =>
    withSandbox({}, async (stripe) => {
      const bad = { ...order, amount: 1 };
      const error = await refusal(stripe.paymentIntents.create(bad, { idempotencyKey: 'k' }));
      expect(error.code).toBe('amount_too_small');
      await expect(
        stripe.paymentIntents.create(order, { idempotencyKey: 'k' }),
      ).resolves.toMatchObject({ status: 'succeeded' });
    }));

  it('is in use while its first request is still running', () =>
    withSandbox({}, async (stripe, sandbox) => {
      sandbox.control.latency(100);
      const both = await Promise.allSettled([
        stripe.paymentIntents.create(order, { idempotencyKey: 'k' }),
        stripe.paymentIntents.create(order, { idempotencyKey: 'k' }),
      ]);
      expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const [refused] = both.filter((each) => each.status === 'rejected');
      expect(refused?.reason).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
      expect((await stripe.paymentIntents.list()).data).toHaveLength(1);
    }));

  it('is passed over while the sandbox is told to forget keys, so that a repetition charges again', () =>
    withSandbox({}, async (stripe, sandbox) => {
      sandbox.control.setFaults({ forgetKeys: true });
      sandbox.control.dropAfterCommit();
      await stripe.paymentIntents.create(order, { idempotencyKey: 'k', maxNetworkRetries: 1 });
      expect(sandbox.control.books()['usd']?.payments).toBe(2);
      expect(sandbox.control.overview()['met']).toEqual({ drop_after_commit: 1 });
      sandbox.control.calm();
      await stripe.paymentIntents.create(order, { idempotencyKey: 'k' });
      await stripe.paymentIntents.create(order, { idempotencyKey: 'k' });
      expect(sandbox.control.books()['usd']?.payments).toBe(3);
    }));

  it('is forgotten after 24 hours', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z');
    await withSandbox({ clock: () => now }, async (stripe) => {
      const first = await stripe.paymentIntents.create(order, { idempotencyKey: 'k' });
      now += 24 * 3600 * 1000 - 1;
      const replayed = await stripe.paymentIntents.create(order, { idempotencyKey: 'k' });
      now += 1;
      const second = await stripe.paymentIntents.create(order, { idempotencyKey: 'k' });
      expect(replayed.id).toBe(first.id);
      expect(second.id).not.toBe(first.id);
    });
  });
});

describe('when the reply is lost', () => {
  it('after the charge was made, the retry finds the same payment', () =>
    withSandbox({}, async (_stripe, sandbox) => {
      sandbox.control.dropAfterCommit(2);
      const stripe = clientOf(sandbox, 3);
      const intent = await stripe.paymentIntents.create(order, { idempotencyKey: 'k' });
      expect(intent.status).toBe('succeeded');
      expect(intent.lastResponse.headers['idempotent-replayed']).toBe('true');
      expect((await stripe.paymentIntents.list()).data.map(({ id }) => id)).toEqual([intent.id]);
      expect(sandbox.control.books()['usd']).toMatchObject({ charged: 1500, payments: 1 });
    }));

  it('before the charge was made, the retry makes it', () =>
    withSandbox({}, async (_stripe, sandbox) => {
      sandbox.control.dropBeforeCommit(2);
      const stripe = clientOf(sandbox, 3);
      const intent = await stripe.paymentIntents.create(order, { idempotencyKey: 'k' });
      expect(intent.lastResponse.headers['idempotent-replayed']).toBeUndefined();
      expect(sandbox.control.books()['usd']).toMatchObject({ charged: 1500, payments: 1 });
    }));

  it('without a retry, the payment can be found by its customer', () =>
    withSandbox({}, async (stripe, sandbox) => {
      const customer = await stripe.customers.create({});
      sandbox.control.dropAfterCommit(2);
      const error = await refusal(
        stripe.paymentIntents.create({
          ...order,
          customer: customer.id,
          metadata: { invoice: 'in_7' },
        }),
      );
      expect(error.type).toBe('StripeConnectionError');
      const { data } = await stripe.paymentIntents.list({ customer: customer.id });
      expect(data.map(({ metadata, status }) => ({ metadata, status }))).toEqual([
        { metadata: { invoice: 'in_7' }, status: 'succeeded' },
      ]);
    }));
});

describe('other bad days', () => {
  it('429s are answered without anything having happened', () =>
    withSandbox({}, async (stripe, sandbox) => {
      for (const fault of ['rate_limit', 'lock_timeout'] as const) {
        sandbox.control.failNextRequests(fault);
        const error = await refusal(stripe.paymentIntents.create(order, { idempotencyKey: fault }));
        expect(error).toMatchObject({ statusCode: 429, code: fault });
        await stripe.paymentIntents.create(order, { idempotencyKey: fault });
      }
      expect(sandbox.control.books()['usd']).toMatchObject({ payments: 2 });
    }));

  it('a request that hangs ends in a time-out, and nothing has happened', () =>
    withSandbox({}, async (stripe, sandbox) => {
      sandbox.control.failNextRequests('hang');
      const error = await refusal(stripe.paymentIntents.create(order, { timeout: 50 }));
      expect(error.type).toBe('StripeConnectionError');
      expect(sandbox.control.books()).toEqual({});
    }));

  it('random faults are the same in every run with the same seed', async () => {
    const run = async () => {
      const outcomes: string[] = [];
      await withSandbox({ seed: 7 }, async (stripe, sandbox) => {
        sandbox.control.setFaults({
          rates: { error_before_commit: 0.2, rate_limit: 0.2, drop_after_commit: 0.1 },
        });
        for (let index = 0; index < 30; index += 1) {
          const [result] = await Promise.allSettled([stripe.paymentIntents.create(order)]);
          outcomes.push(result.status === 'fulfilled' ? result.value.id : String(result.reason));
        }
      });
      return outcomes;
    };
    const first = await run();
    expect(new Set(first.map((each) => each.slice(0, 3))).size).toBeGreaterThan(1);
    expect(await run()).toEqual(first);
  });
});

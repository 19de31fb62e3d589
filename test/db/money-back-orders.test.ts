import * as fc from 'fast-check';
import { openMoneyBack, type MoneyBack } from './money-back-ground';

/**
 * The same story is lived twice: once everything is told at once and in order, once in whatever order,
 * late and several times. The books must not show which it was.
 */

let back: MoneyBack;
beforeAll(async () => {
  back = await openMoneyBack();
});
afterEach(() => back.prove());
afterAll(() => back.close());

/** What happens at Stripe, and nobody of us has asked for. */
type Happening =
  | { type: 'dashboard'; amount: number }
  | { type: 'settle'; outcome: 'succeeded' | 'failed' }
  | { type: 'dispute'; amount: number; inquiry: boolean }
  | { type: 'close'; verdict: 'won' | 'lost' };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ type: fc.constant('dashboard' as const), amount: fc.integer({ min: 1, max: 1000 }) }),
  fc.record({
    type: fc.constant('settle' as const),
    outcome: fc.constantFrom('succeeded' as const, 'failed' as const),
  }),
  fc.record({
    type: fc.constant('dispute' as const),
    amount: fc.integer({ min: 1, max: 1000 }),
    inquiry: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('close' as const),
    verdict: fc.constantFrom('won' as const, 'lost' as const),
  }),
);

/** Which events are told after a happening, by their places, and in which order; some twice, most not yet. */
const telling = fc.array(fc.nat({ max: 40 }), { maxLength: 6 });

const story = fc.record({
  card: fc.constantFrom('pm_card_visa', 'pm_card_refundFail', 'pm_card_pendingRefund'),
  /** Late money on a void invoice, or the payment of an open one. */
  isSurplus: fc.boolean(),
  /** What was put on the balance, or sent back by us, before. */
  toBalance: fc.option(fc.integer({ min: 1, max: 500 }), { nil: undefined }),
  toCard: fc.option(fc.integer({ min: 1, max: 500 }), { nil: undefined }),
  happenings: fc.array(happening, { minLength: 1, maxLength: 5 }),
  tellings: fc.array(telling, { minLength: 5, maxLength: 5 }),
  last: fc.infiniteStream(fc.nat()),
});
type Story = typeof story extends fc.Arbitrary<infer S> ? S : never;

/** Refused by Stripe, and so nothing happened. */
const ifPossible = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    () => undefined,
  );

async function happen(intentId: string, what: Happening): Promise<void> {
  const { control } = back.ground.sandbox;
  const { stripe } = back;
  switch (what.type) {
    case 'dashboard':
      return ifPossible(stripe.refunds.create({ payment_intent: intentId, amount: what.amount }));
    case 'settle': {
      const { data } = await stripe.refunds.list({ payment_intent: intentId });
      for (const { id } of data) await ifPossible(control.settleRefund(id, what.outcome));
      return;
    }
    case 'dispute':
      return ifPossible(
        control.openDispute(intentId, { amount: what.amount, inquiry: what.inquiry }),
      );
    case 'close': {
      const { data } = await stripe.disputes.list({ payment_intent: intentId });
      for (const { id } of data) await ifPossible(control.closeDispute(id, what.verdict));
    }
  }
}

const shuffled = <T>(items: readonly T[], random: Iterator<number>): T[] =>
  items
    .map((item) => ({ item, key: Number(random.next().value ?? 0) }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);

async function live(told: Story, inOrder: boolean) {
  const payment = told.isSurplus ? await back.late(told.card) : await back.paid(told.card);
  const { intentId, invoice } = payment;
  if (told.isSurplus) await back.deliverAll(intentId);
  if (!told.isSurplus && told.toBalance !== undefined) {
    await back.credit(invoice, told.toBalance, 'balance');
  }
  if (!told.isSurplus && told.toCard !== undefined) {
    await back.credit(invoice, told.toCard, 'card');
  }
  for (const [index, what] of told.happenings.entries()) {
    await happen(intentId, what);
    const events = await back.eventsOf(intentId);
    const places = inOrder ? events.keys() : (told.tellings[index] ?? []);
    for (const place of places) {
      const event = events[place % events.length];
      if (event !== undefined) await back.deliver(event);
    }
  }
  const events = await back.eventsOf(intentId);
  if (inOrder) {
    for (const event of events) await back.deliver(event);
  } else {
    const all = shuffled([...events, ...events], told.last);
    // Some at the same moment, as different workers act on them.
    for (let from = 0; from < all.length; from += 3) {
      await Promise.all(all.slice(from, from + 3).map((event) => back.deliver(event)));
    }
  }
  // What acting on them has made is told as well.
  await back.deliverAll(intentId);
  await back.prove();
  return back.snapshot(payment);
}

describe('whatever the order in which Stripe’s events come, and however often', () => {
  it('refunds, disputes and their money end in the same rows', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (told) => {
        expect(await live(told, false)).toEqual(await live(told, true));
      }),
      { numRuns: Number(process.env['EVERBILL_ORDER_RUNS'] ?? 12) },
    );
  }, 300_000);
});

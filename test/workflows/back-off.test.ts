import { tsToMs } from '@temporalio/common/lib/time';
import { subscriptionWorkflowId } from '../../workflows/messages';
import { subscribe } from '../support/customers';
import { createWorld, quietRuntime, type World } from '../support/world';

let world: World;
beforeAll(async () => {
  quietRuntime();
  world = await createWorld();
});
afterEach(() => world.sandbox.control.calm());
afterAll(() => world.close());

const card = { paymentMethodId: 'pm_card_visa' };
const payments = { method: 'POST', path: '/v1/payment_intents' } as const;

/** The last wait that was asked for before the charge went through, in milliseconds, and the try that did. */
async function lastWait(subscriptionId: string) {
  const { events } = await world.temporal.client.workflow
    .getHandle(subscriptionWorkflowId(subscriptionId))
    .fetchHistory();
  const charge = (events ?? []).findLast((event) => event.activityTaskStartedEventAttributes);
  const { attempt, lastFailure } = charge?.activityTaskStartedEventAttributes ?? {};
  const delay = lastFailure?.applicationFailureInfo?.nextRetryDelay ?? undefined;
  return { attempt, milliseconds: delay === undefined ? undefined : tsToMs(delay) };
}

describe('While Stripe turns calls away', () => {
  it('a charge is tried again after a growing wait with jitter, and made once', async () => {
    world.sandbox.control.failNextRequests('rate_limit', 2, payments);
    const { subscriptionId, outcome } = await subscribe(world, card);
    expect(outcome).toMatchObject({ status: 'active' });
    const { attempt, milliseconds } = await lastWait(subscriptionId);
    expect(attempt).toBe(3);
    expect(milliseconds).toBeGreaterThanOrEqual(1_000);
    expect(milliseconds).toBeLessThanOrEqual(2_000);
    expect(world.sandbox.control.books()['usd']?.payments).toBe(1);
  });

  it('what fails otherwise is tried again by the retry policy', async () => {
    world.sandbox.control.failNextRequests('error_before_commit', 1, payments);
    const { subscriptionId } = await subscribe(world, card);
    expect(await lastWait(subscriptionId)).toEqual({ attempt: 2, milliseconds: undefined });
  });
});

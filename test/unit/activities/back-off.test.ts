import Stripe from 'stripe';
import { backOffMilliseconds } from '../../../activities/back-off';
import { asksForBackOff, isTransientStripeError } from '../../../platform/stripe-gateway';

const least = () => 0;
const most = () => 1 - Number.EPSILON;

describe('A call that Stripe turned away', () => {
  it('waits twice as long after each try, up to a minute', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 8, 100].map((attempt) =>
      backOffMilliseconds(attempt, most),
    );
    expect(longest).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1_000));
  });

  it('never comes back at once: half of the wait is certain', () => {
    expect(backOffMilliseconds(1, least)).toBe(500);
    expect(backOffMilliseconds(100, least)).toBe(30_000);
  });

  it('does not come back together with those that were turned away with it', () => {
    const waits = Array.from({ length: 100 }, () => backOffMilliseconds(4));
    expect(new Set(waits).size).toBeGreaterThan(50);
  });
});

describe('Stripe asks to be left alone', () => {
  const answer = (statusCode: number, code?: string) =>
    Stripe.errors.generateV1Error({
      message: 'No.',
      type: 'invalid_request_error',
      statusCode,
      ...(code === undefined ? {} : { code }),
    });

  it.each([
    [429, 'rate_limit'],
    [429, 'lock_timeout'],
    [400, 'rate_limit'],
    [409, 'idempotency_key_in_use'],
  ])('with %d %s', (status, code) => {
    expect(asksForBackOff(answer(status, code))).toBe(true);
    expect(isTransientStripeError(answer(status, code))).toBe(true);
  });

  it.each([400, 401, 402, 404, 500, 503])('and not with %d', (status) => {
    expect(asksForBackOff(answer(status))).toBe(false);
  });
});

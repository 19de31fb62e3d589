import {
  firstSeedPaymentStatus,
  planTermOf,
  secondSeedPaymentStatus,
  SUBSCRIPTION_WORDS,
  termOfPlanTerm,
} from '../../../billing/seed-vocabulary';
import { SUBSCRIPTION_STATUSES } from '../../../billing/subscription';

describe('the first seed’s words', () => {
  it('name every status of a subscription', () => {
    expect(SUBSCRIPTION_STATUSES.map((status) => SUBSCRIPTION_WORDS[status].firstSeed)).toEqual([
      'inactive',
      'expired',
      'active',
      'active',
      'suspended',
      'suspended',
      'pause',
      'cancelled',
    ]);
  });

  it('say what an invoice waits for, and are silent on those that ask for nothing', () => {
    expect(firstSeedPaymentStatus('open', false)).toBe('pending');
    expect(firstSeedPaymentStatus('open', true)).toBe('overdue');
    expect(firstSeedPaymentStatus('paid', true)).toBe('paid');
    expect(firstSeedPaymentStatus('uncollectible', false)).toBe('overdue');
    expect(firstSeedPaymentStatus('draft', false)).toBeUndefined();
    expect(firstSeedPaymentStatus('void', true)).toBeUndefined();
  });

  it.each(['monthly', 'quarterly', 'half_yearly', 'yearly'] as const)(
    'have %s as a term of months or a year',
    (planTerm) => expect(planTermOf(termOfPlanTerm(planTerm))).toBe(planTerm),
  );

  it('call twelve months yearly, and have none for a fortnight', () => {
    expect(planTermOf({ interval: 'month', intervalCount: 12 })).toBe('yearly');
    expect(planTermOf({ interval: 'week', intervalCount: 2 })).toBeUndefined();
  });
});

describe('the second seed’s words', () => {
  it('call a subscription active while it runs and nothing is owed', () => {
    expect(SUBSCRIPTION_STATUSES.filter((status) => SUBSCRIPTION_WORDS[status].isActive)).toEqual([
      'trialing',
      'active',
    ]);
  });

  it('call a payment refunded only when all of it went back', () => {
    expect(secondSeedPaymentStatus('succeeded', false)).toBe('succeeded');
    expect(secondSeedPaymentStatus('succeeded', true)).toBe('refunded');
    expect(secondSeedPaymentStatus('processing', false)).toBe('pending');
    expect(secondSeedPaymentStatus('requires_action', false)).toBe('pending');
    expect(secondSeedPaymentStatus('canceled', false)).toBe('failed');
    expect(secondSeedPaymentStatus('failed', true)).toBe('failed');
  });
});

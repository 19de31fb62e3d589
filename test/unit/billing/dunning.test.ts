import {
  classifyDecline,
  collectionSchedule,
  DEFAULT_DUNNING,
  planNextAttempt,
  type DeclineClass,
} from '../../../billing/dunning';

describe('a decline', () => {
  it.each<[string | null, string | null, DeclineClass]>([
    ['card_declined', 'generic_decline', 'retry_later'],
    ['card_declined', 'insufficient_funds', 'retry_later'],
    ['card_declined', 'card_velocity_exceeded', 'retry_later'],
    ['card_declined', 'try_again_later', 'retry_soon'],
    ['processing_error', 'processing_error', 'retry_soon'],
    ['processing_error', null, 'retry_soon'],
    ['expired_card', 'expired_card', 'needs_customer'],
    ['incorrect_cvc', null, 'needs_customer'],
    ['authentication_required', 'authentication_required', 'needs_customer'],
    ['payment_method_missing', null, 'needs_customer'],
    ['card_declined', 'lost_card', 'never'],
    ['card_declined', 'stolen_card', 'never'],
    ['card_declined', 'fraudulent', 'never'],
    ['card_declined', 'blocked', 'never'],
    ['card_declined', null, 'retry_later'],
    ['card_declined', 'something_new', 'retry_later'],
    ['constructor', 'toString', 'retry_later'],
    [null, null, 'retry_later'],
  ])('of %s / %s is of the class %s', (code, declineCode, declineClass) => {
    expect(classifyDecline(code, declineCode)).toBe(declineClass);
  });
});

describe('an unpaid invoice', () => {
  const plan = (attemptsMade: number, declineClass: DeclineClass = 'retry_later') =>
    planNextAttempt({
      policy: DEFAULT_DUNNING,
      firstFailedAt: '2026-03-05T15:00:00.000Z',
      attemptsMade,
      declineClass,
      timeZone: 'America/New_York',
    });

  it('is tried again 1, 3, 5 and 7 local days after the first failure, then canceled', () => {
    expect([1, 2, 3, 4].map((made) => plan(made).nextAttemptAt)).toEqual([
      '2026-03-06T15:00:00.000Z',
      '2026-03-08T14:00:00.000Z', // summer time has begun
      '2026-03-10T14:00:00.000Z',
      '2026-03-12T14:00:00.000Z',
    ]);
    expect(plan(5)).toEqual({ finalActionAt: '2026-03-12T14:00:00.000Z' });
    expect(DEFAULT_DUNNING.finalAction).toBe('cancel');
  });

  it.each<[DeclineClass]>([['needs_customer'], ['never']])(
    'is not tried by itself when the class is %s: its customer is reminded, and it ends on schedule',
    (declineClass) => {
      const finalActionAt = '2026-03-12T14:00:00.000Z';
      expect([1, 2, 3, 4, 5].map((made) => plan(made, declineClass))).toEqual([
        { reminderAt: '2026-03-06T15:00:00.000Z', finalActionAt },
        { reminderAt: '2026-03-08T14:00:00.000Z', finalActionAt },
        { reminderAt: '2026-03-10T14:00:00.000Z', finalActionAt },
        { finalActionAt },
        { finalActionAt },
      ]);
    },
  );

  it('goes to the final action at once under a policy without retries', () => {
    const at = '2026-03-05T15:00:00.000Z';
    expect(
      planNextAttempt({
        policy: { retryDays: [], finalAction: 'unpaid' },
        firstFailedAt: at,
        attemptsMade: 1,
        declineClass: 'retry_soon',
        timeZone: 'UTC',
      }),
    ).toEqual({ finalActionAt: at });
  });
});

describe('an invoice that the customer pays by hand', () => {
  it('is due after 7 days, with reminders after 3 and 6, and given up 30 days after that', () => {
    expect(collectionSchedule('2026-03-05T15:00:00.000Z', 'America/New_York')).toEqual({
      dueAt: '2026-03-12T14:00:00.000Z',
      reminderAts: ['2026-03-08T14:00:00.000Z', '2026-03-11T14:00:00.000Z'],
      finalActionAt: '2026-04-11T14:00:00.000Z',
    });
  });

  it('has no reminder on its due date, and none when none are wanted', () => {
    const schedule = (reminderEveryDays: number) =>
      collectionSchedule('2026-01-01T00:00:00.000Z', 'UTC', {
        dueDays: 6,
        reminderEveryDays,
        finalAfterDueDays: 30,
      }).reminderAts;
    expect(schedule(3)).toEqual(['2026-01-04T00:00:00.000Z']);
    expect(schedule(0)).toEqual([]);
    expect(schedule(7)).toEqual([]);
  });
});

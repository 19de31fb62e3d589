import * as fc from 'fast-check';
import {
  collectionSchedule,
  planNextAttempt,
  type CollectionPolicy,
  type DeclineClass,
} from '../../../billing/dunning';
import { instantsOf, timeZones } from './arbitraries';
import { budget, PROPERTY_TIMEOUT } from './property-budget';

const ascending = (instants: readonly string[]) =>
  instants.every((instant, index) => index === 0 || instant > (instants[index - 1] ?? ''));

describe('for any policy, zone and instant', () => {
  it(
    'retries come one after the other, the last with the final action, none after it',
    () => {
      const retryDays = fc
        .uniqueArray(fc.integer({ min: 1, max: 120 }), { maxLength: 12 })
        .map((days) => days.toSorted((a, b) => a - b));
      const finalActions = fc.constantFrom(
        'cancel' as const,
        'unpaid' as const,
        'leave_past_due' as const,
      );
      fc.assert(
        fc.property(
          fc.record({ retryDays, finalAction: finalActions }),
          instantsOf(2012, 2060),
          timeZones,
          (policy, firstFailedAt, timeZone) => {
            const after = (attemptsMade: number, declineClass: DeclineClass) =>
              planNextAttempt({ policy, firstFailedAt, attemptsMade, declineClass, timeZone });
            const { finalActionAt } = after(1, 'retry_later');
            const attempts = policy.retryDays.map(
              (_, index) => after(index + 1, 'retry_soon').nextAttemptAt ?? 'none',
            );
            expect(ascending([firstFailedAt, ...attempts])).toBe(true);
            expect(finalActionAt).toBe(attempts.at(-1) ?? firstFailedAt);
            for (let made = 1; made <= policy.retryDays.length + 3; made += 1) {
              const due = attempts[made - 1];
              const reminder =
                due === undefined || due === finalActionAt ? {} : { reminderAt: due };
              expect(after(made, 'never')).toEqual({ ...reminder, finalActionAt });
              expect(after(made, 'needs_customer')).toEqual({ ...reminder, finalActionAt });
              if (made > policy.retryDays.length) {
                expect(after(made, 'retry_later')).toEqual({ finalActionAt });
              }
            }
          },
        ),
        budget(0.02),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'reminders come one after the other before the due date, and the final action not before it',
    () => {
      const policies = fc.record<CollectionPolicy>({
        dueDays: fc.nat(90),
        reminderEveryDays: fc.nat(30),
        finalAfterDueDays: fc.nat(90),
      });
      fc.assert(
        fc.property(policies, instantsOf(2012, 2060), timeZones, (policy, issuedAt, timeZone) => {
          const { reminderAts, dueAt, finalActionAt } = collectionSchedule(
            issuedAt,
            timeZone,
            policy,
          );
          const due = policy.dueDays === 0 ? [] : [dueAt];
          expect(ascending([issuedAt, ...reminderAts, ...due])).toBe(true);
          expect(finalActionAt >= dueAt && dueAt >= issuedAt).toBe(true);
        }),
        budget(0.01),
      );
    },
    PROPERTY_TIMEOUT,
  );
});
